"""What found no place under all rules: put it where the least is broken, or say why not.

The order of the programme is kept, and nobody is put in two places; a room, a trainer, a member
who cannot come or a longest gap may have to give. The checker then names what gave.
"""

from program.planning.problem import WHOLE, Placed
from program.planning.solver.calendar import Calendar, Place
from program.planning.solver.days import HALVES, Option, halves

AWAY, NO_TRAINER, NO_ROOM, LATE = 2, 3, 3, 5

Taken = set[tuple[int, int, int]]  # person, day, half


def finish(calendar: Calendar) -> tuple[Placed, ...]:
    """All meetings of the plan, in the order of the calendar's outline."""
    reasons: dict[int, str] = {}
    taken = _taken(calendar)
    for number in range(len(calendar.wanted)):
        if _comes_after_nothing(calendar, number):
            if calendar.places[number] is not None:
                calendar.take(number)
            reasons[number] = "order"
        elif calendar.places[number] is None:
            reasons[number] = _squeeze(calendar, number, taken)
    return tuple(
        _placed(calendar, number, why=reasons.get(number, ""))
        for number in range(len(calendar.wanted))
    )


def _comes_after_nothing(calendar: Calendar, number: int) -> bool:
    """Nothing of what should come first has a place, so this has none either."""
    meeting = calendar.wanted[number]
    free = meeting.kept is None and meeting.module.fixed_on is None
    first = [calendar.places[gap.other] for gap in meeting.before]
    return free and bool(first) and not any(first)


def _taken(calendar: Calendar) -> Taken:
    return {
        spot
        for number, place in enumerate(calendar.places)
        if place is not None
        for spot in _spots(calendar, number, place[0], _halves(calendar, number, place))
    }


def _halves(calendar: Calendar, number: int, place: Place) -> int:
    kept = calendar.wanted[number].kept
    return halves(kept) if kept is not None else calendar.options[number][place[1]].halves


def _spots(calendar: Calendar, number: int, day: int, busy: int) -> Taken:
    return {(p, day, half) for p in calendar.wanted[number].people for half in HALVES[busy]}


def _squeeze(calendar: Calendar, number: int, taken: Taken) -> str:
    """Place the meeting where the least is broken; else the reason why it has no place."""
    days, reason = _thinkable(calendar, number)
    best: tuple[int, int, Place] | None = None
    for option, time in enumerate(calendar.options[number]):
        for day in days:
            if taken.isdisjoint(_spots(calendar, number, day, time.halves)):
                found = _judged(calendar, number, day, option)
                if best is None or found[:2] < best[:2]:
                    best = found
    if best is None:
        return reason or "clash"
    calendar.put(number, best[2])
    taken |= _spots(calendar, number, best[2][0], _halves(calendar, number, best[2]))
    return ""


def _thinkable(calendar: Calendar, number: int) -> tuple[list[int], str]:
    days = calendar.days
    fixed_on = calendar.wanted[number].module.fixed_on
    if fixed_on is not None:
        day = days.number(fixed_on)
        return ([day], "") if 0 <= day < days.count else ([], "fixed_outside")
    low, high = _ordered(calendar, number)
    found = [day for day in range(low, high + 1) if days.open >> day & 1]
    return found, "" if found else "order" if days.open else "no_open_day"


def _ordered(calendar: Calendar, number: int) -> tuple[int, int]:
    """The window without the longest gaps."""
    low, high = 0, calendar.days.count - 1
    for gap in calendar.wanted[number].before:
        place = calendar.places[gap.other]
        low = max(low, place[0] + gap.least) if place is not None else low
    for gap in calendar.wanted[number].after:
        place = calendar.places[gap.other]
        high = min(high, place[0] - gap.least) if place is not None else high
    return low, high


def _judged(calendar: Calendar, number: int, day: int, option: int) -> tuple[int, int, Place]:
    """How much is broken on that day, how far it is from the even pace, and the place itself."""
    time = calendar.options[number][option]
    need = calendar.wanted[number].module.trainers
    able = sorted(
        calendar.trainers_for(number, day, time), key=lambda t: calendar.one_more(number, t)
    )
    room = calendar.room_for(number, day, time)
    broken = NO_TRAINER * max(0, need - len(able)) + (NO_ROOM if room < 0 else 0)
    broken += AWAY * _away(calendar, number, day, time) + LATE * _too_late(calendar, number, day)
    place = (day, option, room, tuple(able[:need]))
    return broken, calendar.standing(number, place), place


def _away(calendar: Calendar, number: int, day: int, time: Option) -> int:
    meeting = calendar.wanted[number]
    if meeting.module.kind in WHOLE:
        return 0  # that is a price, not a rule
    free = calendar.person_free[time]
    return sum(1 - (free[person] >> day & 1) for person in meeting.people)


def _too_late(calendar: Calendar, number: int, day: int) -> int:
    places, meeting = calendar.places, calendar.wanted[number]
    earlier = (
        gap.most is not None and (place := places[gap.other]) and day - place[0] > gap.most
        for gap in meeting.before
    )
    later = (
        gap.most is not None and (place := places[gap.other]) and place[0] - day > gap.most
        for gap in meeting.after
    )
    return sum(map(bool, earlier)) + sum(map(bool, later))


def _placed(calendar: Calendar, number: int, *, why: str) -> Placed:
    """The meeting as the plan has it."""
    meeting, place, problem = calendar.wanted[number], calendar.places[number], calendar.problem
    module, turn, group = meeting.key
    if meeting.kept is not None:
        return meeting.kept
    if place is None:
        return Placed(module, turn, group, None, meeting.module.minutes, why=why)
    day, option, room, trainers = place
    return Placed(
        module=module,
        round=turn,
        group=group,
        starts_at=calendar.days.moment(day, calendar.options[number][option].starts),
        minutes=meeting.module.minutes,
        room=problem.rooms[room].id if room >= 0 else None,
        trainers=tuple(problem.trainers[t].id for t in trainers),
    )
