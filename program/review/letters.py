"""The message that refuses a counter-proposal (RFC 5546, 3.2.8): the session stays as it is."""

from datetime import datetime
from hashlib import sha256

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import escape

from program.invitations.itip import (
    Appointment,
    Envelope,
    Event,
    Invitee,
    Letterhead,
    Method,
    bounce_address,
    message,
    message_id,
)
from program.invitations.itip.names import domain_of
from program.invitations.models import Invitation
from program.mail.actions import post


def post_decline(invitation: Invitation, incoming_id: int, *, at: datetime) -> None:
    """To who proposed it, about the time as it was published; once per proposal."""
    key = f"decline-counter:{incoming_id}"
    told = invitation.meeting.published
    if told is None:
        return
    sender = str(current_app.config["MAIL_ADDRESS"])
    programme = invitation.meeting.cohort.programme.title
    with force_locale(invitation.person.language):
        subject = str(_("Stays as it is: %(title)s", title=told.title))
        text = str(
            _(
                "You proposed another time for %(title)s. It cannot be moved: it stays as it is. "
                "Do you not come then? Please answer the invitation.",
                title=told.title,
            )
        )
    event = Event(
        told.starts_at, told.ends_at, told.title, programme, sender,
        location=", ".join(part for part in (told.venue_name, told.room_name) if part),
        timezone=invitation.meeting.cohort.timezone,
    )  # fmt: skip
    invitee = Invitee(
        invitation.uid, invitation.address, invitation.person.name, invitation.sequence,
        at.replace(microsecond=0), invitation.partstat,
    )  # fmt: skip
    identifier = (
        f"{sha256(f'{key}:{invitation.uid}'.encode()).hexdigest()[:40]}@{domain_of(sender)}"
    )
    first = message_id(invitation.uid, sequence=0, revision=1, recipient=invitation.address)
    envelope = Envelope(
        Letterhead(programme, sender), invitation.person.name, invitation.address, subject,
        identifier, at, invitation.person.language, first,
    )  # fmt: skip
    calendar = Appointment(event, Method.DECLINECOUNTER).for_invitee(invitee)
    content = message(
        envelope, text=f"{text}\n", html=f"<p>{escape(text)}</p>\n", calendar=calendar,
        method=Method.DECLINECOUNTER,
    )  # fmt: skip
    post(
        key=key, lane=key, recipient=invitation.address, subject=subject[:200], content=content,
        message_id=identifier, at=at, priority=4, envelope_from=bounce_address(invitation.uid),
    )  # fmt: skip
