"""Writes the calendar question of a problem in numbers, with every rule as it is set."""

from dataclasses import dataclass, replace

from program.planning.problem import Placed, Problem, Tables
from program.planning.solver.compile.book import Book
from program.planning.solver.compile.dayrows import DayRows, change_rows
from program.planning.solver.compile.hours import Hours, hours_of, hours_taken, part_hours
from program.planning.solver.compile.order import apart, arcs, parallel
from program.planning.solver.compile.rooms import Rooms, family_of
from program.planning.solver.compile.trainers import LOAD, Trainers, week_of
from program.planning.solver.days import Days
from program.planning.solver.model import Meeting, Model, Option, Place, Usable
from program.planning.solver.outline import Groups, Wanted, asked, is_inside, outline

__all__ = ["Compiled", "compiled"]


@dataclass(frozen=True)
class Compiled:
    """A model, and which meeting of the programme each of its meetings is."""

    model: Model
    wanted: tuple[Wanted, ...]
    days: Days
    hours: tuple[tuple[Hours, ...], ...]  # per meeting those of its options
    outside: tuple[Placed, ...]  # kept, on a day outside the period: nothing to decide about


def compiled(problem: Problem, groups: Groups, tables: tuple[Tables, ...]) -> Compiled:
    """The dates, rooms and trainers of these groups and tables as a question in numbers."""
    return _Compiler(problem, groups, tables).compiled()


class _Compiler:
    def __init__(self, problem: Problem, groups: Groups, tables: tuple[Tables, ...]) -> None:
        self.problem = problem
        self.days = Days(problem)
        self.book = Book(problem, self.days)
        self.wanted = outline(problem, groups, tables, self.days)
        self.outside = tuple(
            meeting.kept
            for meeting in asked(problem, groups, tables)
            if meeting.kept and not is_inside(self.days, meeting.kept)
        )
        times = [hours for meeting in self.wanted for hours in hours_of(meeting.module)]
        parts = part_hours(times)
        self.rows = DayRows(self.book)
        self.rooms, self.trainers = Rooms(self.book, parts), Trainers(self.book, parts)
        self.standing = {
            (was.module, was.round, was.group): (was, problem.accepted.get(place, 0))
            for place, was in enumerate(problem.standing)
            if was.starts_at is not None
        }

    def compiled(self) -> Compiled:
        meetings = tuple(self._meeting(wanted) for wanted in self.wanted)
        order = arcs(self.book, self.wanted)
        weekday = self.days.first.weekday()
        count = range(self.days.count)
        model = Model(
            days=self.days.count,
            weekday=tuple((weekday + day) % 7 for day in count),
            week=tuple(week_of(day, weekday) for day in count),
            meetings=meetings,
            trainers=self.trainers.all(),
            rooms=self.rooms.all(),
            arcs=order,
            apart=apart(self.book, self.wanted, order),
            parallel=parallel(self.book, self.wanted),
            weights=self.trainers.weights(),
            senior_hard=self.book.asked.is_hard("trainer.senior"),
            travel=self.rooms.travel(),
            too_far=self.rooms.too_far(),
            travel_rule=self.book.rule("travel.trainer"),
            rules=tuple(self.book.rules),
            rows=tuple(self.book.rows),
        )
        return Compiled(
            model=model,
            wanted=tuple(self.wanted),
            days=self.days,
            hours=tuple(_hours(wanted) for wanted in self.wanted),
            outside=self.outside,
        )

    def _meeting(self, wanted: Wanted) -> Meeting:
        if wanted.kept is not None:
            return self._kept(wanted, wanted.kept)
        was, accepted = self.standing.get(wanted.key, (None, 0))
        times = hours_of(wanted.module)
        rooms = self.rooms.usable(wanted, was, times[0].parts.bit_count())
        lacking = [] if rooms else self._no_room(wanted)
        return replace(
            self._blank(wanted),
            options=tuple(self._option(wanted, h, was, accepted, lacking) for h in times),
            crew=wanted.module.trainers,
            trainers=self.trainers.usable(wanted, was),
            rooms=rooms,
            hint=None if was is None else self._hint(was, times),
        )

    def _blank(self, wanted: Wanted) -> Meeting:
        module, turn, _group = wanted.key
        return Meeting(
            options=(),
            crew=0,
            trainers=(),
            rooms=(),
            family=family_of(wanted),
            people=len(wanted.people),
            crew_rule=self.book.rule(
                "trainer.count", module=module, round=turn, trainers=wanted.module.trainers
            ),
            room_rule=self.book.rule("room.free", module=module, round=turn),
        )

    def _no_room(self, wanted: Wanted) -> list[int]:
        """No room is large enough: on each day that breaks a rule."""
        rule = self.book.rule("room.size", module=wanted.key[0], round=wanted.key[1])
        return self.book.row(rule, (1,) * self.days.count, hard=True)

    def _option(
        self, wanted: Wanted, hours: Hours, was: Placed | None, accepted: int, rows: list[int]
    ) -> Option:
        rows = [*rows, *self.rows.of(wanted, hours)]
        if was is not None:
            rows += change_rows(self.book, was, accepted, hours)
        return _option(hours, self._open(wanted), rows)

    def _open(self, wanted: Wanted) -> int:
        fixed_on = wanted.module.fixed_on
        return self.days.choosable if fixed_on is None else self.days.bits([fixed_on])

    def _hint(self, was: Placed, times: tuple[Hours, ...]) -> Place | None:
        """Where it stood, as far as that can still be said."""
        day, taken = self.days.number(was.begins.date()), hours_taken(was)
        option = next((o for o, hours in enumerate(times) if hours.minute == taken.minute), 0)
        if not 0 <= day < self.days.count:
            return None
        return Place(day, option, self.rooms.of(was), self.trainers.of(was))

    def _kept(self, wanted: Wanted, kept: Placed) -> Meeting:
        """It stands. What is over is not judged, and what it had was there."""
        day, hours = self.days.number(kept.begins.date()), hours_taken(kept)
        place = Place(day, 0, self.rooms.of(kept), self.trainers.of(kept))
        over = self.problem.from_on is not None and kept.begins.date() < self.problem.from_on
        if over:
            self.rooms.lend(place.room, day, hours.parts)
            self.trainers.lend(place.trainers, day, hours.parts)
        rows = [] if over else self.rows.of(wanted, hours)
        return replace(
            self._blank(wanted),
            options=(_option(hours, 1 << day, rows),),
            crew=0 if over else wanted.module.trainers,
            trainers=tuple(Usable(n) for n in place.trainers)
            if over
            else self.trainers.usable(wanted, None),
            rooms=self._room_of(place)
            if over
            else self.rooms.kept(wanted, kept, hours.parts.bit_count()),
            fixed=place,
        )

    @staticmethod
    def _room_of(place: Place) -> tuple[Usable, ...]:
        return (Usable(place.room),) if place.room >= 0 else ()


def _hours(wanted: Wanted) -> tuple[Hours, ...]:
    return (hours_taken(wanted.kept),) if wanted.kept else hours_of(wanted.module)


def _option(hours: Hours, choosable: int, rows: list[int]) -> Option:
    return Option(
        parts=hours.parts,
        load=LOAD * hours.parts.bit_count(),
        open=choosable,
        rows=tuple(rows),
        minute=hours.minute,
    )
