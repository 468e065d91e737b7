/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The rules of the wheel, without the page. The server has decided; the wheel
 * stops on a field of that kind: on the one that has the prize, else on one
 * of the kind by the weights of the config. All fields are of one size: what
 * is won how often is not theirs to say.
 */
import { list, prizeName, record, text } from "../common/config.js";
import { pickWeighted } from "../common/chance.js";

const MOST = 24;
const EDGE = 0.14;      /* of a field, kept free: it stops clear of the lines */

export function isPrize(segment) {
    return Boolean(segment.prize);
}

function plain(i, colours) {
    return { label: i % 2 ? "–" : "★", prize: i % 2 ? null : "prize",
             color: colours[i % 3], weight: 1 };
}

/* The config's fields, with what each must have; at least one of each kind */
export function segmentsOf(mechanics, colours) {
    const found = list(mechanics.segments).slice(0, MOST).map((value, i) => {
        const entry = record(value);
        const prize = text(entry.prize, null);

        return { label: text(entry.label, prize ?? "–"), prize,
                 color: text(entry.color, colours[i % 3]),
                 weight: entry.weight };
    });

    if (found.length < 2) {
        return Array.from({ length: 6 }, (_, i) => plain(i, colours));
    }
    if (!found.some(isPrize)) {
        found.push(plain(0, colours));
    }
    if (found.every(isPrize)) {
        found.push(plain(1, colours));
    }
    return found;
}

/*
 * The field that the order ends on. A prize that no field has is written on
 * the one that is chosen, before the wheel is shown.
 */
export function choose(segments, order, random = Math.random) {
    const same = segments.filter((segment) => order.won &&
        order.prize && segment.prize === order.prize);
    const kind = same.length ? same :
        segments.filter((segment) => isPrize(segment) === order.won);
    const chosen = pickWeighted(kind, (segment) => segment.weight, random);

    if (order.prize && !same.length) {
        chosen.label = prizeName(order.prize);
        chosen.prize = order.prize;
    }
    return segments.indexOf(chosen);
}

/*
 * How far the wheel turns, in degrees: whole turns, then on until the field
 * (they begin at the top, clockwise) is below the pointer at the top.
 */
export function turnTo(index, count, rotations, random = Math.random) {
    const size = 360 / count;
    const inside = EDGE + (1 - 2 * EDGE) * random();

    return 360 * rotations + 360 - (index + inside) * size;
}

/* Which field is below the pointer after so many degrees */
export function fieldAt(degrees, count) {
    const back = ((-degrees % 360) + 360) % 360;

    return Math.floor(back / (360 / count)) % count;
}

/* The share of the way at a share of the time: speed decays as by friction */
export function spinCurve(friction, seconds) {
    const left = friction ** (60 * Math.max(1, seconds));

    return (share) => (1 - left ** share) / (1 - left);
}
