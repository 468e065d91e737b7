/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The scratch card: fields below a silver cover. It is rubbed off with finger
 * or mouse; by key, each field is a button that uncovers itself. When enough
 * of the cover is gone the rest goes by itself.
 */
import { assetOf, number, prizeName } from "../common/config.js";
import { run } from "../common/engine.js";
import { calm, tween, wait } from "../common/motion.js";
import { pictureOf, shapeIcon } from "../common/shapes.js";
import { arrowKeys, button, make } from "../common/stage.js";
import { css, mix } from "../common/theme.js";
import { fieldsFor, makeCover, sizeOf } from "./card.js";

const DRAWN = 360;      /* brush_size is for a card so many pixels wide */
const SEEN = 0.55;      /* of a field: then its picture counts as seen */

function fieldText(game, field) {
    if (field.prize === null) {
        return game.say("nothing");
    }
    return field.prize ? prizeName(field.prize) : "★";
}

function fieldButton(game, field) {
    const element = button("field", "");

    if (field.prize === null) {
        element.append(pictureOf(assetOf(game.config, field.motif),
                                 field.motif));
    } else {
        element.classList.add("prize");
        element.append(shapeIcon("gift"));
        if (field.prize) {
            element.append(make("span", "field-text", fieldText(game, field)));
        }
    }
    return element;
}

/* Silver with a grain, and a pattern that says what to do with it */
function paintCover(context, side, theme) {
    const light = mix(theme.secondary, [222, 224, 232], 0.72);
    const dark = mix(theme.secondary, [146, 150, 166], 0.7);
    const shine = context.createLinearGradient(0, 0, side, side);

    for (let i = 0; i <= 6; i++) {
        shine.addColorStop(i / 6, css(i % 2 ? light : dark));
    }
    context.globalCompositeOperation = "source-over";
    context.fillStyle = shine;
    context.fillRect(0, 0, side, side);
    context.fillStyle = "#ffffff3d";
    const step = side / 9;
    for (let row = 0; row < 9; row++) {
        for (let col = 0; col < 9; col++) {
            const x = (col + 0.5) * step;
            const y = (row + 0.5) * step;
            const r = step * ((row + col) % 2 ? 0.1 : 0.22);

            context.beginPath();
            context.moveTo(x, y - r);
            context.quadraticCurveTo(x, y, x + r, y);
            context.quadraticCurveTo(x, y, x, y + r);
            context.quadraticCurveTo(x, y, x - r, y);
            context.quadraticCurveTo(x, y, x, y - r);
            context.fill();
        }
    }
    context.globalCompositeOperation = "destination-out";
}

function makeCanvas(card, theme) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    const side = Math.round(card.clientWidth *
        Math.min(2, window.devicePixelRatio || 1));

    canvas.className = "cover";
    canvas.width = canvas.height = side;
    canvas.setAttribute("aria-hidden", "true");
    paintCover(context, side, theme);
    card.append(canvas);
    return { canvas, context, side };
}

/* Rubs from the last point to the event's: onRub(x, y) in shares */
function followPointer(canvas, onRub) {
    let last = null;

    function rub(event) {
        const box = canvas.getBoundingClientRect();
        const x = (event.clientX - box.left) / box.width;
        const y = (event.clientY - box.top) / box.height;
        const from = last ?? { x, y };
        const steps = Math.ceil(Math.hypot(x - from.x, y - from.y) / 0.03) || 1;

        for (let i = 1; i <= steps; i++) {
            onRub(from.x + (x - from.x) * i / steps,
                  from.y + (y - from.y) * i / steps);
        }
        last = { x, y };
    }
    canvas.addEventListener("pointerdown", (event) => {
        canvas.setPointerCapture(event.pointerId);
        last = null;
        rub(event);
    });
    canvas.addEventListener("pointermove", (event) => {
        if (event.buttons & 1) {
            rub(event);
        }
    });
}

function drawCard(game, fields, size) {
    const card = make("div", "card");
    const buttons = fields.map((field) => fieldButton(game, field));

    card.style.setProperty("--rows", size.rows);
    card.style.setProperty("--cols", size.cols);
    card.setAttribute("role", "group");
    card.setAttribute("aria-label", game.say("card", fields.length));
    card.append(...buttons);
    buttons.forEach((element, i) => {
        element.setAttribute("aria-label", game.say("fieldHidden", i + 1));
    });
    arrowKeys(card, buttons, size.cols);
    game.stage.board.append(card);
    return { card, buttons };
}

/* Resolves when enough of the cover is gone, by whatever way */
function rubbed(game, drawn, layer, fields, size) {
    const { mechanics, parameters, say, stage, sound } = game;
    const cover = makeCover(size);
    const enough = number(mechanics.reveal_threshold ??
        parameters.reveal_threshold, 0.5, 0.05, 0.95);
    const radius = number(mechanics.brush_size ?? parameters.brush_size,
                          40, 8, 120) / DRAWN / 2 * 1.5;
    const seen = new Set();
    let lastSound = 0;

    return new Promise((resolve) => {
        function look() {
            fields.forEach((field, i) => {
                const row = Math.floor(i / size.cols);

                if (!seen.has(i) &&
                    cover.fieldShare(row, i % size.cols) >= SEEN) {
                    const shown = say("fieldShows", i + 1,
                                      fieldText(game, field));

                    seen.add(i);
                    drawn.buttons[i].setAttribute("aria-label", shown);
                    stage.announce(shown);
                    if (field.prize !== null) {
                        sound.play("reveal");
                    }
                }
            });
            if (cover.share() >= enough) {
                resolve();
            }
        }
        followPointer(layer.canvas, (x, y) => {
            const { context, side } = layer;

            context.beginPath();
            context.arc(x * side, y * side, radius * side, 0, 7);
            context.fill();
            cover.rub(x, y, radius);
            if (performance.now() - lastSound > 80) {
                lastSound = performance.now();
                sound.play("scratch");
            }
            look();
        });
        drawn.buttons.forEach((element, i) => {
            element.addEventListener("click", () => {
                const row = Math.floor(i / size.cols);
                const col = i % size.cols;
                const { context, side } = layer;

                context.fillRect(col * side / size.cols, row * side / size.rows,
                                 side / size.cols, side / size.rows);
                cover.rubField(row, col);
                sound.play("scratch");
                look();
            });
        });
        stage.offer(say("reveal"), resolve);
    });
}

run({
    async round(game, order) {
        const { stage, say, mechanics } = game;
        const size = sizeOf(mechanics);
        const fields = fieldsFor(mechanics, order);
        const drawn = drawCard(game, fields, size);
        const layer = makeCanvas(drawn.card, game.theme);
        const winner = fields.findIndex((field) => field.prize !== null);

        stage.hint(say("rub"));
        await rubbed(game, drawn, layer, fields, size);
        stage.noActions();
        stage.hint("");
        game.sound.play("reveal");
        await tween(calm() ? 0 : 500, (share) => {
            layer.canvas.style.opacity = 1 - share;
        });
        layer.canvas.remove();
        drawn.card.classList.add(order.won ? "won" : "open");
        stage.announce(fields.map((field, i) => say("fieldShows", i + 1,
            fieldText(game, field))).join("; "));
        await wait(900);
        return winner < 0 ? null : fieldText(game, fields[winner]);
    }
});
