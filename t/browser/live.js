/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Campaigns of a real server, from creating them to points in a wallet: what
 * run.sh's throwaway server makes of a trigger is played in the browser, and
 * the server is asked afterwards what it has booked. BASE and KEY (of a
 * client) are in the environment, as server.sh gives them.
 */
import fs from "node:fs";
import path from "node:path";
import { holds, same, test } from "./checks.js";
import { closePage, openPage } from "./browser.js";
import { checkLabel, checkPlayed, playThrough } from "./templates.js";

const { BASE, KEY, SANDBOX } = process.env;
const ORIGIN = BASE && new URL(BASE).origin;
const POINTS = 1;       /* at least, of one play by the default strategy */
const TRACK = "assets/audio/bgm.wav";
const BUTTON = { bounds: { x: 245, y: 215, width: 150, height: 60 },
                 hover_effect: "glow" };

/* Template ids, who wins there, and what makes their games short */
const SHORT = { settings: { duration_sec: 8 } };
const QUICK = { mechanics: { spin_duration_ms: 600 } };
const CAMPAIGNS = [["spin_wheel", "win", QUICK, "neon_arcade"],
    ["scratch_card", "lose", {}, "luxury_gold"],
    ["slot_machine", "win", QUICK, "retro_arcade"],
    ["memory_match", "lose", { mechanics: { match_display_duration_ms: 200 },
                               ...SHORT }, "summer_beach"],
    ["catch_game", "win", { mechanics: { duration_sec: 8 }, ...SHORT },
     "nature_fresh"],
    ["quiz", "lose", SHORT, "winter_holiday"],
    ["bubble_parade_v2", "win", SHORT, "space_odyssey"]];
const ENDLESS = ["quiz_v2", "win", SHORT, "classic", {}];   /* plays */

let browser;
let site;
let shots;
let run;                /* makes the names of users new, every time */

async function api(method, place, body) {
    const answer = await fetch(`${BASE}${place}`, { method,
        headers: { "X-API-Key": KEY, "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body) });
    const value = await answer.json();

    return { status: answer.status, value };
}

async function ask(method, place, body, status = 200) {
    const got = await api(method, place, body);

    same(got.status, status, `${method} ${place}: ` +
         `${JSON.stringify(got.value)}: status`);
    return got.value;
}

const film = (name) => `${site.origin}/films/${name}.webm`;

/* Creates a campaign and waits until it is live */
async function makeLive([templateId, outcome, overrides, theme,
    rules = { max_plays_per_user: 1 }]) {
    const { id } = await ask("POST", "/campaigns", {
        name: `Live ${templateId}`, templateId, config: {
            theme, overrides, button_config: BUTTON,
            difficulty: { level: "easy",
                          win_probability: outcome === "win" ? 1 : 0 },
            audio: { duration_sec: 5 }, rules,
            branding: { brand_name: "Sol & Co" },
            intro_video_uri: film("intro"), outcome_win_uri: film("win"),
            outcome_lose_uri: film("lose") } }, 201);

    await ask("POST", `/campaigns/${id}/generate`, {}, 202);
    for (let tries = 0; tries < 600; tries++) {
        const campaign = await ask("GET", `/campaigns/${id}`);

        if (campaign.status !== "generating") {
            same(campaign.status, "live", `${templateId} is`);
            return { ...campaign, templateId, outcome,
                     bundle: new URL(campaign.bundleUrl, ORIGIN).href };
        }
        await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`${templateId} does not become live`);
}

async function invite(campaign, externalUserId) {
    const { playPath } = await ask("POST",
        `/campaigns/${campaign.id}/invitations`, { externalUserId }, 201);

    return ORIGIN + playPath;
}

/* ---- a play, and what the server says of it ---- */

async function checkBooked(campaign, user, played) {
    const { play, body } = played;
    const at = `/campaigns/${campaign.id}/plays`;
    const { items } = await ask("GET", `${at}?player=${user}`);

    same(items.map(({ playId, outcome, status, prize }) =>
        ({ playId, outcome, status, prize })),
         [{ playId: play.playId, outcome: campaign.outcome,
            status: "finished", prize: play.prize }], "the plays");
    const points = items[0].pointsAwarded;
    holds(points >= POINTS, `${points} points`);
    const finish = (again) => api("POST", `${at}/${play.playId}/finish`,
                                  again);
    same((await finish(body)).status, 409, "status of finishing again");
    const wallet = await ask("GET", `/users/${user}/wallet`);
    same(Number(wallet.pointsBalance ?? wallet.wallet?.pointsBalance), points,
         `the wallet ${JSON.stringify(wallet)} has`);
    same(await ask("GET", `${at}/stats`), {
        campaignId: campaign.id, plays: 1,
        wins: campaign.outcome === "win" ? 1 : 0,
        observedRate: campaign.outcome === "win" ? 1 : 0, finished: 1,
        players: 1, points }, "the stats");
    const acts = JSON.stringify(await ask("GET",
                                          `/users/${user}/interactions`));
    same(acts.split('"CAMPAIGN_PLAY"').length - 1, 1,
         `actions CAMPAIGN_PLAY in ${acts}`);
}

/* Whoever has had all plays is told so */
async function checkRefused(page, address) {
    await page.goto(address);
    await page.locator(".hot").click();
    await page.locator(".refusal").waitFor();
    same(await page.locator(".refusal").getAttribute("data-code"),
         "MAX_PLAYS_REACHED", "the code");
}

async function playsLive(campaign) {
    const user = `${campaign.templateId}-${run}`;
    const address = await invite(campaign, user);
    const page = await openPage(browser);
    const played = await playThrough(page, address,
        { shots, name: `live-${campaign.templateId}` });
    const config = await (await fetch(`${campaign.bundle}game_config.json`))
        .json();

    same(played.play.outcome, campaign.outcome, "the outcome");
    same(await page.locator(".panel").getAttribute("class"),
         `panel ${campaign.outcome === "win" ? "won" : "lost"}`,
         "the outcome's page");
    checkPlayed(played, config.copy);
    await checkLabel(played, config);
    await checkBooked(campaign, user, played);
    same(page.faults, [], "faults on the console");
    await checkRefused(page, address);
    same(page.faults.filter((one) => !one.includes("status of 409")), [],
         "faults on the console");
    await closePage(page);
}

/* ---- how files are served ---- */

async function headersOf(address, headers, status) {
    const answer = await fetch(address, { headers: { Origin: "null",
                                                     ...headers } });

    same(answer.status, status, `status of ${address}`);
    return { has: (name) => answer.headers.get(name),
             bytes: Buffer.from(await answer.arrayBuffer()) };
}

const TYPES = { "index.html": "text/html", "scripts/game.js":
    "application/javascript", "common/common.css": "text/css",
    "game_config.json": "application/json", [TRACK]: "audio/wav" };

async function servesBundles({ bundle }) {
    for (const [name, type] of Object.entries(TYPES)) {
        const file = await headersOf(bundle + name, {}, 200);
        const tag = file.has("ETag");

        same(file.has("Content-Type").replace(/;.*/, ""), type, name);
        same(file.has("Access-Control-Allow-Origin"), "*", `CORS of ${name}`);
        same(file.has("Cache-Control"), "public, max-age=31536000, immutable",
             `Cache-Control of ${name}`);
        same(file.has("X-Content-Type-Options"), "nosniff", name);
        holds(/default-src 'self'/.test(file.has("Content-Security-Policy")),
              `the policy of ${name}`);
        holds(/^"[^"]+"$/.test(tag), `ETag ${tag} of ${name}`);
        const again = await headersOf(bundle + name, { "If-None-Match": tag },
                                      304);
        same(again.bytes.length, 0, `bytes of ${name} that is known`);
    }
    const whole = await headersOf(bundle + TRACK, {}, 200);
    const part = await headersOf(bundle + TRACK, { Range: "bytes=44-1043" },
                                 206);

    same(part.has("Content-Range"), `bytes 44-1043/${whole.bytes.length}`,
         "the range");
    holds(part.bytes.equals(whole.bytes.subarray(44, 1044)), "its bytes");
    await headersOf(bundle + TRACK, { Range: `bytes=${whole.bytes.length}-` },
                    416);
}

/* Requests below a path, in the server's log */
function asked(place) {
    return fs.readFileSync(path.join(SANDBOX, "access_log"), "utf8")
        .split("\n").filter((line) => line.includes(`"GET ${place}`)).length;
}

/*
 * What is open twice is asked for once: files of the play page, and those of
 * a bundle with an origin. In the sandbox of the play page a bundle has none,
 * and this browser keeps nothing that such a frame asks for.
 */
async function isCached(campaign) {
    const page = await openPage(browser);
    const { pathname } = new URL(campaign.bundle);
    const open = async (address, place, shown) => {
        const before = asked(place);

        await page.goto(address);
        await page.locator(shown).waitFor();
        await page.waitForTimeout(500);
        return asked(place) - before;
    };
    const visits = [[`${ORIGIN}/play/${campaign.id}/`, "/play/_shell/", ".hot"],
        [`${campaign.bundle}index.html`, pathname,
         "#game-container[aria-busy=false]"]];

    for (const visit of visits) {
        const first = await open(...visit);

        holds(first > 5, `the first load asked for ${first} files`);
        same(await open(...visit), 0, "what the second load asked for");
    }
    same(page.faults, [], "faults on the console");
    await closePage(page);
}

/* ---- anonymous plays, embedding ---- */

async function anonymous(campaign) {
    const page = await openPage(browser);
    const played = await playThrough(page,
                                     `${ORIGIN}/play/${campaign.id}/`);
    const cookies = (await page.context().cookies(
        `${BASE}/campaigns/${campaign.id}`)).filter(({ name }) =>
        name === "game_player");

    same(played.status, 200, "status of finish");
    same(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite })),
         [{ httpOnly: true, sameSite: "Lax" }], "cookies");
    const { items } = await ask("GET", `/campaigns/${campaign.id}/plays`);
    const play = items.find(({ playId }) => playId === played.play.playId);
    same([play.playerKey, play.status, play.pointsAwarded],
         [`anon:${cookies[0].value.split(".")[0]}`, "finished", 0],
         "the play");
    same((await api("GET", `/users/${encodeURIComponent(play.playerKey)}` +
                    "/wallet")).status, 404, "status of a wallet");
    same(page.faults, [], "faults on the console");
    await checkRefused(page, `${ORIGIN}/play/${campaign.id}/`);
    await closePage(page);
}

/* localhost is in GameCampaignEmbedDomains, 127.0.0.1 at another port not */
async function embeds(campaign) {
    const address = await invite(campaign, `embedded-${run}`);
    const hosts = { localhost: site.origin.replace("127.0.0.1", "localhost"),
                    stranger: site.origin };
    const open = async (page, origin) => {
        await page.goto(`${origin}/host?frame=${encodeURIComponent(address)}`);
        return page.frameLocator("iframe");
    };
    const page = await openPage(browser);
    const shell = await open(page, hosts.localhost);

    await shell.locator(".hot").click();
    await shell.frameLocator("iframe.game").locator(".board > *").first()
        .waitFor();
    same(page.faults, [], "faults on the console");
    await closePage(page);

    const other = await openPage(browser);
    await open(other, hosts.stranger);
    await other.waitForTimeout(1000);
    same(await other.frameLocator("iframe").locator("#stage").count(), 0,
         "play pages");
    holds(other.faults.some((one) => one.includes("frame-ancestors")),
          `the browser says ${other.faults}`);
    await closePage(other);
}

export async function testLive(...given) {
    [browser, site, shots] = given;
    run = Date.now().toString(36);
    const made = [];

    await test("live: campaigns are made", async () => {
        made.push(...await Promise.all([...CAMPAIGNS, ENDLESS]
            .map(makeLive)));
    });
    if (made.length) {
        const [wheel] = made;
        const endless = made.pop();

        for (const campaign of made) {
            await test(`live: ${campaign.templateId}: ${campaign.outcome}`,
                       () => playsLive(campaign));
        }
        await test("live: headers of bundles", () => servesBundles(wheel));
        await test("live: a second load is of the cache",
                   () => isCached(endless));
        await test("live: an anonymous play", () => anonymous(wheel));
        await test("live: other sites", () => embeds(endless));
    }
}
