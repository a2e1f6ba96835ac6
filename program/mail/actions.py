"""Posting mail: a row in the outbox, stored or rolled back together with its cause.

And what a person may do about mail that does not leave.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, func, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from program.core.audit import record
from program.core.db import db
from program.core.errors import Refusal
from program.mail import channel
from program.mail.models import MailState, OutgoingMail
from program.mail.suspension import WHY, suspended_among


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message to one address.

    `key` says what it is about: a key is posted once, whoever asks. Messages of one `lane` replace
    each other: they leave in order, and an older one is dropped when a newer one is due first.
    `needless_if_unsent` is for a cancellation: nobody hears of it when nothing before it left.
    `content` is the whole message, headers too, with CRLF line ends (policy=email.policy.SMTP).
    """

    key: str
    lane: str
    recipient: str
    subject: str
    content: bytes
    message_id: str  # with or without angle brackets
    at: datetime  # the moment of posting
    due_at: datetime | None = None  # at once
    priority: int = 5  # 1 leaves first
    position: int | None = None  # after the last one of its lane
    envelope_from: str | None = None  # MAIL_ADDRESS
    needless_if_unsent: bool = False

    def __post_init__(self) -> None:
        if self.content.count(b"\n") != self.content.count(b"\r\n"):
            raise ValueError("A message needs CRLF line ends: build it with policy.SMTP.")
        for line in (self.recipient, self.subject, self.message_id, self.envelope_from or ""):
            if "\r" in line or "\n" in line:
                raise ValueError("A header of a message is one line.")


def post(  # noqa: PLR0913 - a letter has this many parts
    *,
    key: str,
    lane: str,
    recipient: str,
    subject: str,
    content: bytes,
    message_id: str,
    at: datetime,
    priority: int = 5,
    position: int | None = None,
    envelope_from: str | None = None,
    due_at: datetime | None = None,
    needless_if_unsent: bool = False,
) -> OutgoingMail | None:
    """Put a message in the outbox; None when its key was posted before."""
    letter = Letter(
        key=key, lane=lane, recipient=recipient, subject=subject, content=content,
        message_id=message_id, at=at, priority=priority, position=position,
        envelope_from=envelope_from, due_at=due_at, needless_if_unsent=needless_if_unsent,
    )  # fmt: skip
    if _posted([key]):
        return None
    (row,) = _rows([letter])
    try:
        with db.session.begin_nested():
            mail = OutgoingMail(**row)
            db.session.add(mail)
    except IntegrityError:
        if _posted([key]):  # by someone else, this very moment
            return None
        raise
    return mail


def post_all(letters: Iterable[Letter]) -> int:
    """Put many messages in the outbox at once; says how many were not there yet."""
    first_of_key: dict[str, Letter] = {}
    for letter in letters:
        first_of_key.setdefault(letter.key, letter)
    posted = _posted(list(first_of_key))
    rows = list(_rows([each for key, each in first_of_key.items() if key not in posted]))
    if rows:
        db.session.execute(insert(OutgoingMail), rows)
    return len(rows)


def retry(mail_id: int, *, at: datetime, by: int | None, origin: str = "web") -> None:
    """Try a refused message once more, unless a newer one has taken its place."""
    mail = db.session.get(OutgoingMail, mail_id)
    if mail is None:
        raise Refusal(_("There is no message %(id)s.", id=mail_id))
    if mail.state is not MailState.DEAD:
        raise Refusal(_("Message %(id)s was not refused.", id=mail_id))
    if db.session.scalar(select(exists().where(_newer_than(mail)))):
        raise Refusal(_("A newer message has taken the place of message %(id)s.", id=mail_id))
    if suspended_among({mail.recipient}):
        raise Refusal(
            _("No mail goes to %(address)s now: let it go there again first, on To review.",
              address=mail.recipient)
        )  # fmt: skip
    mail.state, mail.due_at, mail.first_tried_at, mail.error = MailState.READY, at, None, None
    record("mail.retried", f"mail:{mail_id}", by=by, origin=origin)


def retry_all(
    among: ColumnElement[bool], *, at: datetime, by: int | None, origin: str = "web"
) -> int:
    """Try the refused ones once more that have no newer one, at addresses that are not suspended;
    says how many.
    """
    refused = (OutgoingMail.state == MailState.DEAD) & among
    wanted = select(OutgoingMail.id, OutgoingMail.recipient).where(refused)
    found = db.session.execute(wanted).all()
    stopped = suspended_among({address for _id, address in found})
    ids = [mail_id for mail_id, address in found if address.lower() not in stopped]
    for mail_id in ids:
        retry(mail_id, at=at, by=by, origin=origin)
    return len(ids)


def release_held(
    *, by: int | None, origin: str = "web", among: ColumnElement[bool] | None = None
) -> int:
    """Let the messages leave that wait since a restore, all or some; says how many."""
    released = db.session.scalars(
        update(OutgoingMail)
        .where(OutgoingMail.state == MailState.HELD, true() if among is None else among)
        .values(state=MailState.READY)
        .returning(OutgoingMail.id)
        .execution_options(synchronize_session=False)
    ).all()
    if released:
        record("mail.released", "mail:held", by=by, origin=origin, result=str(len(released)))
    return len(released)


def pause(*, reason: str, by: int | None, origin: str = "web") -> None:
    """No mail leaves until a person says so."""
    channel.close(channel.channel(), until=channel.UNTIL_RESUMED, reason=reason)
    record("mail.paused", "channel:smtp", by=by, origin=origin)


def resume(*, by: int | None, origin: str = "web") -> None:
    channel.reopen(channel.channel())
    record("mail.resumed", "channel:smtp", by=by, origin=origin)


def _newer_than(mail: OutgoingMail) -> ColumnElement[bool]:
    return and_(OutgoingMail.lane == mail.lane, OutgoingMail.position > mail.position)


def _posted(keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in _in_chunks(keys):
        found.update(db.session.scalars(select(OutgoingMail.key).where(OutgoingMail.key.in_(some))))
    return found


def _rows(letters: Sequence[Letter]) -> Iterator[dict[str, object]]:
    """As the table wants them, each with its place in its lane."""
    last = _last_positions({letter.lane for letter in letters if letter.position is None})
    stopped = suspended_among({letter.recipient for letter in letters})
    for letter in letters:
        row = asdict(letter)
        suspended = letter.recipient.lower() in stopped
        at = row.pop("at")
        position = letter.position
        if position is None:
            position = last[letter.lane] = last.get(letter.lane, 0) + 1
        yield row | {
            "position": position,
            "message_id": letter.message_id.strip("<>"),
            "envelope_from": letter.envelope_from or current_app.config["MAIL_ADDRESS"],
            "created_at": at,
            "due_at": letter.due_at or at,
            "state": MailState.DEAD if suspended else MailState.READY,
            "error": WHY if suspended else None,
        }


def _last_positions(lanes: set[str]) -> dict[str, int]:
    last: dict[str, int] = {}
    for some in _in_chunks(sorted(lanes)):
        ends = db.session.execute(
            select(OutgoingMail.lane, func.max(OutgoingMail.position).label("last"))
            .where(OutgoingMail.lane.in_(some))
            .group_by(OutgoingMail.lane)
        )
        last.update((row.lane, row.last) for row in ends)
    return last


def _in_chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), 500):
        yield values[start : start + 500]
