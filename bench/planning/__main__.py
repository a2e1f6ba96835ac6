"""Races our planner against CP-SAT on the same question: quality and time side by side.

    python -m bench.planning [--only groups,rotations,calendars] [--quick] [--questions FOLDER]

Ours runs as its user runs it, a command with its start-up; CP-SAT gets five times the time, two
workers, and the build of its model counts. Costs are recounted by our checker of the format.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.planning import cpsat, instances
from bench.planning.bound import bound
from bench.planning.grouping import question as people_question
from program.planning.solver.native import library

ROOT = Path(__file__).parents[2]
PROOF = 60  # seconds for a proven bound of a small calendar
PATIENCE = 5  # times our time, for CP-SAT
CALENDARS = {6: (1, 10), 20: (5, 60), 67: (60,)}  # groups: seconds


@dataclass(frozen=True)
class Line:
    """One race. Empty where it did not run, or found nothing."""

    what: str
    ours: str
    took: float
    theirs: str = "-"
    they_took: float | None = None
    note: str = ""

    def __str__(self) -> str:
        theirs = "" if self.they_took is None else f"{self.they_took:7.2f} s"
        return (
            f"{self.what:<34} ours {self.ours:>16} {self.took:7.2f} s   "
            f"CP-SAT {self.theirs:>16} {theirs:>9}   {self.note}"
        )


def main() -> int:
    options = _options()
    library()  # built now, not in somebody's time
    races = {"groups": _groups, "rotations": _rotations, "calendars": _calendars}
    for name in options.only.split(","):
        for line in races[name](options):
            print(line, flush=True)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.planning", description=__doc__)
    parser.add_argument("--only", default="groups,rotations,calendars")
    parser.add_argument("--quick", action="store_true", help="the small questions only")
    parser.add_argument("--questions", type=Path, help="a folder of calendars in our format")
    parser.add_argument("--ours-only", action="store_true", help="without CP-SAT")
    return parser.parse_args()


def _ask(*words: str | Path) -> tuple[dict[str, Any], float]:
    """Our command: what it printed, and how long it took in all."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "program.planning", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1]), time.perf_counter() - begun


def _groups(options: argparse.Namespace) -> Iterator[Line]:
    for count in (90, 300) if options.quick else (90, 300, 1000, 5000):
        asked = people_question(count, seed=1)
        with tempfile.TemporaryDirectory() as folder:
            people, out = Path(folder, "people.json"), Path(folder, "out.json")
            people.write_text(json.dumps(asked.as_json))
            found, took = _ask("groups", people, out)
        ours = f"{found['cost']} / {found['bound']}"
        note = "best possible" if found["optimal"] else _above(found["cost"], found["bound"])
        theirs, they_took = "-", None
        if count <= 300 and not options.ours_only:
            begun = time.perf_counter()
            answer = cpsat.groups(asked.values, asked.sizes, asked.pairs, 60)
            theirs, they_took = f"{answer.cost} / {answer.bound}", time.perf_counter() - begun
        solving = f"solving {found['seconds']:.3f} s, broken {found['broken']}, {note}"
        yield Line(f"groups {count}", ours, took, theirs, they_took, solving)


def _rotations(options: argparse.Namespace) -> Iterator[Line]:
    asked = [(15, 6, 8), (15, 6, 11), (15, 6, 12)]
    for tables, size, rounds in asked if options.quick else [*asked, (834, 6, 12)]:
        with tempfile.TemporaryDirectory() as folder:
            found, took = _ask("rotate", *map(str, (tables, size, rounds)), Path(folder, "out"))
        theirs, they_took = "-", None
        if tables <= 15 and rounds <= 8 and not options.ours_only:
            begun = time.perf_counter()
            answer = cpsat.rotation(tables, size, rounds, 30)
            theirs = "none" if answer.cost is None else f"{answer.cost} repeats"
            they_took = time.perf_counter() - begun
        what = f"{tables} tables of {size}, {rounds} rounds"
        yield Line(what, f"{found['repeats']} repeats", took, theirs, they_took, found["source"])


def _calendars(options: argparse.Namespace) -> Iterator[Line]:
    for name, question, limits in _questions(options):
        proven = bound(question, PROOF) if len(question["groups"]) <= min(CALENDARS) else 0
        for seconds in limits:
            with tempfile.TemporaryDirectory() as folder:
                asked, out = Path(folder, "question.json"), Path(folder, "plan.json")
                asked.write_text(json.dumps(question))
                found, took = _ask("solve", asked, out, "--seconds", str(seconds))
            ours = f"{found['cost']} ({found['hard']} broken)"
            theirs, they_took, note = "-", None, f"bound {max(proven, found['bound'])}"
            if not options.ours_only:
                begun = time.perf_counter()
                answer = cpsat.calendar(question, PATIENCE * seconds)
                they_took = time.perf_counter() - begun
                theirs = "none" if answer.cost is None else f"{answer.cost}"
                best = max(answer.bound, found["bound"], proven)
                note = f"bound {best}, ours {_above(found['cost'], best)}"
                if answer.cost:
                    note += f", {1 - found['cost'] / answer.cost:.0%} cheaper"
            yield Line(name, ours, took, theirs, they_took, note)


def _questions(
    options: argparse.Namespace,
) -> Iterator[tuple[str, dict[str, Any], tuple[int, ...]]]:
    if options.questions:
        for path in sorted(options.questions.glob("*.json")):
            question = json.loads(path.read_text())
            groups = len(question["groups"])
            yield path.stem, question, next(t for n, t in CALENDARS.items() if groups <= n)
        return
    for groups, limits in CALENDARS.items():
        if groups <= 6 or not options.quick:
            yield f"calendar of {groups} groups", instances.calendar(groups, 1), limits


def _above(cost: int, bound: int) -> str:
    return f"{cost / bound - 1:.2%} above the bound" if bound else "no bound"


if __name__ == "__main__":
    sys.exit(main())
