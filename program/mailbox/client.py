"""Answers a message of ours as a calendar program does: with a real REPLY."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from program.invitations.itip.lines import content, escaped
from program.invitations.itip.names import domain_of
from program.mailbox.opening import Card, Opened, line_of

_ECHOED = ("UID", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "ORGANIZER", "SEQUENCE")
_SAYS = {"ACCEPTED": "Accepted", "TENTATIVE": "Tentative", "DECLINED": "Declined"}


def reply(mail: Opened, partstat: str, *, at: datetime, comment: str = "") -> bytes:
    """The octets that would arrive at our mail server if the receiver had pressed the button."""
    card = mail.card
    assert card is not None  # noqa: S101 - only a message with an appointment has the buttons
    headers = dict(mail.headers)
    answer = EmailMessage(policy=SMTP)
    domain = domain_of(card.attendee)
    ours = domain_of(card.uid)
    answer["Authentication-Results"] = f"{ours}; dmarc=pass header.from={domain}"
    answer["From"] = card.attendee
    answer["To"] = line_of(card.lines, "ORGANIZER").rpartition("mailto:")[2]
    answer["Subject"] = f"{_SAYS[partstat]}: {' '.join(card.summary.split())}"
    answer["Date"] = format_datetime(at)
    answer["Message-ID"] = make_msgid(domain=domain)
    answer["In-Reply-To"] = headers.get("Message-ID", "")
    answer.set_content(comment or _SAYS[partstat])
    answer.add_alternative(
        calendar(card, partstat, at=at, comment=comment),
        maintype="text", subtype="calendar", params={"charset": "utf-8", "method": "REPLY"},
    )  # fmt: skip
    return answer.as_bytes()


def calendar(card: Card, partstat: str, *, at: datetime, comment: str = "") -> bytes:
    event = card.lines[card.lines.index("BEGIN:VEVENT") :]
    zone = _zone(card.lines)
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Leergang//Mailbox 1.0//NL",
        "VERSION:2.0",
        "METHOD:REPLY",
        *zone,
        "BEGIN:VEVENT",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        *(line for line in (line_of(event, name) for name in _ECHOED) if line),
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{card.attendee}",
        *([f"COMMENT:{escaped(comment)}"] if comment else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return content(lines)


def _zone(lines: tuple[str, ...]) -> tuple[str, ...]:
    if "BEGIN:VTIMEZONE" not in lines:
        return ()
    return lines[lines.index("BEGIN:VTIMEZONE") : lines.index("END:VTIMEZONE") + 1]
