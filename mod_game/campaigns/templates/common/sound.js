/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Music and sounds. The music is the bundle's track, at the config's volume;
 * every other sound is made here, of tones and noise, at the volume that the
 * config has for its name. Nothing sounds before the first touch or key.
 */
import { assetOf, number, record } from "./config.js";

const UNNAMED_VOLUME = 0.5;     /* of a sound that the config does not name */
const KEPT = "campaign_sound_off";

/*
 * [what, frequency, start, length, loudness, to which frequency]: times in
 * seconds. What: a wave of the oscillator, or noise through a low pass.
 */
const RECIPES = {
    spin: [["noise", 500, 0, 0.7, 0.5, 1800]],
    tick: [["square", 1400, 0, 0.03, 0.25, 900]],
    stop: [["triangle", 190, 0, 0.16, 0.9, 80], ["noise", 900, 0, 0.06, 0.5]],
    scratch: [["noise", 2600, 0, 0.09, 0.45, 1500]],
    reveal: [["sine", 660, 0, 0.2, 0.5, 990], ["sine", 1320, 0.08, 0.25, 0.3]],
    flip: [["noise", 3200, 0, 0.05, 0.5], ["triangle", 420, 0, 0.06, 0.4, 620]],
    match: [["sine", 660, 0, 0.14, 0.6], ["sine", 880, 0.1, 0.22, 0.6]],
    mismatch: [["triangle", 240, 0, 0.16, 0.6, 180]],
    catch: [["sine", 740, 0, 0.09, 0.6, 1180]],
    pop: [["sine", 520, 0, 0.08, 0.7, 1240]],
    miss: [["sawtooth", 170, 0, 0.22, 0.35, 70], ["noise", 700, 0, 0.2, 0.5]],
    correct: [["sine", 784, 0, 0.12, 0.6], ["sine", 1175, 0.1, 0.25, 0.6]],
    incorrect: [["triangle", 220, 0, 0.12, 0.6],
                ["triangle", 165, 0.12, 0.24, 0.6]],
    win: [["triangle", 523, 0, 0.2, 0.6], ["triangle", 659, 0.12, 0.2, 0.6],
          ["triangle", 784, 0.24, 0.2, 0.6], ["triangle", 1047, 0.36, 0.6, 0.7],
          ["sine", 1568, 0.5, 0.5, 0.25]],
    lose: [["triangle", 330, 0, 0.22, 0.5], ["triangle", 277, 0.2, 0.22, 0.5],
           ["triangle", 220, 0.4, 0.5, 0.5, 196]]
};

function remembered() {
    try {
        return window.localStorage.getItem(KEPT) === "1";
    } catch {
        return false;                   /* a sandbox has no storage */
    }
}

function remember(off) {
    try {
        window.localStorage.setItem(KEPT, off ? "1" : "0");
    } catch {
        /* it is asked again next time */
    }
}

/* A second of noise, made once */
function noiseOf(context) {
    const buffer = context.createBuffer(1, context.sampleRate,
                                        context.sampleRate);
    const data = buffer.getChannelData(0);

    for (let i = 0; i < data.length; i++) {
        data[i] = Math.random() * 2 - 1;
    }
    return buffer;
}

function sourceOf(context, noise, recipe, at) {
    const [what, from, , length, , to] = recipe;
    let source, frequency, last;

    if (what === "noise") {
        source = context.createBufferSource();
        source.buffer = noise;
        last = context.createBiquadFilter();
        frequency = last.frequency;
        source.connect(last);
    } else {
        source = last = context.createOscillator();
        source.type = what;
        frequency = source.frequency;
    }
    frequency.setValueAtTime(from, at);
    if (to) {
        frequency.exponentialRampToValueAtTime(to, at + length);
    }
    return { source, last };
}

/* The track that the bundle really has, when it is not where the config says */
async function listedTrack() {
    const answer = await fetch("./bundle_manifest.json");
    const manifest = answer.ok ? record(await answer.json()) : {};

    return record(manifest.assets).audio?.[0] ?? null;
}

function makeMusic(config) {
    const bgm = record(record(config.audio).bgm);
    const address = assetOf(config, "background_music");
    const music = new Audio();
    let retried = false;

    if (bgm.enabled === false || !address) {
        return null;
    }
    music.preload = "none";
    music.loop = bgm.loop !== false;
    music.volume = number(bgm.volume, 0.6, 0, 1);
    music.addEventListener("error", async () => {
        const other = retried ? null : await listedTrack().catch(() => null);

        retried = true;
        if (typeof other === "string" && other !== address) {
            music.src = other;
            music.play().catch(() => {});
        }
    });
    music.src = address;
    return music;
}

/* play(name); off: whether it is silent; toggle(): the other way */
export function makeSound(config) {
    const volumes = record(record(config.audio).sfx);
    const music = makeMusic(config);
    let context = null;
    let noise = null;
    let off = remembered();

    function musicOnOff() {
        if (!music) {
            return;
        }
        if (context && !off && !document.hidden) {
            music.play().catch(() => {});
        } else {
            music.pause();
        }
    }

    function wake() {
        if (!context) {
            context = new AudioContext();
            noise = noiseOf(context);
            document.addEventListener("visibilitychange", musicOnOff);
            window.addEventListener("pagehide", () => music?.pause());
            musicOnOff();
        }
        context.resume().catch(() => {});
    }

    window.addEventListener("pointerup", wake);
    window.addEventListener("keydown", wake);
    return {
        get off() {
            return off;
        },
        toggle() {
            off = !off;
            remember(off);
            musicOnOff();
        },
        play(name) {
            const entry = volumes[name];
            const volume = number(record(entry).volume ?? entry,
                                  UNNAMED_VOLUME, 0, 1);

            if (!context || off || record(entry).enabled === false) {
                return;
            }
            for (const recipe of RECIPES[name] ?? []) {
                const at = context.currentTime + recipe[2];
                const end = at + recipe[3];
                const { source, last } = sourceOf(context, noise, recipe, at);
                const gain = context.createGain();

                gain.gain.setValueAtTime(0.0001, at);
                gain.gain.exponentialRampToValueAtTime(
                    Math.max(0.0002, recipe[4] * volume * 0.5), at + 0.008);
                gain.gain.exponentialRampToValueAtTime(0.0001, end);
                last.connect(gain).connect(context.destination);
                source.start(at);
                source.stop(end + 0.02);
            }
        }
    };
}
