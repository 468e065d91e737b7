/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Runs the browser tests; run.sh says how. --shots DIR keeps pictures.
 */
import fs from "node:fs";
import { summary } from "./checks.js";
import { launch, makeFilms } from "./browser.js";
import { serve } from "./site.js";
import { testLive } from "./live.js";
import { testRules } from "./rules.js";
import { testServer, testTemplates } from "./templates.js";
import { testPages } from "./pages.js";
import { testShell } from "./shell.js";

const at = process.argv.indexOf("--shots");
const shots = at > 0 ? process.argv[at + 1] : null;
const addresses = (process.env.GAME_BROWSER_URL ?? "").split(/\s+/)
    .filter(Boolean);
const plays = Number(process.env.GAME_BROWSER_PLAYS ?? 1);

if (shots) {
    fs.mkdirSync(shots, { recursive: true });
}
const browser = await launch();
try {
    if (addresses.length) {
        await testServer(browser, addresses, plays, shots);
    } else {
        const campaigns = new Map();
        const site = await serve(campaigns);

        await makeFilms(browser, site.origin);
        await testRules();
        /* most of their time is waiting: side by side they take a third */
        await Promise.all([
            testTemplates(browser, site, campaigns, shots),
            testShell(browser, site, campaigns, shots),
            testLive(browser, site, shots)
                .then(() => testPages(browser, site, shots))]);
        await site.close();
    }
} finally {
    await browser.close();
}
process.exitCode = summary() ? 0 : 1;
