/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The challenge, for every template that has no page of its own: tap rising
 * bubbles until the target is reached. By key: space pops the one that is
 * marked, the highest.
 */
import { spritesOf } from "../common/config.js";
import { run } from "../common/engine.js";
import { calm, frames, wait } from "../common/motion.js";
import { pictureOf } from "../common/shapes.js";
import { button, make } from "../common/stage.js";
import { Bubbles, planOf } from "./bubbles.js";

class Show {
    constructor(game, bubbles) {
        this.game = game;
        this.bubbles = bubbles;
        this.shown = new Map();
        this.sprites = spritesOf(game.config);
        this.field = make("div", "field scene");
        this.field.tabIndex = 0;
        this.field.setAttribute("role", "application");
        this.field.setAttribute("aria-label", game.say("popField"));
        this.field.addEventListener("keydown", (event) => {
            if ((event.key === " " || event.key === "Enter") &&
                !event.repeat) {
                event.preventDefault();
                this.pop(this.highest());
            }
        });
        game.stage.board.append(this.field);
    }

    /* The highest that is in sight */
    highest() {
        return this.bubbles.all.filter(({ y }) => y < 0.95)
            .reduce((a, b) => !a || b.y < a.y ? b : a, null);
    }

    pop(bubble) {
        if (!bubble || !this.bubbles.pop(bubble)) {
            return;
        }
        const element = this.shown.get(bubble);
        const sum = make("span", "plus", `+${bubble.points}`);

        this.shown.delete(bubble);
        this.place(sum, bubble);
        this.field.append(sum);
        element.replaceChildren();
        element.classList.add("popped");
        element.disabled = true;
        window.setTimeout(() => {
            element.remove();
            sum.remove();
        }, calm() ? 100 : 600);
        this.game.sound.play("pop");
    }

    add(bubble) {
        const element = button(`bubble ${bubble.kind}`, "");
        const sprite = this.sprites[bubble.id % (this.sprites.length || 1)];

        element.tabIndex = -1;
        element.setAttribute("aria-label",
                             this.game.say("bubble", bubble.points));
        element.append(pictureOf(sprite, bubble.shape));
        element.addEventListener("pointerdown", (event) => {
            event.preventDefault();
            this.pop(bubble);
        });
        element.addEventListener("click", () => this.pop(bubble));
        this.shown.set(bubble, element);
        this.field.append(element);
        return element;
    }

    place(element, bubble) {
        const sway = calm() ? 0 :
            Math.sin(this.bubbles.time * 2 + bubble.sway) * 0.02;

        element.style.left = `${(bubble.x + sway) * 100}%`;
        element.style.top = `${bubble.y * 100}%`;
    }

    draw() {
        const marked = this.highest();

        for (const bubble of this.bubbles.all) {
            const element = this.shown.get(bubble) ?? this.add(bubble);

            this.place(element, bubble);
            element.classList.toggle("marked", bubble === marked);
        }
    }

    gone(bubble) {
        this.shown.get(bubble)?.remove();
        this.shown.delete(bubble);
    }

    meters() {
        const { stage, say } = this.game;
        const { score, plan, left } = this.bubbles;

        stage.meter("score", say("score"), score, score / plan.target);
        stage.meter("target", say("target"), plan.target);
        stage.meter("time", say("time"), say("seconds", Math.ceil(left)),
                    left / plan.seconds);
    }
}

run({
    async round(game, order) {
        const { stage, say } = game;
        const plan = planOf(game.mechanics, game.parameters, game.seconds,
                            order.won);
        const bubbles = new Bubbles(plan);
        const show = new Show(game, bubbles);
        let raining = false;

        show.meters();
        stage.hint(say("popHint"));
        await stage.press(say("start"));
        show.field.focus({ preventScroll: true });
        await frames((gone) => {
            const over = bubbles.step(gone, (bubble) => show.gone(bubble));

            show.draw();
            show.meters();
            if (bubbles.rain && !raining && !over) {
                raining = true;
                stage.hint(say("bonusRain"));
                stage.announce(say("bonusRain"));
            }
            return over;
        });
        stage.board.classList.add("over");
        stage.announce(say("points", bubbles.score));
        await wait(300);
        return `${bubbles.score}/${plan.target}`;
    }
});
