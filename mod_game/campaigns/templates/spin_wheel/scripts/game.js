/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The wheel of luck: one press, it turns, and stops where wheel.js says.
 */
import { number, whole } from "../common/config.js";
import { run } from "../common/engine.js";
import { calm, tween, wait } from "../common/motion.js";
import { svg } from "../common/shapes.js";
import { css, inkOn, parse } from "../common/theme.js";
import { choose, fieldAt, segmentsOf, spinCurve, turnTo } from "./wheel.js";

const RADIUS = 92;
const BULBS = 24;
const LONGEST_LABEL = 16;

function at(degrees, radius) {
    const angle = (degrees - 90) * Math.PI / 180;

    return `${(radius * Math.cos(angle)).toFixed(3)} ` +
        `${(radius * Math.sin(angle)).toFixed(3)}`;
}

function sector(from, to) {
    const large = to - from > 180 ? 1 : 0;

    return `M0 0L${at(from, RADIUS)}A${RADIUS} ${RADIUS} 0 ${large} 1 ` +
        `${at(to, RADIUS)}Z`;
}

function label(segment, middle, size, ink) {
    const shown = segment.label.length > LONGEST_LABEL ?
        `${segment.label.slice(0, LONGEST_LABEL - 1)}…` : segment.label;
    const room = Math.min(11.5, 66 / (0.62 * shown.length), size * 0.5);
    const element = svg("text", {
        transform: `rotate(${middle - 90}) translate(${RADIUS - 7} 0)`,
        "text-anchor": "end", "dominant-baseline": "central",
        "font-size": Math.max(3.5, room), fill: ink, class: "wheel-label"
    });

    element.textContent = shown;
    return element;
}

function discOf(segments, fallback) {
    const disc = svg("g", { class: "wheel-disc" });
    const size = 360 / segments.length;

    segments.forEach((segment, i) => {
        const colour = parse(segment.color, fallback);
        const field = svg("g", { class: "wheel-field" });

        field.append(
            svg("path", { d: sector(i * size, (i + 1) * size),
                          fill: css(colour), class: "wheel-sector" }),
            label(segment, (i + 0.5) * size, size, css(inkOn(colour))));
        disc.append(field);
    });
    return disc;
}

function bulbs() {
    const group = svg("g");

    for (let i = 0; i < BULBS; i++) {
        const [cx, cy] = at(i * 360 / BULBS, RADIUS + 8.5).split(" ");

        group.append(svg("circle", { cx, cy, r: 2.4,
                                     class: `bulb bulb-${i % 2}` }));
    }
    return group;
}

function draw(game, segments) {
    const root = svg("svg", { viewBox: "-106 -106 212 212", class: "wheel",
                              role: "img",
                              "aria-label": game.say("wheel",
                                                     segments.length) });
    const disc = discOf(segments, game.colours[0]);
    const pointer = svg("path", { d: "M-9 -105H9L0 -80Z",
                                  class: "wheel-pointer" });

    root.append(svg("circle", { r: 104, class: "wheel-rim" }),
                svg("circle", { r: 96.5, class: "wheel-lip" }), disc,
                svg("circle", { r: RADIUS, class: "wheel-shade" }), bulbs(),
                svg("circle", { r: 17, class: "wheel-hub" }),
                svg("circle", { r: 11, class: "wheel-nut" }), pointer);
    game.stage.board.append(root);
    return { root, disc, pointer };
}

/* Turns by so many degrees; each line that passes ticks on the pointer */
function spin(game, wheel, segments, degrees, seconds) {
    const curve = spinCurve(
        number(game.mechanics.friction, 0.98, 0.9, 0.999), seconds);
    let field = fieldAt(0, segments.length);
    let bent = 0;

    wheel.root.classList.add("turning");
    return tween(calm() ? 300 : seconds * 1000, (share) => {
        const turned = calm() ? degrees : degrees * curve(share);
        const now = fieldAt(turned, segments.length);

        if (now !== field) {
            field = now;
            bent = 1;
            game.sound.play("tick");
        }
        bent *= 0.86;
        wheel.disc.style.transform = `rotate(${turned}deg)`;
        wheel.pointer.style.transform = `rotate(${-14 * bent}deg)`;
    });
}

run({
    async round(game, order) {
        const { stage, say, mechanics, parameters } = game;
        const segments = segmentsOf(mechanics, game.colours);
        const index = choose(segments, order);
        const wheel = draw(game, segments);
        const rotations = whole(mechanics.min_rotations ??
            parameters.min_rotations, 5, 1, 20);
        const seconds = number(mechanics.spin_duration_ms ??
            parameters.spin_duration_ms, 5000, 500, 20000) / 1000;

        order.prizeLabel = order.prize ? segments[index].label : undefined;
        await stage.press(say("spin"), say("spinning"));
        game.sound.play("spin");
        await spin(game, wheel, segments,
                   turnTo(index, segments.length, rotations), seconds);
        wheel.root.classList.replace("turning", "stopped");
        wheel.disc.children[index].classList.add("hit");
        stage.announce(say("stoppedAt", segments[index].label));
        await wait(500);
        return segments[index].label;
    }
});
