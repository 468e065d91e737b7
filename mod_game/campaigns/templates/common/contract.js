/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * What a game's page and the page around it say to each other. The page
 * around it sends {type:"campaign_outcome", playId, outcome, prize}; the game
 * answers {type:"game_complete", result, prize, segment_label}. Win or loss
 * is never drawn here, but in a demo: a page without a parent.
 */

const FRAMED = window.parent !== window;

/*
 * The origin that may send outcomes: this page's, or that of ?parent=, for
 * bundles on a host of their own. An opaque origin (a sandbox) still has its
 * address, so location.origin is right there too.
 */
function parentOrigin() {
    const given = new URLSearchParams(window.location.search).get("parent");

    try {
        return given ? new URL(given).origin : window.location.origin;
    } catch {
        return window.location.origin;
    }
}

function orderOf(data) {
    const prize = typeof data.prize === "string" && data.prize !== "" ?
        data.prize : null;

    return {
        playId: String(data.playId ?? ""),
        won: data.outcome === "win",
        prize: data.outcome === "win" ? prize : null
    };
}

/*
 * Listens from now on. demo: no parent. next(drawDemo): the next outcome, in
 * a demo that of drawDemo(). complete(order, label): tells page and parent.
 * tell(type): any other message to the parent, without data.
 */
export function openContract() {
    const origin = parentOrigin();
    const seen = new Set();
    const waiting = [];
    let wake = null;

    function heard(event) {
        const data = event.data;

        if (event.source !== window.parent || event.origin !== origin ||
            !data || data.type !== "campaign_outcome" ||
            (data.outcome !== "win" && data.outcome !== "lose")) {
            return;
        }
        const order = orderOf(data);
        if (seen.has(order.playId)) {
            return;                     /* said twice: one play all the same */
        }
        seen.add(order.playId);
        waiting.push(order);
        wake?.();
    }

    if (FRAMED) {
        window.addEventListener("message", heard);
    }
    return {
        demo: !FRAMED,
        async next(drawDemo) {
            if (!FRAMED) {
                return drawDemo();
            }
            while (!waiting.length) {
                await new Promise((resolve) => {
                    wake = resolve;
                });
            }
            return waiting.shift();
        },
        complete(order, label) {
            const detail = {
                result: order.won ? "win" : "lose",
                prize: order.prize,
                segment_label: label ?? null
            };

            window.dispatchEvent(new CustomEvent("game_complete", { detail }));
            if (FRAMED) {
                window.parent.postMessage(
                    { type: "game_complete", ...detail }, origin);
            }
        },
        tell(type) {
            if (FRAMED) {
                window.parent.postMessage({ type }, origin);
            }
        }
    };
}
