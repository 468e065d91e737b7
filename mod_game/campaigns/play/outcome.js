/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The outcome: the film of a win or a loss behind the message, the prize, and
 * where to go from here. And the other ends of a visit: the refusals.
 */
import { addressOf } from "./api.js";
import { announce, button, loadFilm, make, soundButton, startFilm, wait } from
    "./parts.js";

const REDIRECT_MS = 3000;       /* when a manifest has no delay of its own */

/* prize_2 is shown as "Prize 2"; what is written as a name stays as it is */
function prizeName(prize) {
    return /^[a-z0-9]+(_[a-z0-9]+)*$/.test(prize) ?
        prize.charAt(0).toUpperCase() + prize.slice(1).replaceAll("_", " ") :
        prize;
}

function panelWith(className, title, ...lines) {
    const panel = make("section", `panel ${className}`);
    const heading = make("h1", "panel-title", title);

    heading.tabIndex = -1;
    panel.append(heading, ...lines.filter(Boolean)
        .map(([name, text]) => make("p", name, text)));
    return { panel, heading };
}

function rowOf(panel) {
    const row = make("div", "row");

    panel.append(row);
    return row;
}

/* Where a win or a loss leads, if anywhere */
function redirectOf(manifest, won) {
    const redirect = manifest.flow?.outcome_redirect ?? {};
    const uri = won ? redirect.win_url : redirect.lose_url;
    const address = uri ? addressOf(uri) : null;

    return address && { address, ms: Number.isFinite(redirect.delay_ms) ?
        redirect.delay_ms : REDIRECT_MS };
}

/* Counts down and goes, unless the visitor stays; returns what ends it */
function leave(panel, { address, ms }, { words, events }) {
    const { say } = words;
    const line = make("p", "leaving");
    const row = rowOf(panel);
    let going = true;

    function stay() {
        going = false;
        line.remove();
        row.remove();
    }
    function go() {
        going = false;
        events.tell("redirect", { to: address.href });
        window.location.assign(address.href);
    }
    async function count() {
        for (let left = Math.ceil(ms / 1000); going && left > 0; left--) {
            line.textContent = say("leaving", address.host, left);
            await wait(Math.min(1000, ms));
        }
        if (going) {
            go();
        }
    }
    row.append(button("start", say("goNow"), go),
               button("lesser", say("stay"), stay));
    panel.insertBefore(line, row);
    count();
    return stay;
}

/* Says how the saving goes only when it does not go well */
function showSaving(panel, saving, { say }) {
    saving.done.catch(() => {
        const line = make("p", "saving", say("notSaved"));
        const again = button("lesser", say("save"), async () => {
            again.disabled = true;
            try {
                await saving.again();
                line.textContent = say("saved");
                again.remove();
            } catch {
                again.disabled = false;
            }
        });

        announce(say("notSaved"));
        panel.append(line, again);
    });
}

function leftText(left, say) {
    if (!Number.isInteger(left)) {
        return null;
    }
    return left > 0 ? say("left", left) : say("noneLeft");
}

/*
 * Shows the outcome of a play; resolves when another play is wanted. saving:
 * { done, again() } of the call that finishes the play.
 */
export async function showOutcome(stage, visit, play, saving) {
    const { manifest, words, events, config } = visit;
    const { say } = words;
    const won = play.outcome === "win";
    const copy = config.copy ?? {};
    const title = (won ? copy.win_message : copy.lose_message) ||
        say(won ? "won" : "lost");
    const prize = won && play.prize ? say("prize", prizeName(play.prize)) :
        null;
    const left = leftText(play.playsRemaining, say);
    const { panel, heading } = panelWith(
        won ? "won" : "lost", title, prize && ["prize", prize],
        left && ["left", left]);
    const view = make("section", "outcome");
    const redirect = redirectOf(manifest, won);
    const film = await loadFilm(manifest.assets?.[won ? "win_video" :
        "lose_video"], { sound: true });

    if (film) {
        view.append(film, soundButton(film, say));
        startFilm(film);
    } else {
        view.classList.add(won ? "no-film-won" : "no-film-lost");
    }
    view.append(panel);
    stage.replaceChildren(view);
    heading.focus({ preventScroll: true });
    announce([title, prize].filter(Boolean).join(" – "));
    events.tell("outcome_shown", { playId: play.playId,
                                   outcome: play.outcome });
    events.tell(won ? "win" : "lose", { playId: play.playId });
    showSaving(panel, saving, words);
    const stay = redirect ? leave(panel, redirect, visit) : () => {};

    await new Promise((resolve) => {
        if (!Number.isInteger(play.playsRemaining) || play.playsRemaining > 0) {
            rowOf(panel).append(button(redirect ? "lesser" : "start",
                                       say("again"), resolve));
        }
    });
    stay();
    film?.pause();
}

/* When a date of the campaign explains a refusal, that date */
function dateLine(refusal, manifest, words) {
    const rules = manifest?.rules ?? {};
    const [name, text] = {
        CAMPAIGN_NOT_STARTED: ["begins", rules.start_date],
        CAMPAIGN_ENDED: ["ended", rules.end_date]
    }[refusal.code] ?? [];
    const date = text && words.date(text);

    return date ? ["", words.say(name, date)] : null;
}

/* What can be tried again later; all else is as it is */
const PASSING = ["RATE_LIMITED", "UNREACHABLE", "OTHER", "GAME_FAILED",
                 "CAMPAIGN_INACTIVE", "LOGIN_REQUIRED"];

async function countDown(element, seconds, say) {
    element.disabled = true;
    for (let left = seconds; left > 0; left--) {
        element.textContent = say("retryIn", left);
        await wait(1000);
    }
    element.textContent = say("retry");
    element.disabled = false;
}

/*
 * Says why nobody can play now; resolves to "retry", or to "result" when that
 * was offered, if the visitor can do something about it.
 */
export function showRefusal(stage, refusal, { manifest, words }) {
    const { say } = words;
    const [title, text] = words.refusal(refusal.code);
    const { panel, heading } = panelWith("refusal", title, ["", text],
                                         dateLine(refusal, manifest, words));
    const view = make("section", "outcome no-film-lost");

    panel.dataset.code = refusal.code;
    view.append(panel);
    stage.replaceChildren(view);
    stage.setAttribute("aria-busy", "false");
    heading.focus({ preventScroll: true });
    announce(`${title} – ${text}`);
    return new Promise((resolve) => {
        if (PASSING.includes(refusal.code) || refusal.status >= 500) {
            const again = button("start", say("retry"),
                                 () => resolve("retry"));
            const row = rowOf(panel);

            row.append(again);
            if (refusal.wait) {
                countDown(again, refusal.wait, say);
            }
            if (refusal.code === "GAME_FAILED") {
                row.append(button("lesser", say("showResult"),
                                  () => resolve("result")));
            }
        }
    });
}
