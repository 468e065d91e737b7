/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Pairs: cards are turned two by two against a clock. How the outcome that
 * the server decided comes about is told in deal.js.
 */
import { number, record, spritesOf, whole } from "../common/config.js";
import { shuffle } from "../common/chance.js";
import { run } from "../common/engine.js";
import { calm, frames, wait } from "../common/motion.js";
import { MOTIFS, pictureOf } from "../common/shapes.js";
import { arrowKeys, button, make } from "../common/stage.js";
import { clockOf, makeDeal } from "./deal.js";

const BONUSES = 3;              /* then the last pairs open by themselves */
const BONUS_SHARE = 0.3;        /* of the whole time */

/* As many pairs as there are faces for; an odd field stays free */
function sizeOf(mechanics, faces) {
    const grid = record(mechanics.grid);
    const cols = whole(grid.cols, 4, 2, 8);
    const rows = whole(grid.rows, 4, 1, 8);
    const pairs = Math.min(faces, Math.max(2, Math.floor(rows * cols / 2)));

    return { cols, rows: Math.ceil(pairs * 2 / cols), pairs };
}

function facesOf(game) {
    const motifs = shuffle(MOTIFS);
    const sprites = spritesOf(game.config).map((address, i) =>
        ({ address, shape: motifs[i % motifs.length],
           name: `${i + 1}` }));
    const drawn = motifs.map((shape) =>
        ({ address: null, shape, name: shape }));

    return [...sprites, ...drawn].slice(0, Math.max(20, sprites.length));
}

function makeCard(game, i) {
    const element = button("memory-card", "");
    const inner = make("span", "inner");

    inner.append(make("span", "back"), make("span", "front"));
    element.append(inner);
    element.setAttribute("aria-label", game.say("cardHidden", i + 1));
    return element;
}

function drawGrid(game, size) {
    const grid = make("div", "grid");
    const cards = Array.from({ length: size.pairs * 2 },
                             (_, i) => makeCard(game, i));

    grid.style.setProperty("--cols", size.cols);
    grid.style.setProperty("--rows", size.rows);
    grid.style.setProperty("--flip", `${whole(
        game.mechanics.card_flip_duration_ms, 400, 0, 2000)}ms`);
    grid.append(...cards);
    arrowKeys(grid, cards, size.cols);
    game.stage.board.append(grid);
    return cards;
}

class Round {
    constructor(game, order) {
        const faces = facesOf(game);
        const { mechanics, parameters } = game;

        this.game = game;
        this.won = order.won;
        this.size = sizeOf(mechanics, faces.length);
        this.faces = faces.slice(0, this.size.pairs);
        this.deal = makeDeal(this.size.pairs, order.won);
        this.cards = drawGrid(game, this.size);
        this.whole = number(mechanics.time_limit_sec ??
            parameters.time_limit_sec, game.seconds, 3, 3600);
        this.cost = clockOf(this.size.pairs, this.whole).cost;
        this.flip = whole(mechanics.card_flip_duration_ms, 400, 0, 2000);
        this.show = whole(mechanics.match_display_duration_ms, 600, 100, 5000);
        this.clock = this.whole;
        this.turnEnds = this.whole - this.cost;     /* what this turn leaves */
        this.found = 0;
        this.bonuses = 0;
        this.open = [];
        this.shown = new Map();                     /* open card to its face */
        this.over = false;
        this.busy = false;
    }

    meters() {
        const { stage, say } = this.game;

        stage.meter("pairs", say("pairs"), `${this.found}/${this.size.pairs}`);
        stage.meter("time", say("time"),
                    say("seconds", Math.max(0, Math.ceil(this.clock))),
                    this.clock / this.whole);
    }

    faceUp(i) {
        const spare = Math.floor(this.clock / this.cost + 1e-9) -
            (this.size.pairs - this.found);
        const first = this.open.length ? this.shown.get(this.open[0]) : null;
        const face = this.deal.face(i, first, spare);
        const { address, shape, name } = this.faces[face];
        const card = this.cards[i];
        const front = card.querySelector(".front");

        if (!front.firstChild) {
            front.append(pictureOf(address, shape));
        }
        this.shown.set(i, face);
        card.classList.add("up");
        card.setAttribute("aria-label",
                          this.game.say("cardShows", i + 1, name));
        this.game.stage.announce(this.game.say("cardShows", i + 1, name));
        this.game.sound.play("flip");
    }

    faceDown(i) {
        this.shown.delete(i);
        this.cards[i].classList.remove("up");
        this.cards[i].setAttribute("aria-label",
                                   this.game.say("cardHidden", i + 1));
    }

    match(pair) {
        const { say, sound, stage } = this.game;
        const { name } = this.faces[this.shown.get(pair[0])];

        for (const i of pair) {
            this.cards[i].classList.add("found");
            this.cards[i].setAttribute("aria-disabled", "true");
            this.cards[i].setAttribute("aria-label",
                                       say("cardFound", i + 1, name));
        }
        this.found++;
        sound.play("match");
        stage.announce(say("pairFound", name));
        this.over = this.found === this.size.pairs;
    }

    async turn(i) {
        const card = this.cards[i];

        if (this.over || this.busy || card.classList.contains("up")) {
            return;
        }
        this.faceUp(i);
        this.open.push(i);
        if (this.open.length < 2) {
            return;
        }
        const pair = this.open;
        const same = this.shown.get(pair[0]) === this.shown.get(pair[1]);

        this.busy = true;
        await wait(calm() ? 50 : this.flip);
        this.open = [];
        if (this.over) {
            return;                         /* the clock was faster */
        }
        this.clock = Math.min(this.clock, this.turnEnds);
        this.turnEnds = this.clock - this.cost;
        if (same) {
            this.match(pair);
        } else {
            this.game.sound.play("mismatch");
            this.game.stage.announce(this.game.say("noPair"));
            pair.forEach((at) => this.cards[at].classList.add("wrong"));
            await wait(this.show);
            pair.forEach((at) => this.cards[at].classList.remove("wrong"));
            if (!this.over) {
                pair.forEach((at) => this.faceDown(at));
            }
        }
        this.busy = false;
    }

    /* The clock has run out: the end of a lost round, more time in a won one */
    async runOut() {
        const { say, stage } = this.game;
        const more = Math.ceil(this.whole * BONUS_SHARE);

        if (!this.won) {
            this.over = true;
        } else if (this.bonuses < BONUSES) {
            this.bonuses++;
            this.clock = more;
            this.turnEnds = more - this.cost;
            stage.hint(say("moreTime", more));
            stage.announce(say("moreTime", more));
        } else if (!this.helping) {
            this.helping = true;
            stage.hint(say("helped"));
            await this.help();
        }
    }

    /* Opens what is left, pair by pair */
    async help() {
        const hidden = () => this.cards.map((_, i) => i)
            .filter((i) => !this.cards[i].classList.contains("found"));

        while (this.busy) {
            await wait(100);
        }
        this.busy = true;
        this.open.splice(0).forEach((i) => this.faceDown(i));
        while (!this.over) {
            await wait(calm() ? 100 : 450);
            const [one, ...others] = hidden();

            this.faceUp(one);
            this.open = [one];
            for (const other of others) {
                /* spare 0: a card without a face becomes the partner */
                const face = this.deal.face(other, this.shown.get(one), 0);

                if (face === this.shown.get(one)) {
                    this.faceUp(other);
                    this.match([one, other]);
                    break;
                }
            }
            this.open = [];
        }
    }

    play() {
        this.cards.forEach((card, i) => {
            card.addEventListener("click", () => this.turn(i));
        });
        return frames((gone) => {
            if (!this.over && !this.helping) {
                this.clock = Math.max(0, this.clock - gone);
                if (this.clock <= 0) {
                    this.runOut();
                }
            }
            this.meters();
            return this.over;
        });
    }
}

run({
    async round(game, order) {
        const { stage, say } = game;
        const round = new Round(game, order);

        round.meters();
        stage.board.classList.add("waiting");
        stage.hint(say("turnCost", Math.round(round.cost)));
        await stage.press(say("start"));
        stage.board.classList.remove("waiting");
        round.cards[0].focus({ preventScroll: true });
        await round.play();
        stage.board.classList.add(order.won ? "all-found" : "ran-out");
        await wait(500);
        return `${round.found}/${round.size.pairs}`;
    }
});
