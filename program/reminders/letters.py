"""A reminder as a message: text, and the same in HTML; no calendar part, so no second event."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from program.cohorts.models import Cohort
from program.core import dates
from program.invitations.itip import Envelope, Letterhead, bounce_address, message
from program.invitations.itip.lines import clean, one_line
from program.invitations.itip.names import domain_of
from program.mail.actions import Letter
from program.reminders.models import ReminderKind
from program.reminders.planned import Guest, Planned
from program.reminders.standard import STANDARD
from program.reminders.texts import filled

Texts = Mapping[tuple[ReminderKind, str], tuple[str, str]]
Counts = Mapping[int, Mapping[str, int]]
_LINK = re.compile(r"https?://[^\s<>\"']+")


class Writer:
    """Writes the reminders of one cohort."""

    def __init__(
        self, cohort: Cohort, texts: Texts, counts: Counts, answer: Callable[[str], str]
    ) -> None:
        self.programme = clean(cohort.programme.title)
        self.zone = ZoneInfo(cohort.timezone)
        self.texts, self.counts, self.answer = texts, counts, answer

    def words(self, planned: Planned, text: tuple[str, str] | None = None) -> tuple[str, str]:
        """Subject and body for this person; of another text than the one that holds, if given."""
        guest = planned.guest
        language = guest.language if guest.language in {"nl", "en"} else "nl"
        key = (planned.kind, language)
        subject, body = text or self.texts.get(key) or STANDARD[key]
        values = self._values(planned, language)
        return one_line(filled(subject, values))[:200], clean(filled(body, values)).strip() + "\n"

    def _values(self, planned: Planned, language: str) -> dict[str, str]:
        guest = planned.guest
        return {
            "name": guest.given_name,
            "full_name": guest.full_name,
            "programme": self.programme,
            "schedule_link": f"{current_app.config['PUBLIC_URL']}/",
            **(self._week(planned, language) if planned.kind is ReminderKind.DIGEST
               else self._session(guest, language)),
        }  # fmt: skip

    def _session(self, guest: Guest, language: str) -> dict[str, str]:
        return {
            "session": guest.called,
            "date": dates.day(guest.starts_at, language, self.zone, "long"),
            "time": dates.span(guest.starts_at, guest.ends_at, language, self.zone),
            "place": guest.place,
            "trainer": guest.trainer_names,
            "group": guest.group_name,
            "note": guest.note,
            "join_link": guest.join_url,
            "answer_link": self.answer(guest.uid),
        }

    def _week(self, planned: Planned, language: str) -> dict[str, str]:
        first = planned.guest.starts_at.astimezone(self.zone).date()
        monday = first - timedelta(days=first.weekday())
        with force_locale(language):
            week = _("the week of %(day)s", day=dates.day(monday, language, self.zone, "long"))
            sessions = [self._line(guest, language) for guest in planned.guests]
        return {"week": week, "sessions": "\n\n".join(sessions)}

    def _line(self, guest: Guest, language: str) -> str:
        said = self.counts.get(guest.meeting_id, {})
        answers = _(
            "%(yes)s come, %(maybe)s maybe, %(no)s do not, %(open)s have not answered",
            yes=said.get("ACCEPTED", 0), maybe=said.get("TENTATIVE", 0),
            no=said.get("DECLINED", 0), open=said.get("NEEDS-ACTION", 0),
        )  # fmt: skip
        day = dates.day(guest.starts_at, language, self.zone, "long")
        span = dates.span(guest.starts_at, guest.ends_at, language, self.zone)
        return "\n".join(p for p in (guest.called, f"{day}, {span}", guest.place, answers) if p)

    def letter(self, planned: Planned, *, at: datetime) -> Letter:
        """The same key gives the same identifier."""
        guest = planned.guest
        subject, body = self.words(planned)
        organizer = str(current_app.config["MAIL_ADDRESS"])
        told = f"{planned.key}:{guest.address.lower()}"
        identifier = f"{sha256(told.encode()).hexdigest()[:40]}@{domain_of(organizer)}"
        envelope = Envelope(
            letterhead=Letterhead(self.programme, organizer), to_name=guest.full_name,
            to_address=guest.address, subject=subject, message_id=identifier, sent_at=at,
            language=guest.language, automatic=True,
        )  # fmt: skip
        content = message(envelope, text=body, html=self._html(subject, body, guest.language))
        key = f"reminder:{planned.key}"
        return Letter(
            key=key, lane=key, recipient=guest.address, subject=subject,
            content=content, message_id=identifier, at=at, priority=6,
            envelope_from=bounce_address(guest.uid),
        )  # fmt: skip

    def _html(self, subject: str, body: str, language: str) -> str:
        template = current_app.jinja_env.get_template("mail/reminder.html")
        paragraphs = [_linked(part) for part in body.strip().split("\n\n")]
        facts = {"subject": subject, "paragraphs": paragraphs, "language": language}
        return template.render(facts | {"programme": self.programme})


def _linked(text: str) -> Markup:
    """Escaped, with its web addresses as links."""
    pieces, at = [], 0
    for found in _LINK.finditer(text):
        address = found[0].rstrip(".,;:!?)")
        pieces.append(escape(text[at : found.start()]))
        pieces.append(Markup('<a href="{0}" style="color:#2840b8">{0}</a>').format(address))
        at = found.start() + len(address)
    return Markup("").join([*pieces, escape(text[at:])])
