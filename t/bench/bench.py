#!/usr/bin/env python3
"""Measures the server of the environment and prints what it found.

Started by run.sh, which also says what can be set. What is compared is
measured in turns, A B A B, and the median turn counts: a machine that others
use too changes its pace, but both sides feel it.
"""

import glob
import os
import re
import signal
import statistics
import subprocess
import time
import urllib.request

from client import Client

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
HERE = os.path.join(TOP, "t", "bench")
BASE, KEY, ADMIN_KEY, DIR = (
    os.environ[name] for name in ("BASE", "KEY", "ADMIN_KEY", "DIR"))
BUILD = os.path.join(TOP, os.environ.get("GAME_BUILD", "build"))
ROOT = re.match(r"\w+://[^/]+", BASE)[0]

ONLY = os.environ.get("BENCH_ONLY", "abcdeflm")
SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
TURNS = int(os.environ.get("BENCH_TURNS", "3"))
CONNECTIONS = [int(c) for c in
               os.environ.get("BENCH_CONNECTIONS", "1 8 32").split()]
HISTORY = int(os.environ.get("BENCH_HISTORY", "1000000"))

USERS, TASKS = 20000, 10
# GAME_INPUT_* that a strategy asks for, and its window in seconds
STRATEGIES = {"default": (1 | 2 | 8 | 16 | 32 | 64, 0),
              "constantEffortStrategy": (4, 300)}

client = Client(BASE, KEY)
admin = Client(BASE, ADMIN_KEY)


def title(text):
    print(f"\n== {text}", flush=True)


def sql(text, **values):
    """Rows of a query, as tuples of text."""
    command = ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v",
               "ON_ERROR_STOP=1"]
    for name, value in values.items():
        command += ["-v", f"{name}={value}"]
    out = subprocess.run(command, input=text, text=True, check=True,
                         stdout=subprocess.PIPE).stdout
    return [tuple(line.split("\t")) for line in out.splitlines()]


def call(method, path, body, by=client):
    status, answer = by.call(method, path, body)
    if status not in (200, 201):
        raise SystemExit(f"{method} {path}: {status} {answer}")
    return answer


def make_game(strategy, tasks, by=client):
    """Id of a new game, and ids of its tasks by name."""
    game = call("POST", "/games", {
        "externalGameId": f"bench_{time.time_ns()}", "platform": "bench",
        "strategyId": strategy}, by)["gameId"]
    for task in tasks:
        call("POST", f"/games/{game}/tasks", {"externalTaskId": task}, by)
    return game, dict(sql("select external_task_id, id from game.tasks"
                          " where game_id = :'game'", game=game))


# ---- the two load makers ----

class Figures:
    """Requests a second, p50 and p99 in milliseconds, answers that are no
    2xx, and requests that got none (a connection was closed)."""

    def __init__(self, rate, p50, p99, refused=0, lost=0):
        self.rate, self.p50, self.p99 = rate, p50, p99
        self.refused, self.lost = refused, lost

    def __str__(self):
        return (f"{self.rate:8.0f} /s  p50 {self.p50:7.2f} ms  "
                f"p99 {self.p99:7.2f} ms"
                + (f"  {self.refused} NOT 2xx" if self.refused else "")
                + (f"  {self.lost} without answer" if self.lost else ""))


def median(many):
    return Figures(*(statistics.median(getattr(f, name) for f in many)
                     for name in ("rate", "p50", "p99")),
                   sum(f.refused for f in many), sum(f.lost for f in many))


def wrk(url, connections, *args, seconds=SECONDS):
    out = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "10",
         "-s", os.path.join(HERE, "wrk.lua"), url, "--", *map(str, args)],
        check=True, text=True, stdout=subprocess.PIPE).stdout
    n, micros, p50, p99, status, broken = map(
        int, re.search(r"^figures (.*)$", out, re.M)[1].split())
    return Figures(n * 1e6 / micros, p50 / 1e3, p99 / 1e3, status, broken)


def wrk_awards(game, connections, seconds=SECONDS, by=client, base=BASE):
    return wrk(f"{base}/games/{game}/tasks", connections, "award", by.key,
               USERS, TASKS, seconds=seconds)


def statement(name):
    """A statement of the module with its comments off."""
    with open(os.path.join(TOP, "sql", "statements", name + ".sql"),
              encoding="utf-8") as file:
        return "".join(line for line in file if not line.startswith("--"))


def put_values(text, values):
    return re.sub(r"\$(\d+)", lambda m: values[int(m[1]) - 1], text)


def pgbench_script(strategy):
    """What an award sends, word for word, except that the second statement
    also returns who is next: a client of pgbench cannot make a UUID."""
    mask, window = STRATEGIES[strategy]
    facts = put_values(statement("award_facts"), [
        ":bucket", ":user", ":task", ":game", ":mask", ":window", ":zero",
        "nullif(:none, '-')", "nullif(:none, '-')"])
    book = put_values(statement("award_book"), [
        ":bucket", ":user", ":external", "nullif(:none, '-')", ":game",
        ":game_version", ":task", ":task_version", ":coalesce", ":give",
        ":why", ":data", ":description", "nullif(:none, '-')",
        "nullif(:none, '-')", ":prefix", "nullif(:none, '-')", ":rate",
        ":flag", *["nullif(:none, '-')"] * 3])
    book, tasks = re.subn(r"^select \* from", """\
select *, md5('u' || :next)::uuid as user, 'bench_' || :next as external,
       get_byte(uuid_send(md5('u' || :next)::uuid), 15) & 63 as bucket,
       md5(:game || 't' || :next_task)::uuid as task
  from""", book), TASKS
    assert book[1] == 1
    return (f"\\set mask {mask}\n\\set window {window}\n\\set zero 0\n"
            f"\\set next random(1, {USERS})\n"
            f"\\set next_task random(1, {tasks})\n"
            + facts.strip() + " \\gset\n" + book[0].strip() + " \\gset\n")


class Pgbench:
    """The same awards without httpd, in a game of their own."""

    def __init__(self, strategy):
        self.sent = 0
        self.game, _ = make_game(strategy, [])
        sql("""insert into game.tasks (id, game_id, external_task_id)
               select md5(:'game' || 't' || n)::uuid, :'game'::uuid, 'b' || n
                 from generate_series(1, :tasks) n""",
            game=self.game, tasks=TASKS)
        [(version, task, task_version)] = sql(
            """select g.version, t.id, t.version
                 from game.games g join game.tasks t on t.game_id = g.id
                where g.id = :'game' limit 1""", game=self.game)
        self.script = os.path.join(DIR, f"{strategy}.pgbench")
        with open(self.script, "w", encoding="utf-8") as file:
            file.write(pgbench_script(strategy))
        values = {
            "game": self.game, "game_version": version, "task": task,
            "task_version": task_version, "give": 3, "none": "-",
            "why": "IndividualOverGlobal", "prefix": KEY.split(".")[0],
            "description": "Points assigned by GAME", "rate": 100,
            "flag": "f", "external": "bench_0",
            "bucket": 0, "user": "00000000-0000-4000-8000-000000000000",
            "data": '{"minutes":3,"correlationId":"srv-'
                    '00000000-0000-4000-8000-000000000000"}'}
        self.values = [f"-D{name}={value}" for name, value in values.items()]

    def booked(self):
        [(count,)] = sql("select count(*) from game.awards"
                         " where game_id = :'game'", game=self.game)
        return (f"{count} of pgbench's {self.sent} awards were booked; the "
                "others met one of the same user")

    def __call__(self, clients, seconds=SECONDS):
        """The first second is left out: new connections prepare and plan,
        which those of httpd did long ago."""
        prefix = os.path.join(DIR, "pgbench_log")
        run = subprocess.run(
            ["pgbench", "-n", "-M", "prepared", "-j", "1", "-c",
             str(clients), "-T", str(seconds + 1), "-f", self.script, "-l",
             f"--log-prefix={prefix}", *self.values],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if run.returncode:
            raise SystemExit(run.stderr)
        ends = []                       # (when it ended, microseconds taken)
        for name in glob.glob(prefix + ".*"):
            with open(name, encoding="ascii") as file:
                for _, _, wait, _, second, micro, *_ in map(str.split, file):
                    ends.append((int(second) + int(micro) / 1e6, int(wait)))
            os.unlink(name)
        self.sent += len(ends)
        ends.sort()
        start = ends[0][0] + 1
        waits = sorted(wait for end, wait in ends if end > start)
        return Figures(len(waits) / (ends[-1][0] - start),
                       waits[len(waits) // 2] / 1e3,
                       waits[len(waits) * 99 // 100] / 1e3)


# ---- a ----

def awards():
    title(f"a: awards, {USERS} users, {TASKS} tasks, by API key, no "
          "idempotency key; median of "
          f"{TURNS} x {SECONDS} s, HTTP and pgbench in turns")
    print("pgbench sends the module's two statements, prepared, one "
          "connection a client")
    for strategy in STRATEGIES:
        game, _ = make_game(strategy, [f"b{n + 1}" for n in range(TASKS)])
        direct = Pgbench(strategy)
        wrk_awards(game, 8, 3)          # everybody's first award is dearer
        direct(8, 3)
        for connections in CONNECTIONS:
            http, sent = [], []
            for turn in range(TURNS):
                if turn % 2:            # A B B A
                    sent.append(direct(connections))
                http.append(wrk_awards(game, connections))
                if turn % 2 == 0:
                    sent.append(direct(connections))
            ratios = [h.rate / s.rate for h, s in zip(http, sent)]
            http, sent = median(http), median(sent)
            print(f"{strategy}, {connections} connections\n"
                  f"    HTTP     {http}\n    pgbench  {sent}\n"
                  f"    HTTP / pgbench {statistics.median(ratios):.2f}"
                  f" (of the turns: "
                  + ", ".join(f"{r:.2f}" for r in ratios) + ")",
                  flush=True)
        print(direct.booked())


# ---- b ----

def requests():
    connections = max(CONNECTIONS)
    seconds = max(1, SECONDS // 2)
    title(f"b: requests/s of {connections} connections, median of "
          f"{TURNS} x {seconds} s in turns")
    game, _ = make_game("default", ["b1"])
    rows = [("an empty file, httpd alone", f"{ROOT}/empty", "", 200),
            ("GET /kpi/health_check", f"{BASE}/kpi/health_check", "", 200),
            ("an API key, then 422 for a bad id", f"{BASE}/games/none", KEY,
             422),
            ("GET /games/{gameId}, key and game cached",
             f"{BASE}/games/{game}", KEY, 200)]
    found = [[] for _ in rows]
    for _ in range(TURNS):
        for at, (_, url, key, _) in enumerate(rows):
            found[at].append(wrk(url, connections, "get", key,
                                 seconds=seconds))
    limit = median(found[0]).rate
    for (name, _, _, status), figures in zip(rows, map(median, found)):
        if status != 200:
            figures.refused = 0         # as it should be
        print(f"    {name:42} {figures}  {figures.rate / limit:.2f} of the "
              "empty file")


# ---- c ----

def processor_ms(parent):
    """Processor time of the children of a process so far."""
    ticks = 0
    for name in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(name, encoding="ascii", errors="replace") as file:
                after = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after[1]) == parent:
            ticks += int(after[11]) + int(after[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def parents():
    """The first processes of httpd and of Postgres."""
    with open(os.path.join(DIR, "run", "httpd.pid"), encoding="ascii") as f:
        httpd = int(f.read())
    data = sql("show data_directory")[0][0]
    for name in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(name, "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"postgres") and data.encode() in words:
            return httpd, int(name.split("/")[2])
    return httpd, 0


def round_trips():
    awards_sent, warm, connections = 4000, 400, 8
    title("c: statements that Postgres is sent, from pg_stat_statements; "
          f"{awards_sent} awards, {connections} connections, after {warm} "
          "that fill the caches")
    both = parents()
    for strategy in STRATEGIES:
        game, _ = make_game(strategy, [f"b{n + 1}" for n in range(TASKS)])
        sent = [client.request("POST",
                               f"/games/{game}/tasks/b{n % TASKS + 1}/points",
                               {"externalUserId": f"bench_{n % 997 + 1}",
                                "data": {"minutes": 3}})
                for n in range(warm + awards_sent)]
        bad = []
        client.run(sent[:warm], connections, lambda i, answer: None)
        sql("select pg_stat_statements_reset()")
        before = [processor_ms(parent) for parent in both]
        client.run(sent[warm:], connections,
                   lambda i, answer: bad.append(i)
                   if answer.status != 200 else None)
        spent = [processor_ms(parent) - had
                 for parent, had in zip(both, before)]
        rows = sql("""
            select calls, mean_exec_time,
                   regexp_replace(query, '\\s+', ' ', 'g')
              from pg_stat_statements join pg_database d on d.oid = dbid
             where toplevel and d.datname = current_database()
               and query not like '%pg_stat_statements%'
               and query not like 'SET %'
             order by calls desc""")
        calls = [sum(int(row[0]) for row in rows if ("game.award(" in row[2]
                                                     or "prior" in row[2]
                                                     or not own)) /
                 awards_sent for own in (False, True)]
        print(f"{strategy}: round trips per award: {calls[0]:.2f}"
              f" ({calls[1]:.2f} of awards, {calls[0] - calls[1]:.4f} to "
              "fill a cache again whose time was over)"
              + (f" ({len(bad)} NOT 200)" if bad else ""))
        print("    processor time per award: httpd "
              f"{spent[0] / awards_sent:.3f} ms, Postgres "
              f"{spent[1] / awards_sent:.3f} ms")
        for calls, mean, text in rows:
            print(f"    {int(calls) / awards_sent:7.4f} a time, "
                  f"{float(mean):6.3f} ms: {text[:60]}")


# ---- d ----

SEATS = 500                     # users of the histories


def one_after_another(games, count):
    """Waits in milliseconds, by game: awards on one connection, count for
    each game, the games taking turns."""
    sent = [client.request("POST", f"/games/{game}/tasks/long/points",
                           {"externalUserId": f"seat_{n * 7 % SEATS + 1}",
                            "data": {"minutes": 3}})
            for n in range(count) for game in games]
    waits = [[] for _ in games]

    def note(index, answer):
        if answer.status != 200:
            raise SystemExit(f"award: {answer.status} {answer.body}")
        waits[index % len(games)].append(answer.seconds * 1e3)
    client.run(sent, 1, note)
    return waits


def describe(waits):
    waits = sorted(waits)
    return (f"mean {statistics.mean(waits):6.3f} ms  "
            f"p50 {waits[len(waits) // 2]:6.3f} ms  "
            f"p99 {waits[len(waits) * 99 // 100]:6.3f} ms")


def load_history(strategy, rows):
    game, tasks = make_game(strategy, ["long"])
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v",
                    f"task={tasks['long']}", "-v",
                    f"per_user={rows // SEATS}", "-v", "users=seat\\_%",
                    "-f", os.path.join(HERE, "history.sql")], check=True)
    return game


def settle():
    sql("vacuum (analyze)")
    sql("checkpoint")


def compare(small, large, commit):
    sql(f"alter system set synchronous_commit = {commit}")
    sql("select pg_reload_conf()")
    time.sleep(0.2)
    one_after_another([small, large], SEATS)
    waits = one_after_another([small, large], 3000)
    print(f"  synchronous_commit {commit}")
    for rows, these in zip((1000, HISTORY), waits):
        print(f"    {rows:8} rows  {describe(these)}")
    for name, of in (("means", statistics.mean),
                     ("medians", statistics.median)):
        few, many = map(of, waits)
        print(f"    the {name} differ by {(many / few - 1) * 100:+.1f} %",
              flush=True)


def history():
    title(f"d: latency of awards one after another, 3000 in a task that had "
          f"1000 and 3000 in one that had {HISTORY}, taking turns; "
          f"{SEATS} users")
    known = make_game("default", ["long"])[0]
    one_after_another([known], SEATS)   # makes the users
    games = {}
    for strategy in STRATEGIES:
        games[strategy] = [load_history(strategy, 1000)]
    settle()
    for strategy, small in games.items():
        one_after_another(small, SEATS)
        print(f"{strategy}, 1000 rows and no others: "
              f"{describe(one_after_another(small, 2000)[0])}", flush=True)
    for strategy in STRATEGIES:
        began = time.perf_counter()
        games[strategy].append(load_history(strategy, HISTORY))
        print(f"{HISTORY} awards loaded in "
              f"{time.perf_counter() - began:.0f} s", flush=True)
    settle()
    for strategy, (small, large) in games.items():
        print(strategy)
        for commit in ("on", "off"):
            compare(small, large, commit)


# ---- e ----

def literal(value):
    return {"type": "literal", "value": value}


def compare_nodes(op, left, right):
    return {"type": "compare", "op": op, "left": left, "right": right}


def give(value, name):
    return [{"type": "assign_points", "value": value, "case_name": name}]


def custom_strategy():
    """Id of a published strategy of 20 nodes that reads history."""
    count, own, everybody = ({"type": "field", "path": path} for path in (
        "user.measurements_count", "user.avg_time", "all.avg_time"))
    ast = {"type": "program", "rules": [
        {"type": "rule", "when": compare_nodes("<", count, literal(2)),
         "then": give(literal(1), "BasicEngagement")},
        {"type": "rule", "when": {"type": "and", "args": [
            compare_nodes(">", own, literal(0)),
            compare_nodes("<", own, everybody)]},
         "then": give(literal(10), "SpeedBonus")}],
        "default": give({"type": "func_call", "name": "int",
                         "args": [literal(2.5)]}, "Steady")[0]}
    made = call("POST", "/strategies/custom",
                {"name": f"bench_{time.time_ns()}", "astJson": ast}, admin)
    call("POST", f"/strategies/custom/{made['id']}/publish", None, admin)
    return "custom:" + made["id"]


class Side:
    """Awards in a game of a strategy: figures of the turns, and the
    processor time of httpd and of Postgres."""

    def __init__(self, strategy, base=BASE):
        self.game, _ = make_game(strategy,
                                 [f"b{n + 1}" for n in range(TASKS)], admin)
        self.base = base
        self.parents = parents()
        wrk_awards(self.game, 8, 3, admin, base)    # the first ones are dearer
        self.begin()

    def begin(self):
        self.figures, self.awards, self.spent = [], 0, [0, 0]

    def turn(self, connections):
        before = [processor_ms(parent) for parent in self.parents]
        figures = wrk_awards(self.game, connections, by=admin,
                             base=self.base)
        after = [processor_ms(parent) for parent in self.parents]
        self.spent = [had + b - a
                      for had, a, b in zip(self.spent, before, after)]
        self.awards += figures.rate * SECONDS
        self.figures.append(figures)

    def __str__(self):
        httpd, postgres = (ms / self.awards for ms in self.spent)
        return (f"{median(self.figures)}  processor time of an award: "
                f"httpd {httpd:.3f} ms, Postgres {postgres:.3f} ms")


def custom():
    title("e: custom strategies; evaluations alone, on one processor")
    subprocess.run([os.path.join(BUILD, "dsl-bench"), str(SECONDS)],
                   check=True)
    title("e: awards of a custom strategy of 20 nodes, which reads "
          "user.measurements_count, user.avg_time and all.avg_time, and of "
          f"default; by API key; median of {TURNS} x {SECONDS} s in turns")
    own, default = Side(custom_strategy()), Side("default")
    for connections in (c for c in CONNECTIONS if c > 1):
        own.begin()
        default.begin()
        for turn in range(TURNS):
            for side in (own, default) if turn % 2 else (default, own):
                side.turn(connections)
        ratios = [a.rate / b.rate
                  for a, b in zip(own.figures, default.figures)]
        print(f"{connections} connections\n    custom   {own}\n"
              f"    default  {default}\n"
              f"    custom / default {statistics.median(ratios):.2f}"
              f" (of the turns: "
              + ", ".join(f"{r:.2f}" for r in ratios) + ")", flush=True)


# ---- f ----

def configure(lines):
    """httpd with these lines, in children of their own."""
    with open(os.path.join(DIR, "telemetry.conf"), "w",
              encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
    parent = parents()[0]

    def children():
        return set(subprocess.run(["ps", "--ppid", str(parent), "-o", "pid="],
                                  text=True, check=False,
                                  stdout=subprocess.PIPE).stdout.split())
    old = children()
    os.kill(parent, signal.SIGUSR1)
    for _ in range(300):
        now = children()
        if now and not now & old:
            break
        time.sleep(0.1)
    call("GET", "/games", None)


class Load:
    """One kind of request: a load maker, and what its turns cost."""

    def __init__(self, name, make):
        self.name, self.make, self.sides = name, make, {}

    def turn(self, side):
        self.make(1)
        both = parents()
        before = [processor_ms(parent) for parent in both]
        figures = self.make(SECONDS)
        time.sleep(1.2)                 # until all of it is written
        spent = [processor_ms(parent) - had
                 for parent, had in zip(both, before)]
        kept = self.sides.setdefault(side, ([], []))
        kept[0].append(figures)
        kept[1].append([1e3 * ms / (figures.rate * SECONDS) for ms in spent])

    def report(self):
        base = None
        for side, (figures, spent) in self.sides.items():
            httpd, postgres = (statistics.median(at) for at in zip(*spent))
            base = base or httpd + postgres
            print(f"    {self.name:14} {side:12} {median(figures)}  processor "
                  f"time a request: httpd {httpd:.1f} us, Postgres "
                  f"{postgres:.1f} us ({httpd + postgres - base:+.1f})",
                  flush=True)


def telemetry():
    connections = 8
    title("f: what the rows of requests and of the audit log cost; "
          f"{connections} connections, median of {TURNS} x {SECONDS} s in "
          "turns")
    game, _ = make_game("default", [f"b{n + 1}" for n in range(TASKS)])
    loads = [Load("health_check", lambda seconds: wrk(
                 f"{BASE}/kpi/health_check", connections, "get", "",
                 seconds=seconds)),
             Load("game, cached", lambda seconds: wrk(
                 f"{BASE}/games/{game}", connections, "get", KEY,
                 seconds=seconds)),
             Load("awards", lambda seconds: wrk_awards(
                 game, connections, seconds))]
    sides = {"neither": ["GameRequestLog Off", "GameAudit Off"],
             "requests": ["GameAudit Off"], "both": []}
    for turn in range(TURNS):
        for side in list(sides)[::-1 if turn % 2 else 1]:
            configure(sides[side])
            for load in loads:
                load.turn(side)
    for load in loads:
        load.report()
    configure([])
    [(rows, counted, audit)] = sql(
        """select (select count(*) from game.request_log),
                  (select sum(n) from game.request_days),
                  (select count(*) from game.audit_log)""")
    print(f"    {rows} rows of {counted} requests, {audit} of the audit log")


# ---- m ----

def request_cost(url, connections, seconds):
    """Figures of a request, and its processor time in microseconds."""
    httpd, _ = parents()
    before = processor_ms(httpd)
    figures = wrk(url, connections, "get", "", seconds=seconds)
    spent = processor_ms(httpd) - before
    return figures, spent * 1000 / max(1, figures.rate * seconds)


def counting():
    connections, seconds = min(8, max(CONNECTIONS)), max(1, SECONDS // 2)
    title("m: what counting a request costs; additions alone, by "
          "processors at once, and the same into cells that all share")
    out = subprocess.run([os.path.join(BUILD, "metrics-bench"),
                          str(seconds)], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    cost = {}
    for name, threads, nanos in (line.split() for line in out.splitlines()):
        cost[name, int(threads) > 1] = int(nanos)
        print(f"    {name:7} {threads:>2} threads  {nanos:>5} ns of a "
              "processor")
    title(f"m: GET /kpi/health_check counted and not (GameMetrics Off); "
          f"{connections} connections, {TURNS} x {seconds} s in turns")
    sides = {f"{BASE}/kpi/health_check": [],
             f"{ROOT}/quiet/v1/kpi/health_check": []}
    for turn in range(TURNS):
        for url in sorted(sides, reverse=bool(turn % 2)):
            sides[url].append(request_cost(url, connections, seconds))
    spent = [statistics.median(micros for _, micros in side)
             for side in sides.values()]
    for name, micros, side in zip(("counted", "not"), spent, sides.values()):
        print(f"    {name:8} {median([f for f, _ in side])}  {micros:.1f} us "
              "of processors")
    print(f"    counting is {cost['lanes', False] / spent[1] / 10:.2f} % of "
          "the request's processor time")
    began = time.perf_counter()
    with urllib.request.urlopen(f"{ROOT}/metrics", timeout=10) as answer:
        text = answer.read()
    print(f"    a scrape: {len(text)} bytes, {text.count(bytes([10]))} lines,"
          f" {(time.perf_counter() - began) * 1e3:.1f} ms")


# ---- l ----

def limits():
    title("l: awards with limits that nobody reaches, and without; one key; "
          f"median of {TURNS} x {SECONDS} s in turns")
    bases = {"off": BASE}
    for word in os.environ["LIMITS"].split():
        name, port = word.split("=")
        bases[name] = re.sub(r":\d+/", f":{port}/", BASE)
    sides = {name: Side("default", base) for name, base in bases.items()}
    for connections in (c for c in CONNECTIONS if c > 1):
        for side in sides.values():
            side.begin()
        for turn in range(TURNS):
            for side in list(sides.values())[::1 if turn % 2 else -1]:
                side.turn(connections)
        print(f"{connections} connections")
        for name, side in sides.items():
            ratios = [a.rate / b.rate
                      for a, b in zip(side.figures, sides["off"].figures)]
            print(f"    {name:9}{side}  of off: "
                  f"{statistics.median(ratios):.2f}", flush=True)


def faults():
    began = time.perf_counter()
    [(count, n)] = sql("select (select count(*) from game.ledger_faults()),"
                       " (select count(*) from game.awards)")
    print(f"\nledger_faults() after all of it: {count} rows over {n} awards "
          f"({time.perf_counter() - began:.0f} s)")


def wait_for_file():
    """The server was asked to read its configuration again."""
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{ROOT}/empty", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the empty file is not served")


def main():
    began = time.perf_counter()
    wait_for_file()
    settings = sql("""select string_agg(name || ' ' || setting, ', '
                                        order by name)
                        from pg_settings where name in
                       ('fsync', 'full_page_writes', 'server_version',
                        'synchronous_commit')""")[0][0]
    print(f"{os.cpu_count()} processors for httpd, Postgres and the clients;"
          f" {settings}")
    for name, part in (("a", awards), ("b", requests), ("c", round_trips),
                       ("d", history), ("e", custom), ("f", telemetry),
                       ("l", limits), ("m", counting)):
        if name in ONLY:
            part()
    faults()
    print(f"{time.perf_counter() - began:.0f} seconds")


if __name__ == "__main__":
    main()
