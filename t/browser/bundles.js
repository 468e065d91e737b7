/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */
/*
 * Bundles as the skill lays them out: templates/common/ below common/, the
 * template, game_config.json, the track, bundle_manifest.json.
 */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const TOP = fileURLToPath(new URL("../..", import.meta.url));
const TEMPLATES = path.join(TOP, "mod_game/campaigns/templates");
const VECTORS = path.join(TOP,
                          "t/vectors/campaign-gameconfig-generate-open.json");

export const BUILD = path.join(TOP, "build/browser");
export const SHELL = path.join(TOP, "mod_game/campaigns/play");
export const TREES = path.join(BUILD, "bundles");
export const BASES = ["spin_wheel", "scratch_card", "slot_machine",
    "memory_match", "catch_game", "quiz", "generic"];

/* A second of a quiet tone: 8 kHz, mono, 16 bit */
function wav() {
    const frames = 8000;
    const file = Buffer.alloc(44 + 2 * frames);

    file.write("RIFF", 0);
    file.writeUInt32LE(36 + 2 * frames, 4);
    file.write("WAVEfmt ", 8);
    file.writeUInt32LE(16, 16);
    file.writeUInt16LE(1, 20);
    file.writeUInt16LE(1, 22);
    file.writeUInt32LE(frames, 24);
    file.writeUInt32LE(2 * frames, 28);
    file.writeUInt16LE(2, 32);
    file.writeUInt16LE(16, 34);
    file.write("data", 36);
    file.writeUInt32LE(2 * frames, 40);
    for (let i = 0; i < frames; i++) {
        file.writeInt16LE(Math.round(3000 * Math.sin(i * 2 * Math.PI * 220 /
            frames)), 44 + 2 * i);
    }
    return file;
}

export function baseOf(templateId) {
    const base = templateId.replace(/_v\d+$/, "");

    return BASES.includes(base) ? base : "generic";
}

/* Every config of the vectors: [{ id, base, config }] */
export function sampleConfigs() {
    const { vectors } = JSON.parse(fs.readFileSync(VECTORS, "utf8"));

    return vectors.map(({ id, expected }) =>
        ({ id, base: baseOf(expected.template_id), config: expected }));
}

/* Lays out a tree of that name; returns its folder */
export function makeBundle(name, base, config, track = "bgm.wav") {
    const tree = path.join(TREES, name);

    fs.rmSync(tree, { recursive: true, force: true });
    fs.cpSync(path.join(TEMPLATES, "common"), path.join(tree, "common"),
              { recursive: true });
    fs.cpSync(path.join(TEMPLATES, base), tree, { recursive: true });
    fs.writeFileSync(path.join(tree, "game_config.json"),
                     JSON.stringify(config, null, 2));
    fs.mkdirSync(path.join(tree, "assets/audio"), { recursive: true });
    fs.writeFileSync(path.join(tree, "assets/audio", track), wav());
    fs.writeFileSync(path.join(tree, "bundle_manifest.json"), JSON.stringify(
        { bundle_id: name, template_id: config.template_id,
          entry_point: "index.html",
          assets: { audio: [`assets/audio/${track}`] } }, null, 2));
    return tree;
}
