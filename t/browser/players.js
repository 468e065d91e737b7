/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Plays each template as a visitor would: with mouse and keys. Each takes the
 * page, the frame of the game, and a function that is called in mid-game.
 */

async function press(frame) {
    await frame.locator(".primary:enabled").click();
}

async function spinWheel(page, frame, midGame) {
    await press(frame);
    await page.waitForTimeout(700);
    await midGame();
}

/* Rubs in rows across the card until the cover goes by itself */
async function scratchCard(page, frame, midGame) {
    const cover = frame.locator(".cover");
    const box = await cover.boundingBox();
    let shown = false;

    for (let y = 0.06; y < 1; y += 0.09) {
        if (!await cover.isVisible()) {
            break;
        }
        await page.mouse.move(box.x + box.width * 0.04,
                              box.y + box.height * y);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * 0.96,
                              box.y + box.height * (y + 0.04), { steps: 8 });
        await page.mouse.up();
        if (y > 0.3 && !shown) {
            shown = true;
            await midGame();
        }
    }
}

/* The same by keys alone: arrow keys to each field, Enter uncovers it */
async function scratchByKeys(page, frame, midGame) {
    await frame.locator(".field").first().focus();
    for (let i = 0; i < 9; i++) {
        if (!await frame.locator(".cover").count()) {
            break;
        }
        await page.keyboard.press("Enter");
        if (i === 2) {
            await midGame();
        }
        await page.keyboard.press(i % 3 === 2 ? "ArrowDown" :
            Math.floor(i / 3) % 2 ? "ArrowLeft" : "ArrowRight");
    }
}

/* Never forgets a card, and never turns a known pair's card too few */
async function memoryMatch(page, frame, midGame) {
    const cards = frame.locator(".memory-card");
    const known = new Map();            /* name to the cards it was seen on */
    const found = new Set();
    const seen = new Set();
    let turns = 0;

    async function turn(i) {
        await cards.nth(i).click({ force: true });
        const label = await cards.nth(i).getAttribute("aria-label");
        const name = label.split(": ")[1]?.replace(/,.*/, "");

        seen.add(i);
        known.set(name, new Set([...known.get(name) ?? [], i]));
        return name;
    }
    async function settled() {
        await frame.waitForFunction(() => document.querySelector(".result") ||
            !document.querySelector(".memory-card.up:not(.found)"));
    }

    await press(frame);
    const count = await cards.count();
    while (!await frame.locator(".result, .ran-out, .all-found").count()) {
        const pair = [...known.values()].map((set) => [...set])
            .find((set) => set.length === 2 && !found.has(set[0]));
        const unseen = Array.from({ length: count }, (_, i) => i)
            .filter((i) => !seen.has(i));

        if (pair) {
            await turn(pair[0]);
            await turn(pair[1]);
            pair.forEach((i) => found.add(i));
        } else {
            const name = await turn(unseen[0]);
            const partner = [...known.get(name)].find((i) => i !== unseen[0]);
            const other = partner ?? unseen[1];

            if (await turn(other) === name) {
                [unseen[0], other].forEach((i) => found.add(i));
            }
        }
        if (++turns === 4) {
            await midGame();
        }
        await settled();
    }
}

async function catchGame(page, frame, midGame) {
    await press(frame);
    for (let i = 0; !await frame.locator(".over, .result").count(); i++) {
        const key = i % 2 ? "ArrowLeft" : "ArrowRight";

        await page.keyboard.down(key);
        await page.waitForTimeout(700);
        await page.keyboard.up(key);
        if (i === 4) {
            await midGame();
        }
    }
}

async function quiz(page, frame, midGame) {
    await press(frame);
    for (let i = 0; ; i++) {
        await frame.locator(".option:enabled, .lucky-card").first().waitFor();
        if (await frame.locator(".lucky-card").count()) {
            break;
        }
        const count = await frame.locator(".count").textContent();

        if (i % 2) {
            await page.keyboard.press("2");
        } else {
            await frame.locator(".option:enabled").nth(2).click();
        }
        if (i === 1) {
            await midGame();
        }
        /* what was just answered is not answered again */
        await frame.locator(".count").filter({ hasNotText: count }).waitFor();
    }
    await frame.locator(".lucky-card").nth(1).click();
}

async function generic(page, frame, midGame) {
    await press(frame);
    for (let i = 0; !await frame.locator(".over, .result").count(); i++) {
        await page.keyboard.press(" ");
        await page.waitForTimeout(160);
        if (i === 16) {
            await midGame();
        }
    }
}

const PLAYERS = {
    spin_wheel: { win: spinWheel, lose: spinWheel },
    scratch_card: { win: scratchCard, lose: scratchByKeys },
    slot_machine: { win: spinWheel, lose: spinWheel },
    memory_match: { win: memoryMatch, lose: memoryMatch },
    catch_game: { win: catchGame, lose: catchGame },
    quiz: { win: quiz, lose: quiz },
    generic: { win: generic, lose: generic }
};

/* Plays whatever template the frame shows */
export async function playTemplate(page, frame, outcome,
                                   midGame = async () => {}) {
    const base = await frame.locator("html").getAttribute("data-template");

    await frame.locator(".board > *").first().waitFor();
    await PLAYERS[base][outcome](page, frame, midGame);
    return base;
}
