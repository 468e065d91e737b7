// Licensed under the Apache License, Version 2.0; see the file LICENSE.
//
// A board of fields and a light that runs over them until it stops at one
// that fits the outcome. The outcome comes from the page that frames this
// one; without such a page a demonstration is played.

const framed = window.parent !== window;
const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
const part = (id) => document.getElementById(id);

let config = null;
let fields = [];
let outcome = null;         // {playId, outcome, prize}
let origin = null;          // of the page that sent it
let played = null;          // playId of the play that ended last
let pressed = false;
let running = false;
let demos = 0;
let music = null;

const object = (value) => (value && typeof value === 'object' ? value : {});
const text = (value) => (typeof value === 'string' ? value : '');

// An address that may be loaded, or ''.
function address(value) {
    const given = text(value) || text(object(value).uri);

    try {
        const url = new URL(given, document.baseURI);

        return given && /^https?:$/.test(url.protocol) ? url.href : '';
    }
    catch {
        return '';
    }
}

// Fields of whatever the mechanics are; one with a prize wins.
function fieldsOf(mechanics) {
    const list = [].concat(mechanics.segments ?? mechanics.prizes ?? []);
    const made = list.map(object).map((item, i) => ({
        label: text(item.label) || text(item.value) || String(i + 1),
        prize: 'is_winner' in item ? (item.is_winner ? text(item.value) : '')
                                   : text(item.prize)
    }));

    return made.length ? made : [
        {label: '\u2605', prize: 'prize'}, {label: '\u25cb', prize: ''},
        {label: '\u2606', prize: 'prize'}, {label: '\u25cb', prize: ''}
    ];
}

// The field to stop at, or -1 when none fits.
function target() {
    const won = outcome.outcome === 'win';
    const exact = fields.findIndex((f) => won && f.prize
                                          && f.prize === outcome.prize);

    return exact >= 0 ? exact : fields.findIndex((f) => !f.prize === !won);
}

function light(index) {
    part('board').childNodes.forEach((item, i) => {
        item.classList.toggle('lit', i === index);
    });
}

function finish(index) {
    const won = outcome.outcome === 'win';
    const detail = {
        type: 'game_complete',
        result: won ? 'win' : 'lose',
        prize: won ? outcome.prize ?? fields[index]?.prize ?? null : null,
        segment_label: fields[index]?.label ?? ''
    };
    const copy = object(config.copy);

    light(index);
    part('message').textContent =
        text(won ? copy.win_message : copy.lose_message);
    music?.pause();
    running = false;
    played = outcome.playId ?? null;
    outcome = null;
    pressed = false;
    part('play').disabled = framed;
    window.dispatchEvent(new CustomEvent('game_complete', {detail}));
    if (framed) {
        window.parent.postMessage(detail, origin === 'null' ? '*' : origin);
    }
}

// Slower and slower, twice round and on to the field.
function run() {
    const index = target();
    const steps = fields.length * 2 + Math.max(index, 0);
    const total = Number(object(config.mechanics).spin_duration_ms) || 3000;
    let step = 0;

    const next = () => {
        light(step % fields.length);
        if (step++ >= steps) {
            finish(index);
            return;
        }
        setTimeout(next, 2 * total * step / ((steps + 1) * (steps + 2)));
    };

    running = true;
    part('play').disabled = true;
    part('message').textContent = '';
    if (still) {
        setTimeout(finish, 300, index);
    }
    else {
        next();
    }
}

function runWhenReady() {
    if (config && outcome && pressed && !running) {
        run();
    }
}

function press() {
    pressed = true;
    part('play').disabled = true;
    music?.play().catch(() => {});
    if (!framed) {
        outcome = {outcome: demos++ % 2 ? 'lose' : 'win'};
    }
    runWhenReady();
}

function show() {
    const visuals = object(config.visuals);
    const assets = object(visuals.assets);
    const bgm = object(object(config.audio).bgm);
    const copy = object(config.copy);
    const picture = address(assets.background);
    const track = address(assets.background_music);

    document.documentElement.lang = text(object(config.settings).locale)
                                    || 'en';
    document.title = text(copy.title) || document.title;
    part('title').textContent = text(copy.title);
    part('instructions').textContent = text(copy.instructions);
    for (const [name, colour] of Object.entries(object(visuals.colors))) {
        document.documentElement.style.setProperty(`--${name}`, colour);
    }
    if (picture) {
        document.body.style.backgroundImage = `url("${picture}")`;
    }
    if (track && bgm.enabled !== false) {
        music = new Audio(track);
        music.loop = bgm.loop !== false;
        music.volume = Math.min(1, Math.max(0, Number(bgm.volume ?? 0.6)));
    }
    part('board').replaceChildren(...fields.map((field) => {
        const item = document.createElement('li');

        item.textContent = field.label;
        return item;
    }));
}

async function start() {
    const answer = await fetch('./game_config.json');

    if (!answer.ok) {
        throw new Error(`game_config.json: ${answer.status}`);
    }
    config = object(await answer.json());
    fields = fieldsOf(object(config.mechanics));
    show();
    part('play').disabled = false;
    runWhenReady();
}

window.addEventListener('message', (event) => {
    const said = object(event.data);

    if (!framed || event.source !== window.parent || running
        || said.type !== 'campaign_outcome'
        || (played !== null && said.playId === played)) {
        return;
    }
    outcome = {playId: said.playId, outcome: said.outcome,
               prize: text(said.prize) || null};
    origin = event.origin;
    part('play').disabled = pressed;
    runWhenReady();
});
part('play').addEventListener('click', press);
start().catch((error) => {
    part('message').textContent = error.message;
});
