"""The message around the appointment: text, HTML and calendar as alternatives, in base64."""

from base64 import b64encode
from binascii import b2a_base64
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256

from program.invitations.itip.calendar import Method
from program.invitations.itip.lines import one_line
from program.invitations.itip.names import domain_of

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:-()'/&!")
_LINE = 76  # of base64
_PIECE = 39  # octets that fit in an encoded word on a line of 76


@dataclass(frozen=True)
class Letterhead:
    """Who sends: the same in `From` and in ORGANIZER, so that clients trust updates."""

    name: str
    address: str


@dataclass(frozen=True)
class Envelope:
    """The headers of one message."""

    letterhead: Letterhead
    to_name: str
    to_address: str
    subject: str
    message_id: str
    sent_at: datetime
    language: str = "nl"
    first_id: str = ""  # of the invitation that this message changes
    automatic: bool = False  # a reminder: a machine had better not answer it


def message_id(uid: str, *, sequence: int, revision: int, recipient: str) -> str:
    """The same question always gives the same identifier, so a repeat is seen as a repeat."""
    told = f"{uid}\n{sequence}\n{revision}\n{recipient.lower()}"
    return f"{sha256(told.encode()).hexdigest()[:40]}@{domain_of(uid)}"


def message(
    envelope: Envelope,
    *,
    text: str | bytes,
    html: str | bytes,
    calendar: bytes = b"",
    method: Method = Method.REQUEST,
) -> bytes:
    """Texts as they are, or as octets that `crlf` made before; reminders have no calendar."""
    boundary = "=_" + sha256(envelope.message_id.encode()).hexdigest()[:32]
    parts = [
        ("text/plain; charset=utf-8", _octets(text)),
        ("text/html; charset=utf-8", _octets(html)),
    ]
    if calendar:
        parts.append((f"text/calendar; charset=utf-8; method={method}", calendar))
    body = b"".join(_part(boundary, kind, octets) for kind, octets in parts)
    return _headers(envelope, boundary) + body + f"--{boundary}--\r\n".encode()


def _headers(envelope: Envelope, boundary: str) -> bytes:
    head = envelope.letterhead
    lines = [
        f"From: {mailbox(head.name, head.address)}",
        f"To: {mailbox(envelope.to_name, envelope.to_address)}",
        f"Subject: {worded(envelope.subject)}",
        f"Date: {_date(envelope.sent_at)}",
        f"Message-ID: <{envelope.message_id}>",
    ]
    if envelope.first_id:
        lines += [
            f"In-Reply-To: <{envelope.first_id}>",
            f"References: <{envelope.first_id}>",
        ]
    if envelope.automatic:
        lines.append("Auto-Submitted: auto-generated")
    lines += [
        f"Content-Language: {envelope.language}",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"',
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


@lru_cache(maxsize=4)  # a release has one
def _date(sent_at: datetime) -> str:
    return format_datetime(sent_at)


def _part(boundary: str, kind: str, octets: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode("ascii") + packed(octets) + b"\r\n"


def packed(octets: bytes) -> bytes:
    """In base64, in lines of 76; encoded at once, which is faster than line by line."""
    text = b2a_base64(octets, newline=False)
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return b"\r\n".join([*lines, b""])


def _octets(text: str | bytes) -> bytes:
    return crlf(text) if isinstance(text, str) else text


def crlf(text: str) -> bytes:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n", "\r\n").encode("utf-8", "replace")


@lru_cache(maxsize=256)  # a meeting has one subject for all who come
def worded(text: str) -> str:
    """A header's text: as it is where that is safe, else in encoded words (RFC 2047)."""
    line = one_line(text)
    if len(line) <= 60 and _PLAIN.issuperset(line):
        return line
    return "\r\n ".join(
        f"=?utf-8?b?{b64encode(piece).decode('ascii')}?=" for piece in _pieces(line)
    )


def _pieces(line: str) -> list[bytes]:
    pieces = [b""]
    for character in line:
        octets = character.encode("utf-8")
        if len(pieces[-1]) + len(octets) > _PIECE:
            pieces.append(b"")
        pieces[-1] += octets
    return pieces


@lru_cache(maxsize=1024)  # somebody is told of fourteen meetings
def mailbox(name: str, address: str) -> str:
    line = one_line(name)
    if not line:
        return f"<{address}>"
    plain = len(line) <= 60 and _PLAIN.issuperset(line)
    return f'"{line}" <{address}>' if plain else f"{worded(line)}\r\n <{address}>"
