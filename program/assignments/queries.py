"""Assignments, who handed in what, and when it is due. The caller runs the select."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from program.accounts.models import Person
from program.assignments.models import Assignment, Feedback, Submission
from program.cohorts.models import Cohort, Enrolment, Group, GroupKind, GroupMembership
from program.cohorts.queries import cohorts_run_by, enrolled, member
from program.meetings.models import Meeting, PublishedMeeting, Seat, SeatReason
from program.programmes.models import Domain


def of_programme(programme_id: int) -> Select[Assignment]:
    """By domain, then in the order they were added."""
    return (
        select(Assignment)
        .join(Assignment.domain)
        .where(Assignment.programme_id == programme_id)
        .options(contains_eager(Assignment.domain), joinedload(Assignment.due_after))
        .order_by(Domain.position, Assignment.id)
    )


def enrolments_of(person_id: int, on: date) -> Select[Enrolment]:
    return (
        select(Enrolment)
        .where(Enrolment.person_id == person_id, enrolled(on))
        .options(joinedload(Enrolment.cohort).joinedload(Cohort.programme))
        .order_by(Enrolment.id.desc())
    )


def held_for(cohort_id: int) -> Select[*tuple[Any, ...]]:
    """When each person's last published meeting of each module ends: what due dates count from."""
    return (
        select(Seat.person_id, Meeting.module_id, func.max(PublishedMeeting.ends_at))
        .select_from(Seat)
        .join(Meeting, Meeting.id == Seat.meeting_id)
        .join(PublishedMeeting, PublishedMeeting.meeting_id == Meeting.id)
        .where(
            Meeting.cohort_id == cohort_id,
            Seat.released_at.is_(None),
            Seat.reason.not_in((SeatReason.WAITING, SeatReason.CATCH_UP)),
            PublishedMeeting.cancelled_at.is_(None),
        )
        .group_by(Seat.person_id, Meeting.module_id)
    )


def newest(cohort_id: int, known_at: datetime | None = None) -> Select[*tuple[Any, ...]]:
    """The newest version of everybody's work (at that moment), and how often it was answered."""
    later = Submission.__table__.alias("later")
    newer = select(later.c.id).where(
        later.c.assignment_id == Submission.assignment_id,
        later.c.enrolment_id == Submission.enrolment_id,
        later.c.number > Submission.number,
    )
    if known_at is not None:
        newer = newer.where(later.c.submitted_at <= known_at)
    found = (
        select(
            Submission.id,
            Submission.assignment_id,
            Submission.enrolment_id,
            Submission.number,
            Submission.submitted_at,
            Enrolment.person_id,
            func.count(Feedback.id).label("answers"),
        )
        .join(Enrolment, Enrolment.id == Submission.enrolment_id)
        .outerjoin(Feedback, Feedback.submission_id == Submission.id)
        .where(Enrolment.cohort_id == cohort_id, ~newer.exists())
        .group_by(Submission.id, Enrolment.person_id)
    )
    return found if known_at is None else found.where(Submission.submitted_at <= known_at)


def versions(assignment_id: int, enrolment_id: int) -> Select[Submission]:
    """Newest first, with their feedback; without the files themselves."""
    return (
        select(Submission)
        .where(Submission.assignment_id == assignment_id, Submission.enrolment_id == enrolment_id)
        .options(selectinload(Submission.feedback).joinedload(Feedback.author))
        .order_by(Submission.number.desc())
    )


def trained_by(person_id: int, on: date) -> Select[Submission]:
    """Work of the cohorts that this person trains."""
    trained = cohorts_run_by(person_id, on).order_by(None).with_only_columns(Cohort.id)
    return select(Submission).join(Submission.enrolment).where(Enrolment.cohort_id.in_(trained))


def seen_by(person_id: int, on: date) -> Select[Submission]:
    """What this person may read: their own work, and that of the cohorts they train. Never HR."""
    trained = trained_by(person_id, on).with_only_columns(Submission.id)
    return (
        select(Submission)
        .join(Submission.enrolment)
        .where(or_(Enrolment.person_id == person_id, Submission.id.in_(trained)))
    )


def taking_part(cohort_id: int, on: date) -> Select[*tuple[Any, ...]]:
    """Everyone in the cohort with their learning group, by name."""
    mine = (
        select(GroupMembership.enrolment_id, Group.id.label("group_id"))
        .join(Group, Group.id == GroupMembership.group_id)
        .where(Group.cohort_id == cohort_id, Group.kind == GroupKind.LEARNING, member(on))
        .subquery()
    )
    return (
        select(
            Enrolment.id,
            Person.id.label("person_id"),
            Person.given_name,
            Person.infix,
            Person.surname,
            mine.c.group_id,
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(mine, mine.c.enrolment_id == Enrolment.id)
        .where(and_(Enrolment.cohort_id == cohort_id, enrolled(on)))
        .order_by(Person.sort_key, Person.id)
    )
