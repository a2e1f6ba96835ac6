"""Addresses that refuse our mail for good: nothing goes there until a person says so again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from program.core.audit import record
from program.core.db import db
from program.mail.models import MailState, OutgoingMail, SuspendedAddress

WHY = "The address is suspended."


def suspended_among(addresses: Collection[str]) -> set[str]:
    """Those of these that get nothing now; in lower case."""
    found: set[str] = set()
    wanted = sorted({address.lower() for address in addresses})
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        found.update(
            db.session.scalars(
                select(SuspendedAddress.address).where(
                    SuspendedAddress.address.in_(part), SuspendedAddress.resumed_at.is_(None)
                )
            )
        )
    return found


def suspend(address: str, *, at: datetime, by: int | None, origin: str = "runner") -> bool:
    """What waits for it is refused as well; says whether it was not suspended yet."""
    known = db.session.scalars(
        select(SuspendedAddress).where(SuspendedAddress.address == address.lower())
    ).one_or_none()
    if known is not None and known.resumed_at is None:
        return False
    known = known or SuspendedAddress(address=address.lower())
    known.suspended_at, known.resumed_at = at, None
    db.session.add(known)
    db.session.flush()
    db.session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.recipient.ilike(_plain(address), escape="\\"),
               OutgoingMail.state.in_((MailState.READY, MailState.HELD)))
        .values(state=MailState.DEAD, error=WHY),
        execution_options={"synchronize_session": False},
    )  # fmt: skip
    record("address.suspended", f"suspended:{known.id}", by=by, origin=origin)
    return True


def _plain(address: str) -> str:
    return address.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def resume_address(known: SuspendedAddress, *, at: datetime, by: int | None) -> None:
    """Mail goes there again; what was refused meanwhile is tried on the page Post."""
    known.resumed_at = at
    record("address.resumed", f"suspended:{known.id}", by=by)
