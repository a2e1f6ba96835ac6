"""Turns what is due into messages. What people of one meeting share is rendered once.

A template is rendered with marks where the personal words come; making a letter is then joining
strings. The marks are control characters, which no text of ours can hold: all are cleaned first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import escape

from program.core import dates
from program.invitations import links
from program.invitations.changes import Due, Facts, Kind, Reader
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
from program.invitations.itip.lines import clean
from program.invitations.itip.mail import crlf
from program.mail.actions import Letter

MARK = "\x01"
PERSONAL = ("name", "answer", "schedule")
_AHEAD = {Kind.CANCELLED: 3, Kind.MOVED: 3, Kind.NEW: 4, Kind.CHANGED: 5}


@dataclass(frozen=True)
class Told:
    """What one calendar is told now; the personal half of a message."""

    uid: str
    address: str
    sequence: int
    revision: int
    stamped_at: datetime
    partstat: str = "NEEDS-ACTION"


@dataclass(frozen=True)
class Sheet:
    """The shared half: one meeting, one kind of news, one language."""

    subject: str
    text: list[bytes]  # words of ours and marks of personal words by turns
    html: list[bytes]
    appointment: Appointment
    method: Method
    language: str


class Writer:
    """Writes the messages of one release."""

    def __init__(self, *, programme: str, timezone: str, note: str, at: datetime) -> None:
        self.letterhead = Letterhead(clean(programme), current_app.config["MAIL_ADDRESS"])
        self.schedule = f"{current_app.config['PUBLIC_URL']}/"
        self.answer = links.addresses()
        self.zone = ZoneInfo(timezone)
        self.note = clean(note).strip()
        self.at = at
        self._sheets: dict[tuple[object, ...], Sheet] = {}
        self._frames: dict[tuple[object, ...], tuple[list[str], list[str]]] = {}

    def letter(
        self, due: Due, reader: Reader, told: Told, *, now: Facts, before: Facts | None
    ) -> Letter:
        sheet = self._sheet(due, reader.language, told.partstat, now, before)
        identifier = message_id(
            told.uid, sequence=told.sequence, revision=told.revision, recipient=told.address
        )
        envelope = Envelope(
            letterhead=self.letterhead,
            to_name=reader.name,
            to_address=told.address,
            subject=sheet.subject,
            message_id=identifier,
            sent_at=self.at,
            language=sheet.language,
            first_id=_first_id(told) if told.revision > 1 else "",
        )
        return Letter(
            key=f"invitation:{told.uid}:{told.revision}",
            lane=told.uid,
            recipient=told.address,
            subject=sheet.subject[:200],
            content=self._content(sheet, envelope, reader, told),
            message_id=identifier,
            at=self.at,
            priority=_AHEAD[due.kind],
            position=told.revision,
            envelope_from=bounce_address(told.uid),
            needless_if_unsent=due.kind is Kind.CANCELLED,
        )

    def _content(self, sheet: Sheet, envelope: Envelope, reader: Reader, told: Told) -> bytes:
        words = {
            "name": clean(reader.name),
            "answer": self.answer(told.uid),
            "schedule": self.schedule,
        }
        invitee = Invitee(
            uid=told.uid, address=told.address, name=reader.name, sequence=told.sequence,
            stamped_at=told.stamped_at, partstat=told.partstat,
        )  # fmt: skip
        return message(
            envelope,
            text=_filled(sheet.text, words),
            html=_filled(sheet.html, {name: escape(word) for name, word in words.items()}),
            calendar=sheet.appointment.for_invitee(invitee),
            method=sheet.method,
        )

    def _sheet(
        self, due: Due, language: str, partstat: str, now: Facts, before: Facts | None
    ) -> Sheet:
        key = (due.kind, due.meeting_id, due.as_trainer, due.why, language, partstat)
        if key not in self._sheets:
            self._sheets[key] = self._rendered(due, language, partstat, now, before)
        return self._sheets[key]

    def _rendered(
        self, due: Due, language: str, partstat: str, now: Facts, before: Facts | None
    ) -> Sheet:
        method = Method.CANCEL if due.kind is Kind.CANCELLED else Method.REQUEST
        shown = before if method is Method.CANCEL and before else now  # the client knows that one
        with force_locale(language):
            subject = _subject(due.kind, shown.called)
            words = self._words(due, shown, before, language) | {"subject": subject}
            text, html = self._frame(due, shown, language, partstat, words)
            appointment = Appointment(self._event(shown), method)
        escaped = {name: str(escape(word)) for name, word in words.items()}
        return Sheet(
            subject, _settled(text, words), _settled(html, escaped), appointment, method, language
        )  # fmt: skip

    def _words(self, due: Due, shown: Facts, before: Facts | None, language: str) -> dict[str, str]:
        """What the templates show of the meeting, cleaned."""
        tidy = _clean(shown)
        was = self._was(due, tidy, before, language)
        return {
            "meeting.called": tidy.called,
            "meeting.place": tidy.place,
            "meeting.join_url": tidy.join_url,
            "meeting.trainer_names": tidy.trainer_names,
            "meeting.note": tidy.note,
            "day": dates.day(tidy.starts_at, language, self.zone, "long"),
            "span": dates.span(tidy.starts_at, tidy.ends_at, language, self.zone),
        } | {f"was.{name}": text for name, text in was.items()}

    def _frame(
        self, due: Due, shown: Facts, language: str, partstat: str, words: Mapping[str, str]
    ) -> tuple[list[str], list[str]]:
        """The templates with marks for all that differs, made once for meetings told alike."""
        given = frozenset(name for name, word in words.items() if word)
        key = (due.kind, due.why, due.as_trainer, shown.tentative, language, partstat, given)
        if key not in self._frames:
            groups: dict[str, dict[str, object]] = {"": {}, "meeting": {}, "was": {}}
            for name in (*given, *PERSONAL):
                group, _dot, member = name.rpartition(".")
                groups[group][member] = f"{MARK}{name}{MARK}"
            context = (
                groups.pop("")
                | groups
                | {
                    "kind": due.kind,
                    "tentative": shown.tentative,
                    "why": due.why,
                    "as_trainer": due.as_trainer,
                    "language": language,
                    "partstat": partstat,
                    "programme": self.letterhead.name,
                    "note": self.note,
                }
            )
            self._frames[key] = _rendered("txt", context), _rendered("html", context)
        return self._frames[key]

    def _was(self, due: Due, now: Facts, before: Facts | None, language: str) -> dict[str, str]:
        """What changed, as it was before."""
        if due.kind not in {Kind.MOVED, Kind.CHANGED} or before is None:
            return {}
        old = _clean(before)
        was = {"place": old.place, "trainer_names": old.trainer_names, "title": old.called}
        now_is = {"place": now.place, "trainer_names": now.trainer_names, "title": now.called}
        changed = {name: text for name, text in was.items() if text and text != now_is[name]}
        if (old.starts_at, old.ends_at) != (now.starts_at, now.ends_at):
            day = dates.day(old.starts_at, language, self.zone, "long")
            changed["when"] = (
                f"{day}, {dates.span(old.starts_at, old.ends_at, language, self.zone)}"
            )
        return changed

    def _event(self, meeting: Facts) -> Event:
        lines = [meeting.note]
        if meeting.trainer_names:
            lines.insert(0, _("Trainer: %(names)s", names=meeting.trainer_names))
        lines.append(_("Your schedule: %(url)s", url=self.schedule))
        return Event(
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            summary=meeting.called,
            organizer_name=self.letterhead.name,
            organizer_address=self.letterhead.address,
            description="\n".join(line for line in lines if line),
            location=meeting.place,
            url=self.schedule,
            join_url=meeting.join_url,
            join_label=_("Join online"),
            reminder=meeting.called,
            tentative=meeting.tentative,
            position=_position(meeting),
            timezone=str(self.zone),
        )


def _subject(kind: Kind, title: str) -> str:
    title = " ".join(clean(title).split())
    subjects: dict[Kind, str] = {
        Kind.NEW: _("Invitation: %(title)s", title=title),
        Kind.MOVED: _("Changed: %(title)s", title=title),
        Kind.CHANGED: _("Changed: %(title)s", title=title),
        Kind.CANCELLED: _("Cancelled: %(title)s", title=title),
    }
    return subjects[kind]


def _position(meeting: Facts) -> tuple[float, float] | None:
    if meeting.latitude is None or meeting.longitude is None:
        return None
    return meeting.latitude, meeting.longitude


def _clean(facts: Facts) -> Facts:
    return replace(
        facts,
        title=clean(facts.title),
        venue_name=clean(facts.venue_name),
        room_name=clean(facts.room_name),
        address=clean(facts.address),
        trainer_names=clean(facts.trainer_names),
        group_name=clean(facts.group_name),
        note=clean(facts.note),
    )


def _rendered(form: str, context: Mapping[str, object]) -> list[str]:
    """The template cut at its marks: words of ours and names of personal words by turns."""
    template = current_app.jinja_env.get_template(f"mail/invitation.{form}")
    return template.render(context).split(MARK)


def _first_id(told: Told) -> str:
    return message_id(told.uid, sequence=0, revision=1, recipient=told.address)


def _filled(pieces: list[bytes], words: Mapping[str, str]) -> bytes:
    octets = {name.encode(): crlf(word) for name, word in words.items()}
    made = pieces.copy()
    made[1::2] = [octets[name] for name in pieces[1::2]]
    return b"".join(made)


def _settled(pieces: list[str], words: Mapping[str, str]) -> list[bytes]:
    """With these words filled in, as octets; marks of others stay."""
    settled = [""]
    for n, piece in enumerate(pieces):
        if n % 2 and piece not in words:
            settled += [piece, ""]
        else:
            settled[-1] += words[piece] if n % 2 else piece
    return [crlf(piece) for piece in settled]
