"""Puts a schedule that was held once on the days of another period. Pure.

`Problem.standing` holds each meeting on its target: the old day moved by whole weeks, so that
weekdays and gaps stay. Every day away from the target has a price, another weekday a higher one;
holidays, rooms, trainers and the order of the programme are as hard as in any plan.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from program.planning.check.findings import Key
from program.planning.check.meetings import expected, key_of
from program.planning.problem import Limits, Placed, Plan, Problem, Proposal, Span
from program.planning.rules import OFF, Rule

if TYPE_CHECKING:  # pages load this module, and only who asks the solver
    from program.planning.solver.clock import Report
    from program.planning.solver.compile import Compiled
    from program.planning.solver.model import Meeting, Model

A_DAY, A_WEEKDAY = 12, 100  # points: a day from the target, and when it is another weekday
STEPS = 4_000  # per meeting
WEEK = timedelta(days=7)
#: what would pull meetings away from where they were
PULLS = (
    "pace", "room.price", "travel.people", "trainer.continuity", "trainer.load", "parallel.window",
    "parallel.weekday", "weekday.preferred", "part.preferred", "person.missed", "change.day",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lost:
    """A meeting that is not as it was, moved by whole weeks, and why.

    Reasons are (what, facts): "day" with the name of a holiday, "weekend", "period", "near" (to
    keep the days between sessions), "room" and "trainer" with why ("gone", "busy", …).
    """

    key: Key
    target: Placed
    new: Placed | None
    reasons: tuple[tuple[str, Mapping[str, str | int]], ...] = field(default_factory=tuple)


def weeks_between(old: date, new: date) -> timedelta:
    """The whole weeks to move by, so that nothing comes before the new first day."""
    return -(-(new - old) // WEEK) * WEEK


def anchored(
    problem: Problem, limits: Limits | None = None, report: "Report" = lambda _progress: True
) -> Proposal:
    """The plan nearest to the targets. Groups and tables are as they are in the problem."""
    from program.planning.solver.compile import compiled  # noqa: PLC0415
    from program.planning.solver.dates.search import search  # noqa: PLC0415
    from program.planning.solver.decode import decoded  # noqa: PLC0415
    from program.planning.solver.settle import settled  # noqa: PLC0415

    limits = limits or Limits()
    free = tuple(replace(module, fixed_on=None) for module in problem.modules)
    calm = tuple(Rule(key, OFF) for key in PULLS)
    rules = tuple(rule for rule in problem.rules if rule.key not in PULLS) + calm
    asked = replace(problem, modules=free, rules=rules)
    question = compiled(asked, problem.groups, problem.tables)
    question = replace(question, model=_priced(asked, question))
    steps = min(limits.steps, STEPS * max(1, len(question.wanted)))
    found = search(question.model, replace(limits, steps=steps), report)
    calendar, reasons = settled(question, found.calendar)
    meetings = decoded(asked, question, calendar, reasons)
    return Proposal(
        plan=Plan(problem.groups, problem.tables, _at_their_hours(problem, meetings)),
        cost={"groups": 0, "tables": 0, "calendar": found.cost},
        bound={"groups": 0, "tables": 0, "calendar": found.bound},
        seed=limits.seed,
        steps=found.steps,
        stopped=found.stopped,
    )


def _priced(problem: Problem, question: "Compiled") -> "Model":
    """The same, with a price for every day that a meeting is away from its target."""
    from program.planning.solver.model import Row, RuleRef  # noqa: PLC0415

    model = question.model
    rule = len(model.rules)
    targets = {key_of(meeting): meeting for meeting in problem.standing}
    rows, meetings = list(model.rows), []
    for wanted, meeting in zip(question.wanted, model.meetings, strict=True):
        target = targets.get(wanted.key)
        if target is None or meeting.fixed is not None:
            meetings.append(meeting)
            continue
        day = (target.begins.date() - problem.starts_on).days
        meetings.append(_with_row(meeting, len(rows)))
        rows.append(Row(rule, hard=False, values=tuple(_away(n - day) for n in range(model.days))))
    return replace(
        model, rules=(*model.rules, RuleRef("change.day")), rows=tuple(rows),
        meetings=tuple(meetings),
    )  # fmt: skip


def _with_row(meeting: "Meeting", row: int) -> "Meeting":
    options = tuple(replace(option, rows=(*option.rows, row)) for option in meeting.options)
    return replace(meeting, options=options)


def _away(days: int) -> int:
    return A_DAY * abs(days) + (A_WEEKDAY if days % 7 else 0)


def _at_their_hours(problem: Problem, meetings: tuple[Placed, ...]) -> tuple[Placed, ...]:
    """At the time of day that they had, where the part of the day is the same."""
    targets = {key_of(meeting): meeting for meeting in problem.standing}
    return tuple(_at_its_hour(meeting, targets.get(key_of(meeting))) for meeting in meetings)


def _at_its_hour(meeting: Placed, target: Placed | None) -> Placed:
    if target is None or meeting.starts_at is None or meeting.kept:
        return meeting
    had = datetime.combine(meeting.begins.date(), target.begins.time())
    near = abs(had - meeting.begins) <= timedelta(hours=2)
    return replace(meeting, starts_at=had) if near else meeting


def lost(problem: Problem, plan: Plan) -> tuple[Lost, ...]:
    """What could not be kept, in the order of the targets."""
    new = {key_of(meeting): meeting for meeting in plan.meetings}
    targets = sorted(problem.standing, key=lambda meeting: (meeting.begins, str(key_of(meeting))))
    found = []
    for target in targets:
        placed = new.get(key_of(target))
        placed = placed if placed and placed.starts_at else None
        reasons = tuple(_reasons(problem, plan, target, placed))
        if reasons:
            found.append(Lost(key_of(target), target, placed, reasons))
    return tuple(found)


Reason = tuple[str, Mapping[str, str | int]]


def _reasons(problem: Problem, plan: Plan, target: Placed, new: Placed | None) -> Iterator[Reason]:
    if new is None:
        yield "unplaced", {}
        return
    if new.begins.date() != target.begins.date():
        yield _why_not_on(problem, target.begins.date())
    elif new.begins != target.begins:
        yield "hour", {}
    if target.room is not None and new.room != target.room:
        yield "room", {"room": target.room, "why": _why_not_in(problem, plan, target, new)}
    for trainer in target.trainers:
        if trainer not in new.trainers:
            yield "trainer", {"trainer": trainer, "why": _why_not_by(problem, trainer, new)}


def _why_not_on(problem: Problem, day: date) -> Reason:
    if not problem.starts_on <= day <= problem.ends_on:
        return "period", {}
    if day.weekday() >= 5:
        return "weekend", {}
    names = [problem.closed[day]] if day in problem.closed else []
    names += [special.name for special in problem.special if special.on == day]
    return ("day", {"name": names[0]}) if names else ("near", {})


def _why_not_in(problem: Problem, plan: Plan, target: Placed, new: Placed) -> str:
    room = next((room for room in problem.rooms if room.id == target.room), None)
    if room is None:
        return "gone"
    if room.capacity < len(expected(problem, plan, new)) + len(new.trainers):
        return "small"
    return "busy"


def _why_not_by(problem: Problem, number: int, new: Placed) -> str:
    trainer = next((trainer for trainer in problem.trainers if trainer.id == number), None)
    if trainer is None:
        return "gone"
    if not trainer.working_days >> new.begins.weekday() & 1:
        return "weekday"
    return "away" if any(_touch(span, new) for span in trainer.busy) else "busy"


def _touch(span: Span, meeting: Placed) -> bool:
    return span.starts_at < meeting.ends and meeting.begins < span.ends_at
