/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Counts: a test is a name and a function that throws when something is not
 * as it should be. GAME_BROWSER_ONLY chooses by what their names hold.
 */
const only = new RegExp(process.env.GAME_BROWSER_ONLY ?? "");
let passed = 0;
let failed = 0;

export async function test(name, run) {
    const began = Date.now();

    if (!only.test(name)) {
        return;
    }
    try {
        await run();
        passed++;
        console.log(`ok - ${name} (${((Date.now() - began) / 1000)
            .toFixed(1)} s)`);
    } catch (error) {
        failed++;
        console.log(`not ok - ${name}\n    ${String(error.stack ?? error)
            .replaceAll("\n", "\n    ")}`);
    }
}

export function same(got, wanted, what) {
    const [is, should] = [got, wanted].map((value) => JSON.stringify(value));

    if (is !== should) {
        throw new Error(`${what} is ${is}, expected ${should}`);
    }
}

export function holds(condition, what) {
    if (!condition) {
        throw new Error(what);
    }
}

export function summary() {
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0;
}
