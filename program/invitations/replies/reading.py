"""What one raw message amounts to."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from program.invitations.itip.names import uid_of_bounce
from program.invitations.replies.calendar import Calendar, Said, parse
from program.invitations.replies.delivery import report_of
from program.invitations.replies.message import (
    MAX_CALENDAR,
    Letter,
    Part,
    Unreadable,
    head_of,
    octets,
    opened,
    storable,
    text,
)


class Outcome(StrEnum):
    ANSWER = "answer"
    COUNTER = "counter"
    REFRESH = "refresh"
    DELEGATION = "delegation"
    OUT_OF_OFFICE = "out-of-office"
    BOUNCE = "bounce"
    DELAY = "delay"
    RECEIPT = "receipt"
    HUMAN = "human"
    REVIEW = "review"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Reading:
    """What kind of message it is, and what we could read of it."""

    outcome: Outcome
    why: str = ""
    sender: str = ""
    senders: tuple[str, ...] = ()
    subject: str = ""
    said: tuple[Said, ...] = ()
    authenticated: frozenset[str] = frozenset()
    about: tuple[str, ...] = field(default=())  # Message-IDs it refers to
    uid: str = ""  # from the address it was sent to
    address: str = ""  # that a delivery report is about
    text: str = ""
    sent_at: datetime | None = None  # by the sender's clock
    by_machine: bool = False  # or so it says: then nothing is mailed back

    @property
    def vouched(self) -> bool:
        """Whether our own server says that the sender's domain really sent it."""
        domains = {sender.rpartition("@")[2] for sender in self.senders}
        return any(
            domain == good or domain.endswith("." + good)
            for domain in domains
            for good in self.authenticated
        )


_ASKED = {"REPLY": Outcome.ANSWER, "COUNTER": Outcome.COUNTER, "REFRESH": Outcome.REFRESH}
_AWAY = re.compile(
    r"^\s*(automati(sch antwoord|c reply|sche antwort)|auto(-| )?reply|out of (the )?office|"
    r"afwezig|niet aanwezig|abwesen|réponse automatique)",
    re.IGNORECASE,
)
_REPLIES = re.compile(r"^\s*(re|antw|aw|sv|fw|fwd|doorst|wg)\s*:", re.IGNORECASE)
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,200})>")
_HIDDEN = re.compile(r"<(style|script)[^>]{0,200}>.{0,5000}?</\1>", re.IGNORECASE | re.DOTALL)
_QUOTE = re.compile(
    r"^(>|-{2,} ?(original message|oorspronkelijk bericht)|_{8,}|"
    r"(van|from|von|de): .*|(op|on|am|le) .{4,120}(schreef|wrote|schrieb|écrit).*:\s*$)",
    re.IGNORECASE,
)


def read(raw: bytes, *, our_domain: str = "", sent_to: str = "") -> Reading:
    """Classify a message. Whatever is in it, this gives a reading.

    `sent_to` are the addresses on its envelope: a delivery report comes to the one we sent from.
    """
    try:
        return _read(opened(raw), our_domain, sent_to)
    except Unreadable as problem:
        return _aside(raw, str(problem))
    except Exception:  # (the standard parser fails in many ways on hostile mail)
        return _aside(raw, "The message could not be read.")


def _aside(raw: bytes, why: str) -> Reading:
    """For a person, who would like to know whose it is."""
    try:
        return _reading(Outcome.QUARANTINED, _facts(head_of(raw), "", ""), why=why)
    except Exception:
        return Reading(Outcome.QUARANTINED, why=why)


def _read(letter: Letter, our_domain: str, sent_to: str) -> Reading:
    facts = _facts(letter, our_domain, sent_to)
    for reading in (_report(letter, facts), _calendar(letter, facts), _automatic(letter, facts)):
        if reading is not None:
            return reading
    return _words(letter, facts)


Facts = dict[str, object]


def _facts(letter: Letter, our_domain: str, sent_to: str) -> Facts:
    senders = letter.addresses("From", "Sender")
    told = letter.addresses("To", "Delivered-To", "X-Original-To", "Envelope-To")
    refers = f"{letter.root.get('In-Reply-To', '')} {letter.root.get('References', '')}"
    return {
        "sender": senders[0][:254] if senders else "",
        "senders": tuple(senders[:5]),
        "subject": letter.header("Subject")[:200],
        "authenticated": letter.authenticated(our_domain) if our_domain else frozenset(),
        "about": tuple(map(storable, _MESSAGE_ID.findall(refers[:8000])[:20])),
        "uid": uid_of_bounce(" ".join([sent_to, *told])),
        "sent_at": _sent_at(letter),
        "by_machine": _by_machine(letter),
    }


def _sent_at(letter: Letter) -> datetime | None:
    try:
        found = parsedate_to_datetime(letter.header("Date")[:100])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _reading(outcome: Outcome, facts: Facts, **more: object) -> Reading:
    return Reading(outcome, **(facts | more))  # type: ignore[arg-type]


def _report(letter: Letter, facts: Facts) -> Reading | None:
    """Delivery failures and delays, and confirmations that something was read."""
    if report := report_of(letter):
        outcome = Outcome.BOUNCE if report.failed else Outcome.DELAY
        why = "The message could not be delivered." if report.failed else "The delivery is delayed."
        more: Facts = {"uid": report.uid or facts["uid"], "address": report.address}
        if report.message_id:
            more |= {"about": (report.message_id,)}
        return _reading(outcome, facts, why=why, text=storable(report.status), **more)
    if next(letter.of_kind("message/disposition-notification"), None):
        return _reading(Outcome.RECEIPT, facts, why="Somebody's mail program confirms reading.")
    if letter.root.get_content_type() == "multipart/report":
        return _reading(Outcome.IGNORED, facts, why="A report that asks nothing of us.")
    return None


def _calendar(letter: Letter, facts: Facts) -> Reading | None:
    parts = _calendar_parts(letter)
    if not parts:
        return None
    raw = [octets(part) for part in parts[:4]]
    if max(map(len, raw)) > MAX_CALENDAR:
        return _reading(Outcome.QUARANTINED, facts, why="The calendar in it is too large.")
    calendars = [_parsed(part, each) for part, each in zip(parts, raw, strict=False)]
    if not any(each.method in _ASKED for each in calendars):
        return _beside(letter, calendars[0], facts)
    return _asked(calendars, facts)


def _parsed(part: Part, raw: bytes) -> Calendar:
    """Some programs give the method of a calendar only in its Content-Type."""
    found = parse(raw)
    method = storable(str(part.get_param("method") or "")).strip().upper()[:20]
    return found if found.method else replace(found, method=method)


def _beside(letter: Letter, calendar: Calendar, facts: Facts) -> Reading:
    """Some programs send our invitation along with what somebody, or their absence, says."""
    automatic = _automatic(letter, facts)
    if automatic is not None and automatic.outcome is Outcome.OUT_OF_OFFICE:
        return automatic
    if automatic is None and _REPLIES.match(str(facts["subject"])) and words(letter):
        return _words(letter, facts)
    why = "A calendar message that is no answer."
    return _reading(Outcome.IGNORED, facts, why=why, said=calendar.events)


def _calendar_parts(letter: Letter) -> list[Part]:
    kinds = list(letter.of_kind("text/calendar"))
    extra = list(letter.of_kind("application/ics"))
    named = [
        part
        for part in letter.of_kind("application/octet-stream", "text/plain")
        if str(part.get_filename() or "").lower().endswith(".ics")
    ]
    return kinds + extra or named


def _asked(calendars: list[Calendar], facts: Facts) -> Reading:
    first = calendars[0]
    outcome = _ASKED.get(first.method)
    more: Facts = {"said": first.events}
    if outcome is None or any(other.gist != first.gist for other in calendars[1:]):
        why = "The message holds two answers that differ."
        return _reading(Outcome.REVIEW, facts, why=why, **more)
    if not any(event.uid for event in first.events):
        return _reading(Outcome.REVIEW, facts, why="The answer does not say which session.", **more)
    return _reading(outcome, facts, **more)


def _automatic(letter: Letter, facts: Facts) -> Reading | None:
    """Mail that a machine sent. Nothing may ever be sent back to it."""
    submitted = letter.header("Auto-Submitted").lower().split(";")[0].strip()
    replies = submitted.startswith("auto-replied") or any(
        letter.root.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From")
    )
    if replies or _AWAY.match(str(facts["subject"])):
        return _reading(
            Outcome.OUT_OF_OFFICE, facts, why="An automatic answer.", text=words(letter)
        )
    if facts["by_machine"]:
        return _reading(Outcome.IGNORED, facts, why="Sent by a machine.", text=words(letter))
    return None


def _by_machine(letter: Letter) -> bool:
    submitted = letter.header("Auto-Submitted").lower().split(";")[0].strip()
    return (
        submitted not in {"", "no"}
        or letter.header("Precedence").lower() in {"bulk", "list", "junk", "auto_reply"}
        or letter.root.get("X-Auto-Response-Suppress") is not None
        or str(letter.root.get("Return-Path", "")).strip() == "<>"
    )


def _words(letter: Letter, facts: Facts) -> Reading:
    if next(letter.of_kind("application/ms-tnef"), None):
        why = "Outlook sent it in a form of its own (winmail.dat), which we cannot read."
        return _reading(Outcome.REVIEW, facts, why=why, text=words(letter))
    if next(letter.of_kind(*_SEALED), None):
        return _reading(Outcome.REVIEW, facts, why="It is encrypted, so we cannot read it.")
    written = words(letter)
    if not written and _files(letter):
        return _reading(Outcome.HUMAN, facts, why="Somebody sent files without a word.")
    if not written:
        return _reading(Outcome.IGNORED, facts, why="An empty message.")
    return _reading(Outcome.HUMAN, facts, why="Somebody wrote this.", text=written)


def _files(letter: Letter) -> bool:
    known = ("text", "multipart", "message")
    return any(part.get_content_maintype() not in known for part in letter.parts)


def words(letter: Letter) -> str:
    """What the sender wrote, without what they quote."""
    for kind in ("text/plain", "text/html"):
        for part in letter.of_kind(kind):
            if written := _own(_plain(text(part)[:20_000], kind)):
                return written
    return ""


def _plain(written: str, kind: str) -> str:
    if kind == "text/plain":
        return written
    broken = re.sub(r"<(br|/p|/div)[^>]{0,100}>", "\n", written, flags=re.IGNORECASE)
    bare = re.sub(
        r"<(style|script)[^>]{0,200}>.{0,5000}?</\1>", "", broken, flags=re.IGNORECASE | re.DOTALL
    )
    return re.sub(r"<[^<>]{0,2000}>", "", bare)


def _own(written: str) -> str:
    kept: list[str] = []
    for line in written.splitlines()[:400]:
        if _QUOTE.match(line.strip()):
            break
        kept.append("".join(c for c in line if c == "\t" or c.isprintable())[:1000].rstrip())
    return "\n".join(kept).strip()[:4000]
