/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * The campaigns of the stand-in server: manifests as a campaign has them, and
 * what the API says of each.
 */

const BUTTON = { bounds: { x: 245, y: 215, width: 150, height: 60 },
                 hover_effect: "glow" };
const EVENTS = ["campaign_view", "intro_started", "button_clicked",
    "game_started", "game_completed", "outcome_shown", "impression",
    "interaction", "hover", "scroll", "win", "lose", "redirect"];

export function manifestOf(id, bundle, more = {}) {
    const film = (name) => ({ uri: `/films/${name}.webm`, type: "video",
                              required: true });

    return {
        manifest_version: "1.0.0", campaign_id: id,
        campaign_name: more.name ?? "Summer of luck",
        created_at: "2026-02-03T12:00:00.000Z",
        updated_at: "2026-02-03T12:00:00.000Z", version: "1.0.0",
        assets: { intro_video: film(more.films?.[0] ?? "intro"),
                  win_video: film(more.films?.[1] ?? "win"),
                  lose_video: film(more.films?.[2] ?? "lose"),
                  game_bundle: { uri: `/campaign-assets/bundles/${bundle}/`,
                                 type: "bundle", required: true },
                  additional: [] },
        interaction: { button: more.button ?? BUTTON,
                       game_container: { entry_point: "index.html",
                                         config_path: "game_config.json" } },
        flow: { sequence: ["intro", "game", "outcome"],
                intro_to_game_trigger: "button_click",
                game_to_outcome_trigger: "game_complete", ...more.flow },
        rules: { active: true, require_login: false, ...more.rules },
        analytics: { enabled: true, tracking_id: "T-1", events: EVENTS },
        branding: { brand_name: "Sol & Co", colors: { primary: "#ffb703",
                                                      secondary: "#fb5607" },
                    ...more.branding },
        metadata: {}, checksum: "0".repeat(64)
    };
}

/* Plays that all end alike: plays() and finish() keep what they are told */
export function campaign(id, bundle, outcome, more = {}) {
    let count = 0;

    return {
        manifest: manifestOf(id, bundle, more),
        plays() {
            count++;
            return { status: 201, body: {
                playId: `${id}-${count}`, outcome,
                prize: outcome === "win" ? more.prize ?? null : null,
                playToken: `secret-of-${id}-${count}`,
                playsRemaining: more.remaining ?? null } };
        },
        finish() {
            return { status: 200, body: { status: "finished" } };
        }
    };
}

export function refusing(id, bundle, status, code, headers, more = {}) {
    const refused = campaign(id, bundle, "lose", more);

    return { ...refused, plays: () => ({
        status, headers, body: { detail: { code, message: "refused",
                                           params: {} } } }) };
}
