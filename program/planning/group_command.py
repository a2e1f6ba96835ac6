"""`python -m program.planning groups PEOPLE.json OUT.json`: learning groups without a database."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from program.planning.grouping import Grouping, Impossible, usual_steps
from program.planning.judging import Judged, judge
from program.planning.people_file import FORMAT, PeopleFile
from program.planning.problem import Limits
from program.planning.solver.groups import form
from program.planning.solver.native import library
from program.planning.wire import to_json

PEOPLE = frozenset({"person", "one", "other"})  # facts that are somebody's place in the list


def add_groups(commands: Any) -> None:
    """The command and its options, with the format of the file in its --help."""
    command = commands.add_parser(
        "groups",
        help="learning groups of a list of people",
        description="Make learning groups that are as balanced as can be. Prints one line of JSON;"
        " the exit code is 0 when no size, pair or pin is broken.",
        epilog=FORMAT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("people", type=Path, help="the people and the wishes")
    command.add_argument("out", type=Path, help="the groups (written)")
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--steps", type=int, help="how thorough; usually by how many people")
    command.add_argument("--seconds", type=float, default=60, help="at most so long")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    try:
        asked = PeopleFile(json.loads(arguments.people.read_text("utf-8")))
        steps = arguments.steps or usual_steps(len(asked.ids))
        library()  # built once, which is no part of the solving
        began = time.monotonic()
        found = form(asked.problem, Limits(arguments.seed, steps, arguments.seconds))
        seconds = round(time.monotonic() - began, 3)
    except (Impossible, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    judged = judge(asked.problem, found.groups)
    facts = _facts(found, judged, seconds)
    arguments.out.write_text(json.dumps(_told(asked, found, judged) | facts), "utf-8")
    sys.stdout.write(json.dumps(facts | {"broken": len(judged.broken)}) + "\n")
    return 1 if judged.broken else 0


def _facts(found: Grouping, judged: Judged, seconds: float) -> dict[str, Any]:
    """The cost is the checker's own."""
    return {
        "cost": judged.cost,
        "bound": found.bound,
        "optimal": not judged.broken and judged.cost == found.bound,
        "gap_percent": round(100 * (judged.cost - found.bound) / max(1, found.bound), 4),
        "off_on_best_weekday": sum(judged.off),
        "seconds": seconds,
        "steps": found.steps,
        "seed": found.seed,
        "stopped": found.stopped,
    }


def _told(asked: PeopleFile, found: Grouping, judged: Judged) -> dict[str, Any]:
    """With the ids of the file."""
    return {
        "groups": [[asked.ids[person] for person in people] for people in found.groups],
        "weekdays": to_json(judged.weekdays),
        "broken": [
            {"rule": broken.rule}
            | {name: asked.ids[int(fact)] if name in PEOPLE else fact
               for name, fact in broken.facts.items()}
            for broken in judged.broken
        ],
    }  # fmt: skip
