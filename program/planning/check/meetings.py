"""Is every meeting there, on a day that may be, in the order of the programme, with its people?"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import combinations

from program.planning.check.findings import Broken, Key, Missed
from program.planning.problem import (
    AFTER_WORK,
    BY_GROUP,
    NOON,
    ORDER_GAP_DAYS,
    PLANNED,
    ROUND_GAP_DAYS,
    WHOLE,
    Module,
    Person,
    Placed,
    Plan,
    Problem,
)
from program.planning.rules import Rules


def broken(problem: Problem, plan: Plan) -> Iterator[Broken]:
    yield from _all_there(problem, plan)
    modules = {module.id: module for module in problem.modules}
    for meeting in plan.meetings:
        if is_judged(problem, meeting) and meeting.module in modules:
            yield from _on_its_day(problem, modules[meeting.module], meeting)
            yield from _on_special_day(problem, meeting)
            yield from _members_away(problem, plan, meeting)
    yield from _order(problem, plan)
    yield from _two_places(problem, plan)


def key_of(meeting: Placed) -> Key:
    return meeting.module, meeting.round, meeting.group


def overlap(one: Placed, other: Placed) -> bool:
    if one.starts_at is None or other.starts_at is None:
        return False
    return one.starts_at < other.ends and other.starts_at < one.ends


def expected(problem: Problem, plan: Plan, meeting: Placed) -> tuple[int, ...]:
    """The ids of the people who should come."""
    kind = {module.id: module.kind for module in problem.modules}.get(meeting.module)
    if kind in WHOLE:
        return tuple(person.id for person in problem.people)
    if meeting.group is None:
        return ()
    if kind in BY_GROUP:
        return plan.groups[meeting.group] if meeting.group < len(plan.groups) else ()
    for mix in plan.tables:
        if (mix.module, mix.round) == (meeting.module, meeting.round):
            return mix.tables[meeting.group] if meeting.group < len(mix.tables) else ()
    return ()


def _all_there(problem: Problem, plan: Plan) -> Iterator[Broken]:
    wanted = set(_wanted(problem, plan))
    planned = Counter(key_of(meeting) for meeting in plan.meetings)
    for key in sorted(wanted | set(planned), key=str):
        if planned[key] != (1 if key in wanted else 0):
            yield Broken("meeting.once", key, {"times": planned[key]})


def _wanted(problem: Problem, plan: Plan) -> Iterator[Key]:
    for module in problem.modules:
        for number in range(1, module.rounds + 1):
            if module.kind in WHOLE:
                yield module.id, number, None
            elif module.kind in BY_GROUP:
                yield from ((module.id, number, g) for g, group in enumerate(plan.groups) if group)
    for mix in plan.tables:
        yield from ((mix.module, mix.round, t) for t, table in enumerate(mix.tables) if table)


def _on_its_day(problem: Problem, module: Module, meeting: Placed) -> Iterator[Broken]:
    day, key = meeting.begins.date(), key_of(meeting)
    if meeting.minutes != module.minutes and not meeting.kept:
        yield Broken("meeting.length", key, {"minutes": meeting.minutes})
    if day.weekday() >= 5:
        yield Broken("day.weekend", key, {"day": day.isoformat()})
    if day in problem.closed:
        yield Broken("day.closed", key, {"day": day.isoformat(), "name": problem.closed[day]})
    if not problem.starts_on <= day <= problem.ends_on:
        yield Broken("day.period", key, {"day": day.isoformat()})
    if module.fixed_on not in (None, day):
        yield Broken("day.fixed", key, {"day": day.isoformat(), "fixed": str(module.fixed_on)})
    if module.fixed_on is None and not meeting.kept and _before(day, problem.from_on):
        yield Broken("day.past", key, {"day": day.isoformat()})


def parts(meeting: Placed) -> int:
    """Bits: the morning, the afternoon and the evening, as far as the meeting takes them."""
    day = meeting.begins.date()
    noon, evening = datetime.combine(day, NOON), datetime.combine(day, AFTER_WORK)
    morning = 1 if meeting.begins < noon else 0
    afternoon = 2 if meeting.begins < evening and meeting.ends > noon else 0
    return morning | afternoon | (4 if meeting.ends > evening else 0)


def _on_special_day(problem: Problem, meeting: Placed) -> Iterator[Broken]:
    rules, day, key = Rules(problem.rules), meeting.begins.date(), key_of(meeting)
    for special in problem.special:
        taken = special.on == day and special.parts & parts(meeting)
        if taken and rules.is_hard(special.rule, meeting.module):
            yield Broken(special.rule, key, {"day": day.isoformat(), "name": special.name})
    weekdays = rules.value("day.council", "weekdays", meeting.module)
    taken = parts(meeting) & 4 and weekdays >> day.weekday() & 1
    if taken and rules.is_hard("day.council", meeting.module):
        yield Broken("day.council", key, {"day": day.isoformat()})


def _before(day: date, first: date | None) -> bool:
    return first is not None and day < first


def why_away(person: Person, meeting: Placed) -> str:
    """Why this person cannot come, or nothing."""
    if not person.working_days >> meeting.begins.weekday() & 1:
        return "weekday"
    for span in person.busy:
        if span.starts_at < meeting.ends and meeting.begins < span.ends_at:
            return "absent"
    return ""


def _members_away(problem: Problem, plan: Plan, meeting: Placed) -> Iterator[Broken]:
    hard = Rules(problem.rules).is_hard("person.away", meeting.module)
    if hard and not _is_whole(problem, meeting):
        for person, why in _away(problem, plan, meeting):
            yield Broken("person.away", key_of(meeting), {"person": person, "why": why})


def is_judged(problem: Problem, meeting: Placed) -> bool:
    """It has a place, and it is not one that is over."""
    if meeting.starts_at is None:
        return False
    return not (meeting.kept and _before(meeting.begins.date(), problem.from_on))


def missed(problem: Problem, plan: Plan) -> Iterator[Missed]:
    for meeting in plan.meetings:
        if is_judged(problem, meeting) and _is_whole(problem, meeting):
            for person, why in _away(problem, plan, meeting):
                yield Missed(person, key_of(meeting), why)


def _is_whole(problem: Problem, meeting: Placed) -> bool:
    return any(m.id == meeting.module and m.kind in WHOLE for m in problem.modules)


def _away(problem: Problem, plan: Plan, meeting: Placed) -> Iterator[tuple[int, str]]:
    people = {person.id: person for person in problem.people}
    for person in expected(problem, plan, meeting):
        why = why_away(people[person], meeting) if person in people else ""
        if why:
            yield person, why


def _order(problem: Problem, plan: Plan) -> Iterator[Broken]:
    """For each person: the days between a module and the one it comes after."""
    days = _days_by_person(problem, plan)
    rules = Rules(problem.rules)
    modules = {module.id: module for module in problem.modules if module.kind in PLANNED}
    for module in modules.values():
        for number in range(2, module.rounds + 1):
            earlier = (module.id, number - 1)
            yield from _gap(days, earlier, (module.id, number), ROUND_GAP_DAYS, None)
        if module.after in modules:
            earlier = (module.after, modules[module.after].rounds)
            least = ORDER_GAP_DAYS if module.min_gap_days is None else module.min_gap_days
            most = module.max_gap_days if rules.is_hard("gap.most", module.id) else None
            yield from _gap(days, earlier, (module.id, 1), least, most)


Days = dict[tuple[int, int], dict[int, tuple[date, Key]]]  # by module and round, then by person


def _days_by_person(problem: Problem, plan: Plan) -> Days:
    days: Days = {}
    for meeting in plan.meetings:
        if meeting.starts_at is not None:
            turn = days.setdefault((meeting.module, meeting.round), {})
            for person in expected(problem, plan, meeting):
                turn[person] = meeting.starts_at.date(), key_of(meeting)
    return days


def _gap(
    days: Days, first: tuple[int, int], then: tuple[int, int], least: int, most: int | None
) -> Iterator[Broken]:
    found = set()
    for person, (day, key) in days.get(then, {}).items():
        if person in days.get(first, {}):
            before, other = days[first][person]
            found.add((key, other, (day - before).days))
    for key, other, gap in sorted(found, key=str):
        facts = {"days": gap, "module": other[0], "round": other[1]}
        if gap < least:
            yield Broken("order", key, {**facts, "least": least})
        if most is not None and gap > most:
            yield Broken("gap", key, {**facts, "most": most})


def _two_places(problem: Problem, plan: Plan) -> Iterator[Broken]:
    for one, other in near_each_other(plan):
        if one.begins.date() == other.begins.date() or overlap(one, other):
            yield from _both(problem, plan, one, other)


def near_each_other(plan: Plan) -> Iterator[tuple[Placed, Placed]]:
    """Every two meetings that touch one day, but for two that stood already."""
    of_day: dict[date, list[int]] = {}
    for number, meeting in enumerate(plan.meetings):
        if meeting.starts_at is not None:
            for day in {meeting.begins.date(), meeting.ends.date()}:
                of_day.setdefault(day, []).append(number)
    pairs = {pair for numbers in of_day.values() for pair in combinations(numbers, 2)}
    for one, other in sorted(pairs):
        if not (plan.meetings[one].kept and plan.meetings[other].kept):
            yield plan.meetings[one], plan.meetings[other]


def _both(problem: Problem, plan: Plan, one: Placed, other: Placed) -> Iterator[Broken]:
    """People who are in both, on one day or even at one time."""
    both = sorted(set(expected(problem, plan, one)) & set(expected(problem, plan, other)))
    beside = -1 if other.group is None else other.group
    facts = {"module": other.module, "round": other.round, "beside": beside}
    if both and not overlap(one, other):
        yield Broken("person.once", key_of(one), {"person": both[0], "people": len(both), **facts})
    elif both:
        for person in both:
            yield Broken("person.clash", key_of(one), {"person": person, **facts})
