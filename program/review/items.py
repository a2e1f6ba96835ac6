"""One message to decide about, with what it says and what it is about."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from program.accounts.addresses import is_another_s, others_of
from program.accounts.models import Person
from program.core.db import db
from program.invitations.models import Invitation
from program.invitations.replies import Outcome, Reading, Said, read
from program.mail.models import IncomingMail
from program.mail.size import MAX_MESSAGE, MAX_READ
from program.meetings.actions.moving import Clash, Move, clashes
from program.meetings.models import Meeting
from program.meetings.schedule import schedule_of
from program.review import queries


@dataclass(frozen=True)
class Item:
    mail: IncomingMail
    outcome: Outcome
    invitation: Invitation | None
    said: Said | None
    text: str
    clashes: list[Clash] = field(default_factory=list)  # of the time that is proposed
    colleague: Person | None = None  # who would come instead
    stranger: str = ""  # the only address it answers for, which we do not know as theirs
    is_another_s: bool = False  # and which is somebody else's own

    @property
    def partstat(self) -> str:
        """What the answer says, of whomever it names."""
        attendees = self.said.attendees if self.said else []
        return next((each.partstat for each in attendees if each.partstat), "")

    @property
    def proposes(self) -> tuple[datetime, datetime] | None:
        said = self.said
        if self.outcome is not Outcome.COUNTER or said is None or said.starts_at is None:
            return None
        assert self.invitation is not None  # noqa: S101 - a counter-proposal is about one
        meeting = self.invitation.meeting
        return said.starts_at, said.ends_at or said.starts_at + (
            meeting.ends_at - meeting.starts_at
        )

    @property
    def answers(self) -> bool:
        """Whether it can be counted as an answer of who was invited."""
        return self.outcome is Outcome.REVIEW and self.invitation is not None

    @property
    def counts(self) -> bool:
        """Whether it is an answer that counted, of a sender whom nobody vouches for."""
        return self.outcome is Outcome.ANSWER and self.mail.applied and self.mail.flagged

    @property
    def asks_again(self) -> bool:
        return self.outcome is Outcome.REFRESH and self.invitation is not None

    @property
    def can_be_fetched(self) -> bool:
        """Of one that is too large only the head is here."""
        return bool(self.mail.content) and self.mail.size <= MAX_MESSAGE

    @property
    def megabytes(self) -> int:
        """Of a large message, so that nobody fetches it on a phone without knowing."""
        return round(self.mail.size / 1e6) if self.mail.size > MAX_READ else 0

    @property
    def delegate(self) -> str:
        return (
            next((a.delegated_to for a in self.said.attendees if a.delegated_to), "")
            if self.said
            else ""
        )


def item_of(mail: IncomingMail, *, at: datetime, weigh: bool = True) -> Item:
    """`weigh`: also what the proposed time would do to others."""
    outcome = Outcome(mail.outcome or Outcome.REVIEW)
    invitation = db.session.scalars(queries.invitation_about(mail.uid)).one_or_none()
    # what could not be read within limits is not read again here
    unread = outcome is Outcome.QUARANTINED or not mail.content
    reading = Reading(outcome) if unread else read(mail.content)
    said = next((each for each in reading.said if each.uid.lower() == mail.uid.lower()), None)
    text = said.comment if said and said.comment else reading.text
    item = Item(mail, outcome, invitation, said, text)
    if invitation is None:
        return item
    stranger = _stranger(item, invitation)
    return replace(
        item,
        clashes=_clashes(invitation.meeting, item) if weigh else [],
        colleague=_colleague(item, at),
        stranger=stranger,
        is_another_s=bool(stranger) and is_another_s(stranger, invitation.person_id),
    )


def _stranger(item: Item, invitation: Invitation) -> str:
    """Of several addresses nobody can tell which is theirs."""
    named = {each.address for each in item.said.attendees} if item.said else set()
    if not item.answers or len(named) != 1:
        return ""
    (address,) = named
    mine = address == invitation.address.lower() or address in others_of(invitation.person_id)
    return "" if mine else address


def _clashes(meeting: Meeting, item: Item) -> list[Clash]:
    if item.proposes is None or meeting.cancelled_at is not None:
        return []
    return clashes(schedule_of(meeting.cohort), meeting, move_of(item, meeting))


def move_of(item: Item, meeting: Meeting) -> Move:
    assert item.proposes is not None  # noqa: S101 - the caller saw to it
    trainers = tuple(person.id for person in meeting.trainers)
    return Move(*item.proposes, meeting.room_id, trainers, meeting.note)


def _colleague(item: Item, at: datetime) -> Person | None:
    if not item.delegate or item.invitation is None:
        return None
    cohort_id = item.invitation.meeting.cohort_id
    return db.session.scalars(queries.colleague(cohort_id, item.delegate, at.date())).first()
