#!/usr/bin/env python3
"""Writes what the fuzzers begin with: corpus.py DIR VECTORS

One folder for each target t/fuzz/fuzz_<name>.c, its files named by what is
in them, and <name>.dict, the words of that target's language.
"""

import hashlib
import json
import os
import random
import sys

import choices

# bodies of fuzz_json.c, after the digit that chooses the schema
BODIES = [
    '0{"id":"0A1B2C3D-4e5f-6071-8293-a4b5c6d7e8f9","near":"10","far":1e3,'
    '"alive":"yes","rows":"all","mark":-1.5e-7,"data":{"a":[1,null]},'
    '"branches":[{"first":null,"colour":"a\\\\b"},{"first":{"name":"oak",'
    '"value":{"z":0},"id":null},"leaves":[{"name":"ash","value":true}]}]}',
    '0{"id":"urn:uuid:0a1b2c3d4e5f60718293a4b5c6d7e8f9","near":null,'
    '"far":"9_223_372_036_854_775_807","alive":0,"rows":0,"mark":null}',
    '0{"id":"{0a1b2c3d4e5f60718293a4b5c6d7e8f9}","near":7.0,"alive":"off"}',
    '0{"id":12,"near":-6,"branches":[[],{},1,{"words":[1]}],"data":[]}',
    '1\ufeff{"first":{"name":"elm","value":"\\ud83c\\udfae"},'
    '"first":{"name":"fir","value":0.1},"words":["\u00e4","\\u0000"]}',
    '1{"colour":"dark \\"red\\"","first":null,"leaves":[],"words":[]}',
    '1{"colour":"blue","first":{"name":"X"},"leaves":[1,2,3,4]}',
    '2["one","t\U0001f3ae","\\\\\\""]',
    '2["one",2,null,"four"]',
    '2{"words":[]}',
    '2 null',
    '0',
    '0{"id":',
    "0" + "[" * 40 + "]" * 40,
]
TOKENS = ["null", "true", "false", "1e309", "-0.0", "NaN", "1_0", "\\u0000",
          "\\ud800", "\\ud83c\\udfae", "\ufeff", "9223372036854775807",
          "-9223372036854775808", "1e15", "{}", "[]", '""', "[[[[[[[[",
          '{"a":{"a":']
EDGES = [1e308, -1e308, 5e-324, 0.1, -0.0, 2**63 - 1, -2**63, 1, -1, 0, True,
         " 12 "]
EVENTS = 200                    # streams of chances, for fuzz_dsl_eval.c

# suites of vectors whose documents fuzz_campaign_documents.c begins with, by
# the digit that chooses what they are, the member that has them, and how many
DOCUMENTS = [(0, "workflow-def", "workflow", 40),
             (2, "gameconfig-validate", "config", 8),
             (2, "gameconfig-generate", "expected", 8),
             (3, "manifest-validate", "manifest_compact_json", 12),
             (4, "bundle-validate", "bundle", 12)]
INDEX = ("mod_game/campaigns/workflows/index.json",
         "mod_game/campaigns/workflows/campaign.build.minimal.v1.json")
# after the digit of texts
CAMPAIGN_TEXTS = [
    "#a1B2", "#12345678", "rgb(1, 2.5 ,3)", "RGBA(100%,0%,.5%,50%)",
    "hsl(-12.5deg, 1%, 2%, 0.3)", "hsla(+1,0%,100%)", "RebeccaPurple",
    "transparent", "2026-02-03T12:00:00.123456789Z",
    "2024-02-29t23:59:60-00:00", "2016-12-31T23:59:60Z",
    "0000-01-01T00:00:00+23:59", "9999-12-31T23:59:60z", "1.0.0",
    "10.200.3", "a.b[0].c[x.y]", "a..b.", "[[", "data.", "a]b["]
# payloads in their short forms, with a change
PAYLOADS = [
    9223372036854775807,
    {"campaign_id": "c", "template_id": "spin_wheel", "theme": "t",
     "difficulty": "easy", "audio": {"prompt": "p", "duration_sec": 5,
                                     "seed": 2 ** 64},
     "metadata": {"n": 2 ** 63 - 1, "m": [10 ** 30, 7, -2 ** 63 - 1]},
     "parameters": {"n": 10 ** 20}, "overrides": {"n": {"n": 10 ** 19}},
     "change": {"overrides": {"n": 10 ** 22}}},
    {"campaign_id": "c", "template_id": "quiz_v2", "theme": "Neon  Arcade!",
     "difficulty": "easy", "audio": {"mood": "sad", "duration_sec": 5,
                                     "prompt": "p", "bpm": 61.5},
     "intro_video_uri": "https://e/i", "outcome_win_uri": "https://e/w",
     "outcome_lose_uri": "/w", "assets": {"background_uri": "/b",
                                          "logo_uri": "https://e/l"},
     "rules": {"win_score": 3, "time_limit_sec": 20,
               "start_date": "2026-01-01T00:00:00Z",
               "end_date": "2025-01-01T00:00:00+01:00",
               "max_plays_per_user": 2, "allowed_regions": ["DE"],
               "rate_limiting": {"max_requests_per_minute": 1}},
     "parameters": {"segment_count": 1e300}, "locale": "de",
     "overrides": {"copy": {"title": None}, "version": "1.0.0"},
     "change": {"audio_overrides": {"mood": "happy", "style": {"genre":
                                                               "rock"}}}},
    {"campaign_id": "c", "template_id": "spin_wheel", "theme": "t",
     "difficulty": {"level": "hard"}, "asset_refs": [
         {"uri": "u", "type": "icon"}, {"uri": "u", "type": "icon",
                                        "slot": "s"}],
     "audio": {"style": {"genre": "pop", "instruments": "a",
                         "energy_level": 1}, "duration_sec": 300,
               "seed": -0.5, "specs": {"channels": 1}},
     "intro_video_uri": "", "outcome_videos": {
         "win_video_uri": "w", "lose_video_uri": "l",
         "win_redirect_url": "https://e", "auto_redirect_delay_ms": 0},
     "button_config": {"bounds": {"x": 1, "y": 2, "width": -3, "height": 0},
                       "mask_polygon": {"points": [{"x": 0, "y": 1}]},
                       "click_sound_uri": "c"},
     "branding": {"primary_color": "#fff"}, "metadata": {"a": {}},
     "analytics": {"custom_events": ["win", "x"]}, "version": "2.0.0",
     "change": {"outcome_videos": {"win_video_uri": None},
                "lose_video_uri": "x", "difficulty": "medium",
                "button_config": None, "campaign_id": "c"}},
]


def vectors_of(folder, suite):
    """The open vectors of a suite of campaigns."""
    name = os.path.join(folder, f"campaign-{suite}-open.json")
    with open(name, encoding="utf-8") as file:
        return json.load(file)["vectors"]


def cases(folder):
    for name in sorted(os.listdir(folder)):
        if name.startswith("dsl-") and name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                yield from json.load(file)["cases"]


def words_of(value, words):
    """The texts of a value, short ones, wherever they stand."""
    if isinstance(value, dict):
        words.update(value)
    elif isinstance(value, str):
        words.add(value)
    if isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            words_of(part, words)


def text(value):
    return json.dumps(value, separators=(",", ":")).encode()


def edges():
    """Events that bring two numbers from the edges to an operator."""
    fields = {side: {"type": "field", "path": "data." + side}
              for side in ("left", "right")}
    for op in choices.ARITH:
        points = {"type": "arith", "op": op, **fields}
        ast = {"rules": [], "default": {"type": "assign_points",
                                        "value": points}}
        for left in EDGES:
            for right in EDGES:
                yield choices.of({"mode": "DSL_FULL", "ast": ast, "data": {
                    "left": left, "right": right}})


def chances(number):
    """Bytes that fuzz_dsl_eval.c takes its choices from: of several lengths,
    and some with choices that are made more often than others."""
    source = random.Random(number)
    few = [source.randrange(256) for _ in range(2 + number % 30)]
    return bytes(source.choice(few) if number % 2 else source.randrange(256)
                 for _ in range(16 << number % 6))


def documents(folder):
    """What fuzz_campaign_documents.c begins with."""
    for digit, suite, member, most in DOCUMENTS:
        found = [vector[member] for vector in vectors_of(folder, suite)]
        for one in found[::-(-len(found) // most)]:
            yield str(digit).encode() + (
                one.encode() if isinstance(one, str) else text(one))
    for digit, name in zip("10", INDEX):
        with open(name, "rb") as file:
            yield digit.encode() + file.read()
    for one in CAMPAIGN_TEXTS:
        yield b"5" + one.encode()


def payloads(folder):
    """The same of fuzz_campaign_payload.c: payloads, some with a change."""
    types = ["audio.update", "intro.update", "outcome.update",
             "game_config.update", "full_rebuild"]
    for vector in vectors_of(folder, "trigger"):
        digit = types.index(vector.get("type", types[0]))
        one = dict(vector.get("base") or vector["payload"])
        if "type" in vector:
            one["change"] = vector["payload"]
        yield str(digit).encode() + text(one)
    for digit in range(len(types)):
        for one in PAYLOADS:
            yield str(digit).encode() + text(one)


def put(folder, many):
    os.makedirs(folder, exist_ok=True)
    for data in many:
        name = hashlib.sha256(data).hexdigest()[:16]
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


def put_words(path, words):
    with open(path, "w", encoding="ascii") as file:
        for word in sorted(words):
            file.write('"' + "".join(
                chr(b) if 32 <= b < 127 and chr(b) not in '"\\'
                else f"\\x{b:02x}" for b in word.encode()) + '"\n')


def main():
    out, vectors = sys.argv[1:]
    programs, events, words = [], [], set()
    for case in cases(vectors):
        programs.append(text(case["ast"]))
        words_of(case["ast"], words)
        if "mode" in case:
            events.append(choices.of(case))
    put(os.path.join(out, "dsl_validate"), programs)
    put(os.path.join(out, "dsl_eval"),
        [event for event in events if event] + list(edges())
        + [chances(number) for number in range(EVENTS)])
    put(os.path.join(out, "json"), [body.encode() for body in BODIES])
    quoted = {json.dumps(word) for word in words if 0 < len(word) < 30}
    put_words(os.path.join(out, "dsl_validate.dict"), quoted | set(TOKENS))
    words = set()
    for body in BODIES[:3]:
        words_of(json.loads(body[1:]), words)
    put_words(os.path.join(out, "json.dict"),
              {json.dumps(word) for word in words} | set(TOKENS))
    for name, seeds in (("campaign_documents", list(documents(vectors))),
                        ("campaign_payload", list(payloads(vectors)))):
        put(os.path.join(out, name), seeds)
        words = set()
        for seed in seeds:
            if seed[1:2] == b"{":
                words_of(json.loads(seed[1:]), words)
        put_words(os.path.join(out, name + ".dict"),
                  {json.dumps(word) for word in words if 0 < len(word) < 30}
                  | set(TOKENS))


if __name__ == "__main__":
    main()
