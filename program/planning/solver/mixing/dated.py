"""Tables whose meetings have a date already: who can be there, and in which order people come."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from program.planning.problem import BY_GROUP, TABLES, WHOLE, Person, Placed, Problem
from program.planning.solver.mixing.seating import Dates, Link
from program.planning.solver.outline import before

Turn = tuple[int, int]  # a module and its round
Slot = tuple[Turn, datetime, datetime]  # of which round, from, until
Groups = tuple[tuple[int, ...], ...]
MISFIT = 300  # beside ten points for meeting somebody again


class Dated:
    """The rounds are those that are mixed, in order; `tables` says how many each has."""

    def __init__(
        self, problem: Problem, groups: Groups, rounds: Sequence[Turn], tables: Sequence[int]
    ) -> None:
        self._problem, self._rounds, self._tables = problem, rounds, tables
        self._order = before(problem)
        self._kind = {module.id: module.kind for module in problem.modules}
        self._at = {
            (m.module, m.round, m.group): m
            for m in (*problem.kept, *problem.standing)
            if m.starts_at is not None
        }
        self._own = self._meetings_of(groups)
        self._crossed_by: dict[tuple[int, ...], frozenset[Slot]] = {}  # by their own meetings

    def _meetings_of(self, groups: Groups) -> Mapping[int, list[Placed]]:
        """What each person comes to besides the tables."""
        found: dict[int, list[Placed]] = defaultdict(list)
        for meeting in self._at.values():
            if self._kind.get(meeting.module) in WHOLE:
                for person in self._problem.people:
                    found[person.id].append(meeting)
            elif self._kind.get(meeting.module) in BY_GROUP and meeting.group is not None:
                for number in groups[meeting.group] if meeting.group < len(groups) else ():
                    found[number].append(meeting)
        return found

    def dates(self) -> Dates | None:
        """None when no table stands."""
        if not any(self._kind[m.module] == TABLES for m in self._problem.standing):
            return None
        meetings = [
            self._at.get((*turn, t))
            for turn, count in zip(self._rounds, self._tables, strict=True)
            for t in range(count)
        ]
        first = self._problem.starts_on
        days = [-1 if m is None else (m.begins.date() - first).days for m in meetings]
        return Dates(days, self._away(meetings), tuple(self._links()), MISFIT)

    def _away(self, meetings: Sequence[Placed | None]) -> bytes:
        """Per person and table. Tables that meet at once are the same for everybody."""
        slots = {_slot(m): m for m in meetings if m is not None}
        slot_of = [None if m is None else _slot(m) for m in meetings]
        found = []
        for person in self._problem.people:
            crossed = self._crossed(person, slots)
            away: dict[Slot | None, bool] = {
                slot: slot in crossed or not _is_free(person, meeting)
                for slot, meeting in slots.items()
            }
            away[None] = False
            found.append(bytes(map(away.__getitem__, slot_of)))
        return b"".join(found)

    def _crossed(self, person: Person, slots: Mapping[Slot, Placed]) -> frozenset[Slot]:
        """Those that do not go with the person's other meetings: of a group all have the same."""
        own = self._own[person.id]
        key = tuple(map(id, own))
        if key not in self._crossed_by:
            self._crossed_by[key] = frozenset(
                slot
                for slot, meeting in slots.items()
                if any(not self._goes_with(meeting, one) for one in own)
            )
        return self._crossed_by[key]

    def _links(self) -> Iterator[Link]:
        number = {turn: r for r, turn in enumerate(self._rounds)}
        for later, (earlier, least, most) in self._order.items():
            if later in number and earlier in number:
                yield Link(number[earlier], number[later], least, -1 if most is None else most)

    def _goes_with(self, meeting: Placed, own: Placed) -> bool:
        """Not at the same time, and in the order of the programme."""
        if own.begins < meeting.ends and meeting.begins < own.ends:
            return False
        turn, other = (meeting.module, meeting.round), (own.module, own.round)
        return self._in_order(turn, other, meeting.begins.date(), own.begins.date()) and (
            self._in_order(other, turn, own.begins.date(), meeting.begins.date())
        )

    def _in_order(self, later: Turn, earlier: Turn, day: date, day_before: date) -> bool:
        """Whether one follows the other as it should, if it follows it at all."""
        follows, least, most = self._order.get(later, (None, 0, None))
        days = (day - day_before).days
        return follows != earlier or (days >= least and (most is None or days <= most))


def _slot(meeting: Placed) -> Slot:
    return (meeting.module, meeting.round), meeting.begins, meeting.ends


def _is_free(person: Person, meeting: Placed) -> bool:
    """On this weekday and at this time."""
    begins, ends = meeting.begins, meeting.ends
    works = person.working_days >> begins.weekday() & 1
    return bool(works) and not any(s.starts_at < ends and begins < s.ends_at for s in person.busy)
