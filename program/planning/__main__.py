"""Plan without a database: `python -m program.planning COMMAND …` (see `commands`)."""

import argparse
import sys

from program.planning.commands import rotate, solve
from program.planning.group_command import add_groups
from program.planning.solver.native import NoKernels

COMMANDS = (solve.add_to, rotate.add_to, add_groups)  # each sets `run`, which gets the arguments


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m program.planning",
        description="The planner by itself: files in, files out. No database, no settings.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for add_to in COMMANDS:
        add_to(commands)
    arguments = parser.parse_args()
    try:
        return int(arguments.run(arguments))
    except NoKernels as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
