/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Time as games need it. A page that is hidden gets no frames, so all that
 * runs on frames() waits until it is seen again; a long gap counts as one
 * short frame.
 */

const LONGEST_FRAME = 0.1;      /* seconds */

const quiet = window.matchMedia("(prefers-reduced-motion: reduce)");

export function calm() {
    return quiet.matches;
}

export function wait(ms) {
    return new Promise((resolve) => {
        window.setTimeout(resolve, ms);
    });
}

/* Calls step(seconds since the last frame, since the first) until it is true */
export function frames(step) {
    return new Promise((resolve, reject) => {
        let last = null;
        let sum = 0;

        function frame(now) {
            const gone = last === null ? 0 :
                Math.min(LONGEST_FRAME, (now - last) / 1000);

            last = now;
            sum += gone;
            try {
                if (step(gone, sum)) {
                    resolve();
                    return;
                }
            } catch (error) {
                reject(error);
                return;
            }
            window.requestAnimationFrame(frame);
        }
        window.requestAnimationFrame(frame);
    });
}

/* Calls show(0..1) for so many milliseconds */
export function tween(ms, show) {
    return frames((_, sum) => {
        const share = ms > 0 ? Math.min(1, sum * 1000 / ms) : 1;

        show(share);
        return share >= 1;
    });
}

/* Paper in four colours for so many milliseconds, on a canvas over all */
export function confetti(colours, ms) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    const wide = canvas.width = window.innerWidth;
    const high = canvas.height = window.innerHeight;
    const pieces = Array.from({ length: 140 }, (_, i) => ({
        x: wide / 2 + (Math.random() - 0.5) * wide * 0.3,
        y: high * 0.42,
        vx: (Math.random() - 0.5) * wide * 1.2,
        vy: -high * (0.35 + Math.random() * 0.75),
        size: 6 + Math.random() * 8,
        turn: Math.random() * 7,
        colour: colours[i % colours.length]
    }));

    canvas.className = "confetti";
    canvas.setAttribute("aria-hidden", "true");
    document.body.append(canvas);
    return frames((gone, sum) => {
        const left = 1 - sum * 1000 / ms;

        context.clearRect(0, 0, wide, high);
        context.globalAlpha = Math.max(0, Math.min(1, left * 3));
        for (const piece of pieces) {
            piece.vy += high * 1.5 * gone;
            piece.x += piece.vx * gone;
            piece.y += piece.vy * gone;
            piece.vx *= 1 - gone;
            piece.turn += gone * 8;
            context.save();
            context.translate(piece.x, piece.y);
            context.rotate(piece.turn);
            context.fillStyle = piece.colour;
            context.fillRect(-piece.size / 2, -piece.size / 4, piece.size,
                             piece.size / 2 * Math.abs(Math.cos(piece.turn)));
            context.restore();
        }
        return left <= 0;
    }).then(() => canvas.remove());
}
