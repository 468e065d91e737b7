/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The rules of the quiz, without the page. Answers are judged as they are:
 * right is right. Win or loss is the server's, so a part of the points is
 * luck, and is called so on the page from the start: after the questions the
 * player picks one of three lucky cards. The card may bring up to `lucky`
 * points, and the round is passed with `needed` points, pass_threshold of all
 * that there are. `lucky` is just so high that the sum can end on either side
 * of `needed` whatever was answered; the card then brings what leads to the
 * outcome. So the sum on the page is always right.
 */
import { list, number, record, text } from "../common/config.js";
import { pick, shuffle } from "../common/chance.js";

const LEAST_THRESHOLD = 0.1;
const MOST_THRESHOLD = 0.9;

function questionOf(value, random, shuffled) {
    const entry = record(value);
    const options = list(entry.options).map((option) =>
        typeof option === "number" ? String(option) : text(option, null));
    const right = entry.correct_index;

    if (!text(entry.text, null) || options.length < 2 ||
        options.length > 8 || options.includes(null) ||
        !Number.isInteger(right) || right < 0 || right >= options.length) {
        return null;
    }
    const places = options.map((_, i) => i);
    const order = shuffled ? shuffle(places, random) : places;

    return { text: text(entry.text, ""), options: order.map((i) => options[i]),
             right: order.indexOf(right),
             seconds: number(entry.time_limit_sec, 20, 3, 600),
             points: Math.round(number(entry.points, 10, 1, 1e4)) };
}

export function questionsOf(mechanics, random = Math.random) {
    const found = list(mechanics.questions).slice(0, 50).map((value) =>
        questionOf(value, random, mechanics.shuffle_options === true))
        .filter(Boolean);

    return mechanics.shuffle_questions === true ?
        shuffle(found, random) : found;
}

/*
 * { most, lucky, needed, unit }: points of all questions, of the best card, to
 * pass, and the step in which cards count.
 */
export function marksOf(questions, threshold) {
    const most = questions.reduce((sum, { points }) => sum + points, 0) || 10;
    const unit = Math.max(1, Math.min(...questions.map((q) => q.points), most));
    const share = Math.min(MOST_THRESHOLD,
                           Math.max(LEAST_THRESHOLD, threshold));
    let lucky = 0;
    let needed;

    do {
        lucky += unit;
        needed = Math.ceil((most + lucky) * share - 1e-9);
    } while (needed <= most || lucky < needed);
    return { most, lucky, needed, unit };
}

/* What the picked card brings, in whole units where that is possible */
export function cardFor(marks, score, won, random = Math.random) {
    const { lucky, needed, unit } = marks;
    const values = [];

    for (let value = 0; value <= lucky; value += unit) {
        if ((score + value >= needed) === won) {
            values.push(value);
        }
    }
    return values.length ? pick(values, random) : won ? lucky : 0;
}
