"""Says what could not be kept of a schedule that was copied, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from program.planning.anchoring import Lost, lost
from program.planning.models import PlanRun, RunState
from program.planning.problem import Placed, Plan, Problem
from program.planning.wire import from_json
from program.planning.wording import Wording


def is_at_work(run: PlanRun) -> bool:
    """Until the schedule is written: found, or given up."""
    if run.state in (RunState.QUEUED, RunState.RUNNING):
        return True
    given_up = run.state == RunState.FAILED
    return run.proposal is not None and run.accepted_at is None and not given_up


@dataclass(frozen=True)
class Line:
    title: str
    target: Placed  # where it would be
    new: Placed | None
    reasons: tuple[str, ...]


class Outcome:
    """Of a copy: how many meetings are as they were, and which are not."""

    def __init__(self, run: PlanRun) -> None:
        if run.proposal is None:
            raise ValueError("There is nothing to tell about.")
        self.words = Wording(run)
        problem = from_json(Problem, run.question["problem"])
        plan = from_json(Plan, run.proposal["plan"])
        self.total = len(problem.standing)
        self.lines = [self._line(one) for one in lost(problem, plan)]

    @property
    def kept(self) -> int:
        return self.total - len(self.lines)

    @property
    def facts(self) -> list[dict[str, Any]]:
        """For the commands."""
        return [
            {
                "meeting": line.title,
                "target": line.target.begins.isoformat(),
                "new": line.new and line.new.begins.isoformat(),
                "reasons": list(line.reasons),
            }
            for line in self.lines
        ]

    def _line(self, one: Lost) -> Line:
        reasons = tuple(self._sentence(what, facts) for what, facts in one.reasons)
        return Line(self.words.meeting(one.key), one.target, one.new, reasons)

    def _sentence(self, what: str, facts: Mapping[str, str | int]) -> str:
        if what == "room":
            return self._room(int(facts["room"]), str(facts["why"]))
        if what == "trainer":
            return self._trainer(int(facts["trainer"]), str(facts["why"]))
        return {
            "day": str(_("A day off: %(name)s.", name=facts.get("name", ""))),
            "weekend": str(_("That day is in a weekend.")),
            "period": str(_("That day lies outside the period.")),
            "near": str(_("Else the days between sessions would be too few or too many.")),
            "hour": str(_("At another time: the old one did not fit.")),
            "unplaced": str(_("No place was found.")),
        }[what]

    def _room(self, number: int, why: str) -> str:
        room = self.words.room(number)
        return {
            "gone": str(_("Its room is no longer there.")),
            "small": str(_("%(room)s is too small.", room=room)),
            "busy": str(_("%(room)s is taken then.", room=room)),
        }[why]

    def _trainer(self, number: int, why: str) -> str:
        if why == "gone":
            return str(_("One of its trainers is no longer a trainer."))
        trainer = self.words.trainer(number)
        return {
            "weekday": str(_("%(trainer)s does not work on that weekday.", trainer=trainer)),
            "away": str(_("%(trainer)s is away or busy elsewhere then.", trainer=trainer)),
            "busy": str(_("%(trainer)s gives another session then, or enough that week.",
                          trainer=trainer)),
        }[why]  # fmt: skip
