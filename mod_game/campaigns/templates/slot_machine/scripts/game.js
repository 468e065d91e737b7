/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The slot machine: one press, the reels run and stop one after the other on
 * what reels.js laid.
 */
import { assetOf, number } from "../common/config.js";
import { pickWeighted } from "../common/chance.js";
import { run } from "../common/engine.js";
import { calm, tween, wait } from "../common/motion.js";
import { pictureOf, SHAPES } from "../common/shapes.js";
import { make } from "../common/stage.js";
import { gridFor, machineOf } from "./reels.js";

const PER_SECOND = 11;          /* symbols that pass */
const OVERSHOOT = 0.9;          /* of the bounce at the end */

function cell(game, id) {
    const address = assetOf(game.config, id, `symbol_${id}`);
    const box = make("div", "symbol");

    if (address || SHAPES[id]) {
        box.append(pictureOf(address, id));
    } else {
        box.append(make("span", "symbol-name", id));
    }
    box.dataset.symbol = id;
    return box;
}

/* A strip from bottom to top: what is seen first, what passes, the end */
function stripOf(game, machine, first, last, passing) {
    const strip = make("div", "strip");
    const between = Array.from({ length: passing }, () =>
        pickWeighted(machine.symbols, (s) => s.weight).id);

    strip.append(...[...last, ...between, ...first]
        .map((id) => cell(game, id)));
    return strip;
}

function ease(share) {
    const back = share - 1;

    return 1 + back * back * ((OVERSHOOT + 1) * back + OVERSHOOT);
}

/* Runs steadily, then brakes into the last rows with a small bounce */
function runReel(game, strip, rows, ms) {
    const way = strip.children.length - rows;
    const braking = Math.min(0.5, 900 / ms);

    return tween(calm() ? 0 : ms, (share) => {
        const steady = way - rows - 3;
        const gone = share < 1 - braking ?
            steady * share / (1 - braking) :
            steady + (way - steady) * ease((share - 1 + braking) / braking);

        strip.style.setProperty("--row", -(way - gone));
    }).then(() => {
        game.sound.play("stop");
        strip.classList.add("still");
    });
}

function drawMachine(game, machine, first) {
    const frame = make("div", "machine");
    const window_ = make("div", "window");

    frame.style.setProperty("--reels", machine.reels);
    frame.style.setProperty("--rows", machine.rows);
    window_.setAttribute("role", "img");
    window_.setAttribute("aria-label", game.say("reels"));
    const strips = first.map((ids) => {
        const reel = make("div", "reel");
        const strip = stripOf(game, machine, ids, [], 0);

        strip.style.setProperty("--row", 0);
        reel.append(strip);
        window_.append(reel);
        return reel;
    });
    for (const line of machine.lines) {
        if (line.every((row) => row === line[0])) {
            const mark = make("span", "payline");

            mark.style.setProperty("--at", line[0]);
            window_.append(mark);
        }
    }
    frame.append(make("div", "lamps"), window_);
    game.stage.board.append(frame);
    return { frame, window_, reels: strips };
}

function spoken(game, grid) {
    return grid[0].map((_, row) => game.say("row", row + 1,
        grid.map((reel) => reel[row]).join(", "))).join("; ");
}

async function spin(game, machine, drawn, first, grid) {
    const ms = number(game.mechanics.spin_duration_ms, 2500, 400, 20000);
    const delay = number(game.mechanics.reel_delay_ms, 300, 0, 3000);

    drawn.frame.classList.add("running");
    await Promise.all(drawn.reels.map((reel, i) => {
        const time = ms + i * delay;
        const strip = stripOf(game, machine, first[i], grid[i],
                              Math.round(time / 1000 * PER_SECOND));

        strip.style.setProperty("--row",
                                machine.rows - strip.children.length);
        reel.replaceChildren(strip);
        return runReel(game, strip, machine.rows, time);
    }));
    drawn.frame.classList.remove("running");
}

/* The winning symbols light up, the others step back */
function showLine(drawn, line) {
    drawn.frame.classList.add("won");
    line.forEach((row, reel) => {
        drawn.reels[reel].firstChild.children[row].classList.add("hit");
    });
}

run({
    async round(game, order) {
        const { stage, say } = game;
        const machine = machineOf(game.mechanics);
        const { grid: first } = gridFor(machine, false);
        const { grid, line } = gridFor(machine, order.won);
        const drawn = drawMachine(game, machine, first);

        await stage.press(say("spin"), say("spinning"));
        game.sound.play("spin");
        await spin(game, machine, drawn, first, grid);
        drawn.window_.setAttribute("aria-label", spoken(game, grid));
        stage.announce(say("reelsShow", spoken(game, grid)));
        if (line) {
            showLine(drawn, line);
            game.sound.play("match");
        }
        await wait(600);
        return line ? grid[0][line[0]] : null;
    }
});
