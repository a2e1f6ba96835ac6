"""Turns a calendar in numbers back into meetings with a moment, a room and trainers, and forth."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from program.planning.problem import Placed, Plan, Problem
from program.planning.solver.compile import Compiled
from program.planning.solver.model import Calendar, Meeting, Place


def decoded(
    problem: Problem, compiled: Compiled, calendar: Calendar, reasons: Mapping[int, str]
) -> tuple[Placed, ...]:
    """The meetings of the plan, those that stand outside the period as well."""
    return compiled.outside + tuple(
        _placed(problem, compiled, number, place, reasons.get(number, ""))
        for number, place in enumerate(calendar)
    )


def _placed(
    problem: Problem, compiled: Compiled, number: int, place: Place | None, why: str
) -> Placed:
    wanted = compiled.wanted[number]
    if wanted.kept is not None:
        return wanted.kept
    module, turn, group = wanted.key
    if place is None:
        return Placed(module, turn, group, None, wanted.module.minutes, why=why or "clash")
    midnight = datetime.combine(problem.starts_on + timedelta(days=place.day), time())
    minute = compiled.model.meetings[number].options[place.option].minute
    return Placed(
        module=module,
        round=turn,
        group=group,
        starts_at=midnight + timedelta(minutes=minute),
        minutes=wanted.module.minutes,
        room=problem.rooms[place.room].id if place.room >= 0 else None,
        trainers=tuple(problem.trainers[t].id for t in place.trainers),
    )


def encoded(problem: Problem, compiled: Compiled, plan: Plan) -> Calendar:
    """Where the meetings of a plan are, in numbers; at other hours than usual as well."""
    planned = {(m.module, m.round, m.group): m for m in plan.meetings if m.starts_at is not None}
    rooms = {room.id: place for place, room in enumerate(problem.rooms)}
    trainers = {trainer.id: place for place, trainer in enumerate(problem.trainers)}
    found: list[Place | None] = []
    for wanted, meeting in zip(compiled.wanted, compiled.model.meetings, strict=True):
        placed = planned.get(wanted.key)
        day = -1 if placed is None else (placed.begins.date() - problem.starts_on).days
        if placed is None or not 0 <= day < compiled.model.days:
            found.append(None)
            continue
        crew = tuple(trainers[t] for t in placed.trainers if t in trainers)
        room = -1 if placed.room is None else rooms.get(placed.room, -1)
        found.append(meeting.fixed or Place(day, _option(meeting, placed), room, crew))
    return tuple(found)


def _option(meeting: Meeting, placed: Placed) -> int:
    """The one that starts nearest to it."""
    minute = placed.begins.hour * 60 + placed.begins.minute
    return min(range(len(meeting.options)), key=lambda o: abs(meeting.options[o].minute - minute))
