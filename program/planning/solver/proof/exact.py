"""A model as CP-SAT reads it: exact, as far as hard rules go.

One variable for each meeting on each day at each time, one more for each trainer who can give it
then; at most one meeting for a trainer on a part of a day. (With a variable for the date and one
for the trainer the same question takes many times as long.)
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from program.planning.solver.model import Calendar, Place
from program.planning.solver.proof.book import Book
from program.planning.solver.proof.chains import Chains, Stuck, pulls
from program.planning.solver.proof.means import Means
from program.planning.solver.proof.openings import Active, Openings
from program.planning.solver.proof.scarcity import touched

On = dict[int, Any]  # day: the variable that says a meeting is then


class Exact:
    """Every hard rule of `active`, on all meetings; other rules are left out.

    A trainer or room whose rule is left out can be anywhere at once. `stuck` says that the days
    alone have no solution; there is no model then.
    """

    def __init__(self, book: Book, openings: Openings, active: Active) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415  (large)

        self.book, self.model, self.active = book, book.model, active
        self.cp = cp_model.CpModel()
        self.on: list[On] = []
        self.at: list[dict[tuple[int, int], Any]] = []  # day, option
        days = openings.days(active)
        self._chains = Chains(pulls(self.model), active)
        first = self._chains.earliest(days)
        self.stuck = isinstance(first, Stuck)
        if isinstance(first, Stuck):
            return
        last = self._chains.latest(days)
        self._touched = touched(book, active)
        self._choose(openings, days, first, last)
        self._order(first, last)
        self._apart()
        self._weekdays()
        self.means = Means(self)

    def _choose(
        self, openings: Openings, days: Sequence[int], first: Sequence[int], last: Sequence[int]
    ) -> None:
        for number, meeting in enumerate(self.model.meetings):
            self.at.append({})
            self.on.append({})
            if number not in self._touched:
                continue
            by_day: dict[int, list[Any]] = defaultdict(list)
            for option in range(len(meeting.options)):
                left = days[number] & self._open(openings, number, option)
                for day in _days(left, first[number], last[number]):
                    chosen = self.at[number][day, option] = self.cp.new_bool_var("")
                    by_day[day].append(chosen)
            self.cp.add_exactly_one(self.at[number].values())
            self.on[number] = {day: self._either(found) for day, found in sorted(by_day.items())}

    def _open(self, openings: Openings, number: int, option: int) -> int:
        fixed = self.fixed(number)
        if fixed is None:
            return openings.of_option(number, option, self.active)
        return 1 << fixed.day if option == fixed.option else 0

    def fixed(self, number: int) -> Place | None:
        """Where it stands, while that counts."""
        return self.model.meetings[number].fixed if self._is_pinned(number) else None

    def _is_pinned(self, number: int) -> bool:
        return self.book.pins.get(number) in self.active

    def _either(self, found: list[Any]) -> Any:
        if len(found) == 1:
            return found[0]
        day = self.cp.new_bool_var("")
        self.cp.add(sum(found) == day)
        return day

    def _order(self, first: Sequence[int], last: Sequence[int]) -> None:
        """Each day's "by then": what comes after is not, before what comes before it is."""
        by_then = [self._by_then(on) for on in self.on]
        for pull in pulls(self.model):
            if pull.rule not in self.active:
                continue
            if first[pull.after] >= last[pull.before] + pull.days:
                continue
            before, after = list(self.on[pull.before]), list(self.on[pull.after])
            for place, day in enumerate(after[:-1]):
                reached = bisect_right(before, day - pull.days)
                if reached == 0:
                    self.cp.add_bool_or([~by_then[pull.after][place]])
                elif reached < len(before):
                    self.cp.add_implication(
                        by_then[pull.after][place], by_then[pull.before][reached - 1]
                    )
            reached = bisect_right(before, after[-1] - pull.days)
            if 0 < reached < len(before):
                self.cp.add_bool_or([by_then[pull.before][reached - 1]])

    def _by_then(self, on: On) -> list[Any]:
        """Per day but the last one: the meeting is on it or before it."""
        found: list[Any] = []
        for day in list(on)[:-1]:
            by_then = self.cp.new_bool_var("") if found else on[day]
            if found:
                self.cp.add(by_then == found[-1] + on[day])
            found.append(by_then)
        return found

    def places(self) -> Iterator[tuple[int, int, int, Any]]:
        """Meeting, day, option, and the variable that chooses them."""
        for number, found in enumerate(self.at):
            for (day, option), chosen in found.items():
                yield number, day, option, chosen

    def _apart(self) -> None:
        for pair in self.model.apart:
            if pair.rule in self.active:
                one, other = self.on[pair.one], self.on[pair.other]
                for day in one.keys() & other.keys():
                    self.cp.add_at_most_one([one[day], other[day]])

    def _weekdays(self) -> None:
        for several in self.model.parallel:
            if several.most_on_weekday is None or several.weekday_weight:
                continue
            if several.weekday_rule not in self.active:
                continue
            by_weekday: dict[int, list[Any]] = defaultdict(list)
            for number in several.meetings:
                for day, chosen in self.on[number].items():
                    by_weekday[self.model.weekday[day]].append(chosen)
            for found in by_weekday.values():
                self.cp.add(sum(found) <= several.most_on_weekday)

    def calendar(self, solver: Any) -> Calendar:
        """What a solver found."""
        return tuple(self._place(solver, number) for number in range(len(self.model.meetings)))

    def _place(self, solver: Any, number: int) -> Place | None:
        if not self.at[number]:
            return None
        day, option = next(
            key for key, chosen in self.at[number].items() if solver.boolean_value(chosen)
        )
        meeting = self.model.meetings[number]
        trainers = tuple(
            usable.number
            for usable in meeting.trainers
            if (gives := self.means.gives.get((number, day, option, usable.number))) is not None
            and solver.boolean_value(gives)
        )
        rooms = [
            usable.number
            for usable in meeting.rooms
            if (holds := self.means.holds.get((number, day, option, usable.number))) is not None
            and solver.boolean_value(holds)
        ]
        return Place(day, option, rooms[0] if rooms else -1, trainers)


def _days(bits: int, first: int, last: int) -> Iterator[int]:
    bits &= ((2 << last) - 1) & ~((1 << first) - 1)
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
