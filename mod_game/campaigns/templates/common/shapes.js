/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The pictures of the games: small drawings in a square of 64 by 64, in
 * layers [path, fill] or [path, stroke, width]. One source for the page
 * (SVG) and for a canvas.
 */

const SVG = "http://www.w3.org/2000/svg";

function circle(x, y, r) {
    return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0` +
        `a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

function ring(n, each) {
    return Array.from({ length: n }, (_, i) => each(i * 2 * Math.PI / n))
        .join("");
}

function star(x, y, far, near, points) {
    const at = [];

    for (let i = 0; i < 2 * points; i++) {
        const r = i % 2 ? near : far;
        const a = Math.PI * i / points - Math.PI / 2;

        at.push(`${(x + r * Math.cos(a)).toFixed(2)} ` +
                `${(y + r * Math.sin(a)).toFixed(2)}`);
    }
    return `M${at.join("L")}Z`;
}

function petals(n, far, r) {
    return ring(n, (a) => circle(32 + far * Math.cos(a),
                                 32 + far * Math.sin(a), r));
}

function coin(rim, face) {
    return [[circle(32, 33, 26), rim], [circle(32, 31, 26), face],
            [circle(32, 31, 19.5), rim, 3], [star(32, 31, 13, 6, 5), rim],
            ["M14 24a20 20 0 0 1 12-11", "#fff8", 4]];
}

export const SHAPES = {
    cherry: [
        ["M32 9C36 20 45 28 46 38M32 9C30 22 22 30 19 40", "#3f8f3a", 3.5],
        ["M32 9C38 1 51 3 56 11C47 17 38 16 32 9Z", "#5dbb4c"],
        [circle(19, 46, 12), "#d91f3c"], [circle(46, 44, 12), "#d91f3c"],
        ["M11 44a8 8 0 0 1 6-6M38 42a8 8 0 0 1 6-6", "#fff9", 3]],
    lemon: [
        ["M9 36C9 21 22 11 36 11C42 11 45 12 49 10C53 8 57 12 55 16C53 19 54 " +
         "23 54 28C54 43 42 54 28 54C22 54 19 53 15 55C11 57 7 53 9 49C11 46 " +
         "9 41 9 36Z", "#f7c815"],
        ["M13 36C13 23 24 15 36 15C46 15 50 21 50 28C50 40 41 49 28 49C19 49 " +
         "13 45 13 36Z", "#ffdf4f"],
        ["M19 35C19 28 25 21 33 20", "#fff9", 4]],
    bell: [
        [circle(32, 54, 6), "#b97408"], [circle(32, 8, 4), "#d99413"],
        ["M32 8C45 8 48 19 48 31C48 40 52 43 57 50L7 50C12 43 16 40 16 31C16 " +
         "19 19 8 32 8Z", "#f4ae1c"],
        ["M11 45L53 45L57 50L7 50Z", "#d99413"],
        ["M23 33C23 24 25 17 31 15", "#fff8", 4]],
    star: [
        [star(32, 35, 29, 12.5, 5), "#d98e04"],
        [star(32, 33, 29, 12.5, 5), "#ffc531"],
        [star(32, 33, 15, 6.5, 5), "#ffe08a"]],
    seven: [
        ["M12 10H54V23C43 33 37 43 36 56H20C21 43 27 33 37 24H12Z", "#8d1026"],
        ["M12 8H54V20C42 30 36 41 35 53H21C22 41 28 31 39 21H12Z", "#ef2f4f"],
        ["M17 12H48", "#fff8", 4]],
    gem: [
        ["M17 12H47L60 27L32 57L4 27Z", "#1aa7d6"],
        ["M4 27H60L32 57Z", "#2cc3ef"], ["M21 27H43L32 57Z", "#8be6fb"],
        ["M17 12H47L43 27H21Z", "#5fd6f5"],
        ["M17 12L21 27H4ZM47 12L43 27H60Z", "#a8eefc"]],
    heart: [
        ["M32 57C12 43 5 33 5 23C5 13 12 8 19 8C26 8 30 11 32 16C34 11 38 8 " +
         "45 8C52 8 59 13 59 23C59 33 52 43 32 57Z", "#ee3f6c"],
        ["M12 24C12 18 16 14 21 14", "#fff9", 4.5]],
    moon: [
        ["M45 51A25 25 0 1 1 40 9A21 21 0 0 0 45 51Z", "#6d7cf2"],
        [star(48, 22, 8, 3.4, 4), "#ffcf4d"],
        [star(56, 38, 5, 2.2, 4), "#ffcf4d"]],
    sun: [
        [star(32, 32, 30, 19, 10), "#ff9a1f"], [circle(32, 32, 16), "#ffd34d"],
        ["M23 31a10 10 0 0 1 7-8", "#fffa", 3.5]],
    leaf: [
        ["M10 56C5 28 22 9 57 8C59 42 42 60 14 52Z", "#3aa862"],
        ["M8 60C18 44 29 32 44 21", "#1f7a43", 4],
        ["M22 42L20 29M31 32L30 21M26 38L40 39", "#1f7a43", 2.5]],
    drop: [
        ["M32 4C44 21 53 30 53 41A21 21 0 0 1 11 41C11 30 20 21 32 4Z",
         "#2488f0"],
        ["M19 41a13 13 0 0 0 11 13", "#fffa", 4.5]],
    bolt: [["M38 3L10 37H27L22 61L54 25H35Z", "#d98600"],
           ["M37 3L12 35H29L24 57L53 25H34Z", "#ffb914"]],
    flower: [
        [petals(6, 18, 11), "#f06ba8"], [petals(6, 17, 6), "#f9a3ca"],
        [circle(32, 32, 10), "#ffcf3f"], [circle(32, 32, 5), "#f2a81d"]],
    crown: [
        ["M6 18L20 32L32 11L44 32L58 18L53 54H11Z", "#f5b51e"],
        ["M11 46H53L52 54H12Z", "#cf8a09"],
        [circle(6, 17, 4) + circle(32, 10, 4) + circle(58, 17, 4), "#ffd86b"],
        [circle(32, 39, 5), "#e23a5f"],
        [circle(19, 41, 3.5) + circle(45, 41, 3.5), "#2fa7e0"]],
    clover: [
        ["M32 34C33 46 38 54 44 60", "#1f7a43", 4],
        [circle(22, 19, 12) + circle(42, 19, 12) + circle(20, 37, 12) +
         circle(44, 37, 12), "#2fa357"],
        ["M32 29L20 17M32 29L44 17M32 29L18 38M32 29L46 38", "#7ed69a", 2.5]],
    apple: [
        ["M32 19C33 12 36 8 41 5", "#7a4a22", 4],
        ["M35 13C42 5 52 7 55 11C48 18 41 18 35 13Z", "#5dbb4c"],
        ["M32 21C38 13 55 14 55 33C55 47 45 60 36 57C33 56 31 56 28 57C19 60 " +
         "9 47 9 33C9 14 26 13 32 21Z", "#e0382f"],
        ["M16 33C16 27 19 23 24 22", "#fff9", 4]],
    mushroom: [
        ["M23 34H41L44 55C44 59 20 59 20 55Z", "#f3e3c7"],
        ["M5 36C5 18 18 7 32 7C46 7 59 18 59 36C59 41 5 41 5 36Z", "#e23b3b"],
        [circle(32, 17, 6) + circle(17, 29, 5) + circle(47, 29, 5), "#fff"]],
    fish: [
        ["M40 32L60 16C57 26 57 38 60 48Z", "#f0802b"],
        ["M4 33C12 18 32 14 46 32C32 51 12 48 4 33Z", "#ff9d3d"],
        ["M24 21C30 27 30 38 24 45", "#fff9", 4], [circle(15, 30, 3.5), "#222"],
        [circle(14, 29, 1.2), "#fff"]],
    balloon: [
        ["M32 46C29 52 35 55 31 62", "#888", 2.5], ["M27 49H37L32 43Z",
                                                    "#7a35c9"],
        ["M32 4C44 4 52 13 52 24C52 36 41 46 32 46C23 46 12 36 12 24C12 13 20 " +
         "4 32 4Z", "#9b51e8"],
        ["M20 24C20 17 24 12 29 11", "#fffa", 4.5]],
    planet: [
        [circle(32, 32, 19), "#e07a3f"],
        ["M15 26C27 30 40 29 50 25M14 38C26 42 40 41 50 38", "#f7a66e", 4],
        ["M11 40C-2 52 22 50 42 36C62 22 66 8 49 18", "#c9b6f5", 4]],
    shell: [
        ["M32 56C12 54 3 36 8 24C13 12 23 8 32 8C41 8 51 12 56 24C61 36 52 " +
         "54 32 56Z", "#f4a6a0"],
        ["M32 54V12M28 54L16 17M36 54L48 17M25 52L8 30M39 52L56 30",
         "#c9655f", 2.5],
        ["M24 51H40L43 60H21Z", "#e08580"]],
    coin: coin("#d18e0c", "#ffd34d"),
    small: coin("#8f5426", "#d9935a"),
    bomb: [
        ["M40 17C44 8 51 10 54 6", "#b98a4e", 4],
        [star(55, 7, 8, 3.5, 6), "#ff8a1f"],
        ["M35 15L45 20L41 28L31 23Z", "#494d6b"],
        [circle(29, 39, 21), "#2f3350"],
        ["M16 35a15 15 0 0 1 9-10", "#fff7", 4.5]],
    gift: [
        ["M9 30H55V58H9Z", "#e2405a"], ["M5 20H59V32H5Z", "#f25c73"],
        ["M27 20H37V58H27Z", "#ffd34d"],
        ["M32 20C22 20 15 15 18 9C21 4 29 8 32 20C35 8 43 4 46 9C49 15 42 20 " +
         "32 20Z", "#ffbf1f", 4]],
    trophy: [
        ["M14 14H4C4 28 10 34 20 34M50 14H60C60 28 54 34 44 34", "#d18e0c", 5],
        ["M13 8H51C51 30 45 42 32 42C19 42 13 30 13 8Z", "#ffc531"],
        ["M28 41H36V50H28Z", "#d18e0c"], ["M19 50H45V58H19Z", "#a86f06"],
        [star(32, 22, 10, 4.4, 5), "#fff3c4"]],
    cloud: [
        [circle(20, 38, 13) + circle(36, 28, 16) + circle(48, 40, 11) +
         "M20 51H48V38H20Z", "#9fb4cc"],
        [circle(20, 36, 11) + circle(36, 27, 13) + "M20 47H48V36H20Z",
         "#bccbdd"]]
};

/* The motifs of cards and symbols; the others have a meaning of their own */
export const MOTIFS = ["star", "heart", "leaf", "drop", "sun", "moon", "flower",
    "cherry", "bell", "gem", "fish", "apple", "balloon", "crown", "clover",
    "mushroom", "bolt", "planet", "lemon", "shell"];

export function svg(name, attributes = {}) {
    const element = document.createElementNS(SVG, name);

    for (const [key, value] of Object.entries(attributes)) {
        element.setAttribute(key, value);
    }
    return element;
}

function layer([d, colour, width]) {
    return width ?
        svg("path", { d, fill: "none", stroke: colour, "stroke-width": width,
                      "stroke-linecap": "round", "stroke-linejoin": "round" }) :
        svg("path", { d, fill: colour });
}

/* A picture for the page: hidden from screen readers, its text is elsewhere */
export function shapeIcon(name) {
    const root = svg("svg", { viewBox: "0 0 64 64", "aria-hidden": "true",
                              focusable: "false", class: "shape" });

    root.append(...(SHAPES[name] ?? SHAPES.star).map(layer));
    return root;
}

/* A loudspeaker: with waves where it is sounding, with a cross where silent */
export function speakerIcon() {
    const root = svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true",
                              focusable: "false", fill: "none",
                              stroke: "currentColor", "stroke-width": 2,
                              "stroke-linecap": "round" });

    root.append(
        svg("path", { d: "M4 9.5h3.5L12 5.5v13L7.5 14.5H4Z",
                      fill: "currentColor", "stroke-linejoin": "round" }),
        svg("path", { d: "M15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
                      class: "sounding" }),
        svg("path", { d: "M16 9.5l5 5M21 9.5l-5 5", class: "silent" }));
    return root;
}

/* The picture of an asset, or the shape while and when it cannot be had */
export function pictureOf(address, shape) {
    if (!address) {
        return shapeIcon(shape);
    }
    const image = new Image();

    image.className = "shape";
    image.alt = "";
    image.draggable = false;
    image.addEventListener("error",
                           () => image.replaceWith(shapeIcon(shape)));
    image.src = address;
    return image;
}

const paths = new Map();

function pathOf(d) {
    if (!paths.has(d)) {
        paths.set(d, new Path2D(d));
    }
    return paths.get(d);
}

/* Draws the shape around (x, y), side wide, turned by angle */
export function drawShape(context, name, x, y, side, angle = 0) {
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    context.scale(side / 64, side / 64);
    context.translate(-32, -32);
    context.lineCap = context.lineJoin = "round";
    for (const [d, colour, width] of SHAPES[name] ?? SHAPES.star) {
        context[width ? "strokeStyle" : "fillStyle"] = colour;
        if (width) {
            context.lineWidth = width;
            context.stroke(pathOf(d));
        } else {
            context.fill(pathOf(d));
        }
    }
    context.restore();
}
