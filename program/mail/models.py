"""Outgoing and incoming messages, kept until nobody can need them any more."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from program.core.db import Base, LongText, ShortText


class MailState(StrEnum):
    READY = "ready"
    LEASED = "leased"  # a runner is sending it
    SENT = "sent"
    SUPERSEDED = "superseded"  # a newer message of the same invitation made it needless
    DEAD = "dead"  # refused for good; a person has to look
    HELD = "held"  # after a restore: waits until a person releases it


class OutgoingMail(Base):
    """One message to one address. Its text is frozen here, so a repeat is byte-identical."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        Index(None, "state", "priority", "due_at"),  # the next one to leave
        UniqueConstraint("lane", "position"),
        Index(None, "recipient", "created_at"),
    )

    key: Mapped[ShortText] = mapped_column(unique=True)  # what it is about: sent once, whoever asks
    lane: Mapped[ShortText]  # what replaces what: a newer one makes the older ones needless
    position: Mapped[int]  # within its lane, rising
    needless_if_unsent: Mapped[bool] = mapped_column(default=False)  # a cancellation nobody needs
    priority: Mapped[int] = mapped_column(default=5)  # 1 leaves first
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[ShortText]
    message_id: Mapped[ShortText] = mapped_column(unique=True)  # without angle brackets
    envelope_from: Mapped[str] = mapped_column(String(254))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[MailState] = mapped_column(default=MailState.READY)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)  # more than none: it may have arrived
    first_tried_at: Mapped[datetime | None]  # when it first failed: three days later we give up
    leased_by: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[LongText | None]


class Channel(Base):
    """A way out (one SMTP server): whether it is paused and how fast it may go."""

    __tablename__ = "channel"

    name: Mapped[ShortText] = mapped_column(unique=True)
    paused_until: Mapped[datetime | None]
    pause_reason: Mapped[ShortText] = mapped_column(default="")
    troubles: Mapped[int] = mapped_column(default=0)  # in a row: each doubles the pause
    tokens: Mapped[float] = mapped_column(default=0.0)
    filled_at: Mapped[datetime | None]


class IncomingMail(Base):
    """One raw message that reached us, and what came of it."""

    __tablename__ = "incoming_mail"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index(None, "received_at"),
        Index(None, "outcome"),  # those that are to be read: none yet
    )

    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the raw message: once is enough
    via: Mapped[str] = mapped_column(String(20))  # "command", "mailbox", "lmtp", "imap"
    content: Mapped[bytes] = mapped_column(LargeBinary)  # as we read it: of a large one, no files
    size: Mapped[int] = mapped_column(default=0)  # octets, as it was sent; 0: thrown away
    received_at: Mapped[datetime]
    sent_to: Mapped[LongText] = mapped_column(default="")  # envelope recipients: whom it is about
    sender: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[ShortText] = mapped_column(default="")
    uid: Mapped[str] = mapped_column(String(120), default="", index=True)  # of the invitation
    address: Mapped[str] = mapped_column(String(254), default="", index=True)  # whom it is about
    outcome: Mapped[str | None] = mapped_column(String(20))  # none: nobody has read it yet
    applied: Mapped[bool] = mapped_column(default=False)
    flagged: Mapped[bool] = mapped_column(default=False)  # counted, but a person had better look
    why: Mapped[LongText] = mapped_column(default="")


class IncomingOriginal(Base):
    """The whole of a large message, word for word, beside what is read of it."""

    __tablename__ = "incoming_original"

    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming_mail.id"), unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class MailboxPosition(Base):
    """How far a mailbox elsewhere has been read."""

    __tablename__ = "mailbox_position"

    mailbox: Mapped[ShortText] = mapped_column(unique=True)  # user@host/folder
    uid_validity: Mapped[int] = mapped_column(BigInteger)  # another one: its numbers began anew
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)


class SuspendedAddress(Base):
    """An address that refused our mail for good, twice: nothing goes there until it is resumed."""

    __tablename__ = "suspended_address"

    address: Mapped[str] = mapped_column(String(254), unique=True)  # in lower case
    suspended_at: Mapped[datetime]
    resumed_at: Mapped[datetime | None]
