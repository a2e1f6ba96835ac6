"""Who did what to which row, when. Append-only: the database refuses to change or drop a line.

The six things a Dutch public body asks of a log line (BIO2 8.15.01): action, object, result,
origin, actor, time. Never a name, an address, a reason of absence or the text of a mail.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Index, insert
from sqlalchemy.orm import Mapped

from program.core.clock import now
from program.core.db import Base, ShortText, db


class AuditEntry(Base):
    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "object"), Index(None, "at"))

    action: Mapped[ShortText]  # "meeting.moved"
    object: Mapped[ShortText]  # "meeting:12"
    result: Mapped[ShortText]  # "ok" or why not
    origin: Mapped[ShortText]  # "web", "command", "runner", "mail"
    actor: Mapped[ShortText]  # "person:3", or "system"
    at: Mapped[datetime]


def record(
    action: str, what: str, *, by: int | None, origin: str = "web", result: str = "ok"
) -> None:
    """Note a change of state; it is stored or rolled back together with the change itself."""
    actor = "system" if by is None else f"person:{by}"
    db.session.add(
        AuditEntry(action=action, object=what, result=result, origin=origin, actor=actor, at=now())
    )


def record_many(action: str, what: Iterable[str], *, by: int | None, origin: str = "web") -> None:
    """The same change of many rows at once: a line for each, in one statement."""
    actor = "system" if by is None else f"person:{by}"
    same = {"action": action, "result": "ok", "origin": origin, "actor": actor, "at": now()}
    if lines := [{"object": one, **same} for one in what]:
        db.session.execute(insert(AuditEntry), lines)
