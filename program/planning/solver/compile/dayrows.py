"""What each day costs a meeting, or breaks: special days, wishes, pace, people who are away."""

from collections.abc import Iterable
from itertools import groupby

from program.planning.problem import WHOLE, Module, Person, Placed, SpecialDay
from program.planning.solver.compile.book import Book
from program.planning.solver.compile.hours import Hours
from program.planning.solver.days import Days
from program.planning.solver.model import EVENING, Bits
from program.planning.solver.outline import Wanted

PACE_UNIT = 49  # a week late is one unit, two weeks are four


class DayRows:
    def __init__(self, book: Book) -> None:
        self.book, self.days = book, book.days
        self.stretches = list(_stretches(book.problem.special))
        self._of_module: dict[tuple[int, int], list[int]] = {}
        self._of_turn: dict[tuple[int, int], list[int]] = {}
        self._of_person: dict[tuple[int, int, int, int], list[int]] = {}

    def of(self, wanted: Wanted, hours: Hours) -> list[int]:
        """Places of rows for a meeting at this time of day."""
        people = self._missed if wanted.module.kind in WHOLE else self._away
        return [
            *self._special_and_preferred(wanted.module, hours.parts),
            *self._pace(wanted),
            *people(wanted, hours),
        ]

    def _special_and_preferred(self, module: Module, parts: int) -> list[int]:
        key = (module.id, parts)
        if key not in self._of_module:
            self._of_module[key] = [
                *self._special(module, parts),
                *self._council(module, parts),
                *self._preferred(module, parts),
            ]
        return self._of_module[key]

    def _special(self, module: Module, parts: int) -> Iterable[int]:
        for stretch in self.stretches:
            first = stretch[0]
            taken = self.days.bits(day.on for day in stretch if day.parts & parts)
            if taken:
                rule = self.book.rule(first.rule, name=first.name, day=first.on.isoformat())
                yield from self.book.breach(first.rule, rule, taken, module.id)

    def _council(self, module: Module, parts: int) -> list[int]:
        """Its fixed evening in the week."""
        if not parts & EVENING:
            return []
        weekdays = self.book.asked.value("day.council", "weekdays", module.id)
        rule = self.book.rule("day.council", weekdays=weekdays)
        return self.book.breach("day.council", rule, self.days.weekdays(weekdays), module.id)

    def _preferred(self, module: Module, parts: int) -> Iterable[int]:
        asked = self.book.asked
        wanted = self.days.weekdays(asked.value("weekday.preferred", "weekdays", module.id))
        rule = self.book.rule("weekday.preferred", module=module.id)
        yield from self.book.breach("weekday.preferred", rule, self.days.all & ~wanted, module.id)
        if parts & ~asked.value("part.preferred", "parts", module.id):
            rule = self.book.rule("part.preferred", module=module.id)
            yield from self.book.breach("part.preferred", rule, self.days.all, module.id)

    def _pace(self, wanted: Wanted) -> list[int]:
        weight = self.book.asked.weight("pace", wanted.module.id)
        if not weight or wanted.module.fixed_on is not None:
            return []
        key = module, turn = wanted.key[:2]
        if key not in self._of_turn:
            rule = self.book.rule("pace", module=module, round=turn)
            late = range(-wanted.target, self.days.count - wanted.target)
            points = tuple(weight * n * n // PACE_UNIT for n in late)
            self._of_turn[key] = self.book.row(rule, points, hard=False)
        return self._of_turn[key]

    def _away(self, wanted: Wanted, hours: Hours) -> Iterable[int]:
        """Each member of a group or table by itself."""
        for person in wanted.people:
            weight = self.book.asked.weight("person.away", wanted.module.id)
            key = (person, hours.minute, hours.minutes, weight)
            if key not in self._of_person:
                who = self.book.problem.people[person]
                rule = self.book.rule("person.away", person=who.id)
                away = self.away(person, hours)
                self._of_person[key] = self.book.breach("person.away", rule, away, wanted.module.id)
            yield from self._of_person[key]

    def _missed(self, wanted: Wanted, hours: Hours) -> list[int]:
        """How many cannot come to what is for everybody."""
        weight = self.book.asked.weight("person.missed", wanted.module.id)
        if not weight:
            return []
        away = [self.book.values(self.away(person, hours), weight) for person in wanted.people]
        rule = self.book.rule("person.missed", module=wanted.key[0], round=wanted.key[1])
        return self.book.row(rule, tuple(map(sum, zip(*away, strict=True))), hard=False)

    def away(self, person: int, hours: Hours) -> Bits:
        return away_days(self.days, self.book.problem.people[person], hours)


def away_days(days: Days, who: Person, hours: Hours) -> Bits:
    """The days on which somebody does not work or has something else at that time."""
    busy = days.busy(who.busy, hours.minute, hours.minutes)
    return days.all & ~days.weekdays(who.working_days) | busy


def _stretches(special: Iterable[SpecialDay]) -> Iterable[list[SpecialDay]]:
    """Days that follow each other under one rule and name: a holiday."""
    by_name = sorted(special, key=lambda day: (day.rule, day.name, day.on))
    for _name, days in groupby(by_name, key=lambda day: (day.rule, day.name)):
        stretch: list[SpecialDay] = []
        for day in days:
            if stretch and (day.on - stretch[-1].on).days > 1:
                yield stretch
                stretch = []
            stretch.append(day)
        yield stretch


def change_rows(book: Book, was: Placed, accepted: int, hours: Hours) -> list[int]:
    """What it costs that a meeting leaves its day, or its time on that day."""
    day = book.days.bits([was.begins.date()])
    other_time = was.begins.hour * 60 + was.begins.minute != hours.minute
    moved = book.days.all & ~day
    return [
        *book.breach("change.day", book.rule("change.day"), moved, was.module),
        *(book.breach("change.part", book.rule("change.part"), day, was.module)
          if other_time else ()),
        *_accepted(book, was, accepted, moved | day if other_time else moved),
    ]  # fmt: skip


def _accepted(book: Book, was: Placed, accepted: int, changed: Bits) -> list[int]:
    points = accepted * book.asked.weight("change.accepted", was.module)
    rule = book.rule("change.accepted")
    return book.row(rule, book.values(changed, points), hard=False) if points else []
