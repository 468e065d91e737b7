/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The intro: a film with a button that is part of its picture. The manifest
 * gives the button's bounds, and a polygon if it is no rectangle, in the
 * film's own pixels (in shares of its size when no number is above 1). If
 * there is no film, a still with a button of our own does as well.
 */
import { addressOf } from "./api.js";
import { button, drawing, loadFilm, make, quiet, soundButton, startFilm } from
    "./parts.js";

const FINGER = 44;              /* pixels: no button is smaller */
const TIMER = 8000;             /* ms of an intro that goes on by timer */
const HINT = 4500;              /* ms until the button is pointed out */
const EFFECTS = ["glow", "scale", "pulse", "none"];

function finite(...values) {
    return values.every((value) => typeof value === "number" &&
        Number.isFinite(value));
}

/*
 * { corners, masked }: the button's corners in shares of the film, those of
 * the polygon (masked), else those of the bounds; null without either. What
 * lies outside of the film is moved to its edge.
 */
export function cornersOf(spec, width, height) {
    const { x, y, width: w, height: h } = spec?.bounds ?? {};
    const polygon = Array.isArray(spec?.mask_polygon) ? spec.mask_polygon
        .filter((point) => Array.isArray(point) && point.length >= 2 &&
            finite(...point.slice(0, 2))) : [];
    const usable = finite(x, y, w, h) && w > 0 && h > 0;
    const masked = polygon.length >= 3;
    const points = masked ? polygon : usable ?
        [[x, y], [x + w, y], [x + w, y + h], [x, y + h]] : null;

    if (!points) {
        return null;
    }
    const shares = points.flat().every((value) => value <= 1);
    const [wide, high] = shares ? [1, 1] : [width, height];
    const inside = (value) => Math.max(0, Math.min(1, value));

    return { masked, corners: points.map(
        ([px, py]) => [inside(px / wide), inside(py / high)]) };
}

/* The film's picture in its box: it is shown whole, with bars beside it */
export function pictureBox(box, width, height) {
    const scale = Math.min(box.width / width, box.height / height);

    return { left: (box.width - width * scale) / 2,
             top: (box.height - height * scale) / 2,
             width: width * scale, height: height * scale };
}

/* Bounding box of the corners in pixels, at least as large as a finger */
function hotBox(corners, picture) {
    const xs = corners.map(([x]) => picture.left + x * picture.width);
    const ys = corners.map(([, y]) => picture.top + y * picture.height);
    const span = (values, from, size) => {
        const low = Math.min(...values);
        const high = Math.max(...values);
        const long = Math.min(size, Math.max(FINGER, high - low));
        const middle = (low + high) / 2;

        return [Math.max(from, Math.min(from + size - long,
                                        middle - long / 2)), long];
    };
    const [left, width] = span(xs, picture.left, picture.width);
    const [top, height] = span(ys, picture.top, picture.height);
    const grown = Math.max(...xs) - Math.min(...xs) < FINGER ||
        Math.max(...ys) - Math.min(...ys) < FINGER;

    return { left, top, width, height, points: grown ? null :
        xs.map((px, i) => [px - left, ys[i] - top]) };
}

/* The outline that is lit: the button itself is clear, the film shows it */
function outline() {
    const root = drawing("svg", { class: "outline", "aria-hidden": "true" });
    const shape = drawing("path", {});

    root.append(shape);
    return { root, shape };
}

function rounded({ width: w, height: h }) {
    const r = Math.min(w, h) * 0.3;
    const arc = (x, y) => `a${r} ${r} 0 0 1 ${x * r} ${y * r}`;

    return `M${r} 0H${w - r}${arc(1, 1)}V${h - r}${arc(-1, 1)}H${r}` +
        `${arc(-1, -1)}V${r}${arc(1, -1)}Z`;
}

function place(hot, line, { corners, masked }, film, view) {
    const picture = pictureBox(view.getBoundingClientRect(), film.videoWidth,
                               film.videoHeight);
    const box = hotBox(corners, picture);
    const clipped = masked && box.points;

    for (const name of ["left", "top", "width", "height"]) {
        hot.style[name] = line.root.style[name] = `${box[name]}px`;
    }
    hot.style.clipPath = clipped ? `polygon(${box.points
        .map(([x, y]) => `${x}px ${y}px`).join(", ")})` : "";
    line.shape.setAttribute("d", clipped ?
        `M${box.points.map((point) => point.join(" ")).join("L")}Z` :
        rounded(box));
}

/* Puts the button over the film's; returns what ends the watching of sizes */
function overlay(view, film, spot, hot) {
    const line = outline();
    const watch = new ResizeObserver(
        () => place(hot, line, spot, film, view));

    view.append(hot, line.root);
    watch.observe(view);
    return () => watch.disconnect();
}

function clickSound(spec) {
    const address = spec?.click_sound_uri && addressOf(spec.click_sound_uri);

    if (address) {
        new Audio(address.href).play().catch(() => {});
    }
}

function stillView(name, start) {
    const still = make("div", "still");

    still.append(make("h1", "still-title", name), start);
    return still;
}

/* When the flow goes on without a press */
function goOnAlone(trigger, film, done) {
    if (trigger === "timer") {
        return window.setTimeout(done, TIMER);
    }
    if (trigger === "auto" && film) {
        film.addEventListener("ended", done, { once: true });
    }
    return 0;
}

/* A film does not run by itself for who wants little motion: a button */
function filmBar(view, film, say, start) {
    const bar = make("div", "bar");

    if (quiet.matches) {
        bar.append(button("lesser", say("watch"), (event) => {
            event.currentTarget.remove();
            startFilm(film);
        }));
    } else {
        startFilm(film);
    }
    bar.append(start);
    view.append(bar, soundButton(film, say));
    return bar;
}

/* Shows the intro on the stage; resolves when the game is wanted */
export async function showIntro(stage, { manifest, words, events }) {
    const spec = manifest.interaction?.button;
    const { say } = words;
    const film = await loadFilm(manifest.assets?.intro_video,
                                { sound: false });
    const spot = film && cornersOf(spec, film.videoWidth, film.videoHeight);
    const effect = EFFECTS.includes(spec?.hover_effect) ? spec.hover_effect :
        "glow";
    const label = say("startLabel", manifest.campaign_name);
    const view = make("section", `intro effect-${effect}`);
    let release = () => {};
    let timer = 0;
    let hint = 0;

    await new Promise((resolve) => {
        function press() {
            clickSound(spec);
            events.tell("button_clicked");
            events.tell("interaction", { target: "button" });
            resolve();
        }
        const start = button("start", say("start"), press);

        start.setAttribute("aria-label", label);
        start.addEventListener("pointerenter", () => events.once("hover"));
        if (!film) {
            view.append(stillView(manifest.campaign_name, start));
            stage.replaceChildren(view);
            start.focus({ preventScroll: true });
        } else {
            view.append(film);
            stage.replaceChildren(view);
            const bar = filmBar(view, film, say, start);

            if (spot) {
                const hot = button("hot", "", press);

                hot.setAttribute("aria-label", label);
                hot.addEventListener("pointerenter",
                                     () => events.once("hover"));
                start.hidden = true;    /* the film's own button will do … */
                release = overlay(view, film, spot, hot);
                hint = window.setTimeout(() => {
                    view.classList.add("hinted");
                    bar.prepend(make("p", "hint", say("hint")));
                    start.hidden = false;       /* … unless it is not seen */
                }, HINT);
            }
        }
        stage.setAttribute("aria-busy", "false");
        events.tell("intro_started");
        timer = goOnAlone(manifest.flow?.intro_to_game_trigger, film, resolve);
    });
    window.clearTimeout(timer);
    window.clearTimeout(hint);
    release();
    film?.pause();
}
