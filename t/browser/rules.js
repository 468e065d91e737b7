/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The rules of the templates without a browser: whatever a player does, a
 * round ends as it was decided; thousands of rounds with chance that repeats.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { holds, same, test } from "./checks.js";
import { makeBundle, sampleConfigs } from "./bundles.js";

/* Mulberry32: the same numbers on every machine */
function repeatable(seed) {
    let state = seed >>> 0;

    return () => {
        state = (state + 0x6D2B79F5) >>> 0;
        let z = state;

        z = Math.imul(z ^ (z >>> 15), z | 1);
        z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
        return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
    };
}

async function rulesOf(base, file, { config } = sampleConfigs()
    .find((sample) => sample.base === base)) {
    const tree = makeBundle(`rules-${base}`, base, config);
    const name = path.join(tree, "scripts", file);

    return { rules: await import(pathToFileURL(name)),
             mechanics: config.mechanics,
             parameters: config.settings.difficulty.parameters };
}

const ORDERS = [{ won: true, prize: "prize_2" }, { won: true, prize: null },
    { won: true, prize: "Holiday for two" }, { won: false, prize: null }];

const HOSTILE = [{}, { segments: 7, grid: "x", prizes: [null, 3],
    symbols: [{}], paylines: [["a"]], questions: [{ text: 1 }],
    good_objects: [{ id: "x" }], bad_objects: "no", reels: -4,
    rows_visible: 1e9, win_score: "many", grid_size: { rows: -1 } },
    { segments: [{}, null], questions: [{ text: "?", options: ["a"],
      correct_index: 9 }], bad_objects: [], paylines: [[0, 9, 0]] },
    { segments: [{ label: "a", prize: "a" }, { label: "b", prize: "b" }],
      symbols: [{ id: "one" }, { id: "two" }], reels: 3, rows_visible: 3,
      paylines: [[0, 0, 0], [1, 1, 1], [2, 2, 2], [0, 1, 2], [2, 1, 0]] }];

/* Calls run for sound and odd mechanics, each with every order many times */
function eachOrder(mechanics, run) {
    for (const spec of [mechanics, ...HOSTILE]) {
        for (let i = 0; i < 400; i++) {
            run(spec, ORDERS[i % ORDERS.length]);
        }
    }
}

async function wheel() {
    const { rules, mechanics } = await rulesOf("spin_wheel", "wheel.js");
    const random = repeatable(1);

    eachOrder(mechanics, (spec, order) => {
        const segments = rules.segmentsOf(spec, ["red", "lime", "blue"]);
        const index = rules.choose(segments, order, random);
        const degrees = rules.turnTo(index, segments.length, 5, random);

        same(rules.isPrize(segments[index]), order.won, "a winning field");
        same(rules.fieldAt(degrees, segments.length), index,
             "the field under the pointer");
        holds(degrees > 360 * 4, "it turns too little");
        if (order.prize) {
            same(segments[index].prize, order.prize, "the field's prize");
        }
    });
    const curve = rules.spinCurve(0.98, 4);
    same([curve(0), Math.round(curve(1) * 1e9) / 1e9], [0, 1],
         "begin and end of the turn");
}

async function reels() {
    const { rules, mechanics } = await rulesOf("slot_machine", "reels.js");
    const random = repeatable(2);

    for (const spec of [mechanics, ...HOSTILE]) {
        const machine = rules.machineOf(spec);

        for (let i = 0; i < 1000; i++) {
            const won = i % 2 === 0;
            const { grid, line } = rules.gridFor(machine, won, random);
            const winning = machine.lines.filter((one) =>
                rules.isWinning(grid, one));

            same(winning.length > 0, won, "there is a winning line");
            holds(!won || rules.isWinning(grid, line), "the line shown wins");
        }
    }
}

async function card() {
    const { rules, mechanics } = await rulesOf("scratch_card", "card.js");
    const random = repeatable(3);

    eachOrder(mechanics, (spec, order) => {
        const fields = rules.fieldsFor(spec, order, random);
        const prizes = fields.filter(({ prize }) => prize !== null);

        same(prizes.length, order.won ? 1 : 0, "fields with a prize");
        same(prizes[0]?.prize ?? null,
             order.won ? order.prize ?? "" : null, "the prize");
    });
    const placed = rules.fieldsFor(mechanics, ORDERS[0], random);
    same(placed.findIndex(({ prize }) => prize), 4, "the place of prize_2");
    const cover = rules.makeCover({ rows: 3, cols: 3 });
    for (let i = 0; i < 9; i++) {
        same(cover.share().toFixed(3), (i / 9).toFixed(3), "uncovered");
        cover.rubField(Math.floor(i / 3), i % 3);
        same(cover.fieldShare(Math.floor(i / 3), i % 3), 1, "of a field");
    }
}

/* A player who forgets with the given chance; returns the pairs found */
function playPairs(rules, pairs, won, forgets, random) {
    const deal = rules.makeDeal(pairs, won, random);
    const { turns, cost } = rules.clockOf(pairs, 60);
    const seen = new Map();
    const found = new Set();
    let clock = 60;
    let done = 0;
    let used = 0;

    const free = () => Array.from({ length: 2 * pairs }, (_, i) => i)
        .filter((i) => !found.has(i));
    const any = (cards) => cards[Math.floor(random() * cards.length)];
    const look = (card, first) => {
        const spare = Math.floor(clock / cost + 1e-9) - (pairs - done);
        const face = deal.face(card, first, spare);

        if (random() >= forgets) {
            seen.set(card, face);
        }
        return face;
    };
    const partnerOf = (face, but) => [...seen.keys()].find((card) =>
        card !== but && !found.has(card) && seen.get(card) === face);

    while (done < pairs && (won || used < turns)) {
        const known = free().find((card) => seen.has(card) &&
            partnerOf(seen.get(card), card) !== undefined);
        const fresh = free().filter((card) => !seen.has(card));
        const one = known ?? any(fresh.length ? fresh : free());
        const face = look(one, null);
        const rest = free().filter((card) => card !== one);
        const unseen = rest.filter((card) => !seen.has(card));
        const other = partnerOf(face, one) ??
            any(unseen.length ? unseen : rest);

        if (look(other, face) === face) {
            found.add(one).add(other);
            done++;
        }
        used++;
        clock = Math.max(cost, clock - cost);   /* a won round's bonus time */
        holds(used < 1000, "a won round must end");
    }
    return { done, used, turns };
}

async function pairs() {
    const { rules } = await rulesOf("memory_match", "deal.js");
    const random = repeatable(4);

    for (let count = 2; count <= 20; count++) {
        for (const forgets of [0, 0.2, 0.7]) {
            for (let i = 0; i < 60; i++) {
                const lost = playPairs(rules, count, false, forgets, random);
                const won = playPairs(rules, count, true, forgets, random);

                holds(lost.done < count, `${count} pairs in a lost round`);
                same(won.done, count, "pairs of a won round");
                holds(forgets || won.used <= won.turns,
                      "who forgets nothing needs no bonus time");
            }
        }
    }
}

/* What crosses the basket's rim next */
function next(field, good) {
    return field.things.filter(({ kind, y }) => (kind !== "bad") === good &&
        y < field.line).sort((a, b) => (field.line - a.y) / a.speed -
            (field.line - b.y) / b.speed)[0];
}

function soon(field, item) {
    return item && (field.line - item.y) / item.speed < 0.1;
}

/* Players of the catch game: one that is wherever it should be, one that
   sleeps, one that runs away from everything */
const CATCHERS = {
    perfect(field) {
        const good = next(field, true);
        const bad = next(field, false);

        if (soon(field, good)) {
            field.at = good.x;
        } else if (soon(field, bad)) {
            field.at = bad.x > field.width / 2 ? field.half :
                field.width - field.half;
        }
    },
    asleep() {},
    contrary(field) {
        const good = next(field, true);

        field.goal = good && good.x > field.width / 2 ? 0 : field.width;
    }
};

function playCatch(rules, mechanics, parameters, won, mover, random) {
    const plan = rules.planOf(mechanics, parameters, 30, won);
    const field = new rules.Field(plan, 360, 520, random);
    let steps = 0;

    while (!field.step(1 / 30, () => {})) {
        mover(field);
        holds(++steps < 30 * (plan.seconds + 90),
              `a round must end: ${won}, ${field.score} points`);
    }
    same(field.score >= plan.target, won,
         `target reached (${field.score} of ${plan.target})`);
    return field.score / plan.target;
}

async function catching() {
    const random = repeatable(5);
    const samples = sampleConfigs().filter(({ base }) => base === "catch_game");
    const { rules } = await rulesOf("catch_game", "field.js");

    for (const spec of [...samples.map(({ config }) => config.mechanics),
                        ...HOSTILE]) {
        for (const [name, mover] of Object.entries(CATCHERS)) {
            for (let i = 0; i < 12; i++) {
                playCatch(rules, spec, {}, true, mover, random);
                const share = playCatch(rules, spec, {}, false, mover, random);

                holds(name !== "perfect" || spec !== samples[0].config.mechanics
                    || share > 0.6, `a good loser reaches only ${share}`);
            }
        }
    }
}

async function bubbles() {
    const random = repeatable(6);
    const samples = sampleConfigs().filter(({ base }) => base === "generic");
    const { rules } = await rulesOf("generic", "bubbles.js");

    for (const spec of [...samples.map(({ config }) => config.mechanics),
                        ...HOSTILE]) {
        for (let i = 0; i < 60; i++) {
            const won = i % 2 === 0;
            const plan = rules.planOf(spec, {}, 30, won);
            const game = new rules.Bubbles(plan, random);
            let steps = 0;

            while (!game.step(1 / 30, () => {})) {
                if (i % 3 && game.all.length) {
                    game.pop(game.all[0]);
                }
                holds(++steps < 30 * 200, "a round must end");
            }
            same(game.score >= plan.target, won, "target reached");
        }
    }
}

async function marks() {
    const { rules, mechanics } = await rulesOf("quiz", "marks.js");
    const random = repeatable(7);

    for (const spec of [mechanics, ...HOSTILE]) {
        const questions = rules.questionsOf(spec, random);

        for (const threshold of [0, 0.3, 0.5, 0.6, 0.8, 1]) {
            const all = rules.marksOf(questions, threshold);

            for (let score = 0; score <= all.most; score += all.unit) {
                for (const won of [true, false]) {
                    const card = rules.cardFor(all, score, won, random);

                    same(score + card >= all.needed, won, "passed");
                    holds(card >= 0 && card <= all.lucky, "the card's points");
                }
            }
        }
    }
    const [first] = rules.questionsOf({ ...mechanics, shuffle_options: true },
                                      random);
    const asked = mechanics.questions[0];
    same(first.options[first.right], asked.options[asked.correct_index],
         "the right answer after shuffling");
}

export async function testRules() {
    await test("rules: the wheel stops on the outcome", wheel);
    await test("rules: reels show a line or none", reels);
    await test("rules: the card has one prize or none", card);
    await test("rules: pairs are found, or not in time", pairs);
    await test("rules: the catch game ends as decided", catching);
    await test("rules: bubbles end as decided", bubbles);
    await test("rules: the quiz's sum is right", marks);
}
