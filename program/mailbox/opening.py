"""Opens a message of ours as a mail program does: headers, text, HTML and the appointment."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message

from program.invitations.replies.calendar import moment
from program.invitations.replies.message import decoded

SHOWN = ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "Content-Language")
_LINK = re.compile(r"(/answer/|/sign-in/|/catch-up/)[\w.~-]+")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Card:
    """The appointment in a message, as the card above it shows it."""

    method: str
    uid: str
    summary: str
    location: str
    starts_at: datetime | None
    ends_at: datetime | None
    sequence: int
    attendee: str
    lines: tuple[str, ...]  # the whole calendar, unfolded

    @property
    def asks(self) -> bool:
        return self.method == "REQUEST"


@dataclass(frozen=True)
class Opened:
    headers: list[tuple[str, str]]
    text: str
    html: str
    card: Card | None


def opened(content: bytes) -> Opened:
    mail = message_from_bytes(content)
    headers = [(name, decoded(str(mail[name]))) for name in SHOWN if mail[name] is not None]
    return Opened(
        headers=headers,
        text=_body(mail, "text/plain"),
        html=_body(mail, "text/html"),
        card=_card(_body(mail, "text/calendar")),
    )


def _body(mail: Message, kind: str) -> str:
    for part in mail.walk():
        if part.get_content_type() == kind:
            octets = part.get_payload(decode=True)
            return octets.decode("utf-8", "replace") if isinstance(octets, bytes) else ""
    return ""


def _card(calendar: str) -> Card | None:
    if not calendar:
        return None
    lines = tuple(re.sub(r"\r?\n[ \t]", "", calendar).split("\r\n"))
    event = lines[lines.index("BEGIN:VEVENT") :] if "BEGIN:VEVENT" in lines else ()
    return Card(
        method=value_of(lines, "METHOD"),
        uid=value_of(event, "UID"),
        summary=_plain(value_of(event, "SUMMARY")),
        location=_plain(value_of(event, "LOCATION")),
        starts_at=_time(event, "DTSTART"),
        ends_at=_time(event, "DTEND"),
        sequence=int(value_of(event, "SEQUENCE") or 0),
        attendee=value_of(event, "ATTENDEE").removeprefix("mailto:"),
        lines=lines,
    )


def line_of(lines: tuple[str, ...], name: str) -> str:
    """The first content line with that name, or nothing."""
    return next((line for line in lines if re.match(rf"{name}[;:]", line)), "")


def value_of(lines: tuple[str, ...], name: str) -> str:
    """What follows the colon that is not within quotes."""
    bare = re.sub(r'"[^"]*"', "", line_of(lines, name))
    return bare.partition(":")[2]


def _time(lines: tuple[str, ...], name: str) -> datetime | None:
    zone = re.search(r";TZID=([^;:]+)", line_of(lines, name))
    return moment(value_of(lines, name), zone[1] if zone else "UTC")


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], text)


def without_secrets(text: str) -> str:
    """For who may read along but not act: the links that act for the receiver are cut."""
    return _LINK.sub(r"\1…", text)
