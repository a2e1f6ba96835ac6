"""The draft as it stands: groups, tables, meetings, who is in them and who gives them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select

from program.cohorts.models import Enrolment, Group, GroupKind, GroupMembership, TableTask
from program.core.db import db
from program.meetings.models import Meeting, MeetingTrainer
from program.planning.problem import PLANNED
from program.programmes.models import Module, ModuleKind

KINDS = [ModuleKind(kind) for kind in sorted(PLANNED)]
CASE = TableTask.CASE  # a table has this task first


def learning_groups(cohort_id: int) -> Select[int, str]:
    """Number and name, in the order they were made."""
    return (
        select(Group.id, Group.name)
        .where(Group.cohort_id == cohort_id, Group.kind == GroupKind.LEARNING)
        .order_by(Group.id)
    )


def learning_group_members(cohort_id: int, on: date) -> Select[int, int]:
    """Person and group, of memberships that hold on that day or later, the earliest first."""
    return (
        select(Enrolment.person_id, Group.id)
        .join(GroupMembership, GroupMembership.enrolment_id == Enrolment.id)
        .join(Group, Group.id == GroupMembership.group_id)
        .where(
            Group.cohort_id == cohort_id,
            Group.kind == GroupKind.LEARNING,
            or_(GroupMembership.until_on.is_(None), GroupMembership.until_on > on),
        )
        .order_by(GroupMembership.since_on, GroupMembership.id)
    )


def tables(cohort_id: int) -> Select[*tuple[Any, ...]]:
    """A row per table: number, module, round; in the order they were made."""
    return (
        select(Group.id, Group.module_id, Group.round)
        .where(Group.cohort_id == cohort_id, Group.kind == GroupKind.TABLE)
        .order_by(Group.id)
    )


def planned_meetings(cohort_id: int) -> Select[Meeting]:
    """All meetings that the planner decides about, cancelled ones too."""
    return (
        select(Meeting)
        .join(Module, Module.id == Meeting.module_id)
        .where(Meeting.cohort_id == cohort_id, Module.kind.in_(KINDS))
        .order_by(Meeting.id)
    )


def standing(cohort_id: int) -> Select[*tuple[Any, ...]]:
    """A row per meeting that is held and that the planner decides about."""
    return (
        select(
            Meeting.id, Meeting.module_id, Meeting.round, Meeting.group_id, Meeting.room_id,
            Meeting.starts_at, Meeting.ends_at, Meeting.locked_at,
        )
        .join(Module, Module.id == Meeting.module_id)
        .where(
            Meeting.cohort_id == cohort_id,
            Module.kind.in_(KINDS),
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.module_id, Meeting.round, Meeting.id)
    )  # fmt: skip


def locked_ahead(cohort_id: int, at: datetime) -> Select[Meeting]:
    """Meetings of groups and tables that may not be moved and are still to come."""
    return planned_meetings(cohort_id).where(
        Meeting.locked_at.is_not(None),
        Meeting.cancelled_at.is_(None),
        Meeting.group_id.is_not(None),
        Meeting.starts_at > at,
    )


def members_by_group(group_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The people of these tables, now or later."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        select(GroupMembership.group_id, Enrolment.person_id)
        .join(Enrolment, Enrolment.id == GroupMembership.enrolment_id)
        .join(Group, Group.id == GroupMembership.group_id)
        .where(GroupMembership.group_id.in_(group_ids), Group.kind == GroupKind.TABLE)
        .order_by(Enrolment.person_id)
    )
    for group_id, person_id in rows:
        found[group_id].append(person_id)
    return {group_id: tuple(people) for group_id, people in found.items()}


def tasks_by_group(group_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Who does what at these tables, in the order of the tasks, as far as that is known."""
    found: dict[int, dict[TableTask, int]] = defaultdict(dict)
    rows = db.session.execute(
        select(GroupMembership.group_id, GroupMembership.task, Enrolment.person_id)
        .join(Enrolment, Enrolment.id == GroupMembership.enrolment_id)
        .where(GroupMembership.group_id.in_(group_ids), GroupMembership.task.is_not(None))
        .order_by(GroupMembership.id)
    )
    for group_id, task, person_id in rows:
        if task is not None:
            found[group_id][task] = person_id
    complete = {number: tasks for number, tasks in found.items() if CASE in tasks}
    return {
        number: tuple(tasks[task] for task in TableTask if task in tasks)
        for number, tasks in complete.items()
    }


def trainers_by_meeting(meeting_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        select(MeetingTrainer.meeting_id, MeetingTrainer.person_id)
        .where(MeetingTrainer.meeting_id.in_(meeting_ids))
        .order_by(MeetingTrainer.person_id)
    )
    for meeting_id, person_id in rows:
        found[meeting_id].append(person_id)
    return {meeting_id: tuple(people) for meeting_id, people in found.items()}


def enrolments(cohort_id: int) -> Select[int, int, date, date | None]:
    """A row per enrolment: person, number, since, until."""
    return select(Enrolment.person_id, Enrolment.id, Enrolment.since_on, Enrolment.until_on).where(
        Enrolment.cohort_id == cohort_id
    )


def group_meetings(group_ids: Sequence[int], after: datetime) -> Select[Meeting]:
    """Meetings of these groups that are still to come."""
    return select(Meeting).where(
        Meeting.group_id.in_(group_ids), Meeting.cancelled_at.is_(None), Meeting.starts_at > after
    )
