"""The two statements behind a schedule, made once: building them would cost more than running."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from program.accounts.models import Membership, Person, Role, RoleGrant
from program.cohorts.models import (
    Absence,
    Cohort,
    Enrolment,
    Group,
    GroupKind,
    TrainerProfile,
)
from program.core.db import UtcDateTime
from program.meetings.models import Meeting, MeetingTrainer, Room, Seat, SeatReason, Venue
from program.programmes.models import Domain, Module, ModuleDomain

COHORT = bindparam("cohort", type_=Integer)
_BUREAU = bindparam("bureau", type_=Integer)
_PROGRAMME = bindparam("programme", type_=Integer)
_SINCE: BindParameter[date] = bindparam("since", type_=Date)


@cache
def slot_rows() -> Select[*tuple[Any, ...]]:
    """A row per module and meeting of it, in the order of the programme."""
    trainers = (
        select(func.aggregate_strings(cast(MeetingTrainer.person_id, String), ","))
        .where(MeetingTrainer.meeting_id == Meeting.id)
        .scalar_subquery()
    )
    people = (
        select(func.aggregate_strings(cast(Seat.person_id, String), ","))
        .where(Seat.meeting_id == Meeting.id, *_held())
        .scalar_subquery()
    )
    colour = (
        select(Domain.position)
        .join(ModuleDomain, ModuleDomain.domain_id == Domain.id)
        .where(ModuleDomain.module_id == Module.id)
        .order_by(ModuleDomain.weight.desc(), Domain.position)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Module.id.label("module_id"), Module.title.label("module"), Module.position,
            Module.kind, Module.rounds, Module.after_id, Module.min_gap_days,
            Module.max_gap_days, Module.trainers.label("trainers_needed"), Module.online,
            colour.label("domain"), Meeting.id, Meeting.title, Meeting.round, Meeting.starts_at,
            Meeting.ends_at, Meeting.group_id, Meeting.note, Meeting.locked_at,
            Meeting.cancelled_at, Group.name.label("group_name"), Meeting.room_id,
            Room.name.label("room_name"), Room.capacity, Venue.name.label("venue_name"),
            trainers.label("trainers"), people.label("people"),
        )
        .join(Cohort, Cohort.programme_id == Module.programme_id)
        .outerjoin(Meeting, and_(Meeting.module_id == Module.id, Meeting.cohort_id == Cohort.id))
        .outerjoin(Group, Group.id == Meeting.group_id)
        .outerjoin(Room, Room.id == Meeting.room_id)
        .outerjoin(Venue, Venue.id == Room.venue_id)
        .where(Cohort.id == COHORT)
        .order_by(Module.position, Meeting.round, Group.name, Meeting.starts_at, Meeting.id)
    )  # fmt: skip


def _held() -> tuple[Any, Any]:
    """Seats of people who are expected: not given up, not waiting for one."""
    return Seat.released_at.is_(None), Seat.reason != SeatReason.WAITING


_NONE = cast(null(), Integer)
_NEVER = cast(null(), UtcDateTime())
_NAME = Person.given_name + " " + Person.infix + " " + Person.surname


@cache
def around_rows() -> CompoundSelect[*tuple[Any, ...]]:
    """Rows of several sorts (`what`): people, trainers, absences, groups, meetings of others.

    Made once: the statement is so long that building it would cost more than running it.
    """
    still_there = or_(Enrolment.until_on.is_(None), Enrolment.until_on > _SINCE)
    joined = select(Enrolment.person_id).where(Enrolment.cohort_id == COHORT, still_there)
    trainers = _trainers()
    return union_all(
        _people(),
        select(
            literal("trainer"), Person.id, TrainerProfile.working_days,
            TrainerProfile.max_per_week, _NEVER, _NEVER, _NAME,
        )
        .outerjoin(TrainerProfile, TrainerProfile.person_id == Person.id)
        .where(Person.id.in_(trainers)),
        select(
            literal("absence"), Absence.person_id, _NONE, _NONE, Absence.starts_at,
            Absence.ends_at, literal(""),
        ).where(
            or_(Absence.person_id.in_(joined), Absence.person_id.in_(trainers)),
            *_during(Absence),
        ),
        select(literal("group"), Group.id, _NONE, _NONE, _NEVER, _NEVER, Group.name).where(
            Group.cohort_id == COHORT, Group.kind == GroupKind.LEARNING
        ),
        select(
            literal("domain"), Domain.position, _NONE, _NONE, _NEVER, _NEVER, Domain.title
        ).where(Domain.programme_id == _PROGRAMME),
        select(
            literal("room"), Room.id, Room.capacity, _NONE, _NEVER, _NEVER, Room.name
        )
        .join(Venue, Venue.id == Room.venue_id)
        .where(Venue.organisation_id == _BUREAU),
        *_elsewhere(joined, trainers),
    )  # fmt: skip


def _people() -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal("person").label("what"), Person.id.label("a"),
            Membership.working_days.label("b"), _NONE.label("c"), _NEVER.label("starts_at"),
            _NEVER.label("ends_at"), _NAME.label("text"),
        )
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(
            Membership,
            and_(
                Membership.person_id == Person.id,
                Membership.organisation_id == Enrolment.organisation_id,
            ),
        )
        .where(Enrolment.cohort_id == COHORT)
    )  # fmt: skip


def _trainers() -> Select[int]:
    """Trainers of the bureau, and whoever gives a meeting of this cohort."""
    of_bureau = select(RoleGrant.person_id).where(
        RoleGrant.role == Role.TRAINER, RoleGrant.organisation_id == _BUREAU
    )
    giving = (
        select(MeetingTrainer.person_id)
        .join(Meeting, Meeting.id == MeetingTrainer.meeting_id)
        .where(Meeting.cohort_id == COHORT)
    )
    return select(Person.id).where(or_(Person.id.in_(of_bureau), Person.id.in_(giving)))


def _during(kind: type[Absence | Meeting]) -> tuple[Any, Any]:
    first, last = (bindparam(name, type_=UtcDateTime()) for name in ("first", "last"))
    return kind.ends_at > first, kind.starts_at < last


def _elsewhere(joined: Select[int], trainers: Select[int]) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Meetings of other cohorts that hold our rooms, trainers or people."""
    other = (
        Meeting.cohort_id != COHORT, Meeting.cancelled_at.is_(None),
        *_during(Meeting),
    )  # fmt: skip
    return (
        select(
            literal("busy room"), Meeting.id, Meeting.room_id, _NONE, Meeting.starts_at,
            Meeting.ends_at, Cohort.name,
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .where(*other, Cohort.organisation_id == _BUREAU),
        select(
            literal("busy trainer"), Meeting.id, MeetingTrainer.person_id, _NONE,
            Meeting.starts_at, Meeting.ends_at, Cohort.name,
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .join(MeetingTrainer, MeetingTrainer.meeting_id == Meeting.id)
        .where(
            *other,
            or_(MeetingTrainer.person_id.in_(trainers), MeetingTrainer.person_id.in_(joined)),
        ),
        select(
            literal("busy person"), Meeting.id, Seat.person_id, _NONE, Meeting.starts_at,
            Meeting.ends_at, Cohort.name,
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .join(Seat, and_(Seat.meeting_id == Meeting.id, *_held()))
        .where(*other, or_(Seat.person_id.in_(trainers), Seat.person_id.in_(joined))),
    )  # fmt: skip
