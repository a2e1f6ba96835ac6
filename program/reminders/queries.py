"""Rules and texts of a cohort, who is invited to what, and which reminders went out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from program.accounts.models import Person
from program.core.db import db
from program.invitations.models import Invitation, InvitationState, PartStat
from program.meetings.models import Meeting, PublishedMeeting
from program.reminders.models import ReminderKind, ReminderRule, ReminderText, SentReminder
from program.reminders.planned import Guest, Rule


def rules_of(cohort_id: int) -> Select[ReminderRule]:
    return (
        select(ReminderRule)
        .where(ReminderRule.cohort_id == cohort_id)
        .order_by(ReminderRule.kind, ReminderRule.days_before.desc())
    )


def as_rules(cohort_id: int) -> list[Rule]:
    rows = db.session.scalars(rules_of(cohort_id))
    return [Rule(cohort_id, r.kind, r.days_before, r.clock, r.created_at) for r in rows]


def texts_of(cohort_id: int) -> dict[tuple[ReminderKind, str], tuple[str, str]]:
    """A cohort's own words, by kind and language."""
    rows = db.session.scalars(select(ReminderText).where(ReminderText.cohort_id == cohort_id))
    return {(row.kind, row.language): (row.subject, row.body) for row in rows}


def cohorts_that_remind() -> Select[int]:
    return select(ReminderRule.cohort_id).distinct().order_by(ReminderRule.cohort_id)


def _guests(cohort_id: int, after: datetime, meeting_id: int | None) -> Select[*tuple[Any, ...]]:
    told = PublishedMeeting
    found = (
        select(
            Invitation.meeting_id, Invitation.person_id, Invitation.as_trainer, Invitation.uid,
            Invitation.partstat, Invitation.stamped_at, Invitation.address.label("email"),
            told.starts_at, told.ends_at, told.title, told.venue_name, told.room_name,
            told.address, told.trainer_names, told.group_name, told.note, told.join_url,
            Person.given_name, Person.infix, Person.surname, Person.language,
        )
        .join(told, told.meeting_id == Invitation.meeting_id)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .join(Person, Person.id == Invitation.person_id)
        .where(
            told.cohort_id == cohort_id,
            told.starts_at > after,
            told.cancelled_at.is_(None),
            # what is cancelled or moved in the draft is not reminded of: a release comes first
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at == told.starts_at,
            # a corrected address: the old one may be somebody else's
            func.lower(Invitation.address) == func.lower(Person.email),
            Invitation.state == InvitationState.INVITED,
            Person.deactivated_at.is_(None),
        )
        .order_by(told.starts_at, Invitation.id)
    )  # fmt: skip
    return found if meeting_id is None else found.where(Invitation.meeting_id == meeting_id)


def guests_of(cohort_id: int, after: datetime, *, meeting_id: int | None = None) -> list[Guest]:
    """Everyone invited to a session of the cohort (to that one) that begins after that moment."""
    return [_guest(row) for row in db.session.execute(_guests(cohort_id, after, meeting_id))]


def _guest(row: Row[Any]) -> Guest:
    place = (row.venue_name, row.room_name, row.address)
    return Guest(
        meeting_id=row.meeting_id,
        person_id=row.person_id,
        as_trainer=row.as_trainer,
        uid=row.uid,
        partstat=str(row.partstat),
        told_at=row.stamped_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=row.title,
        place=", ".join(dict.fromkeys(part for part in place if part)),
        trainer_names=row.trainer_names,
        group_name=row.group_name,
        note=row.note,
        join_url=row.join_url,
        address=row.email,
        given_name=row.given_name,
        full_name=" ".join(p for p in (row.given_name, row.infix, row.surname) if p),
        language=row.language,
    )


def sent_among(keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        found.update(db.session.scalars(select(SentReminder.key).where(SentReminder.key.in_(some))))
    return found


def posted_among(keys: Sequence[str]) -> Select[str, datetime]:
    """When each of these went out, the first first; as many as a session has people."""
    return (
        select(SentReminder.key, SentReminder.posted_at)
        .where(SentReminder.key.in_(keys))
        .order_by(SentReminder.posted_at, SentReminder.id)
    )


def sent_by_day(cohort_id: int) -> Select[Any]:
    """How many of each kind went out, the newest day first."""
    day = func.date(SentReminder.posted_at)
    return (
        select(day.label("day"), SentReminder.kind, func.count().label("number"))
        .where(SentReminder.cohort_id == cohort_id)
        .group_by(day, SentReminder.kind)
        .order_by(day.desc(), SentReminder.kind)
    )


def counts_at(meeting_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """What the participants of these sessions answered, counted."""
    rows = db.session.execute(
        select(Invitation.meeting_id, Invitation.partstat, func.count().label("number"))
        .where(
            Invitation.meeting_id.in_(meeting_ids),
            Invitation.state == InvitationState.INVITED,
            Invitation.as_trainer.is_(False),
        )
        .group_by(Invitation.meeting_id, Invitation.partstat)
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.meeting_id, {})[PartStat(row.partstat)] = row.number
    return found
