"""What the planner reads. Functions return a select (or, small and keyed, what it found)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from program.accounts.models import Person, Role, RoleGrant
from program.cohorts.models import (
    Absence,
    Cohort,
    Enrolment,
    Group,
    GroupKind,
    GroupMembership,
    TableTask,
    TrainerProfile,
)
from program.core.db import db
from program.meetings.models import Meeting, MeetingTrainer, Room, RoomClosure, Seat, Venue
from program.planning.models import PlanRun, RunKind, RunState
from program.planning.problem import PLANNED
from program.programmes.models import Domain, Module, ModuleDomain, ModuleKind

KINDS = [ModuleKind(kind) for kind in sorted(PLANNED)]
CASE = TableTask.CASE  # a table has this task first
Spans = Select[*tuple[Any, ...]]  # whose, from, until


def runs(cohort_id: int) -> Select[PlanRun]:
    """The newest first."""
    return (
        select(PlanRun)
        .where(PlanRun.cohort_id == cohort_id)
        .order_by(PlanRun.created_at.desc(), PlanRun.id.desc())
    )


def at_work(cohort_id: int) -> Select[PlanRun]:
    """Plans that wait or are being made; whoever looks for reasons is in nobody's way."""
    return runs(cohort_id).where(
        PlanRun.state.in_([RunState.QUEUED, RunState.RUNNING]), PlanRun.kind != RunKind.REASONS
    )


def last_plan(cohort_id: int) -> Select[PlanRun]:
    """The newest run of the whole programme that came to a plan."""
    return (
        runs(cohort_id)
        .where(
            PlanRun.kind.in_([RunKind.PLAN, RunKind.REPAIR]),
            PlanRun.state.in_([RunState.DONE, RunState.CANCELLED]),
        )
        .limit(1)
    )


def reasons_for(run_id: int) -> Select[PlanRun]:
    """The newest answer to why a plan is not right, or the question."""
    return (
        select(PlanRun)
        .where(PlanRun.based_on_id == run_id, PlanRun.kind == RunKind.REASONS)
        .order_by(PlanRun.id.desc())
        .limit(1)
    )


def modules(programme_id: int) -> Select[Module]:
    return select(Module).where(Module.programme_id == programme_id).order_by(Module.position)


def module_domains(programme_id: int) -> Select[int, str]:
    return (
        select(ModuleDomain.module_id, Domain.key)
        .join(Domain, Domain.id == ModuleDomain.domain_id)
        .where(Domain.programme_id == programme_id, ModuleDomain.weight > 0)
    )


def _within(model: Any, starts_at: datetime, ends_at: datetime) -> ColumnElement[bool]:
    return and_(model.starts_at < ends_at, model.ends_at > starts_at)


def absences(cohort_id: int, starts_at: datetime, ends_at: datetime) -> Spans:
    """Of everybody who takes part."""
    people = select(Enrolment.person_id).where(Enrolment.cohort_id == cohort_id)
    return _absences(Absence.person_id.in_(people), starts_at, ends_at)


def absences_of(person_ids: Sequence[int], starts_at: datetime, ends_at: datetime) -> Spans:
    return _absences(Absence.person_id.in_(person_ids), starts_at, ends_at)


def _absences(whose: ColumnElement[bool], starts_at: datetime, ends_at: datetime) -> Spans:
    return (
        select(Absence.person_id, Absence.starts_at, Absence.ends_at)
        .where(whose, _within(Absence, starts_at, ends_at))
        .order_by(Absence.starts_at, Absence.ends_at)
    )


def _elsewhere(cohort: Cohort, starts_at: datetime, ends_at: datetime) -> ColumnElement[bool]:
    """Meetings that go on whatever this cohort plans."""
    planned_here = and_(Meeting.cohort_id == cohort.id, Module.kind.in_(KINDS))
    return and_(Meeting.cancelled_at.is_(None), ~planned_here, _within(Meeting, starts_at, ends_at))


def seated_elsewhere(cohort: Cohort, starts_at: datetime, ends_at: datetime) -> Spans:
    people = select(Enrolment.person_id).where(Enrolment.cohort_id == cohort.id)
    return (
        select(Seat.person_id, Meeting.starts_at, Meeting.ends_at)
        .join(Meeting, Meeting.id == Seat.meeting_id)
        .join(Module, Module.id == Meeting.module_id)
        .where(
            Seat.released_at.is_(None),
            Seat.person_id.in_(people),
            _elsewhere(cohort, starts_at, ends_at),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )


def given_elsewhere(cohort: Cohort, starts_at: datetime, ends_at: datetime) -> Spans:
    return (
        select(MeetingTrainer.person_id, Meeting.starts_at, Meeting.ends_at)
        .join(Meeting, Meeting.id == MeetingTrainer.meeting_id)
        .join(Module, Module.id == Meeting.module_id)
        .where(_elsewhere(cohort, starts_at, ends_at))
        .order_by(Meeting.starts_at, Meeting.id)
    )


def held_elsewhere(cohort: Cohort, starts_at: datetime, ends_at: datetime) -> Spans:
    return (
        select(Meeting.room_id, Meeting.starts_at, Meeting.ends_at)
        .join(Module, Module.id == Meeting.module_id)
        .join(Room, Room.id == Meeting.room_id)
        .join(Venue, Venue.id == Room.venue_id)
        .where(
            Venue.organisation_id == cohort.organisation_id,
            _elsewhere(cohort, starts_at, ends_at),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )


def closures(organisation_id: int, starts_at: datetime, ends_at: datetime) -> Spans:
    """When rooms of the bureau cannot be used."""
    return (
        select(RoomClosure.room_id, RoomClosure.starts_at, RoomClosure.ends_at)
        .join(Room, Room.id == RoomClosure.room_id)
        .join(Venue, Venue.id == Room.venue_id)
        .where(Venue.organisation_id == organisation_id, _within(RoomClosure, starts_at, ends_at))
        .order_by(RoomClosure.starts_at, RoomClosure.id)
    )


def trainers(cohort: Cohort, on: date) -> Select[*tuple[Any, ...]]:
    """A row per trainer of the bureau or of this cohort whose days and domains we know."""
    grant = select(RoleGrant.person_id).where(
        RoleGrant.role == Role.TRAINER,
        RoleGrant.organisation_id == cohort.organisation_id,
        or_(RoleGrant.cohort_id.is_(None), RoleGrant.cohort_id == cohort.id),
        RoleGrant.since_on <= max(on, cohort.ends_on),
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > on),
    )
    return (
        select(
            Person.id, Person.given_name, Person.infix, Person.surname,
            TrainerProfile.working_days, TrainerProfile.max_per_week, TrainerProfile.domain_keys,
            TrainerProfile.senior, TrainerProfile.home_venue_id,
        )
        .join(TrainerProfile, TrainerProfile.person_id == Person.id)
        .where(Person.id.in_(grant), Person.deactivated_at.is_(None))
        .order_by(Person.sort_key, Person.id)
    )  # fmt: skip


def leaving(cohort: Cohort, on: date) -> Select[int, date | None]:
    """A row per trainer who stops: person, and the first day that they are none."""
    return (
        select(RoleGrant.person_id, func.max(RoleGrant.until_on))
        .where(
            RoleGrant.role == Role.TRAINER,
            RoleGrant.organisation_id == cohort.organisation_id,
            or_(RoleGrant.cohort_id.is_(None), RoleGrant.cohort_id == cohort.id),
            or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > on),
        )
        .group_by(RoleGrant.person_id)
        .having(func.count(RoleGrant.id) == func.count(RoleGrant.until_on))
    )


def rooms(organisation_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Room.id, Room.name, Room.capacity, Room.price_cents, Room.wheelchair, Room.venue_id,
            Venue.online,
            Venue.name.label("venue"),
        )
        .join(Venue, Venue.id == Room.venue_id)
        .where(Venue.organisation_id == organisation_id)
        .order_by(Venue.name, Room.name, Room.id)
    )  # fmt: skip


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


def history(cohort_id: int) -> Select[*tuple[Any, ...]]:
    """A row per run, the newest first, without the large columns."""
    return (
        select(
            PlanRun.id, PlanRun.state, PlanRun.seed, PlanRun.created_at, PlanRun.accepted_at,
            Person.given_name, Person.infix, Person.surname,
        )
        .outerjoin(Person, Person.id == PlanRun.created_by_id)
        .where(
            PlanRun.cohort_id == cohort_id,
            PlanRun.kind.not_in([RunKind.REASONS, RunKind.GROUPS]),
        )
        .order_by(PlanRun.created_at.desc(), PlanRun.id.desc())
        .limit(50)
    )  # fmt: skip


def group_runs(cohort_id: int) -> Select[PlanRun]:
    """Runs that made learning groups only, the newest first."""
    return runs(cohort_id).where(PlanRun.kind == RunKind.GROUPS)


def group_meetings(group_ids: Sequence[int], after: datetime) -> Select[Meeting]:
    """Meetings of these groups that are still to come."""
    return select(Meeting).where(
        Meeting.group_id.in_(group_ids), Meeting.cancelled_at.is_(None), Meeting.starts_at > after
    )
