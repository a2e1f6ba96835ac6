"""Which messages somebody may see: their own, and those about cohorts they run."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import defer

from program.accounts.models import Person
from program.cohorts.models import Cohort, Enrolment
from program.cohorts.queries import cohorts_run_by
from program.invitations.models import Invitation
from program.mail.models import IncomingMail, OutgoingMail
from program.meetings.models import Meeting


@dataclass(frozen=True)
class Reader:
    """Who looks, and as what."""

    person_id: int
    email: str
    plans: bool
    sees_strays: bool  # mail that is about nobody we know
    today: date


def _my_cohorts(reader: Reader) -> Select[int]:
    return (
        cohorts_run_by(reader.person_id, reader.today).order_by(None).with_only_columns(Cohort.id)
    )


def _my_lanes(reader: Reader) -> Select[str]:
    return (
        select(Invitation.uid)
        .join(Meeting, Invitation.meeting_id == Meeting.id)
        .where(Meeting.cohort_id.in_(_my_cohorts(reader)))
    )


def readable_by(reader: Reader) -> ColumnElement[bool]:
    own = OutgoingMail.recipient == reader.email
    return or_(own, OutgoingMail.lane.in_(_my_lanes(reader))) if reader.plans else own


def outgoing(reader: Reader, *, to: str = "", search: str = "") -> Select[OutgoingMail]:
    """The newest first; the text of each is loaded when asked for."""
    found = (
        select(OutgoingMail)
        .where(readable_by(reader))
        .options(defer(OutgoingMail.content))
        .order_by(OutgoingMail.created_at.desc(), OutgoingMail.id.desc())
    )
    if to:
        found = found.where(OutgoingMail.recipient == to)
    if search:
        like = f"%{_plain(search)}%"
        either = or_(
            OutgoingMail.subject.ilike(like, escape="\\"),
            OutgoingMail.recipient.ilike(like, escape="\\"),
        )
        found = found.where(either)
    return found


def _plain(search: str) -> str:
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def one_outgoing(reader: Reader, mail_id: int) -> Select[OutgoingMail]:
    return select(OutgoingMail).where(OutgoingMail.id == mail_id, readable_by(reader))


def people(reader: Reader) -> Select[str, int, str, str, str, str]:
    """Whom messages went to: address, number of messages, parts of the name."""
    return (
        select(
            OutgoingMail.recipient,
            func.count().label("number"),
            func.max(Person.given_name).label("given_name"),
            func.max(Person.infix).label("infix"),
            func.max(Person.surname).label("surname"),
            func.coalesce(func.max(Person.sort_key), OutgoingMail.recipient).label("sort_key"),
        )
        .outerjoin(Person, Person.email == OutgoingMail.recipient)
        .where(readable_by(reader))
        .group_by(OutgoingMail.recipient)
        .order_by("sort_key", OutgoingMail.recipient)
    )


def invitation_in(lane: str) -> Select[Invitation]:
    return select(Invitation).where(Invitation.uid == lane)


def newer_in_lane(mail: OutgoingMail) -> Select[OutgoingMail]:
    """The message that came after it in the same calendar entry."""
    return (
        select(OutgoingMail)
        .where(OutgoingMail.lane == mail.lane, OutgoingMail.position > mail.position)
        .options(defer(OutgoingMail.content))
        .order_by(OutgoingMail.position.desc())
        .limit(1)
    )


def _may_read_incoming(reader: Reader) -> ColumnElement[bool]:
    own = IncomingMail.sender == reader.email
    if not reader.plans:
        return own
    mine = (
        select(Person.email)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.cohort_id.in_(_my_cohorts(reader)))
    )
    known = select(Person.email)
    stray = IncomingMail.sender.not_in(known) & (IncomingMail.uid == "")
    ways = [
        own,
        IncomingMail.uid.in_(_my_lanes(reader)),
        (IncomingMail.uid == "") & IncomingMail.sender.in_(mine),
        (IncomingMail.uid == "") & IncomingMail.address.in_(mine),
    ]
    return or_(*ways, stray) if reader.sees_strays else or_(*ways)


def incoming(reader: Reader, *, outcome: str = "") -> Select[IncomingMail]:
    found = (
        select(IncomingMail)
        .where(_may_read_incoming(reader), IncomingMail.size > 0)
        .options(defer(IncomingMail.content))
        .order_by(IncomingMail.received_at.desc(), IncomingMail.id.desc())
    )
    return found.where(IncomingMail.outcome == outcome) if outcome else found


def one_incoming(reader: Reader, mail_id: int) -> Select[IncomingMail]:
    """None when it was thrown away."""
    return select(IncomingMail).where(
        IncomingMail.id == mail_id, _may_read_incoming(reader), IncomingMail.size > 0
    )


def outcomes(reader: Reader) -> Select[str | None, int]:
    return (
        select(IncomingMail.outcome, func.count().label("number"))
        .where(_may_read_incoming(reader), IncomingMail.outcome.is_not(None), IncomingMail.size > 0)
        .group_by(IncomingMail.outcome)
        .order_by(IncomingMail.outcome)
    )


def about(uid: str) -> Select[str, datetime]:
    """The session that an incoming message is about."""
    return (
        select(Meeting.title, Meeting.starts_at)
        .join(Invitation, Invitation.meeting_id == Meeting.id)
        .where(Invitation.uid == uid)
    )
