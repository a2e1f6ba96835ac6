"""Delivery reports, recognised by their shape and not by who sent them."""

import re
from dataclasses import dataclass
from email.message import Message

from program.invitations.itip.names import uid_of_bounce
from program.invitations.replies.message import Letter, Part, octets, storable, text

_FIELD = re.compile(
    r"^(Action|Status|Final-Recipient|Original-Recipient)\s*:\s*(.+)$", re.IGNORECASE | re.MULTILINE
)
_FAILED_ID = re.compile(r"^Message-ID:\s*<([^>\s]{1,200})>", re.IGNORECASE | re.MULTILINE)
_FAILURE = re.compile(
    r"This is the qmail-send program|did not reach the following|undeliverable|onbestelbaar|"
    r"(delivery|delivering).{0,40}(fail|permanent)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<([^<>\s]{1,64}@[^<>\s]{1,180})>")
_DAEMON = re.compile(r"^(mailer-daemon|postmaster)@", re.IGNORECASE)


@dataclass(frozen=True)
class Report:
    failed: bool  # for good; otherwise it is only late
    address: str
    status: str
    uid: str
    message_id: str


def report_of(letter: Letter) -> Report | None:
    """What a delivery report says, or nothing when the message is none."""
    statuses = list(letter.of_kind("message/delivery-status"))
    if statuses:
        return _structured(letter, "\n".join(_fields(part) for part in statuses))
    return _in_words(letter)


def _fields(part: Part) -> str:
    """The blocks of a delivery-status part; the parser makes a small message of each."""
    inside = part.get_payload()
    blocks = inside[:50] if isinstance(inside, list) else [inside]
    return "\n".join(str(block) for block in blocks)[:20000]


def _structured(letter: Letter, fields: str) -> Report | None:
    found: dict[str, str] = {}
    for name, value in _FIELD.findall(fields):
        found.setdefault(name.lower(), value.strip())
    action = found.get("action", "").lower()
    status = found.get("status", "")[:20]
    if action in {"delivered", "relayed", "expanded"}:
        return None
    whom = found.get("original-recipient") or found.get("final-recipient", "")
    failed = action == "failed" or (not action and status.startswith("5"))
    return _report(letter, failed=failed, address=whom.rpartition(";")[2], status=status)


def _in_words(letter: Letter) -> Report | None:
    """An old server that writes a plain letter about it."""
    if not any(_DAEMON.match(sender) for sender in letter.addresses("From")):
        return None
    words = "\n".join(text(part) for part in letter.of_kind("text/plain"))[:20000]
    if not _FAILURE.search(words + letter.header("Subject")):
        return None
    whom = _ADDRESS.search(words)
    return _report(letter, failed=True, address=whom[1] if whom else "", status="")


def _report(letter: Letter, *, failed: bool, address: str, status: str) -> Report:
    told = " ".join(letter.addresses("To", "Delivered-To", "X-Original-To", "Envelope-To"))
    enclosed = _FAILED_ID.search(_enclosed(letter))
    return Report(
        failed=failed,
        address=storable(address.strip().strip("<>").lower())[:254],
        status=status,
        uid=uid_of_bounce(told),
        message_id=storable(enclosed[1]) if enclosed else "",
    )


def _enclosed(letter: Letter) -> str:
    """The headers of the message that was not delivered."""
    for part in letter.of_kind("message/rfc822", "text/rfc822-headers"):
        inside = part.get_payload()
        if isinstance(inside, list) and inside and isinstance(inside[0], Message):
            return "\n".join(f"{k}: {v}" for k, v in inside[0].items())[:20000]
        return octets(part)[:20000].decode("utf-8", "replace")
    return ""
