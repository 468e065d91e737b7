/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The game: the bundle's entry point in a frame of its own. It gets the
 * outcome as a message and says when it has shown it. The frame is a sandbox
 * without this page's origin, so a bundle cannot read this page, its cookie or
 * the play's token; for that, bundles are served with
 * Access-Control-Allow-Origin (a sandboxed page's modules need it).
 */
import { addressOf, Refusal } from "./api.js";
import { make, wait } from "./parts.js";

const LOAD_WAIT = 15000;        /* ms until a silent bundle counts as broken */
const HOLD = 1900;              /* ms that the game's own result is seen */
const GRACE = 10000;            /* ms beyond a game's time, by `timeout` */

function bundleOf(manifest) {
    const root = addressOf(manifest.assets?.game_bundle?.uri);
    const container = manifest.interaction?.game_container ?? {};

    if (!root) {
        throw new Refusal("GAME_FAILED");
    }
    if (!root.pathname.endsWith("/")) {
        root.pathname += "/";
    }
    const entry = new URL(container.entry_point || "index.html", root);

    if (entry.origin !== window.location.origin) {
        entry.searchParams.set("parent", window.location.origin);
    }
    return { entry,
             config: new URL(container.config_path || "game_config.json",
                             root) };
}

/* The game's config, for its words and its time; {} when it cannot be had */
export async function fetchConfig(manifest) {
    try {
        const answer = await fetch(bundleOf(manifest).config);

        return answer.ok ? await answer.json() : {};
    } catch {
        return {};
    }
}

function frameFor(stage, manifest, say, entry) {
    const frame = make("iframe", "game");

    frame.setAttribute("sandbox", stage.dataset.sandbox);
    frame.setAttribute("allow", "autoplay");
    frame.title = say("gameTitle", manifest.campaign_name);
    frame.src = entry.href;
    return frame;
}

/*
 * Plays one outcome; resolves to { durationMs, result }, result null when the
 * time was over first. Refuses with GAME_FAILED when the bundle does not load.
 */
export async function playGame(stage, { manifest, words, events, config },
                               play) {
    const { entry } = bundleOf(manifest);
    const frame = frameFor(stage, manifest, words.say, entry);
    const opaque = !frame.sandbox.contains("allow-same-origin");
    const origin = opaque ? "null" : entry.origin;
    const aborter = new AbortController();
    const signal = aborter.signal;
    let began = null;

    function start() {
        if (began === null) {
            began = performance.now();
            stage.setAttribute("aria-busy", "false");
            frame.contentWindow.postMessage(
                { type: "campaign_outcome", playId: play.playId,
                  outcome: play.outcome, prize: play.prize ?? null },
                opaque ? "*" : origin);
            frame.focus();
            events.tell("game_started", { playId: play.playId });
        }
    }

    try {
        return await new Promise((resolve, reject) => {
            const fail = () => reject(new Refusal("GAME_FAILED"));
            const done = (result) => resolve(
                { durationMs: performance.now() - began, result });

            window.addEventListener("message", (event) => {
                if (event.source !== frame.contentWindow ||
                    event.origin !== origin) {
                    return;
                }
                if (event.data?.type === "game_ready") {
                    start();
                } else if (event.data?.type === "game_failed") {
                    fail();
                } else if (event.data?.type === "game_complete" &&
                           began !== null) {
                    done(event.data.result === "win" ? "win" : "lose");
                }
            }, { signal });
            window.setTimeout(() => began === null && fail(), LOAD_WAIT);
            if (manifest.flow?.game_to_outcome_trigger === "timeout") {
                const seconds = Number(config.settings?.duration_sec) || 60;

                window.setTimeout(() => began !== null && done(null),
                                  seconds * 1000 + GRACE);
            }
            stage.replaceChildren(frame);
        });
    } finally {
        aborter.abort();
    }
}

/* Leaves the game on the stage until its result was seen */
export function holdGame() {
    return wait(HOLD);
}
