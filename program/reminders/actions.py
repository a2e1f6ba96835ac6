"""Rules, texts, and sending what is due. Nothing here is a timer: each look compares what is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from program.cohorts.models import Cohort
from program.core.audit import record
from program.core.db import db, locked
from program.core.errors import Refusal
from program.invitations import links
from program.mail.actions import post_all
from program.mail.suspension import suspended_among
from program.reminders.letters import Writer
from program.reminders.models import ReminderKind, ReminderRule, ReminderText, SentReminder
from program.reminders.planned import Planned, asked_now, key_now, planned
from program.reminders.queries import (
    as_rules,
    counts_at,
    guests_of,
    posted_among,
    sent_among,
    texts_of,
)
from program.reminders.texts import FIELDS, Fault, check


class Wish(NamedTuple):
    kind: ReminderKind
    days_before: int
    clock: time


USUAL = (
    Wish(ReminderKind.UNANSWERED, 7, time(8)),
    Wish(ReminderKind.PRACTICAL, 1, time(9)),
    Wish(ReminderKind.DIGEST, 3, time(8)),  # the Friday before
)


def add_rule(
    cohort_id: int, wish: Wish, *, by: int | None, at: datetime, origin: str = "web"
) -> ReminderRule:
    """Remind from now on; what would have been due before now is not sent."""
    locked(Cohort, cohort_id)
    same = select(ReminderRule.id).where(
        ReminderRule.cohort_id == cohort_id,
        ReminderRule.kind == wish.kind,
        ReminderRule.days_before == wish.days_before,
    )
    if db.session.scalar(same):
        raise Refusal(_("There is such a reminder already."), field="days_before")
    rule = ReminderRule(
        cohort_id=cohort_id, kind=wish.kind, days_before=wish.days_before,
        clock=f"{wish.clock:%H:%M}", created_at=at,
    )  # fmt: skip
    db.session.add(rule)
    db.session.flush()
    record("reminder.rule_added", f"reminder_rule:{rule.id}", by=by, origin=origin)
    return rule


def add_usual(cohort_id: int, *, by: int | None, at: datetime, origin: str = "web") -> None:
    """The reminders that most cohorts want; what there is already stays as it is."""
    locked(Cohort, cohort_id)
    there = {(rule.kind, rule.days_before) for rule in as_rules(cohort_id)}
    for wish in USUAL:
        if (wish.kind, wish.days_before) not in there:
            add_rule(cohort_id, wish, by=by, at=at, origin=origin)


def drop_rule(cohort_id: int, rule_id: int, *, by: int) -> bool:
    """Says whether there was one."""
    chosen = (ReminderRule.id == rule_id) & (ReminderRule.cohort_id == cohort_id)
    if db.session.scalar(select(ReminderRule.id).where(chosen)) is None:
        return False
    db.session.execute(delete(ReminderRule).where(chosen))
    record("reminder.rule_dropped", f"reminder_rule:{rule_id}", by=by)
    return True


def refuse_faulty(kind: ReminderKind, **parts: str) -> None:
    """Unless every part (subject, body) can be filled in for everybody."""
    for field, text in parts.items():
        try:
            check(text, kind)
        except Fault as fault:
            raise Refusal(_sentence(fault, kind), field=field) from fault


def _sentence(fault: Fault, kind: ReminderKind) -> str:
    known = ", ".join(FIELDS[kind])
    sentences = {
        "unknown": _(
            "Unknown field: %(name)s. You can use: %(known)s.", name=fault.detail, known=known
        ),
        "syntax": _(
            "Line %(n)s cannot be read: a field is written as {{ name }}.", n=fault.detail
        ),
        "too much": _(
            "Line %(n)s asks for too much: a field, and a part between if and endif, "
            "is all there is.", n=fault.detail,
        ),
    }  # fmt: skip
    return str(sentences[fault.kind])


def write_text(
    cohort_id: int, kind: ReminderKind, language: str, subject: str, body: str, *, by: int
) -> None:
    """These words from now on."""
    refuse_faulty(kind, subject=subject, body=body)
    text = _text(cohort_id, kind, language) or ReminderText(
        cohort_id=cohort_id, kind=kind, language=language
    )
    text.subject, text.body = subject, body
    db.session.add(text)
    record("reminder.text_written", f"cohort:{cohort_id}:{kind}:{language}", by=by)


def reset_text(cohort_id: int, kind: ReminderKind, language: str, *, by: int) -> None:
    """Back to the standard words."""
    if text := _text(cohort_id, kind, language):
        db.session.delete(text)
        record("reminder.text_reset", f"cohort:{cohort_id}:{kind}:{language}", by=by)


def _text(cohort_id: int, kind: ReminderKind, language: str) -> ReminderText | None:
    return db.session.scalars(
        select(ReminderText).where(
            ReminderText.cohort_id == cohort_id,
            ReminderText.kind == kind,
            ReminderText.language == language,
        )
    ).one_or_none()


def to_come(cohort: Cohort, *, at: datetime) -> list[Planned]:
    """What the rules will send, as it is now: who answers meanwhile drops out."""
    rules = as_rules(cohort.id)
    guests = guests_of(cohort.id, at) if rules else []
    found = planned(rules, guests, zone=ZoneInfo(cohort.timezone), after=at)
    sent = sent_among([each.key for each in found])
    return [each for each in found if each.key not in sent]


def writer_for(cohort: Cohort, some: Sequence[Planned], *, to_show: bool = False) -> Writer:
    """To show: to others than who gets the mail, so without their links to answer."""
    meetings = {g.meeting_id for p in some if p.kind is ReminderKind.DIGEST for g in p.guests}
    return Writer(
        cohort,
        texts_of(cohort.id),
        counts_at(sorted(meetings)) if meetings else {},
        links.shown if to_show else links.addresses(),
    )


def send_due(cohort_id: int, *, at: datetime) -> int:
    """Put in the outbox what is due and did not go yet; says how many."""
    cohort = locked(Cohort, cohort_id)
    due = [each for each in to_come(cohort, at=at) if each.due_at <= at]
    return _send(cohort, due, by=None, at=at, origin="runner")


@dataclass(frozen=True)
class Silence:
    """Who is invited to a session and has not answered: whom a button reaches, and whom not."""

    due: list[Planned]
    refused: list[str]  # names: the address takes no mail of ours
    reminded: list[tuple[str, datetime]]  # names, by a button today; also who answered since


def silence(cohort: Cohort, meeting_id: int, *, at: datetime) -> Silence:
    """Each is reminded by hand at most once a day, as the day is at the cohort."""
    at = at.astimezone(ZoneInfo(cohort.timezone))
    guests = guests_of(cohort.id, at, meeting_id=meeting_id)
    names = {key_now(guest, at): guest.full_name for guest in guests}
    posted = db.session.execute(posted_among(list(names))).all()
    sent = {key for key, _at in posted}
    stopped = suspended_among({guest.address for guest in guests})
    asked = [each for each in asked_now(guests, meeting_id, at) if each.key not in sent]
    return Silence(
        due=[each for each in asked if each.guest.address.lower() not in stopped],
        refused=[each.guest.full_name for each in asked if each.guest.address.lower() in stopped],
        reminded=[(names[key], posted_at) for key, posted_at in posted],
    )


def remind_now(cohort_id: int, meeting_id: int, *, by: int, at: datetime) -> int:
    """Remind who has not answered; says how many."""
    cohort = locked(Cohort, cohort_id)
    due = silence(cohort, meeting_id, at=at).due
    return _send(cohort, due, by=by, at=at, origin="web")


def _send(
    cohort: Cohort, some: Sequence[Planned], *, by: int | None, at: datetime, origin: str
) -> int:
    if not some:
        return 0
    writer = writer_for(cohort, some)
    rows = [
        {"key": p.key, "cohort_id": cohort.id, "person_id": p.guest.person_id, "kind": p.kind,
         "posted_at": at}
        for p in some
    ]  # fmt: skip
    db.session.execute(insert(SentReminder), rows)
    post_all([writer.letter(each, at=at) for each in some])
    record("reminders.sent", f"cohort:{cohort.id}", by=by, origin=origin, result=str(len(some)))
    return len(some)
