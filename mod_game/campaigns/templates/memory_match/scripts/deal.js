/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The rules of the pairs, without the page. The server has decided whether
 * every pair is found before the clock runs out. Three rules, said on the page
 * where they can be felt, make that so; a face once seen never changes.
 *
 *   - A card gets its face when it is first turned (as if it had been there).
 *     In a lost round the first faces are all different, so nobody is lucky
 *     early; in a won round they fall as in a shuffled pack, and when turns
 *     get short a turned card finds its partner.
 *   - Every turn (two cards) takes at least `cost` seconds off the clock, and
 *     the clock goes on by itself. It pays for `turns` turns: one fewer than
 *     a player needs who never forgets a card and meets the faces of a lost
 *     round. Proof: each turn that begins before all P faces were seen shows
 *     at most two new ones and finds nothing, which makes ceil(P / 2) turns;
 *     P more are needed to find P pairs.
 *   - In a won round the clock gets bonus time when it has run out.
 */

/* turns that the clock pays for, and what one costs of so many seconds */
export function clockOf(pairs, seconds) {
    const turns = Math.max(1, pairs + Math.ceil(pairs / 2) - 1);

    return { turns, cost: seconds / turns };
}

/*
 * The pack. face(card, first, spare): the face of a card that is being
 * turned; first is the face of the turn's other open card, or null; spare is
 * how many turns the clock still pays for beyond the pairs that are left.
 */
export function makeDeal(pairs, won, random = Math.random) {
    const faces = new Map();                    /* card to face */
    const left = Array(pairs).fill(2);          /* of each face, not laid yet */

    function draw(among) {
        const sum = among.reduce((n, face) => n + left[face], 0);
        let at = Math.floor(random() * sum);

        return among.find((face) => {
            at -= left[face];
            return at < 0;
        });
    }

    function choose(first, spare) {
        const open = left.map((_, face) => face).filter((face) => left[face]);
        const fresh = open.filter((face) => left[face] === 2);
        const others = open.filter((face) => face !== first);

        if (won) {
            return first !== null && spare <= 1 && left[first] ? first :
                draw(open);
        }
        return draw(fresh.length ? fresh : others.length ? others : open);
    }

    return {
        face(card, first, spare) {
            if (!faces.has(card)) {
                const face = choose(first, spare);

                left[face]--;
                faces.set(card, face);
            }
            return faces.get(card);
        }
    };
}
