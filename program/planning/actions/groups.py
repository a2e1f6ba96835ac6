"""Writes the learning groups and tables of an accepted plan."""

from collections.abc import Iterable
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update

from program.cohorts.models import Cohort, Enrolment, Group, GroupKind, GroupMembership, TableTask
from program.core.db import db
from program.meetings.models import Meeting
from program.planning import queries
from program.planning.problem import BY_GROUP, Placed, Plan, Problem
from program.planning.standing import table_order

Spell = tuple[int, date, date | None]  # an enrolment, since, until
Rounds = dict[tuple[int, int], list[int]]  # module and round: the numbers of the tables


class Groups:
    """Which row each group and table of the plan is."""

    def __init__(self, cohort: Cohort, learning: list[int], tables: Rounds) -> None:
        self.cohort, self.learning, self.tables = cohort, learning, tables

    def number_of(self, placed: Placed, kind: str) -> int | None:
        return self.row_of((placed.module, placed.round, placed.group), kind)

    def row_of(self, key: tuple[int, int, int | None], kind: str) -> int | None:
        """Of a module, a round, and the number that plans give the group or table."""
        module, turn, group = key
        if group is None:
            return None
        return self.learning[group] if kind in BY_GROUP else self.tables[module, turn][group]

    def drop_unused_tables(self) -> None:
        """Tables that nobody sits at any more and that no meeting was for."""
        seated = select(GroupMembership.group_id)
        met = select(Meeting.group_id).where(Meeting.group_id.is_not(None))
        db.session.execute(
            delete(Group).where(
                Group.cohort_id == self.cohort.id,
                Group.kind == GroupKind.TABLE,
                Group.id.not_in(seated),
                Group.id.not_in(met),
            ),
            execution_options={"synchronize_session": False},
        )


def write_groups(cohort: Cohort, problem: Problem, plan: Plan) -> Groups:
    spells: dict[int, Spell] = {
        person_id: (number, since, until)
        for person_id, number, since, until in db.session.execute(queries.enrolments(cohort.id))
    }
    learning = _write_learning(cohort, problem, plan, spells)
    return Groups(cohort, learning, _write_tables(cohort, problem, plan, spells))


def _write_learning(
    cohort: Cohort, problem: Problem, plan: Plan, spells: dict[int, Spell]
) -> list[int]:
    numbers = [number for number, _name in db.session.execute(queries.learning_groups(cohort.id))]
    missing = len(plan.groups) - len(numbers)
    taken = set(
        db.session.scalars(
            select(Group.name).where(Group.cohort_id == cohort.id, Group.kind == GroupKind.LEARNING)
        )
    )
    with force_locale("nl"):  # names are data, in the language of the cohort
        names = free_names((_("Group %(n)s", n=n) for n in range(1, 10_000)), taken, missing)
    numbers += _added(
        [Group(cohort_id=cohort.id, kind=GroupKind.LEARNING, name=name) for name in names]
    )
    since = problem.from_on or cohort.starts_on
    inside = {person for group in problem.groups for person in group}
    if not problem.groups:
        _end_memberships(numbers, since)
    join(
        (numbers[g], max(since, spells[person][1]), spells[person])
        for g, people in enumerate(plan.groups)
        for person in people
        if person not in inside
    )
    return numbers


def _write_tables(cohort: Cohort, problem: Problem, plan: Plan, spells: dict[int, Spell]) -> Rounds:
    order = table_order(cohort.id)
    kept = {(k.module, k.round, k.group) for k in problem.kept}
    for mix in plan.tables:
        numbers = order.setdefault((mix.module, mix.round), [])
        numbers += _added(_new_tables(cohort, mix.module, mix.round, len(mix.tables), numbers))
        seated = queries.members_by_group(numbers)
        for t, number in enumerate(numbers):
            here = set(seated.get(number, ()))
            wanted = set(mix.tables[t]) if t < len(mix.tables) else set()
            if (mix.module, mix.round, t) in kept:
                wanted |= here  # somebody may join; nobody is taken away
            _leave(number, sorted(here - wanted))
            join((number, spells[p][1], spells[p]) for p in sorted(wanted - here))
            if t < len(mix.tasks) and (mix.module, mix.round, t) not in kept:
                _give_tasks(number, [spells[p][0] for p in mix.tasks[t]])
    return order


def _give_tasks(group_id: int, enrolments: list[int]) -> None:
    """In the order of the tasks; whoever had one before has it no more."""
    here = GroupMembership.group_id == group_id
    quietly = {"synchronize_session": False}
    db.session.execute(
        update(GroupMembership).where(here, GroupMembership.task.is_not(None)).values(task=None),
        execution_options=quietly,
    )
    for task, enrolment in zip(TableTask, enrolments, strict=False):
        mine = GroupMembership.enrolment_id == enrolment
        db.session.execute(
            update(GroupMembership).where(here, mine).values(task=task), execution_options=quietly
        )


def _new_tables(
    cohort: Cohort, module_id: int, turn: int, count: int, numbers: list[int]
) -> list[Group]:
    taken = set(db.session.scalars(select(Group.name).where(Group.id.in_(numbers))))
    with force_locale("nl"):
        names = free_names(
            (_("Table %(n)s", n=n) for n in range(1, 10_000)), taken, count - len(numbers)
        )
    return [
        Group(cohort_id=cohort.id, kind=GroupKind.TABLE, name=name, module_id=module_id, round=turn)
        for name in names
    ]


def free_names(names: Iterable[str], taken: set[str], count: int) -> list[str]:
    """The first so many names that are not taken."""
    found: list[str] = []
    for name in names:
        if len(found) >= count:
            break
        if name not in taken:
            found.append(name)
    return found


def _added(groups: list[Group]) -> list[int]:
    db.session.add_all(groups)
    db.session.flush()
    return [group.id for group in groups]


def _end_memberships(group_ids: list[int], on: date) -> None:
    """From that day on the groups are empty; what was before stays."""
    those = GroupMembership.group_id.in_(group_ids)
    quietly = {"synchronize_session": False}
    db.session.execute(
        delete(GroupMembership).where(those, GroupMembership.since_on >= on),
        execution_options=quietly,
    )
    still = GroupMembership.until_on.is_(None) | (GroupMembership.until_on > on)
    db.session.execute(
        update(GroupMembership).where(those, still).values(until_on=on), execution_options=quietly
    )


def _leave(table_id: int, people: list[int]) -> None:
    """Who stays keeps their task at the table."""
    gone = select(Enrolment.id).where(Enrolment.person_id.in_(people))
    db.session.execute(
        delete(GroupMembership).where(
            GroupMembership.group_id == table_id, GroupMembership.enrolment_id.in_(gone)
        ),
        execution_options={"synchronize_session": False},
    )


def join(places: Iterable[tuple[int, date, Spell]]) -> None:
    rows = [
        {"group_id": group_id, "enrolment_id": number, "since_on": since, "until_on": until}
        for group_id, since, (number, _since, until) in places
    ]
    if rows:
        db.session.execute(insert(GroupMembership), rows)
