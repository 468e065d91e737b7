/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Runs one template: reads the config, dresses the page, waits for an
 * outcome, lets the template play one round towards it, shows the result and
 * tells it. A template is { round(game, order) }: it resolves to the label of
 * what the round ended on, or null.
 *
 *   game   { config, mechanics, stage, sound, say, colours, theme }
 *   order  { playId, won, prize }; a template may add prizeLabel
 */
import { loadConfig, number, record, text } from "./config.js";
import { openContract } from "./contract.js";
import { makeSound } from "./sound.js";
import { makeStage, showNotice } from "./stage.js";
import { applyTheme, css } from "./theme.js";
import { wait } from "./motion.js";
import { wordsFor } from "./words.js";

const LATE = 15000;             /* ms without an outcome: the page says so */
const HOLD = 700;               /* ms in which the end of a round can be seen */

function makeGame(root, config, demo) {
    const theme = applyTheme(record(record(config.visuals).colors));
    const settings = record(config.settings);
    const locale = text(settings.locale, "en-US");
    const say = wordsFor(locale);
    const sound = makeSound(config);
    const colours = [theme.primary, theme.secondary, theme.accent, theme.ink]
        .map((colour) => css(colour));

    document.documentElement.lang = locale;
    document.title = text(record(config.copy).title, document.title);
    return {
        config, theme, sound, say, colours,
        mechanics: record(config.mechanics),
        parameters: record(record(settings.difficulty).parameters),
        seconds: number(settings.duration_sec, 30, 3, 600),
        stage: makeStage(root, { config, sound, say, demo, colours })
    };
}

/* Only where nobody can win: a page that was opened by itself */
function drawDemo(game) {
    const chance = number(record(record(game.config.settings).difficulty)
        .win_probability, 0.5, 0, 1);

    return { playId: "demo", won: Math.random() < chance, prize: null };
}

async function playRound(template, game, order) {
    try {
        return await template.round(game, order);
    } catch (error) {
        /* the play counts all the same: its result must be shown and told */
        console.error(error);
        return null;
    }
}

async function rounds(template, game, contract) {
    for (;;) {
        const late = window.setTimeout(
            () => game.stage.hint(game.say("late")), LATE);

        const order = await contract.next(() => drawDemo(game));
        window.clearTimeout(late);
        game.stage.reset();
        const label = await playRound(template, game, order);
        await wait(HOLD);
        game.stage.result(order);
        contract.complete(order, label);
        if (contract.demo) {
            await game.stage.again();
        }
    }
}

/* What every page has beside its container */
function completePage(root) {
    const icon = document.createElement("link");

    icon.rel = "icon";
    icon.type = "image/svg+xml";
    icon.href = new URL("icon.svg", import.meta.url).href;
    document.head.append(icon);
    root.setAttribute("aria-busy", "true");
}

export async function run(template) {
    const root = document.getElementById("game-container");
    const contract = openContract();
    let game;

    completePage(root);
    try {
        game = makeGame(root, await loadConfig(), contract.demo);
    } catch (error) {
        console.error(error);
        showNotice(root, wordsFor(navigator.language)("broken"));
        contract.tell("game_failed");
        return;
    }
    game.stage.hint(game.say("wait"));
    contract.tell("game_ready");
    await rounds(template, game, contract);
}
