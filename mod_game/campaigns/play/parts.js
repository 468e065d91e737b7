/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * What the views of the play page are made of: elements, films, waiting.
 */
import { addressOf } from "./api.js";

const FILM_WAIT = 8000;         /* ms for a film's first picture */

export const quiet = window.matchMedia("(prefers-reduced-motion: reduce)");

export function make(tag, className = "", content = "") {
    const element = Object.assign(document.createElement(tag), { className });

    element.append(content);
    return element;
}

export function button(className, label, onclick) {
    return Object.assign(make("button", className, label),
                         { type: "button", onclick });
}

export function wait(ms) {
    return new Promise((resolve) => {
        window.setTimeout(resolve, ms);
    });
}

/* Says it to screen readers */
export function announce(message) {
    document.getElementById("live").textContent = message;
}

/*
 * A film of the manifest that plays when it can: with sound if wanted and the
 * browser lets it, else without. Resolves to the element, or to null when
 * there is no film to be had.
 */
export function loadFilm(asset, { sound }) {
    const address = addressOf(asset?.uri);
    const film = make("video", "film");

    if (!asset?.uri || !address) {
        return Promise.resolve(null);
    }
    film.playsInline = true;
    film.muted = !sound;
    film.preload = "auto";
    film.disablePictureInPicture = true;
    return new Promise((resolve) => {
        const late = window.setTimeout(() => resolve(null), FILM_WAIT);

        film.addEventListener("error", () => resolve(null), { once: true });
        film.addEventListener("loadeddata", () => {
            window.clearTimeout(late);
            resolve(film);
        }, { once: true });
        film.src = address.href;
    });
}

/* Starts a film; a browser that wants it silent gets it silent */
export async function startFilm(film) {
    try {
        await film.play();
    } catch {
        film.muted = true;
        await film.play().catch(() => {});
    }
}

export function drawing(name, attributes) {
    const element = document.createElementNS("http://www.w3.org/2000/svg",
                                             name);

    for (const [key, value] of Object.entries(attributes)) {
        element.setAttribute(key, value);
    }
    return element;
}

/* A loudspeaker: with waves where it is sounding, with a cross where silent */
function speaker() {
    const root = drawing("svg", { viewBox: "0 0 24 24", fill: "none",
        stroke: "currentColor", "stroke-width": 2, "aria-hidden": "true",
        "stroke-linecap": "round", "stroke-linejoin": "round" });

    for (const [className, d, fill] of [
        ["", "M4 9.5h3.5L12 5.5v13L7.5 14.5H4Z", "currentColor"],
        ["sounding", "M15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11", "none"],
        ["silent", "M16 9.5l5 5M21 9.5l-5 5", "none"]]) {
        root.append(drawing("path", { d, fill, class: className }));
    }
    return root;
}

/* A round button that turns a film's sound on and off */
export function soundButton(film, say) {
    const element = button("sound", "", () => {
        film.muted = !film.muted;
        show();
    });

    function show() {
        element.setAttribute("aria-pressed", String(!film.muted));
        element.setAttribute("aria-label", say("soundOn"));
        element.title = say(film.muted ? "soundOn" : "soundOff");
    }
    element.append(speaker());
    film.addEventListener("volumechange", show);
    show();
    return element;
}
