/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The playing field of the catch game, without the page: basket, what falls,
 * score and clock. Lengths are in pixels of a field of the given size. What
 * falls is chosen by common/pace.js, which tells how the outcome that the
 * server decided comes about.
 */
import { number, whole } from "../common/config.js";
import { makePacer, thingsOf } from "../common/pace.js";

const DESIGNED = 520;           /* pixels: the height that speeds are for */
const RAIN = 3;                 /* times as much in overtime */
const HOMING = 8;               /* seconds of overtime: then things come */
const KEY_SPEED = 1.25;         /* widths a second */

const GOODS = [{ id: "coin", points: 10, weight: 6, speed: 1 },
               { id: "gem", points: 25, weight: 2, speed: 1.4 }];
const BADS = [{ id: "bomb", points: -15, weight: 2, speed: 1.2 }];

/* The round as the config has it: { seconds, rate, speed, target, basket } */
export function planOf(mechanics, parameters, seconds, won) {
    const value = (name) => mechanics[name] ?? parameters[name];
    const bads = mechanics.bad_objects;

    return {
        won,
        seconds: number(mechanics.duration_sec, seconds, 3, 600),
        rate: number(value("spawn_rate_per_sec"), 1.5, 0.2, 12),
        speed: number(value("base_fall_speed"), 180, 30, 1500),
        target: whole(value("win_score"), 100, 2, 1e6),
        basket: number(value("basket_width_percent"), 20, 5, 60) / 100,
        goods: thingsOf(mechanics.good_objects, GOODS, 1, 1e5),
        bads: Array.isArray(bads) && !bads.length ? [] :
            thingsOf(bads, BADS, -1e5, -1)
    };
}

export class Field {
    constructor(plan, width, height, random = Math.random) {
        this.plan = plan;
        this.pacer = makePacer(plan, random);
        this.random = random;
        this.resize(width, height);
        this.at = width / 2;            /* middle of the basket */
        this.goal = null;               /* where the finger is */
        this.push = 0;                  /* -1, 0, 1: keys */
        this.things = [];
        this.score = 0;
        this.time = 0;
        this.due = 0;                   /* when the next thing appears */
        this.lane = 0.5;
        this.over = false;
    }

    resize(width, height) {
        const scale = this.width ? width / this.width : 1;

        this.at = (this.at ?? 0) * scale;
        this.things?.forEach((thing) => {
            thing.x *= scale;
        });
        this.width = width;
        this.height = height;
        this.size = Math.max(30, Math.min(58, width / 9));
        this.half = this.plan.basket * width / 2;
        this.line = height - this.size * 0.85;      /* rim of the basket */
    }

    get rain() {
        return this.time >= this.plan.seconds;
    }

    get left() {
        return Math.max(0, this.plan.seconds - this.time);
    }

    flying() {
        return this.things.reduce((sum, { thing, caught }) =>
            sum + (caught ? 0 : Math.max(0, thing.points)), 0);
    }

    /* Where the next thing falls: anywhere, nearer to the basket by aim */
    laneFor(aim) {
        const edge = this.size / this.width;
        const any = edge + this.random() * (1 - 2 * edge);
        const lane = any + (this.at / this.width - any) * aim * 0.85;

        return Math.max(edge, Math.min(1 - edge, lane));
    }

    spawn() {
        const made = this.rain ? this.pacer.overtime() :
            this.pacer.next(this.time, this.score, this.flying());
        const pace = this.plan.rate * (this.rain ? RAIN : 1);

        this.due = this.time + (0.7 + 0.6 * this.random()) / pace;
        if (made) {
            this.things.push({
                ...made, x: this.laneFor(made.aim) * this.width,
                y: -this.size, turn: this.random() * 6 - 3,
                speed: this.plan.speed * made.thing.speed * this.height /
                    DESIGNED * (0.92 + 0.16 * this.random())
            });
        }
    }

    moveBasket(gone) {
        if (this.push) {
            this.goal = null;
            this.at += this.push * KEY_SPEED * this.width * gone;
        } else if (this.goal !== null) {
            this.at += (this.goal - this.at) * Math.min(1, gone * 18);
        }
        this.at = Math.max(this.half, Math.min(this.width - this.half,
                                               this.at));
    }

    /* A thing that crosses the rim is caught or has missed: told once */
    fall(item, gone, tell) {
        const was = item.y;
        const late = this.time - this.plan.seconds - HOMING;

        item.y += item.speed * gone;
        if (late > 0) {         /* sooner or later nobody can run away */
            item.x += (this.at - item.x) * Math.min(1, gone * (4 + late));
        }
        if (was < this.line && item.y >= this.line &&
            Math.abs(item.x - this.at) <= this.half + this.size * 0.3) {
            item.caught = true;
            this.score = Math.max(0, this.score + item.thing.points);
            tell(item);
        }
    }

    /* tell(item) hears of each catch. In a lost round the clock ends it. */
    step(gone, tell) {
        this.time += gone;
        this.moveBasket(gone);
        if (this.time >= this.due) {
            this.spawn();
        }
        for (const item of this.things) {
            this.fall(item, gone, tell);
        }
        this.things = this.things.filter((item) => !item.caught &&
            item.y < this.height + this.size);
        this.over = this.score >= this.plan.target ||
            (this.rain && !this.plan.won);
        return this.over;
    }
}
