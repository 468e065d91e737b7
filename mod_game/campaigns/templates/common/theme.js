/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The colours of a page, out of the four that the config has. Whatever they
 * are, text must stay legible: ink and edges are computed from contrast.
 * Colours are [r, g, b], 0..255.
 */

const BLACK = [16, 18, 27];
const WHITE = [255, 255, 255];

/* The canvas knows every spelling of a colour that CSS has. */
const probe = document.createElement("canvas").getContext(
    "2d", { willReadFrequently: true });

export function parse(colour, fallback) {
    probe.canvas.width = probe.canvas.height = 1;
    probe.fillStyle = fallback;
    probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = probe.getImageData(0, 0, 1, 1).data;
    return a ? [r, g, b] : parse(fallback, "#888888");
}

export function mix(a, b, share) {
    return a.map((value, i) => Math.round(value + (b[i] - value) * share));
}

export function css(colour, alpha = 1) {
    return `rgba(${colour.join(", ")}, ${alpha})`;
}

export function luminance(colour) {
    const [r, g, b] = colour.map((value) => {
        const c = value / 255;

        return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });

    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a, b) {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);

    return (high + 0.05) / (low + 0.05);
}

/* Dark or light, whichever is easier to read on the colour */
export function inkOn(colour) {
    return contrast(colour, BLACK) >= contrast(colour, WHITE) ? BLACK : WHITE;
}

/* The colour, moved towards the ink until it stands out from the ground */
export function legible(colour, ground, least) {
    const ink = inkOn(ground);

    for (let share = 0; share < 1; share += 0.1) {
        const tried = mix(colour, ink, share);

        if (contrast(tried, ground) >= least) {
            return tried;
        }
    }
    return ink;
}

/* Sets the custom properties that common.css uses; returns the colours. */
export function applyTheme(colors) {
    const ground = parse(colors.background, "#12142b");
    const primary = parse(colors.primary, "#5b6cff");
    const secondary = parse(colors.secondary, "#ff5ca8");
    const accent = parse(colors.accent, "#ffd23f");
    const dark = luminance(ground) < 0.35;
    const ink = inkOn(ground);
    const card = dark ? mix(ground, WHITE, 0.08) : mix(ground, WHITE, 0.75);
    const values = {
        ground: css(ground),
        "ground-far": css(mix(ground, dark ? [0, 0, 0] : primary,
                              dark ? 0.35 : 0.1)),
        "glow-one": css(primary, dark ? 0.34 : 0.2),
        "glow-two": css(secondary, dark ? 0.26 : 0.2),
        ink: css(ink),
        "ink-soft": css(mix(ink, ground, 0.22)),
        card: css(card),
        "card-ink": css(inkOn(card)),
        "card-deep": css(mix(card, dark ? [0, 0, 0] : ink, dark ? 0.3 : 0.08)),
        edge: css(mix(card, inkOn(card), 0.18)),
        primary: css(primary),
        "primary-deep": css(mix(primary, [0, 0, 0], 0.34)),
        "primary-light": css(mix(primary, WHITE, 0.22)),
        "primary-ink": css(inkOn(primary)),
        "primary-text": css(legible(primary, card, 4.5)),
        secondary: css(secondary),
        "secondary-deep": css(mix(secondary, [0, 0, 0], 0.3)),
        accent: css(accent),
        "accent-deep": css(mix(accent, [0, 0, 0], 0.3)),
        "accent-ink": css(inkOn(accent)),
        focus: css(legible(accent, ground, 3)),
        "focus-gap": css(ground)
    };

    for (const [name, value] of Object.entries(values)) {
        document.documentElement.style.setProperty(`--${name}`, value);
    }
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
    return { ground, primary, secondary, accent, ink, card, dark };
}
