"""When people, trainers and rooms have something else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select

from program.cohorts.models import Absence, Cohort, Enrolment
from program.meetings.models import Meeting, MeetingTrainer, Room, RoomClosure, Seat, Venue
from program.planning.queries.drafted import KINDS
from program.programmes.models import Module

Spans = Select[*tuple[Any, ...]]  # whose, from, until


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
