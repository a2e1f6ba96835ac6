"""Counts slowly, rule by rule, what a calendar breaks and what it costs.

The kernel must come to the same numbers; whoever asks "why not this date?" reads the difference
between two of these.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from program.planning.solver.model import PARTS, Calendar, Meeting, Model, Place, Usable


@dataclass(frozen=True, slots=True)
class Count:
    """By place in Model.rules. Cost leaves out Model.constant, which belongs to no rule."""

    broken: Mapping[int, int]
    cost: Mapping[int, int]
    unplaced: tuple[int, ...] = ()

    @property
    def breaches(self) -> int:
        return sum(self.broken.values())


@dataclass(frozen=True, slots=True)
class Term:
    """One reason why something is broken or costs points."""

    rule: int
    amount: int
    hard: bool


def recount(model: Model, calendar: Calendar) -> Count:
    """What this calendar breaks and costs, per rule; rules at nought are left out."""
    broken: Counter[int] = Counter()
    cost: Counter[int] = Counter()
    for term in _terms(model, calendar):
        (broken if term.hard else cost)[term.rule] += term.amount
    unplaced = tuple(number for number, place in enumerate(calendar) if place is None)
    return Count(_without_noughts(broken), _without_noughts(cost), unplaced)


def total_cost(model: Model, count: Count) -> int:
    """All points, with those that every calendar costs."""
    return sum(count.cost.values()) + model.constant


def effect(
    model: Model, calendar: Calendar, number: int, place: Place | None
) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """What changes when one meeting goes to another place: broken more (or less), points more.

    Both by place in Model.rules; what stays the same is left out.
    """
    moved = (*calendar[:number], place, *calendar[number + 1 :])
    before, after = recount(model, calendar), recount(model, moved)
    return _more(before.broken, after.broken), _more(before.cost, after.cost)


def _more(before: Mapping[int, int], after: Mapping[int, int]) -> dict[int, int]:
    rules = before.keys() | after.keys()
    change = {rule: after.get(rule, 0) - before.get(rule, 0) for rule in sorted(rules)}
    return {rule: amount for rule, amount in change.items() if amount}


def _without_noughts(counter: Counter[int]) -> dict[int, int]:
    return {rule: amount for rule, amount in sorted(counter.items()) if amount}


Placed = tuple[int, Meeting, Place]


def _terms(model: Model, calendar: Calendar) -> Iterator[Term]:
    placed = [
        (number, model.meetings[number], place)
        for number, place in enumerate(calendar)
        if place is not None
    ]
    for _number, meeting, place in placed:
        yield from _rows(model, meeting, place)
        yield from _crew(model, meeting, place)
        yield from _room(meeting, place)
    yield from _families(model, placed)
    yield from _loads(model, placed)
    yield from _trainers_twice(model, placed)
    yield from _weeks(model, placed)
    yield from _travel(model, placed)
    yield from _rooms_full(model, placed)
    yield from _arcs(model, calendar)
    yield from _apart(model, calendar)
    yield from _parallel(model, calendar)


def _rows(model: Model, meeting: Meeting, place: Place) -> Iterator[Term]:
    for number in meeting.options[place.option].rows:
        row = model.rows[number]
        yield Term(row.rule, row.values[place.day], row.hard)


def _crew(model: Model, meeting: Meeting, place: Place) -> Iterator[Term]:
    yield Term(meeting.crew_rule, max(0, meeting.crew - len(place.trainers)), hard=True)
    usable = {one.number: one for one in meeting.trainers}
    for trainer in place.trainers:
        if trainer in usable:
            yield from _of_usable(usable[trainer])
        if _is_away(model, trainer, meeting.options[place.option].parts, place.day):
            yield Term(model.trainers[trainer].away_rule, 1, hard=True)
    seniors = [t for t in place.trainers if model.trainers[t].senior]
    if place.trainers and not seniors:
        points = 1 if model.senior_hard else model.weights.junior_alone
        yield Term(model.weights.senior_rule, points, model.senior_hard)


def _is_away(model: Model, trainer: int, parts: int, day: int) -> bool:
    away = model.trainers[trainer].away
    return any(away[part] >> day & 1 for part in range(PARTS) if parts >> part & 1)


def _of_usable(usable: Usable) -> Iterator[Term]:
    """Its rules come about first for the points, then for what is broken."""
    left = usable.cost
    for rule, amount in usable.rules:
        points = min(amount, left)
        left -= points
        yield Term(rule, points, hard=False)
        yield Term(rule, amount - points, hard=True)


def _room(meeting: Meeting, place: Place) -> Iterator[Term]:
    usable = {one.number: one for one in meeting.rooms}
    if place.room in usable:
        yield from _of_usable(usable[place.room])
    if meeting.rooms and place.room < 0:
        yield Term(meeting.room_rule, 1, hard=True)


def _families(model: Model, placed: list[Placed]) -> Iterator[Term]:
    met: dict[int, set[int]] = defaultdict(set)
    for _number, meeting, place in placed:
        if meeting.family >= 0:
            met[meeting.family].update(place.trainers)
    weights = model.weights
    for trainers in met.values():
        yield Term(weights.continuity_rule, weights.another_trainer * len(trainers), hard=False)


def _loads(model: Model, placed: list[Placed]) -> Iterator[Term]:
    load: Counter[int] = Counter()
    for _number, meeting, place in placed:
        for trainer in place.trainers:
            load[trainer] += meeting.options[place.option].load
    weights = model.weights
    heaviest = max(load.values(), default=0)
    uneven = sum(much * much // model.trainers[t].share for t, much in load.items())
    yield Term(weights.load_rule, weights.heaviest_load * heaviest, hard=False)
    yield Term(weights.load_rule, weights.uneven_load * uneven, hard=False)


def _trainers_twice(model: Model, placed: list[Placed]) -> Iterator[Term]:
    """Each part of a day that a trainer is somewhere else as well."""
    busy: Counter[tuple[int, int, int]] = Counter()
    for _number, meeting, place in placed:
        for part in _parts(meeting, place):
            busy.update((trainer, place.day, part) for trainer in place.trainers)
    for (trainer, _day, _part), times in busy.items():
        yield Term(model.trainers[trainer].away_rule, times - 1, hard=True)


def _parts(meeting: Meeting, place: Place) -> list[int]:
    return [part for part in range(PARTS) if meeting.options[place.option].parts >> part & 1]


def _weeks(model: Model, placed: list[Placed]) -> Iterator[Term]:
    """What comes on top of the meetings elsewhere, as far as it is more than may be."""
    given: Counter[tuple[int, int]] = Counter()
    for _number, _meeting, place in placed:
        given.update((trainer, model.week[place.day]) for trainer in place.trainers)
    for (number, week), times in given.items():
        trainer = model.trainers[number]
        if trainer.per_week is not None:
            room = max(0, trainer.per_week - trainer.engaged.get(week, 0))
            much = max(0, times - room)
            hard = not trainer.week_weight
            yield Term(trainer.week_rule, much * (trainer.week_weight or 1), hard)


def _travel(model: Model, placed: list[Placed]) -> Iterator[Term]:
    venues: dict[tuple[int, int], set[int]] = defaultdict(set)
    for _number, _meeting, place in placed:
        if place.room >= 0:
            for trainer in place.trainers:
                venues[trainer, place.day].add(model.rooms[place.room].venue)
    for seen in venues.values():
        for one, other in combinations(sorted(seen), 2):
            if model.travel:
                yield Term(model.travel_rule, model.travel[one][other], hard=False)
            if model.too_far:
                yield Term(model.travel_rule, int(model.too_far[one][other]), hard=True)


def _rooms_full(model: Model, placed: list[Placed]) -> Iterator[Term]:
    held: Counter[tuple[int, int, int]] = Counter()
    for _number, meeting, place in placed:
        if place.room >= 0:
            held.update((place.room, part, place.day) for part in _parts(meeting, place))
    for (room, part, day), times in held.items():
        free = model.rooms[room].free[part][day]
        yield Term(model.rooms[room].rule, max(0, times - free), hard=True)


def _arcs(model: Model, calendar: Calendar) -> Iterator[Term]:
    for arc in model.arcs:
        before, after = calendar[arc.before], calendar[arc.after]
        if before is None or after is None:
            continue
        gap = after.day - before.day
        if gap < arc.least:
            yield Term(arc.least_rule, 1, hard=True)
        elif arc.most is not None and gap > arc.most:
            points = arc.most_weight * (gap - arc.most)
            yield Term(arc.most_rule, points or 1, hard=not arc.most_weight)


def _apart(model: Model, calendar: Calendar) -> Iterator[Term]:
    for pair in model.apart:
        one, other = calendar[pair.one], calendar[pair.other]
        if one is not None and other is not None and one.day == other.day:
            yield Term(pair.rule, 1, hard=True)


def _parallel(model: Model, calendar: Calendar) -> Iterator[Term]:
    for several in model.parallel:
        days = [place.day for n in several.meetings if (place := calendar[n]) is not None]
        if several.window is not None and days:
            much = max(0, max(days) - min(days) - several.window)
            weight = several.window_weight
            yield Term(several.window_rule, much * weight or int(much > 0), hard=not weight)
        if several.most_on_weekday is not None:
            for times in Counter(model.weekday[day] for day in days).values():
                much = max(0, times - several.most_on_weekday)
                weight = several.weekday_weight
                yield Term(several.weekday_rule, much * (weight or 1), hard=not weight)
