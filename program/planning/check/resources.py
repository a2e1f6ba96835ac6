"""Has every meeting a room that holds it and trainers who can give it, nobody two at once?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations

from program.planning.check.findings import Broken, Key
from program.planning.check.meetings import expected, is_judged, key_of, near_each_other, overlap
from program.planning.problem import Module, Placed, Plan, Problem, Room, Span, Trainer
from program.planning.rules import Rules


def broken(problem: Problem, plan: Plan) -> Iterator[Broken]:
    modules = {module.id: module for module in problem.modules}
    for meeting in plan.meetings:
        if is_judged(problem, meeting) and meeting.module in modules:
            yield from _room(problem, plan, modules[meeting.module], meeting)
            yield from _trainers(problem, modules[meeting.module], meeting)
    yield from _shared(plan)
    yield from _weeks(problem, plan)
    yield from _too_far(problem, plan)


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
    if _has_steps_for(problem, expected(problem, plan, meeting), room, module):
        yield Broken("room.step_free", key, {"room": room.id})


def _has_steps_for(problem: Problem, people: Sequence[int], room: Room, module: Module) -> bool:
    if room.step_free or room.online or module.is_online:
        return False
    needed = any(person.step_free for person in problem.people if person.id in people)
    return needed and Rules(problem.rules).is_hard("room.step_free", module.id)


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
            for rule in _unfit(problem, known[number], module, meeting):
                yield Broken(rule, key, {"trainer": number})
    yield from _juniors(problem, [known[n] for n in meeting.trainers if n in known], key)


def _unfit(problem: Problem, trainer: Trainer, module: Module, meeting: Placed) -> Iterator[str]:
    if not trainer.working_days >> meeting.begins.weekday() & 1:
        yield "trainer.weekday"
    if _taken(trainer.busy + trainer.engaged, meeting):
        yield "trainer.busy"
    unskilled = module.domains and not any(domain in trainer.domains for domain in module.domains)
    if unskilled and Rules(problem.rules).is_hard("trainer.domain", module.id):
        yield "trainer.domain"


def _juniors(problem: Problem, crew: Sequence[Trainer], key: Key) -> Iterator[Broken]:
    alone = crew and not any(trainer.senior for trainer in crew)
    if alone and Rules(problem.rules).is_hard("trainer.senior"):
        yield Broken("trainer.senior", key, {"trainer": crew[0].id})


def _shared(plan: Plan) -> Iterator[Broken]:
    for one, other in near_each_other(plan):
        if overlap(one, other):
            facts = {"module": other.module, "round": other.round}
            if one.room is not None and one.room == other.room:
                yield Broken("room.clash", key_of(one), {"room": one.room, **facts})
            for trainer in sorted(set(one.trainers) & set(other.trainers)):
                yield Broken("trainer.clash", key_of(one), {"trainer": trainer, **facts})


def _weeks(problem: Problem, plan: Plan) -> Iterator[Broken]:
    """Weeks of this plan in which a trainer has more meetings than they take."""
    if not Rules(problem.rules).is_hard("trainer.week"):
        return
    for trainer in problem.trainers:
        given = Counter(_monday(m.begins) for m in plan.meetings if _gives(trainer, m))
        elsewhere = Counter(_monday(span.starts_at) for span in trainer.engaged)
        for monday, times in sorted(given.items()):
            total = times + elsewhere[monday]
            if total > trainer.max_per_week:
                over = min(times, total - trainer.max_per_week)
                facts = {"trainer": trainer.id, "times": total, "most": trainer.max_per_week}
                facts["over"] = over
                yield Broken("trainer.week", None, {**facts, "week": monday.isoformat()})


def _too_far(problem: Problem, plan: Plan) -> Iterator[Broken]:
    """Places where a trainer must be on one day, and that lie too far apart."""
    rules = Rules(problem.rules)
    if not rules.is_hard("travel.trainer"):
        return
    most = rules.value("travel.trainer", "minutes")
    venue = {room.id: room.venue for room in problem.rooms}
    for trainer in problem.trainers:
        for day, meetings in _by_day(trainer, plan).items():
            venues = sorted({venue[m.room] for m in meetings if m.room in venue})
            for one, other in combinations(venues, 2):
                minutes = _minutes(problem, one, other)
                if minutes > most:
                    facts = {"trainer": trainer.id, "minutes": minutes, "most": most}
                    day_fact = {"day": day.isoformat()}
                    yield Broken("travel.trainer", key_of(meetings[0]), {**facts, **day_fact})


def _by_day(trainer: Trainer, plan: Plan) -> dict[date, list[Placed]]:
    days: dict[date, list[Placed]] = {}
    for meeting in plan.meetings:
        if _gives(trainer, meeting):
            days.setdefault(meeting.begins.date(), []).append(meeting)
    return days


def _minutes(problem: Problem, one: int, other: int) -> int:
    ways = (way.minutes for way in problem.travel if {way.one, way.other} == {one, other})
    return next(ways, 0)


def _gives(trainer: Trainer, meeting: Placed) -> bool:
    return meeting.starts_at is not None and trainer.id in meeting.trainers


def _monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())
