"""What a report is made of. Plain columns, so that a large report stays small in memory."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, func, or_, select, type_coerce

from program.accounts.models import Membership, Organisation, Person, Role, RoleGrant
from program.attendance.models import Presence, PresenceState
from program.attendance.queries import EXPECTED, known_at
from program.cohorts.models import Cohort, Enrolment
from program.cohorts.queries import cohorts_run_by
from program.meetings.models import Meeting, PublishedMeeting, Seat
from program.programmes.models import Domain, ModuleDomain

STARTS_AT = func.coalesce(PublishedMeeting.starts_at, Meeting.starts_at)
ENDS_AT = func.coalesce(PublishedMeeting.ends_at, Meeting.ends_at)
_GOES_ON = and_(PublishedMeeting.id.is_not(None), PublishedMeeting.cancelled_at.is_(None))


def _hr_of(person_id: int, on: date) -> ColumnElement[bool]:
    """Enrolments by an organisation whose HR this person is, for this cohort or for all."""
    return (
        select(RoleGrant.id)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == Role.HR,
            RoleGrant.organisation_id == Enrolment.organisation_id,
            or_(RoleGrant.cohort_id.is_(None), RoleGrant.cohort_id == Enrolment.cohort_id),
            RoleGrant.since_on <= on,
            or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > on),
        )
        .exists()
    )


def reports_of(person_id: int, on: date) -> Select[*tuple[Any, ...]]:
    """The cohorts and organisations that this person may report on, with the number of people."""
    run = cohorts_run_by(person_id, on).order_by(None).with_only_columns(Cohort.id)
    return (
        select(
            Cohort.id.label("cohort_id"),
            Cohort.name.label("cohort"),
            Cohort.starts_on,
            Cohort.ends_on,
            Organisation.id.label("organisation_id"),
            Organisation.name.label("organisation"),
            func.count(Enrolment.id).label("people"),
        )
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(Organisation, Organisation.id == Enrolment.organisation_id)
        .where(or_(_hr_of(person_id, on), Cohort.id.in_(run)))
        .group_by(Cohort.id, Organisation.id)
        .order_by(Cohort.starts_on.desc(), Cohort.id, Organisation.name)
    )


def organisations_in(cohort_id: int) -> Select[Organisation]:
    """Organisations with people in the cohort."""
    sent = select(Enrolment.organisation_id).where(Enrolment.cohort_id == cohort_id)
    return select(Organisation).where(Organisation.id.in_(sent)).order_by(Organisation.name)


def turnout(cohort_ids: Sequence[int], moment: datetime) -> Select[*tuple[Any, ...]]:
    """Per cohort and organisation: places that were marked, and those who were there."""
    there = Presence.state.not_in((PresenceState.ABSENT, PresenceState.EXCUSED))
    return (
        select(
            Enrolment.cohort_id,
            Enrolment.organisation_id,
            func.count(Presence.id).label("marked"),
            func.sum(case((there, 1), else_=0)).label("there"),
        )
        .join(Meeting, Meeting.cohort_id == Enrolment.cohort_id)
        .join(
            Presence,
            and_(Presence.meeting_id == Meeting.id, Presence.person_id == Enrolment.person_id),
        )
        .where(Enrolment.cohort_id.in_(cohort_ids), known_at(moment))
        .group_by(Enrolment.cohort_id, Enrolment.organisation_id)
    )


def people(cohort_id: int, organisation_ids: Sequence[int], on: date) -> Select[*tuple[Any, ...]]:
    """Who takes part for these organisations, or did so until they left, by name."""
    return (
        select(
            Person.id,
            Membership.employee_number,
            Person.email,
            Person.surname,
            Person.infix,
            Person.given_name,
            Membership.department,
            Enrolment.id.label("enrolment_id"),
            Enrolment.until_on,
        )
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(
            Membership,
            and_(
                Membership.person_id == Person.id,
                Membership.organisation_id == Enrolment.organisation_id,
            ),
        )
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.organisation_id.in_(organisation_ids),
            Enrolment.since_on <= on,
        )
        .order_by(Person.sort_key, Person.id)
    )


def meetings(cohort_id: int) -> Select[*tuple[Any, ...]]:
    """The cohort's meetings as people were told of them."""
    return (
        select(
            Meeting.id,
            Meeting.module_id,
            func.coalesce(PublishedMeeting.title, Meeting.title).label("title"),
            STARTS_AT.label("starts_at"),
            ENDS_AT.label("ends_at"),
        )
        .outerjoin(PublishedMeeting, PublishedMeeting.meeting_id == Meeting.id)
        .where(Meeting.cohort_id == cohort_id)
    )


def domains_of_modules(programme_id: int) -> Select[*tuple[int, str]]:
    return (
        select(ModuleDomain.module_id, Domain.title)
        .join(Domain, Domain.id == ModuleDomain.domain_id)
        .where(Domain.programme_id == programme_id)
        .order_by(Domain.position)
    )


def places(
    cohort_id: int, organisation_ids: Sequence[int], moment: datetime
) -> Select[*tuple[Any, ...]]:
    """Every place of these people at a meeting that is over, with the mark known at that moment.

    A place that was given up counts only if the person was marked all the same.
    """
    return (
        select(
            Seat.person_id,
            Seat.meeting_id,
            type_coerce(Presence.state, String).label("state"),  # its word: thousands of them
            Presence.minutes,
            Presence.marked_at,
        )
        .select_from(Meeting)
        .outerjoin(PublishedMeeting, PublishedMeeting.meeting_id == Meeting.id)
        .join(Seat, Seat.meeting_id == Meeting.id)
        .join(
            Enrolment,
            and_(Enrolment.cohort_id == cohort_id, Enrolment.person_id == Seat.person_id),
        )
        .join(Person, Person.id == Seat.person_id)
        .outerjoin(
            Presence,
            and_(
                Presence.meeting_id == Seat.meeting_id,
                Presence.person_id == Seat.person_id,
                known_at(moment),
            ),
        )
        .where(
            Meeting.cohort_id == cohort_id,
            Enrolment.organisation_id.in_(organisation_ids),
            moment >= ENDS_AT,
            or_(Presence.id.is_not(None), and_(EXPECTED, _GOES_ON)),
        )
        .order_by(Person.sort_key, Person.id, STARTS_AT, Seat.meeting_id)
    )
