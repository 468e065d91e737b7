#!/usr/bin/env python3
"""Replays recorded events as awards and proves that the ledger has them.

One game, a task an area, an award a row with the row's number as its
Idempotency-Key; the whole as often as --passes says: every pass but the
first must only be told what is there already. Then the database is asked.

The server is that of the environment: BASE, KEY and the PG* variables, as
`t/bin/server.sh with-sandbox` sets them.
"""

import argparse
import collections
import csv
import gzip
import io
import json
import os
import subprocess
import sys
import time

from client import REPLAYED, Client

Row = collections.namedtuple("Row", "time user task files")

checks = {True: 0, False: 0}


def check(name, holds, why=""):
    """Counts a check; says it aloud with the reason when it does not hold."""
    checks[bool(holds)] += 1
    print(("ok - " if holds else "not ok - ") + name
          + ("" if holds or not why else f": {why}"))


def same(name, got, want):
    """Two dictionaries are the same; names one place where they are not."""
    wrong = [k for k in set(got) | set(want) if got.get(k) != want.get(k)]
    check(name, not wrong, wrong and
          f"{len(wrong)} differ, as {wrong[0]}: {got.get(wrong[0])}, "
          f"not {want.get(wrong[0])}")


def read_rows(path, limit):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(reader)
        rows = [Row(int(a), b, c, int(d)) for a, b, c, d in reader]
    return rows[:limit] if limit else rows


def sql(text, **values):
    """Rows of a query, as lists of text; :'name' stands for a value."""
    command = ["psql", "-X", "-q", "-t", "--csv", "-v", "ON_ERROR_STOP=1"]
    for name, value in values.items():
        command += ["-v", f"{name}={value}"]
    out = subprocess.run(command, input=text, text=True, check=True,
                         stdout=subprocess.PIPE).stdout
    return list(csv.reader(io.StringIO(out)))


# ---- sending ----

def make_game(client, args, rows):
    status, game = client.call("POST", "/games", {
        "externalGameId": f"replay_{os.getpid()}_{int(time.time())}",
        "platform": "replay", "strategyId": args.strategy})
    if status != 200:
        raise SystemExit(f"no game: {status} {game}")
    tasks = sorted({row.task for row in rows})
    for task in tasks:
        status, answer = client.call("POST", f"/games/{game['gameId']}/tasks",
                                     {"externalTaskId": task})
        if status != 200:
            raise SystemExit(f"no task {task}: {status} {answer}")
    print(f"game {game['gameId']}, strategy {args.strategy}: "
          f"{len(rows)} rows, {len({r.user for r in rows})} users, "
          f"{len(tasks)} tasks, {args.connections} connections")
    return game["gameId"]


def award_requests(client, game, rows):
    return [client.request("POST", f"/games/{game}/tasks/{row.task}/points",
                           {"externalUserId": row.user,
                            "data": {"minutes": row.files, "at": row.time}},
                           [("Idempotency-Key", number)])
            for number, row in enumerate(rows, 1)]


class Pass:
    """What a pass was answered: ids and points, and what was not as meant."""

    def __init__(self, size):
        self.awards = [None] * size
        self.refused = []
        self.replayed = 0
        self.surprises = 0      # replays although sent once, or the reverse
        self.waits = []

    def note(self, replay_expected):
        def on_answer(index, answer):
            self.waits.append(answer.seconds)
            if answer.status != 200:
                self.refused.append((index + 1, answer.status, answer.body))
                return
            replayed = bool(REPLAYED.search(answer.head))
            self.replayed += replayed
            if replayed != replay_expected and not (replayed
                                                    and answer.tries):
                self.surprises += 1
            body = json.loads(answer.body)
            self.awards[index] = (body["id"], body["points"],
                                  body["caseName"])
        return on_answer


def send(client, requests, args, number):
    this = Pass(len(requests))
    seconds, repeats = client.run(requests, args.connections,
                                  this.note(number > 1))
    waits = sorted(this.waits)
    print(f"pass {number}: {len(requests) / seconds:.0f} awards/s "
          f"({len(requests)} in {seconds:.1f} s), "
          f"p50 {waits[len(waits) // 2] * 1e3:.1f} ms, "
          f"p99 {waits[len(waits) * 99 // 100] * 1e3:.1f} ms, "
          f"{this.replayed} replayed, {repeats} sent again")
    return this


def check_pass(this, first, number):
    check(f"pass {number}: every award is answered 200", not this.refused,
          f"{len(this.refused)} are not, as {this.refused[:1]}")
    check(f"pass {number}: " + ("all are replays" if number > 1
                                else "none is a replay"), not this.surprises,
          f"{this.surprises} are answered otherwise")
    if first is not None:
        differ = sum(a != b for a, b in zip(this.awards, first.awards))
        check(f"pass {number}: the same ids, points and cases", not differ,
              f"{differ} differ")


# ---- proving ----

def check_awards(game, rows, first):
    want_n = collections.Counter((r.user, r.task) for r in rows)
    want_files = collections.Counter()
    want_points = collections.Counter()
    by_user = collections.Counter()
    for row, award in zip(rows, first.awards):
        want_files[row.user, row.task] += row.files
        if award:
            want_points[row.user, row.task] += award[1]
            by_user[row.user] += award[1]
    got = {(u, t): (int(n), int(files), int(points), int(keys))
           for u, t, n, files, points, keys in sql("""
        select u.external_user_id, t.external_task_id, count(*),
               sum((a.data ->> 'minutes')::bigint), sum(a.points),
               count(distinct a.idempotency_key)
          from game.awards a
          join game.users u on u.bucket = a.bucket and u.id = a.user_id
          join game.tasks t on t.id = a.task_id
         where a.game_id = :'game' group by 1, 2""", game=game)}
    same("awards of every user and task: as many as the file has rows",
         {k: v[0] for k, v in got.items()}, want_n)
    same("their files add up", {k: v[1] for k, v in got.items()}, want_files)
    same("their points are those that were answered",
         {k: v[2] for k, v in got.items()}, want_points)
    same("each has a key of its own",
         {k: v[3] for k, v in got.items()}, want_n)
    keys = [int(k[0]) for k in sql("""
        select idempotency_key from game.awards where game_id = :'game'""",
                                   game=game)]
    check("the keys are the numbers of the rows, each once",
          sorted(keys) == list(range(1, len(rows) + 1)))
    return want_n, want_points, by_user


def check_totals(game, want_n, want_points, by_user):
    totals = {(u, t): (int(n), int(points)) for u, t, n, points in sql("""
        select u.external_user_id, t.external_task_id, x.n, x.points
          from game.user_tasks x
          join game.users u on u.bucket = x.bucket and u.id = x.user_id
          join game.tasks t on t.id = x.task_id
         where x.game_id = :'game'""", game=game)}
    same("user_tasks: the same counts and points", totals,
         {k: (n, want_points[k]) for k, n in want_n.items()})
    totals = {u: int(points) for u, points in sql("""
        select u.external_user_id, x.points
          from game.user_games x
          join game.users u on u.bucket = x.bucket and u.id = x.user_id
         where x.game_id = :'game'""", game=game)}
    same("user_games: the same points", totals, by_user)
    wallets = sql("""
        with players as (
            select bucket, user_id from game.user_games
             where game_id = :'game')
        select user_id, w.points_balance, m.points,
               a.points + coalesce(m.converted, 0)
          from players
          left join game.wallets w using (bucket, user_id)
          left join lateral (
               select sum(points) points,
                      sum(points) filter (where kind <> 'AssignPoints')
                          converted
                 from game.movements
                where bucket = players.bucket
                  and user_id = players.user_id) m on true
          left join lateral (
               select sum(points) points from game.awards
                where bucket = players.bucket
                  and user_id = players.user_id) a on true""", game=game)
    wrong = [w for w in wallets if not w[1] == w[2] == w[3]]
    check(f"{len(wallets)} wallets are the sums of movements and of awards",
          wallets and not wrong, f"{len(wrong)} are not, as {wrong[:1]}")
    faults = sql("select fault, user_id, detail from game.ledger_faults()"
                 " limit 5")
    check("ledger_faults() finds nothing", not faults, faults[:1])


def check_api(client, game, want_n, want_points):
    """What the API tells of each task."""
    got = {}
    for task in sorted({task for _, task in want_n}):
        status, users = client.call("GET",
                                    f"/games/{game}/tasks/{task}/points")
        if status != 200:
            users = []
        for user in users:
            got[user["externalUserId"], task] = (user["timesAwarded"],
                                                 user["points"])
    same("the API tells the same counts and points", got,
         {k: (n, want_points[k]) for k, n in want_n.items()})


def main():
    parser = argparse.ArgumentParser(description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="events, as .tsv.gz")
    parser.add_argument("--rows", type=int, help="only the first so many")
    parser.add_argument("--strategy", default="default")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--passes", type=int, default=2)
    args = parser.parse_args()

    client = Client(os.environ["BASE"], os.environ["KEY"])
    rows = read_rows(args.data, args.rows)
    game = make_game(client, args, rows)
    requests = award_requests(client, game, rows)
    first = None
    for number in range(1, args.passes + 1):
        this = send(client, requests, args, number)
        check_pass(this, first, number)
        first = first or this
    want_n, want_points, by_user = check_awards(game, rows, first)
    check_totals(game, want_n, want_points, by_user)
    check_api(client, game, want_n, want_points)
    print(f"{checks[True]} passed, {checks[False]} failed")
    return 1 if checks[False] else 0


if __name__ == "__main__":
    sys.exit(main())
