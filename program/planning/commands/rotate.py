"""`rotate TABLES SIZE ROUNDS OUT.json`: each round everybody with other people."""

import argparse
import json
import sys
import time
from pathlib import Path

from program.planning.solver.mixing.rotate import rotate

HELP = "Seat people round after round so that as few as can be meet twice."
EPILOG = (
    "OUT becomes a list of rounds, each a list of tables, each a list of numbers of people from 0. "
    "Prints one line of JSON: rounds, repeats (meetings beyond the first), seconds, source."
)
STEPS = 20_000_000


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("rotate", help=HELP, description=HELP, epilog=EPILOG)
    command.add_argument("tables", type=_positive)
    command.add_argument("size", type=_positive, help="people at each table")
    command.add_argument("rounds", type=_positive)
    command.add_argument("out", type=Path)
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--steps", type=_positive, default=STEPS, help="they define the result")
    command.add_argument("--seconds", type=float, default=60.0, help="they only stop the work")
    command.set_defaults(run=run)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def run(arguments: argparse.Namespace) -> int:
    began, seconds = time.monotonic(), float(arguments.seconds)

    def go_on(_step: int, _steps: int, _cost: int) -> bool:
        return time.monotonic() - began < seconds

    asked = arguments.tables, arguments.size, arguments.rounds
    found = rotate(*asked, seed=arguments.seed, steps=arguments.steps, go_on=go_on)
    arguments.out.write_text(json.dumps(found.rounds), "utf-8")
    told = {
        "rounds": len(found.rounds),
        "repeats": found.repeats,
        "seconds": round(time.monotonic() - began, 3),
        "source": found.source,
    }
    sys.stdout.write(json.dumps(told) + "\n")
    return 0
