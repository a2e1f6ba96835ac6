"""Answering from the built-in mailbox."""

from datetime import datetime

from flask import current_app
from flask_babel import gettext as _

from program.core.audit import record
from program.core.errors import Refusal
from program.invitations.actions import Received, receive
from program.mail.models import OutgoingMail
from program.mailbox.client import reply
from program.mailbox.opening import opened

ANSWERS = {"accepted": "ACCEPTED", "tentative": "TENTATIVE", "declined": "DECLINED"}


def answer_as_client(
    mail: OutgoingMail, choice: str, *, by: int, at: datetime, comment: str = ""
) -> Received:
    """Write the REPLY that a calendar would send, and read it like any message that arrives."""
    if current_app.config["MAIL_URL"]:
        raise Refusal(_("Mail goes out for real here, so answers come from real calendars."))
    found = opened(mail.content)
    if found.card is None or not found.card.asks or choice not in ANSWERS:
        raise Refusal(_("This message asks for no answer."))
    raw = reply(found, ANSWERS[choice], at=at, comment=comment.strip()[:500])
    record("mailbox.answered", f"outgoing:{mail.id}", by=by)
    return receive(raw, via="mailbox", at=at, origin="mailbox")
