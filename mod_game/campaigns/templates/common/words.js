/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The words of the pages that are not in a config: buttons, meters, what a
 * screen reader hears. English, and Spanish for locales that begin with es.
 * {0}, {1} ... are filled in.
 */

const EN = {
    wait: "One moment …",
    late: "Start this game from its campaign page.",
    broken: "This game could not be loaded.",
    demo: "Demo",
    demoNote: "Demo: nothing is won here",
    again: "Play again",
    start: "Start",
    soundOn: "Sound on",
    soundOff: "Sound off",
    score: "Score",
    target: "Target",
    time: "Time",
    seconds: "{0} s",
    prize: "Your prize: {0}",
    spin: "Spin",
    spinning: "Spinning …",
    wheel: "Wheel with {0} fields",
    stoppedAt: "The wheel stopped at {0}.",
    reels: "Reels",
    reelsShow: "The reels show: {0}.",
    row: "Row {0}: {1}",
    card: "Scratch card with {0} fields",
    rub: "Rub with finger or mouse, or press a field.",
    reveal: "Uncover all",
    fieldHidden: "Field {0}, covered",
    fieldShows: "Field {0}: {1}",
    nothing: "nothing",
    pairs: "Pairs",
    cardHidden: "Card {0}, face down",
    cardShows: "Card {0}: {1}",
    cardFound: "Card {0}: {1}, found",
    pairFound: "A pair: {0}",
    noPair: "No pair",
    turnCost: "Every turn takes at least {0} s off the clock.",
    moreTime: "Bonus time: {0} s more",
    helped: "The last pairs open by themselves.",
    catchHint: "Drag, or use the arrow keys",
    catchField: "Playing field: the basket follows your finger, the mouse " +
        "or the arrow keys",
    popHint: "Tap the bubbles, or press space",
    popField: "Playing field: bubbles rise; tap them, or press space",
    bubble: "Bubble, {0} points",
    bonusRain: "Bonus rain!",
    points: "{0} points",
    question: "Question {0} of {1}",
    correct: "Correct",
    wrong: "Wrong",
    tooLate: "Too late",
    theAnswer: "The answer: {0}",
    next: "Next",
    needed: "Needed",
    quizRule: "Questions bring up to {0} points and the lucky card up to " +
        "{1}. You pass with {2}.",
    lucky: "Pick a lucky card",
    luckyRule: "You have {0} points and need {1}.",
    luckyCard: "Lucky card {0}",
    luckyShows: "The lucky card brings {0} points. Sum: {1}, needed: {2}."
};

const ES = {
    wait: "Un momento …",
    late: "Abre este juego desde la página de su campaña.",
    broken: "No se pudo cargar el juego.",
    demo: "Demo",
    demoNote: "Demo: aquí no se gana nada",
    again: "Jugar otra vez",
    start: "Empezar",
    soundOn: "Sonido activado",
    soundOff: "Sonido desactivado",
    score: "Puntos",
    target: "Meta",
    time: "Tiempo",
    seconds: "{0} s",
    prize: "Tu premio: {0}",
    spin: "Girar",
    spinning: "Girando …",
    wheel: "Ruleta con {0} casillas",
    stoppedAt: "La ruleta se detuvo en {0}.",
    reels: "Rodillos",
    reelsShow: "Los rodillos muestran: {0}.",
    row: "Fila {0}: {1}",
    card: "Tarjeta con {0} casillas",
    rub: "Frota con el dedo o el ratón, o pulsa una casilla.",
    reveal: "Descubrir todo",
    fieldHidden: "Casilla {0}, tapada",
    fieldShows: "Casilla {0}: {1}",
    nothing: "nada",
    pairs: "Parejas",
    cardHidden: "Carta {0}, boca abajo",
    cardShows: "Carta {0}: {1}",
    cardFound: "Carta {0}: {1}, encontrada",
    pairFound: "Pareja: {0}",
    noPair: "No es pareja",
    turnCost: "Cada turno gasta al menos {0} s del reloj.",
    moreTime: "Tiempo extra: {0} s más",
    helped: "Las últimas parejas se abren solas.",
    catchHint: "Arrastra o usa las flechas",
    catchField: "Campo de juego: la cesta sigue al dedo, al ratón o a las " +
        "flechas",
    popHint: "Toca las burbujas o pulsa espacio",
    popField: "Campo de juego: suben burbujas; tócalas o pulsa espacio",
    bubble: "Burbuja, {0} puntos",
    bonusRain: "¡Lluvia de premios!",
    points: "{0} puntos",
    question: "Pregunta {0} de {1}",
    correct: "Correcto",
    wrong: "Incorrecto",
    tooLate: "Demasiado tarde",
    theAnswer: "La respuesta: {0}",
    next: "Siguiente",
    needed: "Necesarios",
    quizRule: "Las preguntas dan hasta {0} puntos y la carta de la suerte " +
        "hasta {1}. Se aprueba con {2}.",
    lucky: "Elige una carta de la suerte",
    luckyRule: "Tienes {0} puntos y necesitas {1}.",
    luckyCard: "Carta de la suerte {0}",
    luckyShows: "La carta de la suerte da {0} puntos. Suma: {1}; " +
        "necesarios: {2}."
};

/* say(name, ...values): the words of that name in the locale's language */
export function wordsFor(locale) {
    const words = /^es\b/i.test(locale) ? ES : EN;
    let format = new Intl.NumberFormat("en");

    try {
        format = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    } catch {
        /* a locale that nobody knows: figures as in English */
    }
    return (name, ...values) => words[name].replace(/\{(\d)\}/g, (_, i) =>
        typeof values[i] === "number" ? format.format(values[i]) :
            String(values[i]));
}
