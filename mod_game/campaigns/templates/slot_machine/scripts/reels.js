/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The rules of the reels, without the page. The server has decided: for a win
 * one line is laid with one symbol, for a loss every line is broken. All other
 * symbols come by their weights; a near miss is never laid on purpose.
 */
import { list, record, text, whole } from "../common/config.js";
import { pick, pickWeighted } from "../common/chance.js";
import { MOTIFS } from "../common/shapes.js";

const TRIES = 60;

function symbolsOf(value) {
    const found = list(value).slice(0, 20).map((entry) => {
        const symbol = record(entry);

        return { id: text(symbol.id, null), weight: symbol.weight };
    }).filter((symbol) => symbol.id);

    return found.length >= 2 ? found :
        MOTIFS.slice(0, 5).map((id) => ({ id, weight: 1 }));
}

/* { reels, rows, symbols, lines }: a line is a row for each reel */
export function machineOf(mechanics) {
    const reels = whole(mechanics.reels, 3, 2, 6);
    const rows = whole(mechanics.rows_visible, 3, 1, 5);
    const lines = list(mechanics.paylines).filter((line) =>
        Array.isArray(line) && line.length === reels &&
        line.every((row) => Number.isInteger(row) && row >= 0 && row < rows));

    return { reels, rows, symbols: symbolsOf(mechanics.symbols),
             lines: lines.length ? lines :
                 [Array(reels).fill(Math.floor(rows / 2))] };
}

/* Whether all of the line is one symbol; grid[reel][row] is an id */
export function isWinning(grid, line) {
    return line.every((row, reel) => grid[reel][row] === grid[0][line[0]]);
}

function fill(machine, random) {
    return Array.from({ length: machine.reels }, () =>
        Array.from({ length: machine.rows }, () =>
            pickWeighted(machine.symbols, (s) => s.weight, random).id));
}

/* Changes the line's last symbol: with it, nothing else becomes a line */
function breakLine(machine, grid, line, random) {
    const reel = machine.reels - 1;
    const others = machine.symbols.map((symbol) => symbol.id)
        .filter((id) => id !== grid[0][line[0]]);

    grid[reel][line[reel]] = pick(others, random);
}

function breakAll(machine, grid, random) {
    for (let i = 0; i < TRIES; i++) {
        const winning = machine.lines.find((line) => isWinning(grid, line));

        if (!winning) {
            return grid;
        }
        breakLine(machine, grid, winning, random);
    }
    /* crossed lines on few symbols: two columns that share none */
    const [one, other] = machine.symbols;
    grid[0].fill(one.id);
    grid[1].fill(other.id);
    return grid;
}

/* What the reels show in the end: { grid, line }, line null for a loss */
export function gridFor(machine, won, random = Math.random) {
    const grid = fill(machine, random);

    breakAll(machine, grid, random);
    if (!won) {
        return { grid, line: null };
    }
    const line = pick(machine.lines, random);
    const symbol = pickWeighted(machine.symbols, (s) => s.weight, random).id;

    line.forEach((row, reel) => {
        grid[reel][row] = symbol;
    });
    return { grid, line };
}
