/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The pages of bundles by themselves: demo, messages of others, sizes of
 * screens, little motion, music, configs that hold anything.
 */
import { holds, same, test } from "./checks.js";
import { closePage, openPage } from "./browser.js";
import { BASES, makeBundle, sampleConfigs } from "./bundles.js";

let browser;
let site;
let shots;

function configOf(base, change = () => {}) {
    const config = structuredClone(sampleConfigs().find((sample) =>
        sample.base === base).config);

    change(config);
    return config;
}

async function opened(name, run, { faults = [], ...options } = {}) {
    const page = await openPage(browser, options);

    await page.goto(`${site.origin}/campaign-assets/bundles/${name}/`  +
                    "index.html");
    await run(page);
    same(page.faults.filter((one) => !faults.some((known) =>
        one.includes(known))), [], "faults on the console");
    await closePage(page);
}

async function demo() {
    makeBundle("demo", "spin_wheel", configOf("spin_wheel", (config) => {
        config.mechanics.spin_duration_ms = 500;
    }));
    await opened("demo", async (page) => {
        await page.locator(".demo").waitFor();
        for (let round = 1; round <= 2; round++) {
            await page.locator(".actions .primary:enabled").click();
            await page.locator(".result").waitFor();
            const heard = await page.evaluate(() => window.heard);
            same(heard.length, round, "game_complete events");
            await page.locator(".result .primary").click();
        }
    });
}

/* Only the page around it may say how a play ends */
async function strangers() {
    const page = await openPage(browser);
    const bundle = `${site.origin}/campaign-assets/bundles/demo/index.html`;

    await page.goto(`${site.origin}/host?frame=${encodeURIComponent(bundle)}`);
    const frame = await (await page.locator("iframe").elementHandle())
        .contentFrame();
    await frame.locator("#game-container[aria-busy=false]").waitFor();
    const outcome = { type: "campaign_outcome", playId: "x", outcome: "win",
                      prize: "prize_1" };
    await frame.evaluate((data) => window.postMessage(data, "*"), outcome);
    await page.waitForTimeout(300);
    same(await frame.locator(".wheel").count(), 0, "rounds by a stranger");
    await page.evaluate((data) => {
        const { contentWindow } = document.querySelector("iframe");

        contentWindow.postMessage({ ...data, outcome: "maybe" }, "*");
        contentWindow.postMessage(data, "*");
        contentWindow.postMessage(data, "*");           /* said twice */
    }, outcome);
    await frame.locator(".primary:enabled").click();
    await frame.locator(".result.won").waitFor();
    await page.waitForTimeout(400);
    same(await frame.locator(".result.won").count(), 1, "rounds of one play");
    same((await page.evaluate(() => window.heard)).map(({ type }) => type),
         ["game_ready", "game_complete"], "what the game said");
    await closePage(page);
}

/* Their boards have most in them; the frame around it is the same for all */
const FULLEST = ["memory_match", "quiz"];
const SCREENS = [["phone", 320, 568], ["low", 640, 320], ["wide", 1440, 900]];

function tooWide() {
    return document.documentElement.scrollWidth > window.innerWidth + 1;
}

/* A button without a name is one that a screen reader cannot tell */
function nameless() {
    return [...document.querySelectorAll("button, canvas[tabindex]")]
        .filter((element) => !element.textContent.trim() &&
            !element.getAttribute("aria-label")).length;
}

async function fits(base) {
    makeBundle(`fit-${base}`, base, configOf(base));
    await opened(`fit-${base}`, async (page) => {
        const shoot = async (name) => shots && page.screenshot(
            { path: `${shots}/fit-${base}-${name}.png` });

        await page.locator(".board > *").first().waitFor();
        for (const [screen, width, height] of SCREENS) {
            await page.setViewportSize({ width, height });
            await page.waitForTimeout(200);
            await shoot(screen);
            same(await page.evaluate(tooWide), false, `too wide for ${screen}`);
            const box = await page.locator(".actions button").boundingBox();
            holds(box.y + box.height <= height + 1,
                  `the button ends at ${box.y + box.height} of ${height}`);
        }
        same(await page.evaluate(nameless), 0, "buttons without a name");
        await page.locator(".actions button").click();
        for (const [screen, width, height] of SCREENS) {
            await page.setViewportSize({ width, height });
            await page.waitForTimeout(300);
            await shoot(`${screen}-game`);
            same(await page.evaluate(tooWide), false, `too wide for ${screen}`);
        }
    });
}

async function calm() {
    makeBundle("calm", "spin_wheel", configOf("spin_wheel", (config) => {
        config.mechanics.spin_duration_ms = 20000;
    }));
    await opened("calm", async (page) => {
        await page.locator(".primary:enabled").click();
        await page.locator(".result").waitFor({ timeout: 6000 });
        same(await page.locator(".confetti").count(), 0, "confetti");
    }, { reducedMotion: "reduce" });
}

async function music() {
    makeBundle("music", "slot_machine", configOf("slot_machine"));
    await opened("music", async (page) => {
        const track = page.waitForResponse(/assets\/audio\/bgm\.wav/);

        await page.waitForTimeout(300);
        await page.locator(".primary:enabled").click();
        holds((await track).ok(), "the track");
        const mute = page.locator(".mute");
        same(await mute.getAttribute("aria-pressed"), "true", "sound is on");
        await mute.click();
        same(await mute.getAttribute("aria-pressed"), "false", "sound is on");
    });
    makeBundle("other-track", "slot_machine", configOf("slot_machine"),
               "bgm.ogg");
    await opened("other-track", async (page) => {
        const track = page.waitForResponse(/assets\/audio\/bgm\.ogg/);

        await page.locator(".primary:enabled").click();
        holds((await track).ok(), "the track that the bundle lists");
    }, { faults: ["status of 404"] });
}

const SCRIPT = "<img src=x onerror=window.bad=1>";

/* Nothing in it is as a template wants it; text stays text */
function spoiled(base) {
    return configOf(base, (config) => {
        config.mechanics = { type: base, segments: [SCRIPT, 4],
            symbols: [{ id: SCRIPT }, { id: "b" }], questions: [null, {
                text: SCRIPT, options: [SCRIPT, "b"], correct_index: 0 }],
            prizes: "none", grid: [], grid_size: 7, win_score: -1,
            good_objects: {}, paylines: "x", spin_duration_ms: "fast",
            time_limit_sec: null, scoring: [], spawn_rates: "many" };
        config.copy = { title: SCRIPT, instructions: SCRIPT,
                        win_message: SCRIPT, lose_message: SCRIPT };
        config.visuals.animations = { intro: { type: "fade_in",
            duration_ms: "x", easing: "bounce(" }, win: 3 };
        config.visuals.assets = { background_music: { uri: 3 }, x: [] };
        config.visuals.colors = { primary: "transparent", secondary: "nope",
            accent: "hsl(40deg, 90%, 60%)", background: "currentcolor" };
        config.audio = { bgm: "loud", sfx: { win: 1, lose: null } };
        config.settings.locale = "not a locale";
    });
}

async function anything(base) {
    makeBundle(`spoiled-${base}`, base, spoiled(base));
    await opened(`spoiled-${base}`, async (page) => {
        await page.locator(".board > *").first().waitFor();
        const press = page.locator(".actions button").first();

        await press.click();
        await page.waitForTimeout(600);
        same(await page.locator(".title").textContent(), SCRIPT, "the title");
        same(await page.evaluate(() => window.bad ?? null), null,
             "script of a config");
    });
}

async function unreadable() {
    makeBundle("unreadable", "quiz", {});
    await opened("unreadable", async (page) => {
        await page.route("**/game_config.json", (route) => route.fulfill(
            { body: "{ not json" }));
        page.faults.length = 0;
        await page.reload();
        await page.getByText("could not be loaded").waitFor();
    }, { faults: ["SyntaxError"] });
}

export async function testPages(...given) {
    [browser, site, shots] = given;

    await test("page: a demo without a parent", demo);
    await test("page: messages of others are not heard", strangers);
    await test("page: little motion", calm);
    await test("page: music and sound", music);
    await test("page: a config that is no JSON", unreadable);
    for (const base of FULLEST) {
        await test(`page: ${base} fits small and large screens`,
                   () => fits(base));
    }
    for (const base of BASES) {
        await test(`page: ${base} with a config of anything`,
                   () => anything(base));
    }
}
