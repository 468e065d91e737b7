#!/usr/bin/env python3
"""Exports many rows and prints memory and pace. Started by export.sh."""

import glob
import http.client
import os
import subprocess
import threading
import time
import urllib.parse

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
BASE = urllib.parse.urlsplit(os.environ["BASE"])
LIMIT = 64                              # MiB

FILL = """
insert into game.games (id, external_game_id, platform)
values ('00000000-0000-4000-8000-000000000001', 'bench', 'x');
insert into game.tasks (game_id, external_task_id)
select '00000000-0000-4000-8000-000000000001', 't' || n
  from generate_series(1, 10) n;
insert into game.users (bucket, id, external_user_id)
select get_byte(uuid_send(x.id), 15) & 63, x.id, 'user_' || n
  from (select gen_random_uuid() as id, n
          from generate_series(1, 20000) n) x;
insert into game.awards (bucket, user_id, task_id, created_at, game_id,
                         points, case_name, description, data)
select u.bucket, u.id, t.id, timestamptz '2026-01-01'
           + n * interval '10 milliseconds', t.game_id, n % 20,
       'IndividualOverGlobal', 'Points assigned by GAME',
       jsonb_build_object('minutes', n % 7, 'correlationId',
                          'srv-' || gen_random_uuid())
  from generate_series(1, :rows) n
  join (select *, row_number() over () as i from game.users) u
    on u.i = 1 + n % 20000
  join (select *, row_number() over () as i from game.tasks) t
    on t.i = 1 + n % 10;
vacuum analyze game.awards; vacuum analyze game.users;
"""

COPY = r"""\copy (select a.id, a.created_at, u.external_user_id,
 t.external_task_id, g.external_game_id, a.points, a.case_name,
 a.description, a.idempotency_key, a.data, a.key_prefix from game.awards a
 join game.users u on u.bucket = a.bucket and u.id = a.user_id
 join game.tasks t on t.id = a.task_id join game.games g on g.id = a.game_id
 order by a.created_at, a.id) to '/dev/null' csv header"""


def psql(text, *args):
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *args],
                   input=text.replace("\n ", " ") if "\\copy" in text
                   else text, text=True, check=True,
                   stdout=subprocess.DEVNULL)


def memory():
    """Resident MiB of each process of httpd; files that are mapped and
    memory that all share do not count."""
    with open(os.environ["PIDFILE"], encoding="ascii") as file:
        parent = file.read().strip()
    found = {}
    for path in glob.glob(f"/proc/{parent}/task/{parent}/children"):
        with open(path, encoding="ascii") as file:
            for pid in file.read().split():
                try:
                    with open(f"/proc/{pid}/status", encoding="ascii") as st:
                        for line in st:
                            if line.startswith("RssAnon:"):
                                found[pid] = int(line.split()[1]) / 1024
                except OSError:
                    pass
    return found


class Peak(threading.Thread):
    """How much the process that grows most has grown meanwhile."""

    def __init__(self):
        super().__init__(daemon=True)
        self.before, self.extra, self.ended = memory(), 0, False

    def look(self):
        for pid, mib in memory().items():
            self.extra = max(self.extra, mib - self.before.get(pid, 0))

    def run(self):
        while not self.ended:
            self.look()
            time.sleep(0.05)


def export(form):
    connection = http.client.HTTPConnection(BASE.hostname, BASE.port)
    peak = Peak()
    peak.start()
    start = time.time()
    connection.request(
        "GET", f"{BASE.path}/exports/user-points?format={form}&limit={ROWS}",
        headers={"X-API-Key": os.environ["ADMIN_KEY"]})
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{form}: {answer.status} {answer.read()}")
    first, size = None, 0
    while chunk := answer.read(1 << 20):
        first = first or time.time() - start
        size += len(chunk)
    took = time.time() - start
    peak.ended = True
    peak.join()
    print(f"{form:5} {ROWS / took:9.0f} rows/s  {size / 1e6:7.1f} MB  first "
          f"byte {first * 1000:7.0f} ms  memory +{peak.extra:5.1f} MiB, "
          f"limit {LIMIT}" + ("" if peak.extra < LIMIT else "  EXCEEDED"),
          flush=True)
    return peak.extra < LIMIT


def main():
    psql(FILL, "-v", f"rows={ROWS}")
    time.sleep(1)
    start = time.time()
    psql(COPY)
    print(f"{'copy':5} {ROWS / (time.time() - start):9.0f} rows/s  by psql, "
          "the same rows in the same order", flush=True)
    good = [export(form) for form in ("csv", "json", "xlsx")]
    good += [export("csv")]             # once more: nothing was kept
    raise SystemExit(0 if all(good) else 1)


main()
