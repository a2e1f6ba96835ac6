"""An address that somebody answers from as well: remembered, with the answers that wait from it."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from program.accounts import addresses
from program.cohorts.models import Cohort
from program.core.db import db, locked
from program.invitations.actions import Received, settle_again
from program.mail.models import IncomingMail
from program.review import queries
from program.review.items import Item


def hold_beside(item: Item) -> list[IncomingMail]:
    """The other answers that wait for the same person, kept from everybody else until we commit.

    What somebody else decides about at this moment is left to them. The cohorts are locked here in
    one order, before any answer locks its own: two who press at once never wait for each other.
    """
    assert item.invitation is not None  # noqa: S101 - who has a stranger's answer has one
    waiting = queries.answers_waiting(item.invitation.person_id).where(
        IncomingMail.id != item.mail.id
    )
    held = waiting.with_for_update(skip_locked=True, of=IncomingMail)
    ids = [mail.id for mail in db.session.scalars(held)]
    # asked anew, for a decision may have been stored just before we held its message
    still = waiting.where(IncomingMail.id.in_(ids)).execution_options(populate_existing=True)
    found = list(db.session.scalars(still))
    for cohort_id in db.session.scalars(
        queries.cohorts_about([item.mail.uid, *(mail.uid for mail in found)])
    ).all():
        locked(Cohort, cohort_id)
    return found


def remember(item: Item, others: list[IncomingMail], by: int, at: datetime) -> str:
    """The address is theirs from now on, and what waits from it is judged again; in a sentence."""
    assert item.invitation is not None  # noqa: S101 - who has a stranger's answer has one
    addresses.remember(item.invitation.person_id, item.stranger, by=by, at=at)
    judged = [settle_again(mail, item.stranger, by=by) for mail in others]
    sentences = [_("%(address)s is remembered.", address=item.stranger), *_told(judged)]
    return " ".join(sentences)


def _told(judged: list[Received | None]) -> list[str]:
    """How many count with it, and how many came too late to count."""
    counted = sum(each.applied for each in judged if each)
    late = sum(bool(each.partstat) and not each.applied for each in judged if each)
    sentences = []
    if counted:
        sentences.append(
            ngettext(
                "One more answer from there counts now.",
                "%(num)s more answers from there count now.",
                counted,
            )
        )
    if late:
        sentences.append(
            ngettext(
                "One more from there does not count: it is too late or not clear.",
                "%(num)s more from there do not count: they are too late or not clear.",
                late,
            )
        )
    return sentences
