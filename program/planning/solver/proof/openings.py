"""On which days each meeting can be by itself, when only some of the rules count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from program.planning.solver.model import PARTS, Bits, Meeting, Model, Option, Usable
from program.planning.solver.proof.book import Book

Active = frozenset[int]


@dataclass(frozen=True, slots=True)
class Barred:
    """Days that a rule closes for a meeting, or for a trainer or room in it."""

    rule: int
    days: Bits


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a meeting, in sets of days."""

    open: Bits
    rows: tuple[Barred, ...]
    trainers: tuple[tuple[Barred, ...], ...]
    rooms: tuple[tuple[Barred, ...], ...]


class Openings:
    def __init__(self, book: Book) -> None:
        self.book, model = book, book.model
        self._all = (1 << model.days) - 1
        self._away = _away(model)
        self._taken = _taken(model)
        self.choices = [
            tuple(self._choice(meeting, option) for option in meeting.options)
            for meeting in model.meetings
        ]

    def days(self, active: Active) -> list[Bits]:
        """Per meeting the days on which at least one option, trainers and room are open."""
        return [self._of(number, active) for number in range(len(self.choices))]

    def _of(self, number: int, active: Active) -> Bits:
        pin = self.book.pins.get(number)
        pinned = self.book.pinned[number] if pin in active else self._all
        if pin in active and self.book.model.meetings[number].fixed is not None:
            return pinned  # it stands there, whatever else holds
        found = 0
        for option in range(len(self.choices[number])):
            found |= self.of_option(number, option, active)
        return found & pinned

    def of_option(self, number: int, option: int, active: Active) -> Bits:
        choice, meeting = self.choices[number][option], self.book.model.meetings[number]
        days = choice.open & ~_barred(choice.rows, active)
        if meeting.crew:
            days &= _at_least(meeting.crew, (~_barred(t, active) for t in choice.trainers))
        if meeting.rooms:
            days &= _at_least(1, (~_barred(room, active) for room in choice.rooms))
        return days

    def rules_of(self, number: int) -> frozenset[int]:
        """Every rule that may close a day for this meeting by itself."""
        found = {self.book.pins[number]} if number in self.book.pins else set()
        for choice in self.choices[number]:
            for bars in (choice.rows, *choice.trainers, *choice.rooms):
                found |= {bar.rule for bar in bars}
        return frozenset(found)

    def _choice(self, meeting: Meeting, option: Option) -> Choice:
        model = self.book.model
        rows = (model.rows[place] for place in option.rows if model.rows[place].hard)
        return Choice(
            open=option.open,
            rows=tuple(Barred(row.rule, _positive(row.values)) for row in rows),
            trainers=tuple(
                self._bars(usable, self._away[usable.number][option.parts])
                for usable in meeting.trainers
            ),
            rooms=tuple(
                self._bars(usable, self._taken[usable.number][option.parts])
                for usable in meeting.rooms
            ),
        )

    def _bars(self, usable: Usable, away: Barred) -> tuple[Barred, ...]:
        return (away, *(Barred(rule, self._all) for rule in hard_rules(usable)))


def hard_rules(usable: Usable) -> tuple[int, ...]:
    """The rules that are broken by using this trainer or room: what comes after its points."""
    found, points = [], usable.cost
    for rule, amount in usable.rules:
        if amount > points:
            found.append(rule)
        points = max(0, points - amount)
    return tuple(found) if usable.hard else ()


def _away(model: Model) -> list[dict[int, Barred]]:
    return [
        {parts: Barred(t.away_rule, _union(t.away, parts)) for parts in range(1 << PARTS)}
        for t in model.trainers
    ]


def _taken(model: Model) -> list[dict[int, Barred]]:
    found = []
    for room in model.rooms:
        taken = tuple(_positive([not free for free in part]) for part in room.free)
        found.append(
            {parts: Barred(room.rule, _union(taken, parts)) for parts in range(1 << PARTS)}
        )
    return found


def _union(by_part: Sequence[Bits], parts: int) -> Bits:
    found = 0
    for part in range(PARTS):
        if parts >> part & 1:
            found |= by_part[part]
    return found


def _positive(values: Sequence[int]) -> Bits:
    return sum(1 << day for day, value in enumerate(values) if value > 0)


def _barred(bars: Iterable[Barred], active: Active) -> Bits:
    found = 0
    for bar in bars:
        if bar.rule in active:
            found |= bar.days
    return found


def _at_least(count: int, sets: Iterable[Bits]) -> Bits:
    """The days that are in at least so many of the sets."""
    reached = [-1] + [0] * count
    for days in sets:
        for n in range(count, 0, -1):
            reached[n] |= reached[n - 1] & days
    return reached[count]
