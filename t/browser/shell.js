/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The play page: intro, refusals, saving, outcome, embedding.
 */
import { holds, same, test } from "./checks.js";
import { closePage, openPage } from "./browser.js";
import { makeBundle, sampleConfigs } from "./bundles.js";
import { campaign, refusing } from "./campaigns.js";
import { begin, gameFrame } from "./templates.js";

const QUICK = "quick-wheel";

let browser;
let site;
let campaigns;
let shots;

function quickConfig() {
    const { config } = structuredClone(sampleConfigs().find((sample) =>
        sample.base === "spin_wheel"));

    config.mechanics.spin_duration_ms = 500;
    config.mechanics.min_rotations = 1;
    return config;
}

/* Opens a campaign of that id; the page has its faults checked at the end */
async function visiting(id, more, run, { query = "", faults = [], ...options } =
    {}) {
    campaigns.set(id, more);
    const page = await openPage(browser, options);

    await page.goto(`${site.origin}/play/${id}/${query}`);
    await run(page);
    same(page.faults.filter((one) => !faults.some((known) =>
        one.includes(known))), [], "faults on the console");
    await closePage(page);
}

async function spin(page) {
    const frame = await gameFrame(page);

    await frame.locator(".primary:enabled").click();
    return frame;
}

async function throughGame(page) {
    await begin(page);
    await spin(page);
    await page.locator(".panel-title").waitFor();
}

function callsOf(id, what) {
    return site.calls.filter((call) => call.id === id && call.what === what);
}

async function hotBox(page) {
    await page.locator(".hot").waitFor();
    return page.locator(".hot").boundingBox();
}

/* The film is 640 by 360 in a page of 1000 by 700: scale 1.5625, 68.75 above */
async function buttonIsScaled() {
    await visiting("scaled", campaign("scaled", QUICK, "win"), async (page) => {
        const box = await hotBox(page);
        const wanted = { x: 245 * 1.5625, y: 68.75 + 215 * 1.5625,
                         width: 150 * 1.5625, height: 60 * 1.5625 };

        for (const [name, value] of Object.entries(wanted)) {
            holds(Math.abs(box[name] - value) < 1,
                  `${name} is ${box[name]}, expected ${value}`);
        }
        await page.mouse.move(box.x + 20, box.y + 20);
        await page.waitForTimeout(300);
        if (shots) {
            await page.screenshot({ path: `${shots}/shell-intro.png` });
        }
        await page.setViewportSize({ width: 360, height: 640 });
        await page.waitForTimeout(200);
        const small = await page.locator(".hot").boundingBox();
        holds(small.width >= 44 && small.height >= 43.9, "a finger fits");
        if (shots) {
            await page.screenshot({ path: `${shots}/shell-intro-small.png` });
        }
    });
}

/* A triangle: a click in its box but outside of it does nothing */
async function maskIsKept() {
    const button = { bounds: { x: 100, y: 100, width: 400, height: 200 },
        mask_polygon: [[100, 100], [500, 100], [100, 300]],
        hover_effect: "scale", click_sound_uri: "/campaign-assets/bundles/" +
            `${QUICK}/assets/audio/bgm.wav` };

    await visiting("masked", campaign("masked", QUICK, "win", { button }),
                   async (page) => {
        const box = await hotBox(page);

        await page.mouse.click(box.x + box.width * 0.9,
                               box.y + box.height * 0.9);
        await page.waitForTimeout(300);
        same(callsOf("masked", "plays").length, 0, "plays from outside");
        await page.mouse.move(box.x + box.width * 0.2,
                              box.y + box.height * 0.2);
        await page.waitForTimeout(300);
        if (shots) {
            await page.screenshot({ path: `${shots}/shell-mask.png` });
        }
        const sound = page.waitForRequest(/bgm\.wav/);
        await page.mouse.click(box.x + box.width * 0.2,
                               box.y + box.height * 0.2);
        await sound;
        await gameFrame(page);
        same(callsOf("masked", "plays").length, 1, "plays from inside");
    });
}

/* Who does not find the film's button is shown where it is, and another */
async function buttonIsPointedOut() {
    await visiting("hinted", campaign("hinted", QUICK, "win"), async (page) => {
        await page.locator(".hinted").waitFor();
        if (shots) {
            await page.screenshot({ path: `${shots}/shell-hint.png` });
        }
        await page.locator(".bar .start").click();
        await gameFrame(page);
    });
}

async function filmWaits() {
    await visiting("quiet", campaign("quiet", QUICK, "win"), async (page) => {
        const runs = () => page.locator(".film").evaluate(
            (film) => !film.paused || film.ended);

        await page.locator(".hot").waitFor();
        await page.waitForTimeout(500);
        same(await runs(), false, "the film runs");
        await page.getByRole("button", { name: "Play the film" }).click();
        await page.waitForTimeout(500);
        same(await runs(), true, "the film runs");
    }, { reducedMotion: "reduce" });
}

async function stillWithoutFilm() {
    const films = ["none", "none", "none"];

    await visiting("still", campaign("still", QUICK, "lose", { films }),
                   async (page) => {
        await page.locator(".still .start").waitFor();
        if (shots) {
            await page.screenshot({ path: `${shots}/shell-still.png` });
        }
        await throughGame(page);
        same(await page.locator(".film").count(), 0, "films");
        if (shots) {
            await page.waitForTimeout(600);
            await page.screenshot({ path: `${shots}/shell-no-film.png` });
        }
    }, { faults: ["none.webm"] });
}

/* An address that no browser may load: no request, and a still */
async function stillForFiles() {
    const more = campaign("files", QUICK, "lose");

    more.manifest.assets.intro_video.uri = "file:///tmp/intro.mp4";
    await visiting("files", more, async (page) => {
        await page.locator(".still .start").waitFor();
    });
}

async function goesOnByItself(trigger) {
    const id = `by-${trigger}`;

    await visiting(id, campaign(id, QUICK, "win", {
        flow: { intro_to_game_trigger: trigger } }), async (page) => {
        await spin(page);
        await page.locator(".panel-title").waitFor();
    });
}

async function withoutIntro() {
    await visiting("no-intro", campaign("no-intro", QUICK, "win", {
        flow: { sequence: ["game", "outcome"] } }), async (page) => {
        await spin(page);
        await page.locator(".panel.won").waitFor();
    });
}

const REFUSALS = [["CAMPAIGN_NOT_LIVE", 404, /not open/i],
    ["CAMPAIGN_INACTIVE", 403, /paused/i],
    ["CAMPAIGN_NOT_STARTED", 403, /begins on .*2031/],
    ["CAMPAIGN_ENDED", 410, /ended on .*2020/],
    ["LOGIN_REQUIRED", 401, /sign in/i],
    ["REGION_NOT_ALLOWED", 403, /region/i],
    ["MAX_PLAYS_REACHED", 409, /all your plays/],
    ["RATE_LIMITED", 429, /wait/i], ["SOMETHING_ELSE", 500, /later/i]];

async function refusals() {
    const rules = { start_date: "2031-05-01T10:00:00Z",
                    end_date: "2020-05-01T10:00:00Z" };

    for (const [code, status, text] of REFUSALS) {
        await visiting(code, refusing(code, QUICK, status, code,
            status === 429 ? { "Retry-After": "30" } : {}, { rules }),
                       async (page) => {
            await page.locator(".hot").click();
            await page.locator(".refusal").waitFor();
            holds(text.test(await page.locator(".refusal").textContent()),
                  `${code} says: ` +
                  await page.locator(".refusal").textContent());
            same(await page.locator(".refusal").getAttribute("data-code"),
                 code, "the code");
            if (shots && status === 429) {
                await page.waitForTimeout(600);
                await page.screenshot({ path: `${shots}/shell-refusal.png` });
            }
        }, { faults: [`status of ${status}`] });
    }
}

async function retriesAfterAWhile() {
    const more = refusing("limited", QUICK, 429, "RATE_LIMITED",
                          { "Retry-After": "2" });
    const refuse = more.plays;
    let first = true;

    more.plays = () => {
        const answer = first ? refuse() : campaign("limited", QUICK, "win")
            .plays();

        first = false;
        return answer;
    };
    await visiting("limited", more, async (page) => {
        await page.locator(".hot").click();
        const again = page.locator(".refusal .start");

        await again.waitFor();
        holds(await again.isDisabled(), "it has to wait");
        await page.locator(".refusal .start:enabled").click();
        await gameFrame(page);
    }, { faults: ["status of 429"] });
}

async function noSuchCampaign() {
    const page = await openPage(browser);

    await page.goto(`${site.origin}/play/nowhere/`);
    await page.locator(".refusal").waitFor();
    same(await page.locator(".refusal").getAttribute("data-code"),
         "CAMPAIGN_NOT_FOUND", "the code");
    await closePage(page);
}

async function redirects() {
    const flow = (delay) => ({ outcome_redirect: {
        win_url: `${site.origin}/there`, delay_ms: delay } });

    await visiting("leads", campaign("leads", QUICK, "win",
        { flow: flow(1200) }), async (page) => {
        await throughGame(page);
        await page.waitForURL(`${site.origin}/there`);
    });
    await visiting("stays", campaign("stays", QUICK, "win",
        { flow: flow(2500) }), async (page) => {
        await throughGame(page);
        await page.getByRole("button", { name: "Stay here" }).click();
        await page.waitForTimeout(3000);
        holds(page.url().includes("/play/stays/"), "it went all the same");
    });
    await visiting("lost-stays", campaign("lost-stays", QUICK, "lose",
        { flow: flow(300) }), async (page) => {
        await throughGame(page);
        await page.waitForTimeout(800);
        holds(page.url().includes("/play/lost-stays/"),
              "a loss has no address to go to");
    });
}

async function savesPatiently() {
    const more = campaign("patient", QUICK, "win");
    let tries = 0;

    more.finish = () => ++tries < 3 ? { status: 503 } : { status: 200 };
    await visiting("patient", more, async (page) => {
        await throughGame(page);
        await page.waitForTimeout(4500);
        same(tries, 3, "tries to finish");
        same(await page.locator(".saving").count(), 0, "notes");
    }, { faults: ["status of 503"] });
}

async function saysWhenNotSaved() {
    const more = campaign("unsaved", QUICK, "win");
    let answers = { status: 409, body: { detail: { code: "PLAY_FINISHED" } } };

    more.finish = () => answers;
    await visiting("unsaved", more, async (page) => {
        await throughGame(page);
        await page.locator(".saving").waitFor();
        answers = { status: 200 };
        await page.getByRole("button", { name: "Save again" }).click();
        await page.getByText("Your result is saved.").waitFor();
    }, { faults: ["status of 409"] });
}

async function playsAgain() {
    const more = campaign("again", QUICK, "lose");
    const plays = more.plays;
    let left = 2;

    more.plays = () => {
        const answer = plays();

        answer.body.playsRemaining = --left;
        return answer;
    };
    await visiting("again", more, async (page) => {
        await throughGame(page);
        await page.getByText("Plays left: 1").waitFor();
        await page.getByRole("button", { name: "Play again" }).click();
        await spin(page);
        await page.getByText("That was your last play.").waitFor();
        same(await page.getByRole("button", { name: "Play again" }).count(), 0,
             "buttons to play again");
        same(callsOf("again", "finish").map(({ playId }) => playId),
             ["again-1", "again-2"], "plays that were finished");
    });
}

async function whoPlays() {
    await visiting("named", campaign("named", QUICK, "win"), async (page) => {
        await begin(page);
        same(callsOf("named", "plays")[0].body,
             { invitation: "abc.12" }, "the call");
    }, { query: "?invitation=abc.12" });
    await visiting("nameless", campaign("nameless", QUICK, "win"),
                   async (page) => {
        await begin(page);
        same(callsOf("nameless", "plays")[0].body, {}, "the call");
    });
}

async function embedded() {
    campaigns.set("inside", campaign("inside", QUICK, "win", { prize: "cap" }));
    const page = await openPage(browser);
    const address = encodeURIComponent(`${site.origin}/play/inside/`);

    await page.goto(`${site.origin}/host?frame=${address}`);
    const shell = page.frameLocator("iframe");
    await shell.locator(".hot").click();
    await shell.frameLocator("iframe.game").locator(".primary:enabled").click();
    await shell.locator(".panel-title").waitFor();
    await page.waitForTimeout(200);
    const heard = await page.evaluate(() => window.heard);
    const names = heard.map(({ event }) => event);

    for (const name of ["campaign_view", "impression", "intro_started",
        "button_clicked", "interaction", "game_started", "game_completed",
        "outcome_shown", "win"]) {
        holds(names.includes(name), `no event ${name} in ${names}`);
    }
    holds(heard.every(({ type, campaignId, trackingId }) =>
        type === "campaign_event" && campaignId === "inside" &&
        trackingId === "T-1"), "what each event has");
    holds(!JSON.stringify(heard).includes("secret"), "a token got out");
    same(page.faults, [], "faults on the console");
    await closePage(page);
}

/* The frame of the game cannot reach the page around it */
async function sandboxed() {
    await visiting("boxed", campaign("boxed", QUICK, "win"), async (page) => {
        await begin(page);
        const frame = await gameFrame(page);
        const reach = await frame.evaluate(() => {
            try {
                return String(window.parent.document.cookie);
            } catch (error) {
                return error.name;
            }
        });

        same(reach, "SecurityError", "what the game sees of the page");
        holds(!(await page.content()).includes("secret-of"),
              "the token is in the page");
    });
}

async function brokenBundle() {
    makeBundle("broken", "spin_wheel", {});
    const more = campaign("broken", "broken", "win", { prize: "cap" });

    more.manifest.interaction.game_container.entry_point = "nothing.html";
    await visiting("broken", more, async (page) => {
        await page.locator(".hot").click();
        await page.locator(".refusal[data-code=GAME_FAILED]").waitFor();
        await page.getByRole("button", { name: "Show the result" }).click();
        await page.getByText("Your prize: Cap", { exact: true }).waitFor();
        same(callsOf("broken", "plays").length, 1, "plays");
        same(callsOf("broken", "finish").length, 1, "plays finished");
    }, { faults: ["status of 404"] });
}

async function byTimeout() {
    const config = structuredClone(sampleConfigs().find((sample) =>
        sample.base === "quiz").config);

    config.settings.duration_sec = 1;
    makeBundle("slow-quiz", "quiz", config);
    await visiting("timeout", campaign("timeout", "slow-quiz", "win", {
        flow: { game_to_outcome_trigger: "timeout" } }), async (page) => {
        await begin(page);
        await page.locator(".panel.won").waitFor();
        holds(!("playerResult" in callsOf("timeout", "finish")[0].body),
              "a result that nobody has seen");
    });
}

async function inSpanish() {
    await visiting("spanish", campaign("spanish", QUICK, "win",
        { prize: "gorra" }), async (page) => {
        await throughGame(page);
        await page.getByText("Tu premio: Gorra", { exact: true }).waitFor();
        same(await page.locator("html").getAttribute("lang"), "es", "lang");
    }, { query: "?lang=es" });
}

export async function testShell(...given) {
    [browser, site, campaigns, shots] = given;
    makeBundle(QUICK, "spin_wheel", quickConfig());

    await test("shell: the button is where the film has it", buttonIsScaled);
    await test("shell: the mask is the button", maskIsKept);
    await test("shell: the button is pointed out", buttonIsPointedOut);
    await test("shell: little motion: the film waits", filmWaits);
    await test("shell: without films there is a still", stillWithoutFilm);
    await test("shell: a film's address of no web", stillForFiles);
    await test("shell: the intro ends with its film",
               () => goesOnByItself("auto"));
    await test("shell: the intro ends by timer",
               () => goesOnByItself("timer"));
    await test("shell: no intro", withoutIntro);
    await test("shell: refusals are told", refusals);
    await test("shell: a limit is waited for", retriesAfterAWhile);
    await test("shell: no such campaign", noSuchCampaign);
    await test("shell: redirects", redirects);
    await test("shell: saving is tried again", savesPatiently);
    await test("shell: what is not saved is told", saysWhenNotSaved);
    await test("shell: playing again", playsAgain);
    await test("shell: who plays", whoPlays);
    await test("shell: events for the page around it", embedded);
    await test("shell: the game is in a sandbox", sandboxed);
    await test("shell: a bundle that does not load", brokenBundle);
    await test("shell: the time of a game is over", byTimeout);
    await test("shell: in Spanish", inSpanish);
}
