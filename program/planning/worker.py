"""The process that solves: reads one question on stdin, writes lines of JSON on stdout.

Each line is {"progress": …}, the last one {"result": {"proposal": …, "report": …}}, or
{"result": {"reasons": …}} when it was asked why there is no plan; or {"failed": …} with the reason.
A line on stdin after the question, or its end, means: stop, with the best so far.
"""

import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from program.planning.anchoring import anchored
from program.planning.check import check
from program.planning.grouping import GroupProblem
from program.planning.judging import judge
from program.planning.problem import Limits, Plan, Problem, Progress
from program.planning.remix import remix
from program.planning.repair import repair
from program.planning.solver import solve
from program.planning.solver.groups import form
from program.planning.solver.native import NoKernels
from program.planning.solver.reasons.explaining import explained
from program.planning.wire import from_json, to_json

MEMORY = 2 * 1024**3
NICE = 10
BETWEEN = 0.25  # seconds between two lines of progress
#: by kind of run; every other one makes a plan
WORK = {"repair": repair, "tables": remix, "copy": anchored}


def main() -> None:
    _be_modest()
    task = json.loads(sys.stdin.readline())
    teller = _Teller()
    threading.Thread(target=teller.listen, daemon=True).start()
    try:
        _say({"result": answer(task, teller.tell)})
    except NoKernels as error:
        _say({"failed": "kernels", "why": str(error)})


def answer(task: Mapping[str, Any], tell: Callable[[Progress], bool]) -> dict[str, Any]:
    """The proposal, and what the checker says of it."""
    limits = from_json(Limits, task["limits"])
    kind = task.get("kind", "")
    if kind == "groups":
        groups = from_json(GroupProblem, task["question"])
        grouping = form(groups, limits, tell)
        judged = judge(groups, grouping.groups)
        by_phase = {"cost": {"groups": grouping.cost}, "bound": {"groups": grouping.bound}}
        return {"proposal": to_json(grouping) | by_phase, "report": to_json(judged)}
    problem = from_json(Problem, task["question"])
    if kind == "reasons":
        plan = from_json(Plan, task["plan"])
        return {"reasons": to_json(explained(problem, plan, limits.seconds, tell))}
    proposal = WORK.get(kind, solve)(problem, limits, tell)
    return {"proposal": to_json(proposal), "report": to_json(check(problem, proposal.plan))}


def _be_modest() -> None:
    os.nice(NICE)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


class _Teller:
    """Writes how far the work is, at most a few times a second, and hears when to stop."""

    def __init__(self) -> None:
        self.asked_to_stop = False
        self._told_at = 0.0

    def listen(self) -> None:
        sys.stdin.readline()
        self.asked_to_stop = True

    def tell(self, progress: Progress) -> bool:
        if time.monotonic() - self._told_at >= BETWEEN:
            self._told_at = time.monotonic()
            _say({"progress": to_json(progress)})
        return not self.asked_to_stop


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
