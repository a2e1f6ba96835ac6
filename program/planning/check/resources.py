"""Has every meeting a room that holds it and trainers who can give it, nobody two at once?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations

from program.planning.check.findings import Broken
from program.planning.check.meetings import expected, key_of, overlap
from program.planning.problem import Module, Placed, Plan, Problem, Room, Span, Trainer


def broken(problem: Problem, plan: Plan) -> Iterator[Broken]:
    modules = {module.id: module for module in problem.modules}
    for meeting in plan.meetings:
        if meeting.starts_at is not None and meeting.module in modules:
            yield from _room(problem, plan, modules[meeting.module], meeting)
            yield from _trainers(problem, modules[meeting.module], meeting)
    yield from _shared(plan)
    yield from _weeks(problem, plan)


def _room(problem: Problem, plan: Plan, module: Module, meeting: Placed) -> Iterator[Broken]:
    key = key_of(meeting)
    room = next((room for room in problem.rooms if room.id == meeting.room), None)
    if room is None:
        yield Broken("room.none", key)
        return
    need = len(expected(problem, plan, meeting)) + len(meeting.trainers)
    yield from _suits(room, need, module, meeting)
    if _taken(room.busy, meeting):
        yield Broken("room.busy", key, {"room": room.id})


def _suits(room: Room, need: int, module: Module, meeting: Placed) -> Iterator[Broken]:
    key = key_of(meeting)
    if need > room.capacity:
        yield Broken("room.size", key, {"room": room.id, "people": need, "capacity": room.capacity})
    if room.online != module.is_online:
        yield Broken("room.online", key, {"room": room.id})


def _taken(spans: Sequence[Span], meeting: Placed) -> bool:
    return any(span.starts_at < meeting.ends and meeting.begins < span.ends_at for span in spans)


def _trainers(problem: Problem, module: Module, meeting: Placed) -> Iterator[Broken]:
    known = {trainer.id: trainer for trainer in problem.trainers}
    key = key_of(meeting)
    if len(set(meeting.trainers)) < module.trainers:
        facts = {"trainers": len(set(meeting.trainers)), "needed": module.trainers}
        yield Broken("trainer.none", key, facts)
    for number in meeting.trainers:
        if number not in known:
            yield Broken("trainer.unknown", key, {"trainer": number})
        else:
            for rule in _unfit(known[number], module, meeting):
                yield Broken(rule, key, {"trainer": number})


def _unfit(trainer: Trainer, module: Module, meeting: Placed) -> Iterator[str]:
    if not trainer.working_days >> meeting.begins.weekday() & 1:
        yield "trainer.weekday"
    if _taken(trainer.busy + trainer.engaged, meeting):
        yield "trainer.busy"
    if module.domains and not any(domain in trainer.domains for domain in module.domains):
        yield "trainer.domain"


def _shared(plan: Plan) -> Iterator[Broken]:
    for one, other in combinations(plan.meetings, 2):
        if overlap(one, other):
            facts = {"module": other.module, "round": other.round}
            if one.room is not None and one.room == other.room:
                yield Broken("room.clash", key_of(one), {"room": one.room, **facts})
            for trainer in sorted(set(one.trainers) & set(other.trainers)):
                yield Broken("trainer.clash", key_of(one), {"trainer": trainer, **facts})


def _weeks(problem: Problem, plan: Plan) -> Iterator[Broken]:
    """Weeks of this plan in which a trainer has more meetings than they take."""
    for trainer in problem.trainers:
        given = Counter(_monday(m.begins) for m in plan.meetings if _gives(trainer, m))
        elsewhere = Counter(_monday(span.starts_at) for span in trainer.engaged)
        for monday, times in sorted(given.items()):
            total = times + elsewhere[monday]
            if total > trainer.max_per_week:
                facts = {"trainer": trainer.id, "times": total, "most": trainer.max_per_week}
                yield Broken("trainer.week", None, {**facts, "week": monday.isoformat()})


def _gives(trainer: Trainer, meeting: Placed) -> bool:
    return meeting.starts_at is not None and trainer.id in meeting.trainers


def _monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())
