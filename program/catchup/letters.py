"""The mails with other sessions to choose from, and with a seat that is held for a while."""

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from program.catchup import links, wording
from program.catchup.models import SeatOffer
from program.catchup.options import Option, effect_of, told_of
from program.core import dates
from program.invitations.itip import bounce_address, message_id, usable_address
from program.invitations.itip.lines import one_line
from program.invitations.models import Invitation
from program.mail.actions import post

SOON = 2  # how early it leaves: somebody decides now


def post_options(invitation: Invitation, options: Sequence[Option], *, at: datetime) -> None:
    """What there is instead, each with its link; once per invitation and date."""
    key = f"catch-up:{invitation.uid}:{invitation.sequence}"
    with force_locale(invitation.person.language):
        facts = _facts(invitation, options, at)
        subject = str(_("Another date for %(title)s", title=facts["title"]))
        _post(invitation, key, subject, "catch_up", facts, at)


def post_seat(invitation: Invitation, option: Option, offer: SeatOffer, *, at: datetime) -> None:
    """A seat came free, and until when it is theirs to take."""
    with force_locale(invitation.person.language):
        zone = ZoneInfo(invitation.meeting.cohort.timezone)
        until = dates.moment(offer.ends_at, invitation.person.language, zone, "long")
        facts = _facts(invitation, [option], at) | {"until": until}
        subject = str(_("There is a seat for you: %(title)s", title=facts["title"]))
        _post(invitation, f"seat-offer:{offer.id}", subject, "seat_offer", facts, at)


def _facts(invitation: Invitation, options: Sequence[Option], at: datetime) -> dict[str, object]:
    language, cohort = invitation.person.language, invitation.meeting.cohort
    told = told_of(invitation)
    zone = ZoneInfo(cohort.timezone)
    effects = effect_of(invitation, options[0], at=at)
    return {
        "person": invitation.person,
        "language": language,
        "programme": one_line(cohort.programme.title),
        "title": one_line(told.title),
        "when": _when(told.starts_at, told.ends_at, language, zone),
        "options": [
            {
                "when": _when(option.told.starts_at, option.told.ends_at, language, zone),
                "place": wording.place(option.told),
                "free": option.bookable,
                "link": links.address_of(invitation.uid, option.id),
            }
            for option in options
        ],
        "effects": [wording.sentence(domain, effect) for domain, effect in effects],
        "page": links.address_of(invitation.uid),
    }


def _when(starts_at: datetime, ends_at: datetime, language: str, zone: ZoneInfo) -> str:
    day = dates.day(starts_at, language, zone, "long")
    return f"{day}, {dates.span(starts_at, ends_at, language, zone)}"


def _post(
    invitation: Invitation,
    key: str,
    subject: str,
    template: str,
    facts: dict[str, object],
    at: datetime,
) -> None:
    sender = str(current_app.config["MAIL_ADDRESS"])
    address = invitation.person.email
    if not usable_address(address, organizer=sender):
        return
    name, _at, domain = sender.partition("@")
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(str(facts["programme"]), name, domain)
    message["To"] = Address(one_line(invitation.person.name), addr_spec=address)
    message["Subject"] = subject
    message["Date"] = at
    message["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:40]}@{domain}>"
    first = message_id(invitation.uid, sequence=0, revision=1, recipient=invitation.address)
    message["References"] = f"<{first}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_rendered(template, "txt", facts), cte="quoted-printable")
    html = _rendered(template, "html", facts | {"subject": subject})
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    post(
        key=key, lane=key, recipient=address, subject=subject[:200], content=message.as_bytes(),
        message_id=str(message["Message-ID"]), at=at, priority=SOON,
        envelope_from=bounce_address(invitation.uid),
    )  # fmt: skip


def _rendered(template: str, form: str, facts: dict[str, object]) -> str:
    return current_app.jinja_env.get_template(f"mail/{template}.{form}").render(facts)
