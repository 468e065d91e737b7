/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The frame that all games share: title, instructions, meters, board, the one
 * button, what a screen reader hears, and the card with the result. Text of
 * a config is only ever set as text.
 */
import { assetOf, prizeName, record, text } from "./config.js";
import { shapeIcon, speakerIcon } from "./shapes.js";
import { calm, confetti } from "./motion.js";

export function make(tag, className, content) {
    const element = document.createElement(tag);

    if (className) {
        element.className = className;
    }
    if (content !== undefined) {
        element.append(content);
    }
    return element;
}

export function button(className, label, press) {
    const element = make("button", className, label);

    element.type = "button";
    if (press) {
        element.addEventListener("click", press);
    }
    return element;
}

/* The config's animation of that name, if it is a kind that this page has */
function animation(config, name) {
    return record(record(record(config.visuals).animations)[name]);
}

function milliseconds(value, fallback) {
    return Number.isFinite(value) ? Math.min(5000, Math.max(0, value)) :
        fallback;
}

const KEYFRAMES = {
    fade_in: [{ opacity: 0 }, { opacity: 1 }],
    fade_out: [{ opacity: 1 }, { opacity: 0.45 }],
    pulse: [{ transform: "scale(1)" }, { transform: "scale(1.04)" },
            { transform: "scale(1)" }]
};

function animate(element, wish) {
    const keyframes = KEYFRAMES[wish.type];

    if (!keyframes || calm()) {
        return;
    }
    const options = { duration: milliseconds(wish.duration_ms, 400),
                      fill: "both" };
    try {
        element.animate(keyframes,
                        { ...options, easing: text(wish.easing, "ease") });
    } catch {
        element.animate(keyframes, options);    /* no easing of CSS's */
    }
}

function backdrop(config) {
    const address = assetOf(config, "background", "bg", "background_1");

    if (address) {
        const image = new Image();

        image.className = "backdrop";
        image.alt = "";
        image.addEventListener("error", () => image.remove());
        image.src = address;
        document.body.prepend(image);
    }
}

function logo(config) {
    const address = assetOf(config, "logo", "icon_1");

    if (!address) {
        return [];
    }
    const image = new Image();

    image.className = "logo";
    image.alt = "";
    image.addEventListener("error", () => image.remove());
    image.src = address;
    return [image];
}

function soundButton(sound, say) {
    const element = button("mute", "");

    function show() {
        element.setAttribute("aria-pressed", String(!sound.off));
        element.setAttribute("aria-label", say("soundOn"));
        element.title = say(sound.off ? "soundOff" : "soundOn");
    }
    element.addEventListener("click", () => {
        sound.toggle();
        show();
    });
    element.append(speakerIcon());
    show();
    return element;
}

/* A page that can say one thing only: still loading, or why not */
export function showNotice(root, message) {
    root.replaceChildren(make("p", "notice", message));
    root.setAttribute("aria-busy", "false");
}

export function makeStage(root, { config, sound, say, demo, colours }) {
    const copy = record(config.copy);
    const head = make("header", "head");
    const meters = make("dl", "meters");
    const board = make("div", "board");
    const actions = make("div", "actions");
    const live = make("p", "live");
    const hint = make("p", "hint");
    const known = new Map();
    let result = null;

    if (demo) {
        head.append(make("p", "demo", say("demo")));
    }
    head.append(...logo(config), make("h1", "title", text(copy.title, "")),
                make("p", "instructions", text(copy.instructions, "")));
    live.setAttribute("role", "status");
    root.replaceChildren(head, meters, board, hint, actions, live,
                         soundButton(sound, say));
    root.setAttribute("aria-busy", "false");
    backdrop(config);
    animate(root, animation(config, "intro"));

    function celebrate(won) {
        const wish = animation(config, won ? "win" : "lose");

        if (wish.type === "confetti" && !calm()) {
            confetti(colours, milliseconds(wish.duration_ms, 1500));
        } else {
            animate(board, wish);
        }
    }

    return {
        board,
        /* Empties the page for the next round */
        reset() {
            result?.remove();
            result = null;
            board.getAnimations().forEach((running) => running.cancel());
            board.className = "board";
            board.replaceChildren();
            meters.replaceChildren();
            known.clear();
            actions.replaceChildren();
            hint.textContent = live.textContent = "";
        },
        announce(message) {
            live.textContent = message;
        },
        hint(message) {
            hint.textContent = message;
        },
        /* One of the figures above the board; share 0..1 draws a bar */
        meter(name, label, value, share) {
            if (!known.has(name)) {
                const box = make("div", "meter");
                const figure = make("dd", "figure");

                box.append(make("dt", "", label), figure,
                           make("span", "bar"));
                meters.append(box);
                known.set(name, { box, figure });
            }
            const { box, figure } = known.get(name);
            const shown = String(value);

            if (figure.textContent !== shown) {
                figure.textContent = shown;
            }
            box.classList.toggle("has-bar", share !== undefined);
            if (share !== undefined) {
                box.style.setProperty("--share",
                                      Math.max(0, Math.min(1, share)));
                box.classList.toggle("short", share < 0.2);
            }
        },
        noMeter(name) {
            known.get(name)?.box.remove();
            known.delete(name);
        },
        /* Shows the one button and waits until it is pressed */
        press(label, whenPressed) {
            return new Promise((resolve) => {
                const element = button("primary", label, () => {
                    element.disabled = true;
                    if (whenPressed) {
                        element.textContent = whenPressed;
                    } else {
                        actions.replaceChildren();
                    }
                    resolve();
                });

                actions.replaceChildren(element);
                element.focus({ preventScroll: true });
            });
        },
        /* A lesser button beside or instead of the one */
        offer(label, act) {
            const element = button("lesser", label, act);

            actions.append(element);
            return element;
        },
        noActions() {
            actions.replaceChildren();
        },
        result(order) {
            const message = text(order.won ? copy.win_message :
                copy.lose_message, "");
            const prize = order.prize ?
                say("prize", order.prizeLabel ?? prizeName(order.prize)) : null;
            const card = make("div", "result-card");

            result = make("section",
                          order.won ? "result won" : "result lost");
            card.append(shapeIcon(order.won ? "trophy" : "cloud"),
                        make("h2", "result-text", message));
            if (prize) {
                card.append(make("p", "result-prize", prize));
            }
            if (demo) {
                card.append(make("p", "result-note", say("demoNote")));
            }
            result.append(card);
            root.append(result);
            actions.replaceChildren();
            live.textContent = prize ? `${message} – ${prize}` : message;
            sound.play(order.won ? "win" : "lose");
            celebrate(order.won);
        },
        /* After a demo's result: waits until another round is wanted */
        again() {
            return new Promise((resolve) => {
                const element = button("primary", say("again"), resolve);

                result.firstChild.append(element);
                element.focus({ preventScroll: true });
            });
        }
    };
}

/*
 * Makes the arrow keys move between the buttons of a grid: one stop for the
 * tab key, so many columns.
 */
export function arrowKeys(grid, buttons, columns) {
    function goTo(index) {
        buttons.forEach((element, i) => {
            element.tabIndex = i === index ? 0 : -1;
        });
    }
    goTo(0);
    buttons.forEach((element, i) => {
        element.addEventListener("focus", () => goTo(i));
    });
    grid.addEventListener("keydown", (event) => {
        const at = buttons.indexOf(event.target);
        const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns,
                     ArrowDown: columns }[event.key];
        const sameRow = Math.abs(by) === 1 &&
            Math.floor(at / columns) !== Math.floor((at + by) / columns);

        if (at < 0 || by === undefined) {
            return;
        }
        event.preventDefault();
        if (buttons[at + by] && !sameRow) {
            buttons[at + by].focus();
        }
    });
}
