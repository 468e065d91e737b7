#!/usr/bin/env python3
"""Runs of campaigns a second, and the latency of triggers; see campaigns.sh.

What the skills cost by themselves is measured first, by one thread and
without a database: beside it stands what the worker's threads make of it.
"""

import json
import os
import statistics
import subprocess
import time

from client import Client

BASE, KEY, DIR, PROGRAM, CORE = (
    os.environ[name] for name in ("BASE", "KEY", "DIR", "PROGRAM", "CORE"))
RUNS = int(os.environ.get("BENCH_RUNS", "60"))
AUDIO = int(os.environ.get("BENCH_AUDIO", "30"))
SECONDS = os.environ.get("BENCH_SECONDS", "5")
PATIENCE = 600

client = Client(BASE, KEY)


def payload(seed):
    return {
        "campaign_id": f"bench-{seed}", "template_id": "spin_wheel",
        "theme": f"theme {seed}", "difficulty": "medium",
        "audio": {"duration_sec": AUDIO, "seed": seed},
        "intro_video_uri": "https://cdn.example/i.mp4",
        "outcome_win_uri": "https://cdn.example/w.mp4",
        "outcome_lose_uri": "https://cdn.example/l.mp4"}


def trigger(seeds, connections=8):
    """Posts runs; their ids and the seconds that each answer took."""
    ids, took = [], []

    def take(_, answer):
        if answer.status != 202:
            raise SystemExit(f"POST /runs: {answer.status} {answer.body}")
        ids.append(json.loads(answer.body)["runId"])
        took.append(answer.seconds)

    client.run([client.request("POST", "/runs", {
        "workflowName": "campaign.build.minimal",
        "triggerPayload": payload(seed)}) for seed in seeds],
        connections, take)
    return ids, took


def sql(text):
    return subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"],
        input=text, text=True, check=True, stdout=subprocess.PIPE).stdout


def wait(ids):
    """Until all have ended; seconds from the first start to the last end."""
    many = "array['" + "','".join(ids) + "']::uuid[]"
    end = time.time() + PATIENCE
    while time.time() < end:
        left = int(sql(f"select count(*) from campaigns.runs "
                       f"where id = any({many}) and completed_at is null"))
        if not left:
            break
        time.sleep(0.2)
    states = sql(f"select string_agg(distinct status, ' ') from "
                 f"campaigns.runs where id = any({many})").strip()
    if states != "completed":
        raise SystemExit(f"runs ended as: {states}")
    return float(sql(f"select extract(epoch from max(completed_at) - "
                     f"min(started_at)) from campaigns.runs "
                     f"where id = any({many})"))


def shown(took):
    took = sorted(took)
    return (f"p50 {statistics.median(took) * 1000:.1f} ms, "
            f"p99 {took[int(len(took) * 0.99)] * 1000:.1f} ms")


def core():
    """Milliseconds of each step, by one thread."""
    folder = os.path.join(DIR, "core-store")
    os.makedirs(folder, exist_ok=True)
    lines = subprocess.run(
        [PROGRAM, SECONDS, f"{CORE}/templates", f"{CORE}/workflows", folder,
         str(AUDIO)], text=True, check=True, stdout=subprocess.PIPE).stdout
    return {name: float(value) for name, value in
            (line.split() for line in lines.splitlines())}


def latency():
    print("(a) a trigger, while nothing else is done; each run is waited for")
    took = []
    for seed in range(10):
        ids, one = trigger([900000 + seed], 1)
        took += one
        wait(ids)
    nothing = []
    client.run([client.request("GET", "/kpi/health_check")] * 200, 1,
               lambda _, answer: nothing.append(answer.seconds))
    print(f"    POST /runs {shown(took)}; health_check {shown(nothing)}")


def pace(alone):
    hits = 1000 / (alone["bundle_game"] + alone["manifest"])
    for name, seeds, limit, about in (
            ("(b) new runs", range(RUNS), alone["runs_per_second"],
             "all four steps"),
            ("(c) from the cache", [0] * RUNS, hits,
             "bundle_game and manifest")):
        ids, took = trigger(seeds)
        runs = RUNS / wait(ids)
        print(f"{name}: {runs:.1f} runs/s; {about} by one thread alone "
              f"{limit:.1f}/s, ratio {runs / limit:.2f}; POST /runs "
              f"meanwhile {shown(took)}")


def main():
    print(f"{RUNS} runs of campaign.build.minimal, tracks of {AUDIO} s")
    alone = core()
    print("the skills by themselves, ms: " + ", ".join(
        f"{name} {value:.1f}" for name, value in alone.items()
        if name != "runs_per_second"))
    latency()
    pace(alone)


main()
