/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The rules of the card, without the page. The server has decided: for a win
 * one field has the prize, at a place that the config names as a winner's
 * (that of the same prize, if there is one); for a loss none has. Whatever is
 * rubbed, and in whatever order, is so from the start.
 */
import { list, record, text, whole } from "../common/config.js";
import { pick, shuffle } from "../common/chance.js";
import { MOTIFS } from "../common/shapes.js";

export function sizeOf(mechanics) {
    const size = record(mechanics.grid_size);

    return { rows: whole(size.rows, 3, 1, 6), cols: whole(size.cols, 3, 1, 6) };
}

function winners(mechanics, { rows, cols }) {
    return list(mechanics.prizes).map(record).map((entry) => {
        const { row, col } = record(entry.position);

        return { row, col, prize: text(entry.value, null),
                 wins: entry.is_winner === true };
    }).filter(({ row, col, wins }) => wins && Number.isInteger(row) &&
        Number.isInteger(col) && row >= 0 && row < rows && col >= 0 &&
        col < cols);
}

/*
 * What each field shows, row by row: { prize } for the one that wins, else
 * { motif }. No motif of a losing field is seen so often that it looks like
 * a set of three.
 */
export function fieldsFor(mechanics, order, random = Math.random) {
    const size = sizeOf(mechanics);
    const count = size.rows * size.cols;
    const motifs = shuffle(MOTIFS, random);
    const fields = shuffle(Array.from({ length: count }, (_, i) =>
        ({ prize: null, motif: motifs[Math.floor(i / 2) % motifs.length] })),
                           random);

    if (order.won) {
        const found = winners(mechanics, size);
        const same = found.filter((entry) => entry.prize === order.prize);
        const place = same[0] ?? (found.length ? pick(found, random) :
            { row: Math.floor(random() * size.rows),
              col: Math.floor(random() * size.cols) });

        fields[place.row * size.cols + place.col] =
            { prize: order.prize ?? "", motif: null };
    }
    return fields;
}

const GRAIN = 48;       /* the card is judged in so many by so many grains */

/*
 * Which part of the cover is gone. rub(x, y, radius): all in shares of the
 * card's side. share(): of all; fieldShare(row, col): of one field.
 */
export function makeCover({ rows, cols }) {
    const gone = new Uint8Array(GRAIN * GRAIN);

    function counted(fromX, toX, fromY, toY) {
        let sum = 0;
        let all = 0;

        for (let y = fromY; y < toY; y++) {
            for (let x = fromX; x < toX; x++) {
                sum += gone[y * GRAIN + x];
                all++;
            }
        }
        return all ? sum / all : 0;
    }

    return {
        rub(x, y, radius) {
            for (let gy = 0; gy < GRAIN; gy++) {
                for (let gx = 0; gx < GRAIN; gx++) {
                    const dx = (gx + 0.5) / GRAIN - x;
                    const dy = (gy + 0.5) / GRAIN - y;

                    if (dx * dx + dy * dy <= radius * radius) {
                        gone[gy * GRAIN + gx] = 1;
                    }
                }
            }
        },
        rubField(row, col) {
            for (let y = 0; y < GRAIN; y++) {
                for (let x = 0; x < GRAIN; x++) {
                    if (Math.floor(y * rows / GRAIN) === row &&
                        Math.floor(x * cols / GRAIN) === col) {
                        gone[y * GRAIN + x] = 1;
                    }
                }
            }
        },
        share() {
            return counted(0, GRAIN, 0, GRAIN);
        },
        fieldShare(row, col) {
            return counted(
                Math.ceil(col * GRAIN / cols),
                Math.ceil((col + 1) * GRAIN / cols),
                Math.ceil(row * GRAIN / rows),
                Math.ceil((row + 1) * GRAIN / rows));
        }
    };
}
