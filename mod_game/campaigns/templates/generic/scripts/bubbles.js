/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The rules of the challenge, without the page: bubbles rise, each that is
 * tapped brings points. Which bubbles come is chosen by common/pace.js, which
 * tells how the outcome that the server decided comes about. Places are shares
 * of the field's width and height.
 */
import { number, record, whole } from "../common/config.js";
import { makePacer } from "../common/pace.js";

const RISE = 0.2;               /* heights a second at speed 1 */
const MOST = 14;                /* bubbles at a time */
const RAIN = 3;

export function planOf(mechanics, parameters, seconds, won) {
    return {
        won, seconds,
        rate: number(record(mechanics.spawn_rates).item, 1.5, 0.3, 8) * 1.3,
        speed: number(parameters.speed, 1, 0.3, 5),
        target: whole(record(mechanics.scoring).win_score ??
            parameters.target_score, 50, 2, 1e6),
        goods: [{ id: "star", points: 5, weight: 6, speed: 1 },
                { id: "gem", points: 10, weight: 3, speed: 1.25 }],
        bads: []
    };
}

export class Bubbles {
    constructor(plan, random = Math.random) {
        this.plan = plan;
        this.pacer = makePacer(plan, random);
        this.random = random;
        this.all = [];
        this.score = 0;
        this.time = 0;
        this.due = 0;
        this.ids = 0;
    }

    get left() {
        return Math.max(0, this.plan.seconds - this.time);
    }

    get rain() {
        return this.time >= this.plan.seconds;
    }

    spawn() {
        const flying = this.all.reduce((sum, { points }) => sum + points, 0);
        const made = this.rain ? this.pacer.overtime() :
            this.pacer.next(this.time, this.score, flying);

        this.due = this.time + (0.6 + 0.8 * this.random()) /
            (this.plan.rate * (this.rain ? RAIN : 1));
        if (made && this.all.length < MOST) {
            this.all.push({
                id: this.ids++, shape: made.thing.id, kind: made.kind,
                points: made.thing.points, x: 0.1 + 0.8 * this.random(), y: 1.1,
                sway: this.random() * 6,
                /* who falls behind has more time for each */
                speed: RISE * this.plan.speed * made.thing.speed *
                    (1 - 0.45 * (this.rain ? 0 : made.aim)) });
        }
    }

    pop(bubble) {
        if (!this.all.includes(bubble) || this.over) {
            return false;
        }
        this.all = this.all.filter((one) => one !== bubble);
        this.score += bubble.points;
        return true;
    }

    /*
     * One frame; lost(bubble) hears of each that left at the top. In overtime
     * those bring their points as well: a won round ends without a finger.
     */
    step(gone, lost) {
        this.time += gone;
        if (this.time >= this.due) {
            this.spawn();
        }
        for (const bubble of this.all) {
            bubble.y -= bubble.speed * gone * (this.rain ? 1.8 : 1);
        }
        for (const bubble of this.all.filter(({ y }) => y < -0.12)) {
            if (this.rain && this.plan.won) {
                this.pop(bubble);
            }
            this.all = this.all.filter((one) => one !== bubble);
            lost(bubble);
        }
        return this.over;
    }

    get over() {
        return this.score >= this.plan.target || (this.rain && !this.plan.won);
    }
}
