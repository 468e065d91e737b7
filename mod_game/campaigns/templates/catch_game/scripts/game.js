/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The catch game: a basket below, good and bad things from above. field.js
 * has the rules; this draws it and moves the basket by finger, mouse or keys.
 */
import { assetOf, list } from "../common/config.js";
import { run } from "../common/engine.js";
import { calm, frames, wait } from "../common/motion.js";
import { drawShape, SHAPES } from "../common/shapes.js";
import { css, mix } from "../common/theme.js";
import { Field, planOf } from "./field.js";

const SPOKEN_EVERY = 10;        /* seconds between scores that are read out */

/* Pictures of the config's own, as far as they could be had */
function imagesOf(game, things) {
    const images = new Map();

    for (const { id } of things) {
        const address = assetOf(game.config, id);

        if (address) {
            const image = new Image();

            image.addEventListener("load", () => images.set(id, image));
            image.src = address;
        }
    }
    return images;
}

function makeCanvas(game) {
    const canvas = document.createElement("canvas");

    canvas.className = "field scene";
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", game.say("catchField"));
    game.stage.board.append(canvas);
    return canvas;
}

/* Fits the canvas to its box; returns the size in CSS pixels */
function fit(canvas) {
    const { clientWidth: width, clientHeight: height } = canvas;
    const dense = Math.min(2, window.devicePixelRatio || 1);

    canvas.width = Math.round(width * dense);
    canvas.height = Math.round(height * dense);
    canvas.getContext("2d").setTransform(dense, 0, 0, dense, 0, 0);
    return { width, height };
}

/*
 * Finger, mouse and keys move the basket; the field follows its window, and
 * redraw() is called then. Returns what ends it.
 */
function control(game, canvas, field, redraw) {
    const keys = list(game.mechanics.controls?.keys);
    const lefts = ["ArrowLeft", "a", "A", keys[0]];
    const rights = ["ArrowRight", "d", "D", keys[1]];
    const signal = new AbortController();
    const held = new Set();

    function point(event) {
        const box = canvas.getBoundingClientRect();

        field.goal = event.clientX - box.left;
    }
    function push() {
        field.push = (held.has("right") ? 1 : 0) - (held.has("left") ? 1 : 0);
    }
    function key(event, down) {
        const side = lefts.includes(event.key) ? "left" :
            rights.includes(event.key) ? "right" : null;

        if (side && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            held[down ? "add" : "delete"](side);
            push();
        }
    }
    const on = (target, name, hear) =>
        target.addEventListener(name, hear, { signal: signal.signal });

    on(canvas, "pointerdown", (event) => {
        canvas.setPointerCapture(event.pointerId);
        point(event);
    });
    on(canvas, "pointermove", point);
    on(window, "keydown", (event) => key(event, true));
    on(window, "keyup", (event) => key(event, false));
    on(window, "blur", () => {
        held.clear();
        push();
    });
    on(window, "resize", () => {
        const { width, height } = fit(canvas);

        field.resize(width, height);
        redraw();
    });
    return () => signal.abort();
}

/* What floats up from the basket for a moment: "+10" */
class Floats {
    constructor() {
        this.all = [];
    }

    add(x, y, points) {
        this.all.push({ x, y, points, age: 0 });
    }

    draw(context, gone, colours) {
        context.textAlign = "center";
        context.font = "800 20px system-ui, sans-serif";
        context.lineWidth = 4;
        context.lineJoin = "round";
        for (const one of this.all) {
            one.age += gone;
            context.globalAlpha = Math.max(0, 1 - one.age / 0.9);
            context.strokeStyle = colours.halo;
            context.fillStyle = one.points > 0 ? colours.plus : colours.minus;
            const sign = one.points > 0 ? "+" : "−";
            const shown = `${sign}${Math.abs(one.points)}`;
            const y = one.y - 60 * one.age;

            context.strokeText(shown, one.x, y);
            context.fillText(shown, one.x, y);
        }
        context.globalAlpha = 1;
        this.all = this.all.filter((one) => one.age < 0.9);
    }
}

/* A wicker basket: rim, body that narrows, weave */
function drawBasket(context, field, theme, joy) {
    const { at, half, line, size } = field;
    const high = size * 0.72;
    const top = line - size * 0.08 + joy * 4;

    context.save();
    context.translate(at, top);
    context.beginPath();
    context.moveTo(-half, 0);
    context.lineTo(half, 0);
    context.lineTo(half * 0.78, high);
    context.quadraticCurveTo(0, high * 1.16, -half * 0.78, high);
    context.closePath();
    context.fillStyle = css(theme.primary);
    context.fill();
    context.clip();
    context.strokeStyle = css(mix(theme.primary, [0, 0, 0], 0.25));
    context.lineWidth = 3;
    for (let i = -6; i <= 6; i++) {
        context.beginPath();
        context.moveTo(half * i / 5, 0);
        context.lineTo(half * i / 5 * 0.75, high * 1.2);
        context.stroke();
    }
    context.strokeStyle = css(mix(theme.primary, [255, 255, 255], 0.35), 0.7);
    for (const row of [0.42, 0.74]) {
        context.beginPath();
        context.moveTo(-half, high * row);
        context.lineTo(half, high * row);
        context.stroke();
    }
    context.restore();
    context.fillStyle = css(theme.accent);
    context.strokeStyle = css(mix(theme.accent, [0, 0, 0], 0.35));
    context.lineWidth = 2;
    context.beginPath();
    context.roundRect(at - half - 4, top - 7, 2 * half + 8, 14, 7);
    context.fill();
    context.stroke();
}

/* A light behind each thing: red for what is better not caught */
function drawGlow(context, x, y, side, bad) {
    const glow = context.createRadialGradient(x, y, side * 0.2, x, y,
                                              side * 0.8);
    const colour = bad ? "255, 70, 90" : "255, 226, 130";

    glow.addColorStop(0, `rgba(${colour}, .75)`);
    glow.addColorStop(1, `rgba(${colour}, 0)`);
    context.fillStyle = glow;
    context.fillRect(x - side, y - side, 2 * side, 2 * side);
}

function drawThings(context, field, images, still) {
    for (const item of field.things) {
        const { thing, x, y } = item;
        const side = field.size * (item.kind === "small" ? 0.68 : 1);
        const image = images.get(thing.id);
        const angle = still ? 0 : Math.sin(field.time * 2 + item.turn) * 0.25;

        drawGlow(context, x, y, side, item.kind === "bad");
        if (image) {
            context.drawImage(image, x - side / 2, y - side / 2, side, side);
        } else {
            drawShape(context, SHAPES[thing.id] ? thing.id :
                item.kind === "bad" ? "bomb" : "star", x, y, side, angle);
        }
    }
}

function showMeters(game, field) {
    const { stage, say } = game;

    stage.meter("score", say("score"), field.score);
    stage.meter("target", say("target"), field.plan.target);
    stage.meter("time", say("time"), say("seconds", Math.ceil(field.left)),
                field.left / field.plan.seconds);
}

class Show {
    constructor(game, canvas, field) {
        this.game = game;
        this.canvas = canvas;
        this.context = canvas.getContext("2d");
        this.field = field;
        this.floats = new Floats();
        this.images = imagesOf(game, [...field.plan.goods, ...field.plan.bads]);
        this.joy = 0;
        this.spoken = 0;
        this.raining = false;
    }

    caught(item) {
        const { sound } = this.game;

        this.floats.add(item.x, this.field.line - 18, item.thing.points);
        this.joy = 1;
        sound.play(item.kind === "bad" ? "miss" : "catch");
        if (item.kind === "bad" && !calm()) {
            this.canvas.animate(
                [{ transform: "translateX(-6px)" },
                 { transform: "translateX(5px)" }, { transform: "none" }], 180);
        }
    }

    tellTime() {
        const { stage, say } = this.game;

        if (this.field.rain && !this.raining && !this.field.over) {
            this.raining = true;
            stage.hint(say("bonusRain"));
            stage.announce(say("bonusRain"));
        } else if (this.field.time - this.spoken > SPOKEN_EVERY) {
            this.spoken = this.field.time;
            stage.announce(say("points", this.field.score));
        }
    }

    draw(gone) {
        const { context, field } = this;
        const { theme } = this.game;

        this.joy = Math.max(0, this.joy - gone * 5);
        context.clearRect(0, 0, field.width, field.height);
        drawThings(context, field, this.images, calm());
        drawBasket(context, field, theme, this.joy);
        this.floats.draw(context, gone, {
            halo: css(theme.card), plus: theme.dark ? "#7dffa9" : "#0a7a37",
            minus: theme.dark ? "#ff8b9a" : "#c4122d" });
    }
}

run({
    async round(game, order) {
        const { stage, say } = game;
        const plan = planOf(game.mechanics, game.parameters, game.seconds,
                            order.won);
        const canvas = makeCanvas(game);
        const { width, height } = fit(canvas);
        const field = new Field(plan, width, height);
        const show = new Show(game, canvas, field);
        const release = control(game, canvas, field,
                                () => show.draw(0));

        showMeters(game, field);
        show.draw(0);
        stage.hint(say("catchHint"));
        await stage.press(say("start"));
        canvas.focus({ preventScroll: true });
        await frames((gone) => {
            const over = field.step(gone, (item) => show.caught(item));

            show.draw(gone);
            show.tellTime();
            showMeters(game, field);
            return over;
        });
        release();
        stage.board.classList.add("over");
        stage.announce(say("points", field.score));
        await wait(300);
        return `${field.score}/${plan.target}`;
    }
});
