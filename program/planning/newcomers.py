"""Gives people who came later a learning group, and a seat at a table of each round to come. Pure.

What stands stays: nobody else changes groups or tables, so sizes may become uneven.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from program.planning.changes import standing_plan
from program.planning.problem import BY_GROUP, Person, Placed, Problem, Tables

Sets = tuple[tuple[int, ...], ...]
Turn = tuple[int, int]  # a module and its round
Score = tuple[int, int, int, int]


def seated(problem: Problem) -> Problem:
    """The same with a place for everybody, as far as groups and tables were made already."""
    placing = _Placing(problem)
    groups = placing.groups()
    return replace(problem, groups=groups, tables=tuple(map(placing.mixed, problem.tables)))


class _Placing:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.people = {person.id: person for person in problem.people}
        self.rooms = {room.id: room.capacity for room in problem.rooms}
        self.kind = {module.id: module.kind for module in problem.modules}
        self.held: dict[tuple[Turn, int | None], Placed] = {
            ((m.module, m.round), m.group): m
            for m in standing_plan(problem).meetings
            if m.starts_at is not None and not self._is_over(m)
        }
        self.never = {frozenset((p.one, p.other)) for p in problem.pairs if not p.together}
        self.never |= {frozenset((p.id, p.manager)) for p in problem.people if p.manager}
        self.met = _met(problem)
        self.pinned = dict(problem.pinned)

    def _is_over(self, meeting: Placed) -> bool:
        first = self.problem.from_on
        return first is not None and meeting.begins.date() < first

    def groups(self) -> Sets:
        """Everybody without a learning group joins the one that suits best."""
        found = self.problem.groups
        if not found:
            return found
        for person in self._missing(found):
            number = self.pinned.get(person.id, self._friend(person, found))
            if number is None or number >= len(found):
                number = min(range(len(found)), key=lambda g: self._group_score(person, found, g))
            found = _with(found, number, person.id)
        return found

    def _missing(self, sets: Iterable[Iterable[int]]) -> list[Person]:
        placed = {person for people in sets for person in people}
        return [person for person in self.problem.people if person.id not in placed]

    def _friend(self, person: Person, groups: Sets) -> int | None:
        """The group of somebody they must be with."""
        mates = {
            other
            for pair in self.problem.pairs
            if pair.together and person.id in (pair.one, pair.other)
            for other in (pair.one, pair.other)
        }
        return next((g for g, people in enumerate(groups) if mates & {*people}), None)

    def _group_score(self, person: Person, groups: Sets, number: int) -> Score:
        meetings = [
            meeting
            for (turn, group), meeting in self.held.items()
            if group == number and self.kind.get(turn[0]) in BY_GROUP
        ]
        return self._score(person, groups[number], meetings)

    def mixed(self, mix: Tables) -> Tables:
        """A table for everybody, if the round is still to come and its tables were made."""
        turn = mix.module, mix.round
        ahead = [t for t in range(len(mix.tables)) if (turn, t) in self.held and mix.tables[t]]
        if not ahead:
            return mix
        tables = mix.tables
        for person in self._missing(tables):
            number = min(ahead, key=lambda t: self._table_score(person, turn, tables, t))
            tables = _with(tables, number, person.id)
            for other in tables[number]:
                self.met[frozenset((person.id, other))] += 1
        return replace(mix, tables=tables)

    def _table_score(self, person: Person, turn: Turn, tables: Sets, number: int) -> Score:
        wrong, missed, size, _met = self._score(person, tables[number], [self.held[turn, number]])
        met = sum(self.met[frozenset((person.id, other))] for other in tables[number])
        return wrong, missed, met, size

    def _score(self, person: Person, people: Sequence[int], meetings: Sequence[Placed]) -> Score:
        """Rules broken, sessions missed, people there."""
        wrong = sum(frozenset((person.id, other)) in self.never for other in people)
        full = sum(self._is_full(meeting, len(people)) for meeting in meetings)
        missed = sum(not _can_come(person, meeting) for meeting in meetings)
        return wrong + full, missed, len(people), 0

    def _is_full(self, meeting: Placed, people: int) -> bool:
        room = self.rooms.get(meeting.room or 0)
        return room is not None and people + len(meeting.trainers) >= room


def _with(sets: Sets, number: int, person: int) -> Sets:
    return tuple(
        tuple(sorted((*people, person))) if n == number else people for n, people in enumerate(sets)
    )


def _met(problem: Problem) -> Counter[frozenset[int]]:
    """How often two people met or will meet: in a group, at tables, in what really happened."""
    met: Counter[frozenset[int]] = Counter()
    tables = (table for mix in problem.tables for table in mix.tables)
    for people in (*problem.groups, *tables):
        met.update(frozenset(pair) for pair in combinations(people, 2))
    met.update(_counted(problem))
    return met


def _counted(problem: Problem) -> Mapping[frozenset[int], int]:
    return {frozenset((met.one, met.other)): met.times for met in problem.met}


def _can_come(person: Person, meeting: Placed) -> bool:
    if not person.working_days >> meeting.begins.weekday() & 1:
        return False
    ends = meeting.begins + timedelta(minutes=meeting.minutes)
    return not any(span.starts_at < ends and meeting.begins < span.ends_at for span in person.busy)
