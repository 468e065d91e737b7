#!/usr/bin/env python3
"""Mixed load for a long time, and whether anything grows meanwhile.

Started by soak.sh, which also says what can be set. Every request that the
API has a use for is in the mix, refused ones too; the pace is bounded, so an
hour is a known number of requests. What should not grow is looked at once a
minute: memory, shared memory, threads and open files of every process of
httpd, connections and tables of the database. Rows of logs are made old
while it runs, so that retention has its work within the hour.
"""

import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time

from client import Client

BASE, KEY, ADMIN_KEY, PIDFILE = (
    os.environ[name] for name in ("BASE", "KEY", "ADMIN_KEY",
                                  "HTTPD_PIDFILE"))
ROOT = re.match(r"\w+://[^/]+", BASE)[0]
SECONDS = int(os.environ.get("SOAK_SECONDS", "3600"))
RATE = float(os.environ.get("SOAK_RATE", "100"))
CONNECTIONS = int(os.environ.get("SOAK_CONNECTIONS", "16"))
EVERY = max(2, min(60, SECONDS // 30))
USERS = 300
# tables whose rows retention takes away, and the days that it keeps them
AGED = ["request_log", "audit_log", "strategy_runs", "export_log",
        "uptime_samples"]

client = Client(BASE, KEY)
admin = Client(BASE, ADMIN_KEY)
outside = Client(ROOT, KEY)


def sql(text):
    out = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1"],
        input=text, text=True, check=True, stdout=subprocess.PIPE).stdout
    return [line.split("\t") for line in out.splitlines()]


def call(method, path, body=None, by=client):
    status, answer = by.call(method, path, body)
    if status not in (200, 201):
        raise SystemExit(f"{method} {path}: {status} {answer}")
    return answer


# ---- what is asked for ----

def program():
    return {"type": "program", "rules": [
        {"type": "rule",
         "when": {"type": "compare", "op": ">",
                  "left": {"type": "field", "path": "data.n"},
                  "right": {"type": "literal", "value": 5}},
         "then": [{"type": "assign_points", "case_name": "Many",
                   "value": {"type": "field", "path": "data.n"}}]}],
        "default": {"type": "assign_points", "case_name": "Few",
                    "value": {"type": "literal", "value": 1}}}


def make_games():
    """Games of the client, one a strategy, and one of a custom strategy."""
    games = []
    stamp = time.time_ns()
    custom = call("POST", "/strategies/custom",
                  {"name": f"soak-{stamp}", "astJson": program()}, admin)["id"]
    call("POST", f"/strategies/custom/{custom}/publish", None, admin)
    for by, strategy in ((client, "default"),
                         (client, "constantEffortStrategy"),
                         (client, "socio_bee"),
                         (admin, f"custom:{custom}")):
        game = call("POST", "/games", {
            "externalGameId": f"soak_{len(games)}_{stamp}",
            "platform": "soak", "strategyId": strategy}, by)["gameId"]
        for n in range(5):
            call("POST", f"/games/{game}/tasks",
                 {"externalTaskId": f"t{n}"}, by)
        games.append((by, game))
    return games, custom


class Mix:
    """Draws requests; each is (connection's client, bytes)."""

    def __init__(self):
        self.games, self.custom = make_games()
        self.random = random.Random(5)
        self.n = 0
        self.events = [f"event-{n}" for n in range(64)]
        self.kinds = [
            (36, self.award), (8, self.replay), (8, self.action),
            (3, self.convert), (3, self.rehearsal), (3, self.trial),
            (6, self.wallet), (5, self.points), (4, self.lists),
            (4, self.game), (4, self.refused), (2, self.changed),
            (2, self.figures), (1, self.export), (1, self.pages),
            (10, self.health)]
        self.weights = [weight for weight, _ in self.kinds]

    def draw(self):
        self.n += 1
        kind = self.random.choices(self.kinds, self.weights)[0][1]
        return kind.__name__, kind()

    def pick(self):
        by, game = self.random.choice(self.games)
        return by, game, f"t{self.random.randrange(5)}", \
            f"user_{self.random.randrange(USERS)}"

    def award(self, key=None, **more):
        by, game, task, user = self.pick()
        return by.request(
            "POST", f"/games/{game}/tasks/{task}/points",
            {"externalUserId": user, "data": {"n": self.random.randrange(9),
                                              "minutes": 5}, **more},
            [("Idempotency-Key", key or f"soak-{self.n}")])

    def replay(self):
        by, game = self.games[0]
        event = self.random.choice(self.events)
        return by.request("POST", f"/games/{game}/tasks/t0/points",
                          {"externalUserId": event, "data": {}},
                          [("Idempotency-Key", event)])

    def rehearsal(self):
        return self.award(isSimulated=True)

    def action(self):
        by, game, task, user = self.pick()
        return by.request("POST", f"/games/{game}/tasks/{task}/action",
                          {"typeAction": "LOOK", "data": {"a": [1, 2]},
                           "description": "soak", "externalUserId": user})

    def convert(self):
        by, _, _, user = self.pick()
        return by.request("POST", f"/users/{user}/convert", {"points": 1})

    def trial(self):
        return admin.request(
            "POST", f"/strategies/custom/{self.custom}/simulate",
            {"externalGameId": "g", "externalTaskId": "t",
             "externalUserId": "u", "data": {"n": 7}})

    def wallet(self):
        by, _, _, user = self.pick()
        return by.request("GET", f"/users/{user}/convert/preview?points=3")

    def points(self):
        by, game, task, user = self.pick()
        return by.request("GET", self.random.choice([
            f"/games/{game}/tasks/{task}/users/{user}/points",
            f"/games/{game}/points", f"/games/{game}/users"]))

    def lists(self):
        by = self.random.choice((client, admin))
        return by.request("GET", self.random.choice([
            "/games?page=1&page_size=10", "/strategies",
            "/strategies/custom", "/games?platform=soak",
            f"/strategies/custom/{self.custom}/metrics"]))

    def game(self):
        by, game, task, _ = self.pick()
        return by.request("GET", self.random.choice([
            f"/games/{game}", f"/games/{game}/tasks",
            f"/games/{game}/tasks/{task}", f"/games/{game}/strategy"]))

    def refused(self):
        by, game, task, _ = self.pick()
        return self.random.choice([
            by.request("GET", "/games/00000000-0000-4000-8000-000000000000"),
            by.request("POST", f"/games/{game}/tasks/{task}/points", {}),
            by.request("GET", f"/nowhere/{self.n}"),
            Client(BASE, f"gme_live_{self.n:08d}.x").request("GET", "/games"),
            by.request("PATCH", "/games", {}),
            by.request("GET", "/dashboard/summary?group_by=never")])

    def changed(self):
        by, game, _, _ = self.pick()
        return by.request("PATCH", f"/games/{game}",
                          {"platform": f"soak{self.n % 7}"})

    def figures(self):
        return self.random.choice((client, admin)).request(
            "GET", self.random.choice([
                "/dashboard/summary?group_by=day",
                "/dashboard/summary/logs?group_by=week"]))

    def export(self):
        return admin.request("GET", "/exports/%s?format=%s&limit=2000" % (
            self.random.choice(["users", "user-points", "user-interactions",
                                "wallet-transactions"]),
            self.random.choice(["csv", "json", "xlsx"])))

    def pages(self):
        return outside.request("GET", self.random.choice(
            ["/metrics", "/openapi.json", "/docs"]))

    def health(self):
        return client.request("GET", self.random.choice(
            ["/kpi/health_check", "/kpi/ready"]))


# ---- asking ----

class Load:
    """Threads that take turns at one pace; each has a connection."""

    def __init__(self, mix, seconds):
        self.mix, self.lock = mix, threading.Lock()
        self.began = time.perf_counter()
        self.total = int(seconds * RATE)
        self.next = 0
        self.answers, self.kinds, self.bad = {}, {}, {}
        self.lost = self.cut = 0
        self.slow = []

    def take(self):
        with self.lock:
            if self.next >= self.total:
                return None
            self.next += 1
            kind, request = self.mix.draw()
            return self.began + self.next / RATE, kind, request

    def told(self, kind, status, seconds):
        with self.lock:
            self.answers[status] = self.answers.get(status, 0) + 1
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
            if status >= 500:
                self.bad[kind, status] = self.bad.get((kind, status), 0) + 1
            if len(self.slow) < 2000000:
                self.slow.append(seconds)

    def thread(self):
        connection = None
        while True:
            turn = self.take()
            if not turn:
                return
            at, kind, request = turn
            time.sleep(max(0, at - time.perf_counter()))
            since = time.perf_counter()
            try:
                if connection is None:
                    connection = socket.create_connection(client.address, 30)
                    connection.setsockopt(socket.IPPROTO_TCP,
                                          socket.TCP_NODELAY, 1)
                connection.sendall(request)
                if kind == "export" and self.next % 10 == 0:
                    connection.recv(100)        # and goes away
                    raise EOFError
                status, close = whole_answer(connection)
                self.told(kind, status, time.perf_counter() - since)
            except EOFError:
                self.cut += 1
                close = True
            except OSError as error:
                with self.lock:
                    self.lost += 1
                    self.bad[kind, str(error)] = self.bad.get(
                        (kind, str(error)), 0) + 1
                close = True
            if close and connection is not None:
                connection.close()
                connection = None


def whole_answer(connection):
    """Reads one answer; its status, and whether the connection ends."""
    read = b""
    while b"\r\n\r\n" not in read:
        data = connection.recv(65536)
        if not data:
            raise ConnectionError("closed before an answer")
        read += data
    head, _, body = read.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.I)
    chunked = re.search(rb"\r\ntransfer-encoding: *chunked", head, re.I)
    size, tail = len(body), body[-7:]
    while (size < int(length[1]) if length
           else chunked and not tail.endswith(b"\r\n0\r\n\r\n")
           and tail != b"0\r\n\r\n"):
        data = connection.recv(65536)
        if not data:
            raise ConnectionError("closed within an answer")
        size += len(data)
        tail = (tail + data)[-7:]
    return int(head[9:12]), bool(re.search(rb"\r\nconnection: *close", head,
                                           re.I))


# ---- looking ----

def processes():
    parent = int(open(PIDFILE, encoding="ascii").read())
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)],
                              text=True, stdout=subprocess.PIPE).stdout
    return [parent] + [int(pid) for pid in children.split()]


def look_at(pid):
    """Kilobytes of its own, kilobytes shared by no file, threads, files."""
    own = shared = 0
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in ("Private_Clean", "Private_Dirty", "Swap"):
                own += int(rest.split()[0])
    with open(f"/proc/{pid}/maps", encoding="ascii") as file:
        for line in file:
            part = line.split()
            if "s" in part[1] and (len(part) < 6 or "/dev/zero" in line
                                   or "SYSV" in line or "shm" in line):
                low, high = (int(x, 16) for x in part[0].split("-"))
                shared += (high - low) // 1024
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        threads = int(re.search(r"Threads:\s*(\d+)", file.read())[1])
    return own, shared, threads, len(os.listdir(f"/proc/{pid}/fd"))


def tables():
    return {name: (int(size), int(rows)) for name, size, rows in sql(
        "select c.relname, pg_total_relation_size(c.oid),"
        " coalesce(s.n_live_tup, 0) from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " left join pg_stat_user_tables s on s.relid = c.oid"
        " where n.nspname = 'game' and c.relkind = 'r' order by 1")}


def make_old(there):
    """What is older than a few looks gets as old as retention wants."""
    for table in AGED:
        if table in there:
            sql(f"update game.{table} set created_at = created_at"
                " - interval '1000 days' where created_at between"
                " now() - interval '100 days' and"
                f" now() - interval '{5 * EVERY} seconds';")
    sql("update game.jobs set due_at = now() where name = 'retention'")


class Looks:
    def __init__(self):
        self.rows = []
        self.first = set(processes())
        print("  minute     own  shared threads files backends  requests"
              "    MB of logs")

    def look(self, began, requests):
        seen = [look_at(pid) for pid in processes()]
        there = tables()
        backends = int(sql("select count(*) from pg_stat_activity where"
                           " datname = current_database()")[0][0])
        own, _, threads, files = (sum(x) for x in zip(*seen))
        row = {"at": time.perf_counter() - began, "own": own,
               "shared": max(x[1] for x in seen), "threads": threads,
               "files": files, "backends": backends, "tables": there,
               "requests": requests}
        self.rows.append(row)
        logs = sum(there[t][0] for t in AGED if t in there) / 1e6
        print(f"  {row['at'] / 60:6.1f} {own / 1024:6.1f}M "
              f"{row['shared'] / 1024:6.1f}M {threads:7d} {files:5d} "
              f"{backends:8d} {requests:9d} {logs:10.1f}", flush=True)
        make_old(there)

    def verdict(self):
        """Of each figure: the median of the second quarter (the first one
        warms up) beside that of the last, and the largest of all."""
        n = len(self.rows)
        early, late = self.rows[n // 4:n // 2] or self.rows, \
            self.rows[-(n // 4):] or self.rows
        print("\n== second quarter, last quarter, most")
        for name in ("own", "shared", "threads", "files", "backends"):
            a, b = (statistics.median(r[name] for r in part)
                    for part in (early, late))
            top = max(r[name] for r in self.rows)
            unit = " KiB" if name in ("own", "shared") else ""
            print(f"  {name:10s} {a:12.0f} {b:12.0f} {top:12.0f}{unit}"
                  f"   {100 * (b - a) / max(a, 1):+.1f} %")
        print("\n== tables: KiB in the second and in the last quarter, most;"
              " rows at the end; bytes a row")
        for name in sorted(self.rows[-1]["tables"]):
            a, b = (statistics.median(r["tables"].get(name, (0, 0))[0]
                                      for r in part) / 1024
                    for part in (early, late))
            top = max(r["tables"].get(name, (0, 0))[0]
                      for r in self.rows) / 1024
            size, rows = self.rows[-1]["tables"][name]
            if top > 256:
                print(f"  {name:22s} {a:9.0f} {b:9.0f} {top:9.0f} {rows:9d}"
                      f" {size / max(rows, 1):8.0f}"
                      + ("   aged" if name in AGED else ""))
        now = set(processes())
        print(f"\n  processes: {len(self.first & now)} of "
              f"{len(self.first)} are those of the start")


def main():
    mix = Mix()
    load = Load(mix, SECONDS)
    print(f"== {CONNECTIONS} connections, {RATE:g} requests/s, "
          f"{SECONDS} s: {load.total} requests")
    looks = Looks()
    threads = [threading.Thread(target=load.thread, daemon=True)
               for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    nth = 0
    while any(thread.is_alive() for thread in threads):
        if time.perf_counter() - load.began >= nth * EVERY:
            looks.look(load.began, load.next)
            nth += 1
        time.sleep(0.2)
    time.sleep(3)
    looks.look(load.began, load.next)
    looks.verdict()
    slow = sorted(load.slow)
    print(f"  answers {dict(sorted(load.answers.items()))}, "
          f"{load.lost} lost, {load.cut} exports cut off by the client")
    print(f"  kinds   {json.dumps(dict(sorted(load.kinds.items())))}")
    print(f"  p50 {slow[len(slow) // 2] * 1e3:.2f} ms, "
          f"p99 {slow[len(slow) * 99 // 100] * 1e3:.2f} ms, "
          f"{load.total / (time.perf_counter() - load.began):.1f}"
          " requests/s")
    faults = sql("select * from game.ledger_faults()")
    print(f"  faults of the ledger: {len(faults)}")
    for what, count in sorted(load.bad.items(), key=str):
        print(f"  NOT WELL: {what}: {count}")
    return 1 if faults or load.bad else 0


if __name__ == "__main__":
    sys.exit(main())
