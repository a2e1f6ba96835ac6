"""Finds dates, rooms and trainers: first near an even pace, then better and better.

One step takes a meeting away and puts it on another day that keeps every rule, cheaper or (while
the search is hot) dearer.
"""

import math
from random import Random

from program.planning.problem import BY_GROUP, Progress
from program.planning.solver.calendar import LOAD, NEW_TRAINER, NO_PLACE, Calendar, Place
from program.planning.solver.clock import Clock
from program.planning.solver.days import Option

HOT, COLD = 150.0, 4.0
EVERY = 64  # steps between two looks at the clock
NEAR = 30  # days around the target where most tries go


def search(calendar: Calendar, rng: Random, steps: int, clock: Clock) -> int:
    """Fill the calendar as well as the steps allow; return what it must cost at least."""
    movable = [n for n, meeting in enumerate(calendar.wanted) if meeting.kept is None]
    least = bound(calendar)
    for number in sorted(movable, key=lambda n: calendar.wanted[n].module.fixed_on is None):
        _first_place(calendar, number, rng)
    if movable:
        _Search(calendar, rng, movable).anneal(steps, clock, least)
    return least


def bound(calendar: Calendar) -> int:
    """Each meeting at its own cheapest, and the load shared in perfect fairness."""
    total, given, groups = 0, 0, set()
    for number, meeting in enumerate(calendar.wanted):
        if meeting.module.kind in BY_GROUP and meeting.module.trainers:
            groups.add(meeting.key[2])
        if meeting.kept is not None:
            given += len(meeting.kept.trainers)
            continue
        total += _cheapest(calendar, number)
        given += meeting.module.trainers
    per_week = sum(max(1, trainer.max_per_week) for trainer in calendar.problem.trainers)
    fair = LOAD * given * given // per_week - given if per_week else 0
    return total + max(0, fair) + NEW_TRAINER * len(groups)


def _cheapest(calendar: Calendar, number: int) -> int:
    costs = []
    for place, option in enumerate(calendar.options[number]):
        rents = [calendar.rent(room, option) for room in calendar.rooms[number]] or [0]
        possible = calendar.possible[number][place]
        costs += [
            calendar.standing(number, (day, place, -1, ())) + min(rents)
            for day in range(calendar.days.count)
            if possible >> day & 1
        ]
    return min(costs, default=0)


def _first_place(calendar: Calendar, number: int, rng: Random) -> None:
    """The nearest day to its target on which all is there."""
    target = calendar.wanted[number].target
    found = [
        (abs(day - target), day, option)
        for option in range(len(calendar.options[number]))
        for day in _bits(calendar.days_for(number, option))
    ]
    for _far, day, option in sorted(found):
        place = complete(calendar, number, day, option, rng, heat=0)
        if place is not None:
            calendar.put(number, place)
            return


def _bits(days: int) -> list[int]:
    return [day for day in range(days.bit_length()) if days >> day & 1]


def complete(
    calendar: Calendar, number: int, day: int, place: int, rng: Random, *, heat: float
) -> Place | None:  # fmt: skip
    """A room and trainers for that day, or nothing."""
    option: Option = calendar.options[number][place]
    need = calendar.wanted[number].module.trainers
    room = calendar.room_for(number, day, option)
    able = calendar.trainers_for(number, day, option)
    if room < 0 or len(able) < need:
        return None
    able.sort(key=lambda t: calendar.one_more(number, t) + heat * rng.random())
    return day, place, room, tuple(able[:need])


class _Search:
    def __init__(self, calendar: Calendar, rng: Random, movable: list[int]) -> None:
        self.calendar, self.rng, self.movable = calendar, rng, movable

    def anneal(self, steps: int, clock: Clock, least: int) -> None:
        calendar = self.calendar
        best, kept = calendar.cost, list(calendar.places)
        cooling = (COLD / HOT) ** (1 / max(1, steps))
        heat = HOT
        for step in range(steps):
            if step % EVERY == 0 and not self._tell(clock, step, steps, best, least):
                break
            self._try(heat)
            heat *= cooling
            if calendar.cost < best:
                best, kept = calendar.cost, list(calendar.places)
        self._return_to(kept)

    def _tell(self, clock: Clock, step: int, steps: int, best: int, least: int) -> bool:
        return clock.go_on(Progress("calendar", step, steps, best // NO_PLACE, best, least))

    def _try(self, heat: float) -> None:
        calendar, rng = self.calendar, self.rng
        number = self.movable[int(rng.random() * len(self.movable))]
        before = calendar.cost
        old = calendar.take(number) if calendar.places[number] is not None else None
        new = self._somewhere(number, old, heat)
        if new is not None:
            calendar.put(number, new)
            worse = calendar.cost - before
            if worse <= 0 or rng.random() < math.exp(-worse / heat):
                return
            calendar.take(number)
        if old is not None:
            calendar.put(number, old)

    def _somewhere(self, number: int, old: Place | None, heat: float) -> Place | None:
        calendar, rng = self.calendar, self.rng
        option = int(rng.random() * len(calendar.options[number]))
        days = calendar.days_for(number, option)
        if not days:
            return None
        if old is not None and rng.random() < 0.25 and days >> old[0] & 1:
            day = old[0]  # other trainers, or the other half of the day
        else:
            day = self._some_day(number, days)
        return complete(calendar, number, day, option, rng, heat=heat)

    def _some_day(self, number: int, days: int) -> int:
        """A random one of these days, mostly near the target."""
        rng = self.rng
        if rng.random() < 0.8:
            wish = self.calendar.wanted[number].target + round((rng.random() * 2 - 1) * NEAR)
        else:
            wish = int(rng.random() * self.calendar.days.count)
        later = days >> max(0, wish)
        if wish > 0 and not later:
            return days.bit_length() - 1
        wish = max(0, wish)
        return wish + (later & -later).bit_length() - 1

    def _return_to(self, places: list[Place | None]) -> None:
        calendar = self.calendar
        for number in self.movable:
            if calendar.places[number] is not None:
                calendar.take(number)
        for number in self.movable:
            place = places[number]
            if place is not None:
                calendar.put(number, place)
