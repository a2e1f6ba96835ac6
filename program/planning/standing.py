"""The meetings and tables that stand already, as the planner reads them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from program.cohorts.models import Cohort
from program.core.db import db
from program.meetings.answers import answers_in
from program.planning import queries
from program.planning.problem import BY_GROUP, TABLES, Placed, Problem, Tables

Rounds = Mapping[tuple[int, int], list[int]]  # module and round: the numbers of the tables


def with_standing(
    problem: Problem, cohort: Cohort, group_ids: Sequence[int], *, repair: bool
) -> Problem:
    """What is locked, or lies before the first day to plan, is kept as it is.

    For a repair the other meetings and all tables are told too, and how many said yes.
    """
    before = None
    if problem.from_on is not None:
        zone = ZoneInfo(cohort.timezone)
        before = datetime.combine(problem.from_on, datetime.min.time(), zone)
    reading = _Standing(problem, cohort, group_ids)
    kept, free = reading.rows(before)
    problem = replace(problem, kept=reading.placed(kept, kept=True))
    if not repair:
        return replace(problem, tables=reading.tables(kept))
    return replace(
        problem,
        tables=reading.all_tables(),
        standing=reading.placed(free, kept=False),
        accepted=_accepted(cohort, [row.id for row in free]),
    )


def _accepted(cohort: Cohort, meeting_ids: Sequence[int]) -> dict[int, int]:
    """How many said yes, by the place of the meeting in this list."""
    yes = Counter(answer.meeting_id for answer in answers_in(cohort.id) if answer.comes)
    return {place: yes[number] for place, number in enumerate(meeting_ids) if yes[number]}


class _Standing:
    def __init__(self, problem: Problem, cohort: Cohort, group_ids: Sequence[int]) -> None:
        self.cohort, self.group_ids = cohort, group_ids
        self.zone = ZoneInfo(cohort.timezone)
        self.kind = {module.id: module.kind for module in problem.modules}
        self.people = {person.id for person in problem.people}
        self.order = table_order(cohort.id)

    def rows(self, before: datetime | None) -> tuple[list[Any], list[Any]]:
        """The meetings that may not be touched, and the others."""
        found: tuple[list[Any], list[Any]] = ([], [])
        for row in db.session.execute(queries.standing(self.cohort.id)):
            if row.group_id is None or row.group_id in self._groups(row):
                over = before is not None and row.starts_at < before
                found[0 if over or row.locked_at is not None else 1].append(row)
        return found

    def _groups(self, row: Any) -> Sequence[int]:
        """The groups (or the tables of that round) in the order in which plans number them."""
        if self.kind[row.module_id] in BY_GROUP:
            return self.group_ids
        return self.order.get((row.module_id, row.round), [])

    def placed(self, rows: Sequence[Any], *, kept: bool) -> tuple[Placed, ...]:
        crew = queries.trainers_by_meeting([row.id for row in rows])
        return tuple(self._placed(row, crew.get(row.id, ()), kept) for row in rows)

    def _placed(self, row: Any, trainers: tuple[int, ...], kept: bool) -> Placed:
        return Placed(
            module=row.module_id,
            round=row.round,
            group=None if row.group_id is None else self._groups(row).index(row.group_id),
            starts_at=row.starts_at.astimezone(self.zone).replace(tzinfo=None),
            minutes=int((row.ends_at - row.starts_at).total_seconds() // 60),
            room=row.room_id,
            trainers=trainers,
            kept=kept,
        )

    def tables(self, rows: Sequence[Any]) -> tuple[Tables, ...]:
        """Of these meetings; a table between them that is free is empty."""
        seats: dict[tuple[int, int], dict[int, tuple[int, ...]]] = defaultdict(dict)
        mixed = [row for row in rows if self.kind[row.module_id] == TABLES and row.group_id]
        ids = [row.group_id for row in mixed]
        people, tasks = queries.members_by_group(ids), queries.tasks_by_group(ids)
        done: dict[tuple[int, int], dict[int, tuple[int, ...]]] = defaultdict(dict)
        for row in mixed:
            number = self._groups(row).index(row.group_id)
            seats[row.module_id, row.round][number] = people.get(row.group_id, ())
            done[row.module_id, row.round][number] = tasks.get(row.group_id, ())
        return tuple(
            Tables(*turn, _listed(by_table), _listed(done[turn]))
            for turn, by_table in sorted(seats.items())
        )

    def all_tables(self) -> tuple[Tables, ...]:
        """Every table that was made, with who still takes part."""
        rounds = {turn: ids for turn, ids in self.order.items() if self.kind.get(turn[0]) == TABLES}
        every = [number for ids in rounds.values() for number in ids]
        people, tasks = queries.members_by_group(every), queries.tasks_by_group(every)
        return tuple(
            Tables(
                *turn,
                tuple(self._there(people.get(number, ())) for number in ids),
                tuple(tasks.get(number, ()) for number in ids),
            )
            for turn, ids in sorted(rounds.items())
        )

    def _there(self, people: Iterable[int]) -> tuple[int, ...]:
        return tuple(person for person in people if person in self.people)


def _listed(by_table: Mapping[int, tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """A table that nobody was found for is empty."""
    return tuple(by_table.get(t, ()) for t in range(max(by_table) + 1))


def table_order(cohort_id: int) -> dict[tuple[int, int], list[int]]:
    """The tables (as group numbers) of each module and round, in the order they were made."""
    order: dict[tuple[int, int], list[int]] = defaultdict(list)
    for group_id, module_id, turn in db.session.execute(queries.tables(cohort_id)):
        order[module_id, turn].append(group_id)
    return dict(order)
