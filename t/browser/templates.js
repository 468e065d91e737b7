/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Every template through the play page, to a win and to a loss: the messages
 * of the page contract, the calls of the API, nothing on the console. The same
 * for a campaign of a server that runs.
 */
import { holds, same, test } from "./checks.js";
import { closePage, openPage } from "./browser.js";
import { BASES, makeBundle, sampleConfigs } from "./bundles.js";
import { campaign } from "./campaigns.js";
import { playTemplate } from "./players.js";

const PRIZES = { spin_wheel: "prize_2", scratch_card: "prize_1",
                 slot_machine: "Gift voucher" };
const START = ".hot, .still .start";
const SECONDS = 9;      /* of a game against the clock, lest tests last */

function shortened(config) {
    const copy = structuredClone(config);

    copy.settings.duration_sec = SECONDS;
    if (copy.mechanics.type === "catch_game") {
        copy.mechanics.duration_sec = SECONDS;
    }
    if (copy.mechanics.type === "memory_match") {
        copy.mechanics.match_display_duration_ms = 200;
    }
    return copy;
}

/* Presses the intro's button; returns the frame of the game */
export async function begin(page) {
    const hot = page.locator(START).first();

    await hot.waitFor();
    if (await page.locator(".hot").count()) {
        await hot.focus();
        await page.keyboard.press("Enter");
    } else {
        await hot.click();
    }
    return gameFrame(page);
}

export async function gameFrame(page) {
    const handle = await page.locator("iframe.game").elementHandle();
    const frame = await handle.contentFrame();

    await frame.locator("#game-container[aria-busy=false]").waitFor();
    return frame;
}

function heardOf(page, type) {
    return page.evaluate((name) => window.heard.filter((one) =>
        one.type === name), type);
}

/* What the game said, against what the server had decided */
async function checkMessages(page, play, frameEvents) {
    const complete = await heardOf(page, "game_complete");

    same(complete.length, 1, "number of game_complete messages");
    const { result, prize, segment_label: label, ...rest } = complete[0];
    same(result, play.outcome, "the game's result");
    same(prize, play.prize ?? null, "the game's prize");
    same(Object.keys(rest).sort(), ["from", "type"], "other members");
    holds(label === null || typeof label === "string", "segment_label");
    same(frameEvents, [{ event: "game_complete", result, prize,
                         segment_label: label }], "events in the game's page");
    return label;
}

/* Plays one campaign of an address; play: what the API answered */
export async function playThrough(page, address, { shots, name } = {}) {
    const shoot = async (when) => shots &&
        page.screenshot({ path: `${shots}/${name}-${when}.png` });
    const answer = page.waitForResponse((response) =>
        /\/plays$/.test(new URL(response.url()).pathname));
    const finished = page.waitForRequest((request) =>
        /\/finish$/.test(new URL(request.url()).pathname),
                                         { timeout: 180000 });

    for (const awaited of [answer, finished]) {
        awaited.catch(() => {});        /* a play that fails on the way */
    }
    await page.goto(address);
    await page.locator(START).first().waitFor();
    await shoot("intro");
    const frame = await begin(page);
    const play = await (await answer).json();
    const base = await playTemplate(page, frame, play.outcome,
                                    () => shoot("game"));
    const { events: frameEvents, text: result } = await Promise.race(
        [page.result, page.waitForEvent("close", { timeout: 120000 })]);
    await shoot("result");
    const body = (await finished).postDataJSON();
    const label = await checkMessages(page, play, frameEvents);
    await page.locator(".panel-title").waitFor();
    await page.waitForTimeout(600);
    await shoot("outcome");
    return { base, play, label, body, result,
             title: await page.locator(".panel-title").textContent(),
             status: (await (await finished).response()).status() };
}

export function checkPlayed(played, copy) {
    const { play, body } = played;
    const message = copy?.[play.outcome === "win" ? "win_message" :
        "lose_message"];

    same(body.playToken, play.playToken, "the token of finish");
    same(body.playerResult, play.outcome, "the result of finish");
    holds(Number.isInteger(body.durationMs) && body.durationMs > 300,
          `durationMs ${body.durationMs}`);
    same(played.status, 200, "status of finish");
    if (message) {
        same([played.result, played.title], [message, message],
             "what game and page say");
    }
}

export async function checkLabel(played, config) {
    const { base, label, play } = played;

    if (base === "spin_wheel") {
        const segment = config.mechanics.segments.find((one) =>
            one.label === label && Boolean(one.prize) ===
                (play.outcome === "win"));

        holds(segment, `the wheel stopped at ${label}`);
        if (play.prize) {
            same(segment.prize, play.prize, "prize of the field");
        }
    }
    if (/^\d+\/\d+$/.test(label ?? "")) {
        const [got, needed] = label.split("/").map(Number);

        same(got >= needed, play.outcome === "win", `${label} reached`);
    }
}

export async function testTemplates(browser, site, campaigns, shots) {
    const samples = sampleConfigs();

    for (const base of BASES) {
        const config = shortened(samples.find((one) => one.base === base)
            .config);

        makeBundle(`play-${base}`, base, config);
        for (const outcome of ["win", "lose"]) {
            const id = `${base}-${outcome}`;

            campaigns.set(id, campaign(id, `play-${base}`, outcome,
                                       { prize: PRIZES[base] }));
            await test(`${base}: ${outcome}`, async () => {
                const page = await openPage(browser);
                const played = await playThrough(
                    page, `${site.origin}/play/${id}/`, { shots, name: id });

                same(played.base, base, "the template");
                checkPlayed(played, config.copy);
                await checkLabel(played, config);
                same(page.faults, [], "faults on the console");
                await closePage(page);
            });
        }
    }
}

/*
 * Campaigns of a server that runs: outcome and prize are what it says.
 * GAME_BROWSER_ALLOW: faults that are as they should be there.
 */
export async function testServer(browser, addresses, plays, shots) {
    const allowed = process.env.GAME_BROWSER_ALLOW &&
        new RegExp(process.env.GAME_BROWSER_ALLOW);

    for (const [i, address] of addresses.entries()) {
        for (let n = 1; n <= plays; n++) {
            await test(`${address} play ${n}`, async () => {
                const page = await openPage(browser);
                const played = await playThrough(
                    page, address, { shots, name: `server-${i}-${n}` });

                checkPlayed(played, null);
                same(played.result, played.title, "what game and page say");
                same(page.faults.filter((one) => !allowed?.test(one)), [],
                     "faults on the console");
                console.log(`    ${played.base}: ${played.play.outcome}, ` +
                            `prize ${played.play.prize}, ended on ` +
                            `${played.label}`);
                await closePage(page);
            });
        }
    }
}
