# SPDX-License-Identifier: MIT
"""Tables of what was measured, for people, for documents and for programs."""

import argparse
import atexit
import json
import os
import signal
import statistics
import sys

from . import processes, supervisors
from .ground import BUILD, ROOT

OURS = "holdfast"
NO_FILE = "no service.toml"  # ours, for services without one
ORDER = [OURS, NO_FILE, "daemontools", "runit", "s6", "supervisor", "floor"]


class Row:
    """One measure: values by who was measured. A target is a factor of the best of others, of one of
    them, or of a row before; or simply a number."""

    def __init__(self, what, unit, digits=3):
        self.what = what
        self.unit = unit
        self.digits = digits
        self.values = {}
        self.targets = []

    def add(self, who, value):
        self.values.setdefault(who, []).append(value)

    def middle(self, who):
        return statistics.median(self.values[who])

    def others(self):
        return [who for who in self.values if who not in (OURS, "floor")]

    def target(self, factor, of=None, words=None):
        """At most `factor` times the best of the names `of`, or of all the others."""
        of = [who for who in (of or self.others()) if who in self.values]
        if of and OURS in self.values:
            limit = factor * min(self.middle(who) for who in of)
            words = words or f"{factor:g} x {'best' if len(of) > 1 else of[0]}"
            self.targets.append((words, limit))

    def at_most(self, limit, words=None):
        if OURS in self.values:
            self.targets.append((words or f"{limit:g}", limit))

    def verdict(self):
        ours = self.middle(OURS) if OURS in self.values else None
        return "; ".join(f"{words}: {'met' if ours <= limit else 'MISSED'}"
                         for words, limit in self.targets)

    def cell(self, who):
        if who not in self.values:
            return "-"
        text = f"{self.middle(who):.{self.digits}f}"
        others = [self.middle(other) for other in self.others()]
        if others and min(others) > 0:
            text += f" ({self.middle(who) / min(others):.2f})"
        return text


class Report:
    """The rows of one script of bench/."""

    def __init__(self, name):
        self.name = name
        self.rows = []
        self.notes = []

    def note(self, text):
        """What whoever reads the table has to know."""
        self.notes.append(text)
        print(text, file=sys.stderr)

    def row(self, what, unit, digits=3):
        self.rows.append(Row(what, unit, digits))
        return self.rows[-1]

    def table(self):
        rows = [row for row in self.rows if row.values]
        names = [who for who in ORDER if any(who in row.values for row in rows)]
        lines = [["measure", *names, "target"]]
        for row in rows:
            lines.append([f"{row.what}, {row.unit}", *[row.cell(who) for who in names],
                          row.verdict()])
        widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
        lines.insert(1, ["-" * width for width in widths])
        return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths))
                         + " |" for line in lines)

    def finish(self):
        os.makedirs(BUILD, exist_ok=True)
        with open(os.path.join(BUILD, self.name + ".json"), "w") as file:
            json.dump([{"measure": row.what, "unit": row.unit, "values": row.values,
                        "medians": {who: row.middle(who) for who in row.values},
                        "targets": [{"text": words, "limit": limit, "met":
                                     row.middle(OURS) <= limit} for words, limit in row.targets]}
                       for row in self.rows if row.values], file, indent=1)
        table = "\n".join([self.table(), *(f"\n{note}" for note in self.notes)])
        with open(os.path.join(BUILD, self.name + ".md"), "w") as file:
            file.write(table + "\n")
        print(table)


def arguments(description, peers=True, **defaults):
    """The options all scripts have, and one a default given. Without peers only we are measured."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--bin", default=os.path.join(ROOT, "build", "release", "bin"))
    if peers:
        parser.add_argument("--only", default="", help="names of supervisors, with commas between")
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    args = parser.parse_args()
    processes.become_subreaper()
    atexit.register(processes.end_all)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(111))  # in order: nothing is left over
    args.supervisors = [supervisors.Holdfast(os.path.abspath(args.bin))]
    if not peers:
        return args
    tree = supervisors.peers()
    everybody = [*args.supervisors, supervisors.Daemontools(tree), supervisors.Runit(tree),
                 supervisors.S6(tree), supervisors.Supervisord(tree)]
    wanted = args.only.split(",") if args.only else [each.name for each in everybody]
    args.supervisors = [each for each in everybody if each.name in wanted]
    return args
