/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Which things appear in a game of points against the clock, so that it ends
 * as the server decided, though the player really plays:
 *
 *   - In a lost round, what is worth points appears only while the score, all
 *     that is still on its way and the new thing stay below a line that rises
 *     with time and ends below the target. So every point is there to be had,
 *     a good player ends close, and nobody can reach the target. Small change
 *     fills the pauses: the field is as busy as in a won round.
 *   - In a won round things appear by the weights of the config. Who falls
 *     behind is helped: fewer bad things, and `aim` says how near to the player
 *     the next one should be. When time is up, `overtime` is a rain of the
 *     best things, until the target is reached.
 *
 * Pure: no page, no clock; the source of chance is given.
 */
import { list, number, record, text } from "./config.js";
import { pickWeighted } from "./chance.js";

const CLOSE = 0.94;             /* of the target: there a lost line ends */
const EARLY = 0.14;             /* of it, at the start */
const DONE_BY = 0.8;            /* of the time: a won round should be won */
const GAP = 0.45;               /* when nothing fits: how often nothing comes */

/* Things of a config: { id, points, weight, speed }, at least `fallback` */
export function thingsOf(value, fallback, least, most) {
    const found = list(value).slice(0, 20).map((item) => {
        const entry = record(item);

        return { id: text(entry.id, null),
                 points: Math.round(number(entry.points, 0, least, most)),
                 weight: number(entry.spawn_weight, 1, 0, 1000),
                 speed: number(entry.fall_speed_multiplier, 1, 0.2, 4) };
    }).filter((thing) => thing.id && thing.points);

    return found.length ? found : fallback;
}

/*
 * plan: { won, target, seconds, goods, bads }. next(time, score, flying):
 * { thing, kind: "good"|"small"|"bad", aim } or null; flying is the sum of
 * the points that are on their way.
 */
export function makePacer(plan, random = Math.random) {
    const { won, target, seconds, goods, bads } = plan;
    const least = Math.min(...goods.map((thing) => thing.points));
    const best = goods.reduce((a, b) => b.points > a.points ? b : a);
    const small = { id: "small", points: Math.max(1, Math.floor(least / 10)),
                    weight: 1, speed: 1 };
    const last = Math.min(target - 1, Math.floor(target * CLOSE));
    const weight = (things) => things.reduce((n, { weight: w }) => n + w, 0);
    const badShare = weight(bads) / (weight(goods) + weight(bads) || 1);

    const draw = (things) => pickWeighted(things, (t) => t.weight, random);
    const bad = (share) => bads.length && random() < share;

    function whenWon(time, score) {
        const due = target * Math.min(1, time / (seconds * DONE_BY));
        const behind = Math.max(0, Math.min(1, (due - score) / target * 3));

        if (bad(badShare * (1 - behind))) {
            return { thing: draw(bads), kind: "bad", aim: 0 };
        }
        return { thing: draw(goods), kind: "good", aim: behind };
    }

    function whenLost(time, score, flying) {
        const line = last * Math.min(1, EARLY + (1 - EARLY) * time / seconds);
        const room = line - score - flying;

        if (bad(badShare)) {
            return { thing: draw(bads), kind: "bad", aim: 0 };
        }
        const thing = draw(goods);
        if (thing.points <= room) {
            return { thing, kind: "good", aim: 0 };
        }
        if (small.points <= room) {
            return { thing: small, kind: "small", aim: 0 };
        }
        return bads.length && random() >= GAP ?
            { thing: draw(bads), kind: "bad", aim: 0 } : null;
    }

    return {
        next(time, score, flying) {
            return won ? whenWon(time, score) : whenLost(time, score, flying);
        },
        overtime() {
            return { thing: best, kind: "good", aim: 1 };
        }
    };
}
