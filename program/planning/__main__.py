"""Solve and check without a database: `python -m program.planning solve|check QUESTION PLAN`."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from program.planning.check import check
from program.planning.problem import Limits, Plan, Problem
from program.planning.solver import solve
from program.planning.wire import from_json, to_json


def main() -> int:
    arguments = _parser().parse_args()
    asked = _read(arguments.question)
    problem = from_json(Problem, asked.get("problem", asked))
    if arguments.command == "solve":
        limits = Limits(arguments.seed, arguments.steps, arguments.seconds)
        _write(arguments.plan, to_json(solve(problem, limits)))
    found = _read(arguments.plan)
    report = check(problem, from_json(Plan, found.get("plan", found)))
    sys.stdout.write(json.dumps(to_json(report), indent=1) + "\n")
    return 1 if report.broken or report.unplaced else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m program.planning",
        description="Solve a planning question, or check a plan. Prints what the checker finds; "
        "the exit code is 0 when every meeting has a place and no rule is broken.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("check", "solve"):
        command = commands.add_parser(name)
        command.add_argument("question", type=Path, help="the problem, as a plan run stores it")
        command.add_argument("plan", type=Path, help="the plan (solve writes it)")
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--steps", type=int, default=Limits().steps)
    command.add_argument("--seconds", type=float, default=Limits().seconds)
    return parser


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
