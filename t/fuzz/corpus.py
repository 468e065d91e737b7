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


if __name__ == "__main__":
    main()
