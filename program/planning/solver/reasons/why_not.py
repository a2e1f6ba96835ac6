"""Why a meeting is not on another day: which rules would break there, and what it would cost.

At once, without a search: the meeting goes to the cell with the trainers and the room that suit it
best there, all other meetings stay, and everything around it is counted again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from program.planning.solver.dates.recount import Count, recount
from program.planning.solver.model import PARTS, Calendar, Meeting, Model, Place, Usable, Weights


@dataclass(frozen=True, slots=True)
class Why:
    """What comes of a meeting in a cell, against where it is now; by place in Model.rules.

    `closed`: the day cannot be chosen at all (a weekend, before the first day to plan).
    """

    place: Place
    broken: Mapping[int, int]  # how often more
    costs: Mapping[int, int]  # points more, or less
    closed: bool = False
    here: bool = False  # it is there now

    @property
    def points(self) -> int:
        return sum(self.costs.values())

    @property
    def is_free(self) -> bool:
        """No rule is broken more than now."""
        return not self.closed and all(times <= 0 for times in self.broken.values())


def why_not(
    model: Model, calendar: Calendar, meeting: int, day: int, option: int | None = None
) -> Why:
    """At the time of day that suits best, or at the given one."""
    return Around(model, calendar, meeting).on(day, option)


class Around:
    """One meeting, and what can be in its way. The other meetings stay where they are."""

    def __init__(self, model: Model, calendar: Calendar, number: int) -> None:
        self.whole, self.number = model, number
        self.meeting, self.was = model.meetings[number], calendar[number]
        self.others = (*calendar[:number], None, *calendar[number + 1 :])
        self.near = _near(model, number)
        self.model = _only(model, number)
        self._loads = _loads(model, self.others)

    def on(self, day: int, option: int | None = None) -> Why:
        """One day; a meeting that is on it stays as it is."""
        options = range(len(self.meeting.options)) if option is None else (option,)
        places = [self._best(day, one) for one in options]
        if self.was is not None and self.was.day == day and self.was.option in options:
            places = [self.was]
        return min((self._why(place) for place in places), key=_badness)

    def _why(self, place: Place) -> Why:
        seen = self._seen(place.day)
        before, after = self._count(seen, self.was), self._count(seen, place)
        costs = Counter(after.cost)
        costs.subtract(before.cost)
        costs[self.whole.weights.load_rule] += self._load(place) - self._load(self.was)
        return Why(
            place=place,
            broken=_changed(before.broken, after.broken),
            costs={rule: points for rule, points in sorted(costs.items()) if points},
            closed=not self.meeting.options[place.option].open >> place.day & 1,
            here=place == self.was,
        )

    def _seen(self, day: int) -> Calendar:
        """The others that matter: neighbours, and whoever is at work in the same weeks."""
        weeks = {self.whole.week[d] for d in (day, self.was.day if self.was else day)}
        return tuple(
            place
            if place is not None and (n in self.near or self.whole.week[place.day] in weeks)
            else None
            for n, place in enumerate(self.others)
        )

    def _count(self, seen: Calendar, place: Place | None) -> Count:
        return recount(self.model, (*seen[: self.number], place, *seen[self.number + 1 :]))

    def _load(self, place: Place | None) -> int:
        """Points for how the work is shared."""
        loads = Counter(self._loads)
        if place is not None:
            for trainer in place.trainers:
                loads[trainer] += self.meeting.options[place.option].load
        weights, shares = self.whole.weights, self.whole.trainers
        uneven = sum(much * much // shares[t].share for t, much in loads.items())
        heaviest = max(loads.values(), default=0)
        return weights.heaviest_load * heaviest + weights.uneven_load * uneven

    def _best(self, day: int, option: int) -> Place:
        """With the trainers and the room that break least there, then cost least."""
        parts = self.meeting.options[option].parts
        crew = sorted(self.meeting.trainers, key=lambda one: self._by_trainer(one, day, parts))
        rooms = sorted(self.meeting.rooms, key=lambda one: self._by_room(one, day, parts))
        return Place(
            day, option, rooms[0].number if rooms else -1,
            tuple(one.number for one in self._with_senior(crew)),
        )  # fmt: skip

    def _with_senior(self, crew: list[Usable]) -> list[Usable]:
        chosen, rest = crew[: self.meeting.crew], crew[self.meeting.crew :]
        is_senior = [self.whole.trainers[one.number].senior for one in chosen]
        if chosen and not any(is_senior):
            senior = next((one for one in rest if self.whole.trainers[one.number].senior), None)
            chosen = [*chosen[:-1], senior or chosen[-1]]
        return chosen

    def _by_trainer(self, one: Usable, day: int, parts: int) -> tuple[int, int, int, int, int]:
        number, trainer = one.number, self.whole.trainers[one.number]
        away = any(trainer.away[part] >> day & 1 for part in _parts(parts))
        busy = any((number, day, part) in self._busy for part in _parts(parts))
        week = self.whole.week[day]
        most = trainer.per_week
        full = (
            most is not None and self._weekly[number, week] + trainer.engaged.get(week, 0) >= most
        )
        stays = self.was is not None and number in self.was.trainers
        known = number in self._known
        return (
            one.hard + away + busy + full, one.cost, not stays, not known, self._loads[number],
        )  # fmt: skip

    def _by_room(self, one: Usable, day: int, parts: int) -> tuple[int, int, int]:
        free = self.whole.rooms[one.number].free
        full = any(self._held[one.number, day, part] >= free[part][day] for part in _parts(parts))
        stays = self.was is not None and one.number == self.was.room
        return one.hard + full, one.cost, not stays

    @cached_property
    def _busy(self) -> set[tuple[int, int, int]]:
        return {
            (trainer, place.day, part)
            for meeting, place in self._placed()
            for part in _parts(meeting.options[place.option].parts)
            for trainer in place.trainers
        }

    @cached_property
    def _held(self) -> Counter[tuple[int, int, int]]:
        return Counter(
            (place.room, place.day, part)
            for meeting, place in self._placed()
            for part in _parts(meeting.options[place.option].parts)
        )

    @cached_property
    def _weekly(self) -> Counter[tuple[int, int]]:
        return Counter(
            (trainer, self.whole.week[place.day])
            for _meeting, place in self._placed()
            for trainer in place.trainers
        )

    @cached_property
    def _known(self) -> set[int]:
        """Trainers whom its people meet already."""
        family = self.meeting.family
        return {
            trainer
            for meeting, place in self._placed()
            if meeting.family == family >= 0
            for trainer in place.trainers
        }

    def _placed(self) -> Iterable[tuple[Meeting, Place]]:
        pairs = zip(self.whole.meetings, self.others, strict=True)
        return [(meeting, place) for meeting, place in pairs if place is not None]


def _near(model: Model, number: int) -> frozenset[int]:
    family = model.meetings[number].family
    found = {n for n, meeting in enumerate(model.meetings) if meeting.family == family >= 0}
    found.update(
        n for a in model.arcs if number in (a.before, a.after) for n in (a.before, a.after)
    )
    found.update(n for p in model.apart if number in (p.one, p.other) for n in (p.one, p.other))
    found.update(n for p in model.parallel if number in p.meetings for n in p.meetings)
    return frozenset(found - {number})


def _only(model: Model, number: int) -> Model:
    """Without the rules between others, and without the loads, which are counted apart."""
    weights: Weights = replace(model.weights, heaviest_load=0, uneven_load=0)
    return replace(
        model,
        arcs=tuple(arc for arc in model.arcs if number in (arc.before, arc.after)),
        apart=tuple(pair for pair in model.apart if number in (pair.one, pair.other)),
        parallel=tuple(several for several in model.parallel if number in several.meetings),
        weights=weights,
    )


def _loads(model: Model, calendar: Calendar) -> Counter[int]:
    loads: Counter[int] = Counter()
    for meeting, place in zip(model.meetings, calendar, strict=True):
        if place is not None:
            for trainer in place.trainers:
                loads[trainer] += meeting.options[place.option].load
    return loads


def _changed(before: Mapping[int, int], after: Mapping[int, int]) -> dict[int, int]:
    rules = sorted(before.keys() | after.keys())
    change = {rule: after.get(rule, 0) - before.get(rule, 0) for rule in rules}
    return {rule: times for rule, times in change.items() if times}


def _badness(why: Why) -> tuple[bool, int, int]:
    return why.closed, sum(why.broken.values()), why.points


def _parts(parts: int) -> list[int]:
    return [part for part in range(PARTS) if parts >> part & 1]
