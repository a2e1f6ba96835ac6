"""`solve QUESTION PLAN` and `check QUESTION PLAN`: a whole plan, without a database.

A question is a problem as a plan run stores it, or one in the exchange format of the benchmark.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from program.planning.check import check
from program.planning.problem import Limits, Plan, Problem
from program.planning.solver import solve
from program.planning.solver.dates.search import search
from program.planning.solver.exchange import is_exchange, judge, model_of, rows_of
from program.planning.wire import from_json, to_json

CHECK = (
    "Check a plan. Prints what the checker finds; the exit code is 0 when every meeting has a "
    "place and no rule is broken."
)
SOLVE = "Solve a planning question, then check the plan as `check` does."


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    for name, told in (("check", CHECK), ("solve", SOLVE)):
        command = commands.add_parser(name, help=told, description=told)
        command.add_argument("question", type=Path, help="the problem, as a plan run stores it")
        command.add_argument("plan", type=Path, help="the plan (solve writes it)")
        command.set_defaults(run=run)
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--steps", type=int, default=None)
    command.add_argument("--seconds", type=float, default=Limits().seconds)


def run(arguments: argparse.Namespace) -> int:
    asked = _read(arguments.question)
    return _exchange(arguments, asked) if is_exchange(asked) else _problem(arguments, asked)


def _exchange(arguments: argparse.Namespace, asked: Any) -> int:
    """One line: what is broken, what it costs. Without --steps: as long as --seconds."""
    facts: dict[str, float] = {}
    if arguments.command == "solve":
        began = time.monotonic()
        limits = Limits(arguments.seed, arguments.steps or 0, arguments.seconds)
        found = search(model_of(asked), limits, lambda _progress: True)
        _write(arguments.plan, rows_of(asked, found.calendar))
        seconds = round(time.monotonic() - began, 2)
        facts = {"bound": found.bound, "seconds": seconds, "steps": found.steps}
    hard, cost = judge(asked, _read(arguments.plan))
    sys.stdout.write(json.dumps({"hard": hard, "cost": cost, **facts}) + "\n")
    return 1 if hard else 0


def _problem(arguments: argparse.Namespace, asked: Any) -> int:
    problem = from_json(Problem, asked.get("problem", asked))
    if arguments.command == "solve":
        limits = Limits(arguments.seed, arguments.steps or Limits().steps, arguments.seconds)
        _write(arguments.plan, to_json(solve(problem, limits)))
    found = _read(arguments.plan)
    report = check(problem, from_json(Plan, found.get("plan", found)))
    sys.stdout.write(json.dumps(to_json(report), indent=1) + "\n")
    return 1 if report.broken or report.unplaced else 0


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data), "utf-8")
