/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The browser of the tests: pages that keep what they say on the console and
 * the messages that games send, and small films, made by the browser itself.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { BUILD } from "./bundles.js";

const { chromium } = createRequire(path.join(BUILD, "package.json"))(
    "playwright-core");

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
    "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"];

export function launch() {
    return chromium.launch({
        executablePath: process.env.GAME_BROWSER ?? "/usr/bin/chromium",
        args: FLAGS });
}

/*
 * In every frame: keeps messages and events that the tests ask about. What a
 * game says and shows at its end is sent: its frame goes away soon after.
 */
function record() {
    const sendResult = () => {
        const text = document.querySelector(".result-text")?.textContent;

        if (text === undefined) {
            window.setTimeout(sendResult, 20);
        } else {
            window.keepResult({ text, events: window.heard.filter((one) =>
                one.event === "game_complete") });
        }
    };

    window.heard = [];
    window.addEventListener("game_complete",
                            () => window.setTimeout(sendResult, 20));
    window.addEventListener("message", (event) => {
        window.heard.push({ ...event.data, from: event.origin });
    });
    for (const name of ["game_complete", "campaign_event"]) {
        window.addEventListener(name, (event) => {
            window.heard.push({ event: name, ...event.detail });
        });
    }
    window.addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
    });
}

/*
 * A page with `faults`: errors and what a policy blocked. result: of the first
 * game that ends in it, { text, events }.
 */
export async function openPage(browser, options = {}) {
    const context = await browser.newContext(
        { viewport: { width: 1000, height: 700 }, ...options });
    const page = await context.newPage();

    page.faults = [];
    page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") {
            page.faults.push(`${message.type()}: ${message.text()} ` +
                             `${message.location().url}`);
        }
    });
    page.on("pageerror", (error) => page.faults.push(String(error)));
    let keep;
    page.result = new Promise((resolve) => {
        keep = resolve;
    });
    await page.exposeBinding("keepResult", (from, value) => keep(value));
    await context.addInitScript(record);
    page.setDefaultTimeout(60000);
    return page;
}

export async function closePage(page) {
    await page.context().close();
}

/* Runs in a page: a second of moving picture with a word on it */
async function film([word, colour]) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    const parts = [];
    let size = 0;

    canvas.width = 640;
    canvas.height = 360;
    function draw(t) {
        context.fillStyle = colour;
        context.fillRect(0, 0, 640, 360);
        context.fillStyle = "#ffffff33";
        for (let i = 0; i < 6; i++) {
            context.beginPath();
            context.arc((i * 120 + t * 60) % 700, 60 + (i * 67) % 260,
                        16 + i * 6, 0, 7);
            context.fill();
        }
        context.fillStyle = "#fff";
        context.textAlign = "center";
        context.font = "bold 48px sans-serif";
        context.fillText(word, 320, 150);
        if (word === "Intro") {         /* the button of its picture */
            context.fillStyle = "#ffd23f";
            context.beginPath();
            context.roundRect(245, 215, 150, 60, 30);
            context.fill();
            context.fillStyle = "#10121b";
            context.font = "bold 26px sans-serif";
            context.fillText("PLAY", 320, 254);
        }
    }
    draw(0);
    const recorder = new MediaRecorder(canvas.captureStream(15),
                                       { mimeType: "video/webm;codecs=vp8" });
    recorder.ondataavailable = (event) => {
        parts.push(event.data);
        size += event.data.size;
    };
    const stopped = new Promise((resolve) => {
        recorder.onstop = resolve;
    });
    document.body.append(canvas);
    recorder.start(200);
    const began = performance.now();
    await new Promise((resolve) => {
        const timer = setInterval(() => {
            const t = (performance.now() - began) / 1000;

            draw(t);
            if (t > 1.2 && (size > 3000 || t > 20)) {
                clearInterval(timer);
                resolve();
            }
        }, 66);
    });
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
}

/* intro.webm, win.webm and lose.webm in build/browser/films */
export async function makeFilms(browser, origin) {
    const folder = path.join(BUILD, "films");
    const wanted = [["intro", "Intro", "#5b6cff"], ["win", "Hooray", "#1f9d55"],
        ["lose", "Oh no", "#a83279"]];

    fs.mkdirSync(folder, { recursive: true });
    for (const [name, word, colour] of wanted) {
        const file = path.join(folder, `${name}.webm`);

        if (!fs.existsSync(file)) {
            const page = await openPage(browser);

            await page.goto(`${origin}/blank`);
            const bytes = await page.evaluate(film, [word, colour]);
            fs.writeFileSync(file, Buffer.from(bytes, "base64"));
            await closePage(page);
        }
    }
}
