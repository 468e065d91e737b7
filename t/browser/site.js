/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * A stand-in for the server, on 127.0.0.1: the play page, bundles, films, and
 * an API whose campaigns do what a test wants. It sends the headers that
 * matter in a browser: content types, Content-Security-Policy, CORS.
 */
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { BUILD, SHELL, TREES } from "./bundles.js";

const POLICY = "default-src 'self'; media-src 'self' data: blob:";
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css",
    ".js": "application/javascript", ".json": "application/json",
    ".svg": "image/svg+xml", ".wav": "audio/wav", ".webm": "video/webm" };

const CALL = new RegExp("^/api/v1/campaigns/([^/]+)/(manifest|plays)" +
                        "(?:/([^/]+)/finish)?$");

function fileBelow(root, name) {
    const file = path.join(root, decodeURIComponent(name));

    return file.startsWith(root + path.sep) && fs.existsSync(file) &&
        fs.statSync(file).isFile() ? file : null;
}

function send(answer, status, headers, body) {
    answer.writeHead(status, { "X-Content-Type-Options": "nosniff",
                               ...headers });
    answer.end(body);
}

function sendJson(answer, status, value, headers = {}) {
    send(answer, status, { "Content-Type": "application/json", ...headers },
         JSON.stringify(value));
}

/* A file, or the range of it that a media element asks for */
function sendFile(request, answer, file, headers) {
    const body = fs.readFileSync(file);
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    const type = TYPES[path.extname(file)] ?? "application/octet-stream";
    const all = { "Content-Type": type, "Content-Security-Policy": POLICY,
                  "Accept-Ranges": "bytes", ...headers };

    if (!range) {
        send(answer, 200, { ...all, "Content-Length": body.length }, body);
        return;
    }
    const from = Number(range[1]);
    const to = range[2] ? Number(range[2]) : body.length - 1;
    send(answer, 206, { ...all, "Content-Length": to - from + 1,
                        "Content-Range": `bytes ${from}-${to}/${body.length}` },
         body.subarray(from, to + 1));
}

async function bodyOf(request) {
    const parts = [];

    for await (const part of request) {
        parts.push(part);
    }
    return parts.length ? JSON.parse(Buffer.concat(parts).toString()) : null;
}

/* An answer of a campaign: { status, body, headers } */
function sendAnswer(answer, { status = 200, body = {}, headers }) {
    sendJson(answer, status, body, headers);
}

/*
 * campaigns: Map of id to { manifest, plays(body), finish(body, playId) },
 * each of the two returning an answer. calls: what came, in order.
 */
async function api(campaigns, calls, request, answer, place) {
    const [, id, what, playId] = CALL.exec(place) ?? [];
    const campaign = campaigns.get(decodeURIComponent(id ?? ""));

    if (!campaign) {
        sendJson(answer, 404, { detail: { code: "CAMPAIGN_NOT_FOUND",
                                          message: "no", params: {} } });
        return;
    }
    const body = request.method === "POST" ? await bodyOf(request) : null;
    calls.push({ id, what: playId ? "finish" : what, body, playId });
    if (what === "manifest") {
        sendJson(answer, 200, campaign.manifest);
    } else if (playId) {
        sendAnswer(answer, campaign.finish(body, playId));
    } else {
        sendAnswer(answer, campaign.plays(body));
    }
}

const ICON = '<link rel="icon" href="/play/_shell/icon.svg">';
const HOST_PAGE = (address) => `<!DOCTYPE html>${ICON}<title>host</title>
<iframe src="${address}" style="width:100%;height:90vh"></iframe>`;

export async function serve(campaigns) {
    const calls = [];
    const roots = [["/play/_shell/", SHELL, {}],
        ["/campaign-assets/bundles/", TREES,
         { "Access-Control-Allow-Origin": "*",
           "Cross-Origin-Resource-Policy": "cross-origin" }],
        ["/films/", path.join(BUILD, "films"), {}]];

    async function handle(request, answer) {
        const { pathname, searchParams } = new URL(request.url, "http://x");
        const root = roots.find(([prefix]) => pathname.startsWith(prefix));

        if (pathname.startsWith("/api/v1/")) {
            await api(campaigns, calls, request, answer, pathname);
        } else if (root) {
            const file = fileBelow(root[1], pathname.slice(root[0].length));

            if (file) {
                sendFile(request, answer, file, root[2]);
            } else {
                sendJson(answer, 404, {});
            }
        } else if (/^\/play\/[^/]+\/$/.test(pathname)) {
            sendFile(request, answer, path.join(SHELL, "index.html"), {});
        } else if (pathname === "/host") {
            send(answer, 200, { "Content-Type": "text/html" },
                 HOST_PAGE(searchParams.get("frame")));
        } else if (pathname === "/blank" || pathname === "/there") {
            send(answer, 200, { "Content-Type": "text/html" },
                 `<!DOCTYPE html>${ICON}<title>blank</title>`);
        } else {
            sendJson(answer, 404, {});
        }
    }

    const server = http.createServer((request, answer) => {
        handle(request, answer).catch((error) => {
            console.error(error);
            answer.destroy();
        });
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { origin: `http://127.0.0.1:${server.address().port}`, calls,
             close: () => new Promise((resolve) => {
                 server.close(resolve);
                 server.closeAllConnections();
             }) };
}
