"""Which messages wait for somebody to look, of those that this person may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, exists, func, select
from sqlalchemy.orm import aliased, defer, joinedload

from program.accounts.login import DAY, PERSON
from program.accounts.models import Person
from program.cohorts.models import Cohort, Enrolment
from program.cohorts.queries import cohorts_run_by, enrolled
from program.invitations.models import Answer, Invitation
from program.invitations.replies import Outcome
from program.mail.models import IncomingMail, SuspendedAddress
from program.meetings.models import Meeting, Seat, SeatReason
from program.review.models import ReviewMark

ASKS = (
    Outcome.REVIEW, Outcome.DELEGATION, Outcome.COUNTER, Outcome.HUMAN, Outcome.BOUNCE,
    Outcome.QUARANTINED,
)  # fmt: skip


HARD = 2  # so many times for good, and nothing goes there any more


@dataclass(frozen=True)
class Looker:
    """Who looks."""

    person_id: int
    sees_strays: bool  # mail that is about nobody we know
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()


def _cohorts(person_id: int, on: date) -> Select[int]:
    return cohorts_run_by(person_id, on).order_by(None).with_only_columns(Cohort.id)


def _known() -> Exists:
    """Mail about an invitation of ours. Asked of each message: lists of all of them grow long."""
    return exists().where(Invitation.uid == IncomingMail.uid).correlate(IncomingMail)


def _theirs(person_id: int, on: date) -> ColumnElement[bool]:
    """Mail about an invitation in a cohort that this person runs, or else by somebody of it."""
    ids = _cohorts(person_id, on)
    about = _known().where(Meeting.id == Invitation.meeting_id, Meeting.cohort_id.in_(ids))
    people = select(Person.email).where(
        Person.id.in_(select(Enrolment.person_id).where(Enrolment.cohort_id.in_(ids)))
    )
    return about | (~_known() & IncomingMail.sender.in_(people))


def _stray() -> ColumnElement[bool]:
    """Mail about nothing of ours, by nobody we know."""
    somebody = exists().where(Person.email == IncomingMail.sender).correlate(IncomingMail)
    return ~_known() & ~somebody


def _mine(looker: Looker) -> ColumnElement[bool]:
    theirs = _theirs(looker.person_id, looker.today)
    return theirs | _stray() if looker.sees_strays else theirs


def asks() -> ColumnElement[bool]:
    """Whether somebody has to decide about it; also who got no invitation by asking for it."""
    refused = (IncomingMail.outcome == Outcome.REFRESH) & IncomingMail.applied.is_(False)
    return IncomingMail.outcome.in_(ASKS) | refused


def _undecided() -> ColumnElement[bool]:
    return (IncomingMail.size > 0) & IncomingMail.id.not_in(select(ReviewMark.incoming_id))


def _open(looker: Looker) -> ColumnElement[bool]:
    return asks() & _undecided() & _mine(looker)


def unproven(looker: Looker) -> Select[IncomingMail, Invitation, Answer]:
    """Answers that count, of sessions to come, whose sender nobody vouches for; the newest first.

    One that another has taken the place of is no news any more.
    """
    newer = aliased(Answer)
    overtaken = exists().where(
        newer.invitation_id == Answer.invitation_id, newer.applied, newer.id > Answer.id
    )
    return (
        select(IncomingMail, Invitation, Answer)
        .join(Answer, Answer.incoming_id == IncomingMail.id)
        .join(Invitation, Invitation.id == Answer.invitation_id)
        .where(
            IncomingMail.outcome == Outcome.ANSWER, IncomingMail.flagged,
            Answer.applied, Answer.sequence >= Invitation.sequence,
            Invitation.starts_at > looker.now, ~overtaken, _undecided(), _mine(looker),
        )
        .options(
            defer(IncomingMail.content),
            joinedload(Invitation.person),
            joinedload(Invitation.meeting),
        )
        .order_by(IncomingMail.received_at.desc(), IncomingMail.id.desc())
    )  # fmt: skip


def how_many_unproven(looker: Looker) -> Select[int]:
    return unproven(looker).order_by(None).with_only_columns(func.count(IncomingMail.id))


def open_items(looker: Looker) -> Select[IncomingMail]:
    return (
        select(IncomingMail)
        .where(_open(looker))
        .order_by(IncomingMail.received_at.desc(), IncomingMail.id.desc())
    )


def how_many(looker: Looker) -> Select[int]:
    return select(func.count(IncomingMail.id)).where(_open(looker))


def waiting_beside() -> Select[*tuple[Any, ...]]:
    """How many messages and addresses wait for who asks, and how many strays for who sees those."""
    wait = select(func.count(IncomingMail.id)).where(asks(), _undecided())
    theirs, strays = wait.where(_theirs(PERSON, DAY)), wait.where(_stray())
    addresses = select(func.count(SuspendedAddress.id)).where(_suspended(PERSON, DAY))
    return select(
        (theirs.scalar_subquery() + addresses.scalar_subquery()).label("theirs"),
        strays.scalar_subquery().label("strays"),
    )


def item(looker: Looker, incoming_id: int, *, answers: bool = False) -> Select[IncomingMail]:
    """Also one that was decided before: who looks at it late is told so.

    `answers`: also one that was judged again, since its address was remembered.
    """
    waits = asks() | IncomingMail.flagged
    if answers:
        waits |= IncomingMail.outcome == Outcome.ANSWER
    return select(IncomingMail).where(IncomingMail.id == incoming_id, waits, _mine(looker))


def answers_waiting(person_id: int) -> Select[IncomingMail]:
    """About invitations of this person, that somebody has to look at; as they came."""
    theirs = select(Invitation.uid).where(Invitation.person_id == person_id)
    return (
        select(IncomingMail)
        .where(IncomingMail.outcome == Outcome.REVIEW, IncomingMail.uid.in_(theirs), _undecided())
        .order_by(IncomingMail.received_at, IncomingMail.id)
    )


def cohorts_about(uids: Collection[str]) -> Select[int]:
    """Of the invitations with these UIDs, in the order in which they are locked."""
    return (
        select(Meeting.cohort_id)
        .join(Invitation, Invitation.meeting_id == Meeting.id)
        .where(Invitation.uid.in_(uids))
        .distinct()
        .order_by(Meeting.cohort_id)
    )


def mark_of(incoming_id: int) -> Select[ReviewMark]:
    return select(ReviewMark).where(ReviewMark.incoming_id == incoming_id)


def invitation_about(uid: str) -> Select[Invitation]:
    return select(Invitation).where(Invitation.uid == uid)


def colleague(cohort_id: int, address: str, on: date) -> Select[Person]:
    """Somebody of the cohort with that address."""
    return (
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.cohort_id == cohort_id,
            enrolled(on),
            func.lower(Person.email) == address.lower(),
        )
    )


def seat_at(meeting_id: int, person_id: int) -> Select[Seat]:
    return select(Seat).where(Seat.meeting_id == meeting_id, Seat.person_id == person_id)


def expected_at(meeting_id: int, person_id: int) -> Select[Seat]:
    return seat_at(meeting_id, person_id).where(
        Seat.released_at.is_(None), Seat.reason != SeatReason.WAITING
    )


def bounced() -> Select[str]:
    """Invited addresses that at least two messages could not be delivered to, not suspended yet."""
    since = func.coalesce(SuspendedAddress.resumed_at, IncomingMail.received_at)
    going = SuspendedAddress.id.is_(None) | SuspendedAddress.resumed_at.is_not(None)
    return (
        select(func.lower(Invitation.address))
        .join(IncomingMail, IncomingMail.uid == Invitation.uid)
        .outerjoin(SuspendedAddress, SuspendedAddress.address == func.lower(Invitation.address))
        .where(IncomingMail.outcome == Outcome.BOUNCE, IncomingMail.received_at >= since, going)
        .group_by(func.lower(Invitation.address))
        .having(func.count(IncomingMail.id) >= HARD)
    )


def bounces_of(address: str) -> Select[IncomingMail]:
    """What came back from it since mail went there again, the newest first."""
    since = func.coalesce(SuspendedAddress.resumed_at, IncomingMail.received_at)
    return (
        select(IncomingMail)
        .join(Invitation, Invitation.uid == IncomingMail.uid)
        .outerjoin(SuspendedAddress, SuspendedAddress.address == func.lower(Invitation.address))
        .where(
            IncomingMail.outcome == Outcome.BOUNCE,
            IncomingMail.size > 0,  # of one that is thrown away nobody knows whether it is for good
            IncomingMail.received_at >= since,
            func.lower(Invitation.address) == address,
        )
        .order_by(IncomingMail.received_at.desc())
    )


def _suspended(person_id: int, on: date) -> ColumnElement[bool]:
    # `lower` keeps SQLite from starting at the list, which is as long as there are invitations:
    # now it is made only when some address is suspended
    invited = (
        select(func.lower(Invitation.address))
        .join(Invitation.meeting)
        .where(Meeting.cohort_id.in_(_cohorts(person_id, on)))
    )
    address = func.lower(SuspendedAddress.address)
    return SuspendedAddress.resumed_at.is_(None) & address.in_(invited)


def suspended(looker: Looker) -> Select[SuspendedAddress]:
    """Of people in the cohorts that this person runs."""
    return (
        select(SuspendedAddress)
        .where(_suspended(looker.person_id, looker.today))
        .order_by(SuspendedAddress.suspended_at.desc())
    )
