#!/usr/bin/env python3
"""Plays all scenarios of a folder with play.py and keeps account of the steps
that to-come.txt, in the same folder, says are still to come.

usage: contract.py DIR          (BASE, ADMIN and USER in the environment)

A step that fails and is listed is reported by name as to come. A listed step
that passes, and a line that names no step, fail the run: the list stays
honest. A whole scenario that is listed is played too, and must not pass as a
whole.
"""
import collections
import glob
import json
import os
import sys
import types
import uuid
import datetime

import play


class List:
    """The lines of to-come.txt: "file: scenario: step" -> used or not."""

    def __init__(self, path):
        self.used = {}
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                line = line.strip()
                if not line or line.startswith("#"):
                    continue
                if line.count(": ") < 2:
                    sys.exit(f"{path}:{number}: want 'file: scenario: step'")
                self.used[line] = False

    def lookup(self, file, scenario, step):
        key = f"{file}: {scenario}: {step}"
        if key in self.used:
            self.used[key] = True
            return True
        return False


def named(steps):
    """Every step with its name: its text, and '#n' when that repeats."""
    seen = collections.Counter()
    for step in steps:
        seen[step["do"]] += 1
        again = seen[step["do"]]
        yield step["do"] + (f" #{again}" if again > 1 else ""), step


def scenarios(folder):
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        for scenario in (document if isinstance(document, list)
                         else document.get("scenarios", [document])):
            yield os.path.basename(path)[:-5], scenario


class Run:
    def __init__(self, folder):
        options = types.SimpleNamespace(
            base=os.environ["BASE"], admin=os.environ["ADMIN"],
            user=os.environ["USER"], record=False, reference=False)
        self.player = play.Player(options)
        self.listed = List(os.path.join(folder, "to-come.txt"))
        self.passed = self.failed = 0
        self.to_come = []

    def fault(self, where, lines):
        self.failed += 1
        print("FAIL " + where)
        for line in lines[:8]:
            print("     " + line)

    def play(self, file, scenario):
        run = uuid.uuid4().hex[:10]
        today = datetime.datetime.now(datetime.timezone.utc)
        names = {"run": run, "today": today.strftime("%Y-%m-%d"),
                 "admin_token": self.player.admin,
                 "user_token": self.player.user}
        title = scenario["name"]
        whole = self.listed.lookup(file, title, "*")
        missing = 0
        keys = {}
        for name, step in named(scenario["steps"]):
            where = f"{file}: {title}: {name}"
            lines = self.player.step(step, names, keys)
            listed = self.listed.lookup(file, title, name)
            if whole or (listed and lines):
                missing += bool(lines)
                self.to_come.append(where)
            elif listed:
                self.fault(where, ["no longer to come: it passes; remove "
                                   "its line from to-come.txt"])
            elif lines:
                self.fault(where + f" ({step['method']} {step['path']})",
                           lines)
            else:
                self.passed += 1
        if whole and not missing:
            self.fault(f"{file}: {title}", ["no longer to come: every step "
                                            "passes"])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    run = Run(folder)
    for file, scenario in scenarios(folder):
        run.play(file, scenario)
    for key, used in run.listed.used.items():
        if not used:
            run.fault(key, ["to-come.txt names a step that no "
                            "scenario has"])
    if run.to_come:
        print(f"to come, {len(run.to_come)} steps:")
        for where in run.to_come:
            print("     " + where)
    print(f"{run.passed} passed, {run.failed} failed")
    return 1 if run.failed or not run.passed else 0


if __name__ == "__main__":
    sys.exit(main())
