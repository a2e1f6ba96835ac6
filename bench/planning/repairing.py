"""A trainer is away for sixty days: how long a repair takes, and what it changes."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock

from program.planning.changes import changes, standing_plan
from program.planning.check import check
from program.planning.check.meetings import key_of
from program.planning.problem import Limits, Plan, Problem, Span
from program.planning.repair import repair

AWAY = timedelta(days=60)


@dataclass(frozen=True)
class Repaired:
    trainer: str
    hit: int  # meetings that the trainer had in those days
    changed: int
    needless: int  # of those that changed: had nothing to do with it
    broken: int
    seconds: float  # of work, as this process is charged for it


def trainers_away(problem: Problem, plan: Plan, on: date) -> Iterator[Repaired]:
    """For each trainer by turns, as if the plan stood and it is that day."""
    over = tuple(replace(m, kept=True) for m in plan.meetings if m.begins.date() < on)
    ahead = tuple(m for m in plan.meetings if m.begins.date() >= on)
    stood = replace(
        problem, groups=plan.groups, tables=plan.tables, kept=over, standing=ahead, from_on=on
    )
    for trainer in problem.trainers:
        yield _away(stood, trainer.id, Span(_midnight(on), _midnight(on + AWAY)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, clock())


def _away(problem: Problem, number: int, gone: Span) -> Repaired:
    trainers = tuple(
        replace(t, busy=(*t.busy, gone)) if t.id == number else t for t in problem.trainers
    )
    asked = replace(problem, trainers=trainers)
    hit = {
        key_of(m) for m in asked.standing if number in m.trainers and m.begins < gone.ends_at
    }  # fmt: skip
    began = time.process_time()
    plan = repair(asked, Limits()).plan
    seconds = time.process_time() - began
    found = {change.key for change in changes(asked, standing_plan(asked), plan)}
    name = next(t.name for t in trainers if t.id == number)
    broken = len(check(asked, plan).broken)
    return Repaired(name, len(hit), len(found), len(found - hit), broken, round(seconds, 3))
