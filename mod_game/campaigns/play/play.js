/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The page of a campaign: intro, game, outcome, as its manifest says. The
 * server decides each play; this shows it.
 */
import { addressOf, fetchManifest, finishPlay, Refusal, startPlay } from
    "./api.js";
import { makeEvents } from "./events.js";
import { fetchConfig, holdGame, playGame } from "./game.js";
import { showIntro } from "./intro.js";
import { showOutcome, showRefusal } from "./outcome.js";
import { make, wait } from "./parts.js";
import { wordsFor } from "./words.js";

const SAVE_WAITS = [1000, 3000, 8000];  /* ms between tries to finish a play */
const SEQUENCE = ["intro", "game", "outcome"];

const stage = document.getElementById("stage");

function refusalFrom(error) {
    if (!(error instanceof Refusal)) {
        console.error(error);
    }
    return error instanceof Refusal ? error : new Refusal("OTHER");
}

/* Calls until it succeeds; what cannot be helped by trying stays on the page */
async function insist(visit, attempt) {
    for (;;) {
        try {
            return await attempt();
        } catch (error) {
            await showRefusal(stage, refusalFrom(error), visit);
            stage.replaceChildren(make("p", "notice",
                                       visit.words.say("loading")));
        }
    }
}

function setColour(name, colour) {
    if (typeof colour === "string" && CSS.supports("color", colour)) {
        document.documentElement.style.setProperty(name, colour);
    }
}

function showBrand(manifest) {
    const brand = manifest.branding ?? {};
    const header = document.getElementById("brand");
    const logo = brand.logo_uri && addressOf(brand.logo_uri);
    const name = brand.brand_name ? make("span", "brand-name",
                                         brand.brand_name) : "";

    document.title = [manifest.campaign_name, brand.brand_name]
        .filter(Boolean).join(" – ");
    setColour("--brand", brand.colors?.primary);
    setColour("--brand-two", brand.colors?.secondary);
    if (typeof brand.font_family === "string") {
        document.body.style.fontFamily =
            `${brand.font_family}, var(--font)`;
    }
    header.replaceChildren(name);
    if (logo) {
        const image = new Image();

        image.className = "brand-logo";
        image.alt = brand.brand_name ?? "";
        image.addEventListener("load", () => {
            header.replaceChildren(image);      /* it has the name in it */
        });
        image.src = logo.href;
    }
}

/* Tells the server that the play was shown; again() once more by hand */
function save(play, played) {
    const attempt = () => finishPlay(play, played.durationMs, played.result);

    async function patiently() {
        for (const ms of SAVE_WAITS) {
            try {
                return await attempt();
            } catch (error) {
                const { status } = refusalFrom(error);

                if (status && status !== 429 && status < 500) {
                    throw error;
                }
            }
            await wait(ms);
        }
        return attempt();
    }
    const done = patiently();

    done.catch(() => {});       /* the outcome's view says it */
    return { done, again: attempt };
}

/* The game, or the way around it when it does not load */
async function playThrough(visit, play) {
    while (visit.sequence.includes("game")) {
        try {
            return await playGame(stage, visit, play);
        } catch (error) {
            if (await showRefusal(stage, refusalFrom(error), visit) ===
                "result") {
                break;
            }
        }
    }
    return { durationMs: 0, result: null };
}

async function onePlay(visit) {
    const play = await insist(visit, startPlay);
    const played = await playThrough(visit, play);
    const saving = save(play, played);

    visit.events.tell("game_completed", { playId: play.playId,
                                          outcome: play.outcome });
    if (played.result) {
        await holdGame();
    }
    if (visit.sequence.includes("outcome")) {
        await showOutcome(stage, visit, play, saving);
    } else {
        await showOutcome(stage, { ...visit, manifest: {} }, play, saving);
    }
}

async function visit() {
    const language = new URLSearchParams(window.location.search).get("lang") ??
        navigator.language;
    const words = wordsFor(language);

    document.documentElement.lang = words.language;
    stage.replaceChildren(make("p", "notice", words.say("loading")));
    const manifest = await insist({ words }, fetchManifest);
    const events = makeEvents(manifest.analytics);
    const listed = manifest.flow?.sequence;
    const here = { manifest, words, events, config: {},
                   sequence: Array.isArray(listed) && listed.length ? listed :
                       SEQUENCE };

    showBrand(manifest);
    events.tell("campaign_view");
    events.tell("impression");
    window.addEventListener("wheel", () => events.once("scroll"),
                            { passive: true });
    window.addEventListener("pointerdown", () => events.once("interaction"));
    fetchConfig(manifest).then((config) => {
        here.config = config ?? {};
    });
    if (here.sequence.includes("intro")) {
        await showIntro(stage, here);
    }
    for (;;) {
        await onePlay(here);
    }
}

visit();
