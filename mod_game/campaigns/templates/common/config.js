/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Reads game_config.json and the values in it. The server has checked what
 * every GameConfig has; mechanics and assets may hold anything (overrides),
 * so every reader here has a value to fall back on and never throws.
 */

export function record(value) {
    return value && typeof value === "object" && !Array.isArray(value) ?
        value : {};
}

export function list(value) {
    return Array.isArray(value) ? value : [];
}

export function text(value, fallback) {
    return typeof value === "string" && value.trim() ? value.trim() : fallback;
}

export function number(value, fallback, least, most) {
    const is = typeof value === "number" && Number.isFinite(value) ?
        value : fallback;

    return Math.min(most, Math.max(least, is));
}

export function whole(value, fallback, least, most) {
    return Math.round(number(value, fallback, least, most));
}

/* An asset is its address, or an object that has one. */
export function assetOf(config, ...names) {
    const assets = record(record(config.visuals).assets);

    for (const name of names) {
        const value = Object.hasOwn(assets, name) ? assets[name] : null;
        const address = text(value, null) ?? text(record(value).uri, null) ??
            text(record(value).url, null);

        if (address) {
            return address;
        }
    }
    return null;
}

/* The pictures sprite_1, sprite_2 ... and icon_1 ... that the config names */
export function spritesOf(config) {
    const names = Object.keys(record(record(config.visuals).assets));

    return names.filter((name) => /^(sprite|icon)_\d+$/.test(name))
        .map((name) => assetOf(config, name)).filter(Boolean);
}

/* prize_2 is shown as "Prize 2"; what is written as a name stays as it is */
export function prizeName(prize) {
    if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(prize)) {
        return prize;
    }
    return prize.charAt(0).toUpperCase() +
        prize.slice(1).replaceAll("_", " ");
}

export async function loadConfig() {
    const name = document.documentElement.dataset.config;
    const answer = await fetch(`./${name}`);

    if (!answer.ok) {
        throw new Error(`${name}: status ${answer.status}`);
    }
    return record(await answer.json());
}
