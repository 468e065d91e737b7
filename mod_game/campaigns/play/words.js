/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The words of the play page, in English and Spanish. {0} is filled in. What
 * a refusal's code says is at refuse.<code>: [title, text].
 */

const EN = {
    loading: "Loading …",
    start: "Play",
    startLabel: "Play: {0}",
    hint: "Press the button in the picture",
    watch: "Play the film",
    soundOn: "Turn the sound on",
    soundOff: "Turn the sound off",
    gameTitle: "Game: {0}",
    won: "You won!",
    lost: "Not this time",
    prize: "Your prize: {0}",
    again: "Play again",
    left: "Plays left: {0}",
    noneLeft: "That was your last play.",
    leaving: "On to {0} in {1} s",
    goNow: "Go now",
    stay: "Stay here",
    retry: "Try again",
    retryIn: "Try again in {0} s",
    showResult: "Show the result",
    notSaved: "Your result could not be saved yet.",
    save: "Save again",
    saved: "Your result is saved.",
    begins: "It begins on {0}.",
    ended: "It ended on {0}.",
    refuse: {
        CAMPAIGN_NOT_LIVE: ["Not open", "This campaign is not open now."],
        CAMPAIGN_NOT_FOUND: ["Not found", "There is no campaign here."],
        CAMPAIGN_INACTIVE: ["Paused", "This campaign is paused. " +
            "Please look in again later."],
        CAMPAIGN_NOT_STARTED: ["Not yet", "This campaign has not begun."],
        CAMPAIGN_ENDED: ["It is over", "This campaign has ended."],
        LOGIN_REQUIRED: ["Please sign in", "You can play when you are " +
            "signed in."],
        INVALID_INVITATION: ["Link out of date", "Please open the campaign " +
            "again from where you found it."],
        REGION_NOT_ALLOWED: ["Not in your region", "This campaign is not " +
            "open where you are."],
        MAX_PLAYS_REACHED: ["No plays left", "You have used all your plays. " +
            "Thank you for playing!"],
        RATE_LIMITED: ["A short break", "That was a lot of plays in a short " +
            "time. Please wait a moment."],
        GAME_FAILED: ["The game did not load", "Your play counts all the " +
            "same. Try again, or go straight to the result."],
        UNREACHABLE: ["No connection", "The server could not be reached."],
        OTHER: ["That did not work", "Please try again later."]
    }
};

const ES = {
    loading: "Cargando …",
    start: "Jugar",
    startLabel: "Jugar: {0}",
    hint: "Pulsa el botón de la imagen",
    watch: "Reproducir el vídeo",
    soundOn: "Activar el sonido",
    soundOff: "Desactivar el sonido",
    gameTitle: "Juego: {0}",
    won: "¡Has ganado!",
    lost: "Esta vez no",
    prize: "Tu premio: {0}",
    again: "Jugar otra vez",
    left: "Partidas restantes: {0}",
    noneLeft: "Era tu última partida.",
    leaving: "A {0} en {1} s",
    goNow: "Ir ahora",
    stay: "Quedarse aquí",
    retry: "Reintentar",
    retryIn: "Reintentar en {0} s",
    showResult: "Ver el resultado",
    notSaved: "Tu resultado aún no se ha podido guardar.",
    save: "Guardar de nuevo",
    saved: "Tu resultado está guardado.",
    begins: "Empieza el {0}.",
    ended: "Terminó el {0}.",
    refuse: {
        CAMPAIGN_NOT_LIVE: ["No está abierta", "Esta campaña no está abierta " +
            "ahora."],
        CAMPAIGN_NOT_FOUND: ["No encontrada", "Aquí no hay ninguna campaña."],
        CAMPAIGN_INACTIVE: ["En pausa", "Esta campaña está en pausa. Vuelve " +
            "más tarde."],
        CAMPAIGN_NOT_STARTED: ["Todavía no", "Esta campaña no ha empezado."],
        CAMPAIGN_ENDED: ["Ha terminado", "Esta campaña ha terminado."],
        LOGIN_REQUIRED: ["Inicia sesión", "Puedes jugar cuando hayas " +
            "iniciado sesión."],
        INVALID_INVITATION: ["Enlace caducado", "Vuelve a abrir la campaña " +
            "desde donde la encontraste."],
        REGION_NOT_ALLOWED: ["No en tu región", "Esta campaña no está " +
            "disponible donde estás."],
        MAX_PLAYS_REACHED: ["Sin partidas", "Has usado todas tus partidas. " +
            "¡Gracias por jugar!"],
        RATE_LIMITED: ["Un descanso", "Muchas partidas en poco tiempo. " +
            "Espera un momento."],
        GAME_FAILED: ["El juego no se cargó", "Tu partida cuenta igual. " +
            "Reintenta o ve directamente al resultado."],
        UNREACHABLE: ["Sin conexión", "No se pudo contactar con el servidor."],
        OTHER: ["No ha funcionado", "Inténtalo más tarde."]
    }
};

/* { say(name, ...values), refusal(code), date(text) } of a language */
export function wordsFor(language) {
    const words = /^es\b/i.test(language) ? ES : EN;

    return {
        language: words === ES ? "es" : "en",
        say: (name, ...values) => words[name].replace(
            /\{(\d)\}/g, (_, i) => String(values[i])),
        refusal: (code) => Object.hasOwn(words.refuse, code) ?
            words.refuse[code] : words.refuse.OTHER,
        date(text) {
            const date = new Date(text);

            return Number.isNaN(date.getTime()) ? null :
                date.toLocaleString(words === ES ? "es" : "en",
                                    { dateStyle: "long", timeStyle: "short" });
        }
    };
}
