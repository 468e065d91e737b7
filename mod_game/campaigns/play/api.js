/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The three calls of a campaign's page. No key and no token of a person is
 * here: who plays is said by ?invitation=, which the campaign's owner had
 * made, or by the server's own cookie.
 */

function meta(name) {
    return document.querySelector(`meta[name="${name}"]`)?.content ?? "";
}

const query = new URLSearchParams(window.location.search);
const base = new URL(meta("game-api"), window.location.href);

/* The segment after /play/ in the address */
export const campaignId = meta("game-campaign") || decodeURIComponent(
    /\/play\/([^/]+)/.exec(window.location.pathname)?.[1] ?? "");

/* What a server that refuses says: code, params, seconds to wait or null */
export class Refusal extends Error {
    constructor(code, { params, wait, status } = {}) {
        super(code);
        this.code = code;
        this.params = params ?? {};
        this.wait = wait ?? null;
        this.status = status ?? 0;
    }
}

/* Retry-After: seconds, or a date */
function waitOf(answer) {
    const value = answer.headers.get("Retry-After");

    if (!value) {
        return null;
    }
    const seconds = /^\d+$/.test(value) ? Number(value) :
        Math.ceil((Date.parse(value) - Date.now()) / 1000);
    return Number.isFinite(seconds) ? Math.max(1, seconds) : null;
}

async function refusalOf(answer) {
    const body = await answer.json().catch(() => null);
    const detail = body?.detail;

    return new Refusal(typeof detail?.code === "string" ? detail.code : "OTHER",
                       { params: detail?.params, wait: waitOf(answer),
                         status: answer.status });
}

async function call(path, body) {
    const address = `${base.href.replace(/\/$/, "")}/campaigns/` +
        `${encodeURIComponent(campaignId)}/${path}`;
    let answer;

    try {
        answer = await fetch(address, body === undefined ? {} : {
            method: "POST",
            keepalive: true,            /* a redirect must not end it */
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(body)
        });
    } catch {
        throw new Refusal("UNREACHABLE");
    }
    if (!answer.ok) {
        throw await refusalOf(answer);
    }
    return answer.json().catch(() => ({}));
}

export function fetchManifest() {
    return call("manifest");
}

/* { playId, outcome, prize, playToken, playsRemaining } */
export function startPlay() {
    const body = {};

    if (query.get("invitation")) {
        body.invitation = query.get("invitation");
    }
    return call("plays", body);
}

export function finishPlay(play, durationMs, playerResult) {
    const body = { playToken: play.playToken,
                   durationMs: Math.round(durationMs) };

    if (playerResult) {
        body.playerResult = playerResult;
    }
    return call(`plays/${encodeURIComponent(play.playId)}/finish`, body);
}

/* An address that a manifest names, if a browser may load it; else null */
export function addressOf(uri) {
    try {
        const address = new URL(uri, window.location.href);

        return /^https?:$/.test(address.protocol) ? address : null;
    } catch {
        return null;
    }
}
