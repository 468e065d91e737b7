/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Chance for what a picture looks like: which of the losing segments, which
 * symbols beside the line. Each takes the source of chance, so that tests
 * can repeat it. Win or loss is not decided by any of these.
 */

export function pick(items, random = Math.random) {
    return items[Math.floor(random() * items.length)];
}

/* By the weight of each; all alike when none has any */
export function pickWeighted(items, weightOf, random = Math.random) {
    const weights = items.map((item) =>
        Math.max(0, Number(weightOf(item)) || 0));
    const sum = weights.reduce((a, b) => a + b, 0);
    let at = random() * sum;

    if (sum <= 0) {
        return pick(items, random);
    }
    for (let i = 0; i < items.length; i++) {
        at -= weights[i];
        if (at < 0) {
            return items[i];
        }
    }
    return items[items.length - 1];
}

export function shuffle(items, random = Math.random) {
    const out = [...items];

    for (let i = out.length - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1));

        [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
}
