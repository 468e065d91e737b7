/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The quiz: questions one by one against a clock each, then a lucky card.
 * marks.js tells why there is one.
 */
import { number } from "../common/config.js";
import { run } from "../common/engine.js";
import { calm, frames, tween, wait } from "../common/motion.js";
import { shapeIcon } from "../common/shapes.js";
import { button, make } from "../common/stage.js";
import { cardFor, marksOf, questionsOf } from "./marks.js";

const CARDS = 3;
const SHOWN = 1700;             /* ms that the right answer is shown */
const BRIEF = 900;
const LETTERS = "ABCDEFGH";

function showMeters(game, marks, score, share, seconds) {
    const { stage, say } = game;

    stage.meter("score", say("score"), score,
                score / (marks.most + marks.lucky));
    stage.meter("needed", say("needed"), marks.needed);
    if (share !== undefined) {
        stage.meter("time", say("time"), say("seconds", seconds), share);
    }
}

function optionButton(i, label) {
    const element = button("option", make("span", "letter", LETTERS[i]));

    element.append(make("span", "option-text", label));
    return element;
}

function drawQuestion(game, question, number_, count) {
    const panel = make("section", "panel");
    const options = make("div", "options");
    const heading = make("h2", "question", question.text);
    const buttons = question.options.map((label, i) => optionButton(i, label));

    heading.tabIndex = -1;
    options.append(...buttons);
    panel.append(make("p", "count", game.say("question", number_, count)),
                 heading, options);
    game.stage.board.replaceChildren(panel);
    heading.focus({ preventScroll: true });
    return buttons;
}

/* Resolves to the index of the answer, or null when the clock was faster */
function answered(game, question, buttons, marks, score) {
    const aborter = new AbortController();
    let picked;

    buttons.forEach((element, i) => {
        element.addEventListener("click", () => {
            picked ??= i;
        });
    });
    window.addEventListener("keydown", (event) => {
        const i = Number(event.key) - 1;

        if (buttons[i] && !event.ctrlKey && !event.altKey && !event.metaKey) {
            picked ??= i;
        }
    }, { signal: aborter.signal });
    return frames((_, sum) => {
        const left = Math.max(0, question.seconds - sum);

        showMeters(game, marks, score, left / question.seconds,
                   Math.ceil(left));
        return picked !== undefined || left <= 0;
    }).then(() => {
        aborter.abort();
        return picked ?? null;
    });
}

async function showAnswer(game, question, buttons, picked) {
    const { say, sound, stage } = game;
    const right = picked === question.right;
    const open = game.mechanics.show_correct_answer !== false;
    const verdict = say(right ? "correct" : picked === null ? "tooLate" :
        "wrong");

    sound.play(right ? "correct" : "incorrect");
    buttons.forEach((element, i) => {
        element.disabled = true;
        if (i === question.right && (right || open)) {
            element.classList.add("right");
        } else if (i === picked) {
            element.classList.add("wrong");
        }
    });
    stage.hint(verdict);
    stage.announce(right || !open ? verdict :
        `${verdict}. ${say("theAnswer", question.options[question.right])}`);
    await wait(open && !right ? SHOWN : BRIEF);
    stage.hint("");
    return right ? question.points : 0;
}

async function ask(game, questions, marks) {
    let score = 0;

    for (const [i, question] of questions.entries()) {
        const buttons = drawQuestion(game, question, i + 1, questions.length);
        const picked = await answered(game, question, buttons, marks, score);

        score += await showAnswer(game, question, buttons, picked);
    }
    return score;
}

/* The lucky card: resolves to the sum when it has been turned and counted */
async function drawLucky(game, marks, score, won) {
    const { say, sound, stage } = game;
    const panel = make("section", "panel");
    const row = make("div", "lucky-row");
    const heading = make("h2", "question", say("lucky"));
    const value = cardFor(marks, score, won);

    const cards = Array.from({ length: CARDS }, (_, i) => {
        const card = button("lucky-card", shapeIcon("clover"));

        card.setAttribute("aria-label", say("luckyCard", i + 1));
        return card;
    });

    heading.tabIndex = -1;
    row.append(...cards);
    panel.append(make("p", "count", say("luckyRule", score, marks.needed)),
                 heading, row);
    stage.board.replaceChildren(panel);
    stage.noMeter("time");
    showMeters(game, marks, score);
    heading.focus({ preventScroll: true });
    const card = await new Promise((resolve) => {
        cards.forEach((one) => {
            one.addEventListener("click", () => resolve(one), { once: true });
        });
    });
    cards.forEach((one) => {
        one.disabled = true;
        one.classList.toggle("away", one !== card);
    });
    card.classList.add("turned");
    card.replaceChildren(make("span", "lucky-value", `+${value}`));
    sound.play("reveal");
    await wait(calm() ? 100 : 500);
    await tween(calm() ? 0 : 700, (share) => {
        showMeters(game, marks, score + Math.round(value * share));
    });
    stage.announce(say("luckyShows", value, score + value, marks.needed));
    stage.hint(say("luckyShows", value, score + value, marks.needed));
    return score + value;
}

run({
    async round(game, order) {
        const { stage, say, mechanics, parameters } = game;
        const questions = questionsOf(mechanics);
        const marks = marksOf(questions, number(mechanics.pass_threshold ??
            parameters.pass_threshold, 0.5, 0, 1));
        const rule = make("p", "panel rule",
                          say("quizRule", marks.most, marks.lucky,
                              marks.needed));

        stage.board.append(rule);
        await stage.press(say("start"));
        const score = await ask(game, questions, marks);
        const sum = await drawLucky(game, marks, score, order.won);
        await wait(1100);
        return `${sum}/${marks.needed}`;
    }
});
