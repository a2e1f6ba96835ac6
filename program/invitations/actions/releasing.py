"""A release: everything that changed since the one before, told once, in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, insert, select, update

from program.accounts.models import Person
from program.cohorts.models import Cohort
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.invitations.actions.undoing import kept_before
from program.invitations.changes import Changes, Due, Facts, Kind, compare
from program.invitations.itip import new_uid
from program.invitations.letters import Told, Writer
from program.invitations.models import Answer, Invitation, InvitationState, PartStat, Release
from program.invitations.queries import world_of
from program.mail.actions import post_all
from program.meetings.models import PublishedMeeting

UNANSWERED = {
    "partstat": PartStat.NEEDS_ACTION,
    "answered_at": None,
    "answered_via": "",
    "answered_sequence": None,
    "answered_stamp": None,
}


class ChangedMeanwhile(Refusal):
    """It would tell something else than the planner saw."""


class Choices(TypedDict):
    """What a planner may choose: silence about what is over, messages about words and rooms."""

    silent_past: bool
    tell: frozenset[int] | None


@dataclass(frozen=True)
class Published:
    """What a release did; without a number when there was nothing to tell."""

    number: int | None
    counts: dict[str, int]
    changes: Changes


def changes(
    cohort_id: int,
    *,
    at: datetime,
    silent_past: bool = False,
    tell: frozenset[int] | None = None,
) -> Changes:
    """What a release would do now; `tell` as in `compare`."""
    world = world_of(cohort_id, organizer=current_app.config["MAIL_ADDRESS"])
    return compare(world, at=at, silent_past=silent_past, tell=tell)


def refuse_unseen(cohort_id: int, seen: str, *, at: datetime) -> None:
    """Unless a release would do what the planner saw; from here on nobody changes that."""
    locked(Cohort, cohort_id)
    if seen != changes(cohort_id, at=at).fingerprint():
        raise ChangedMeanwhile(
            _("The schedule changed since you opened this page. Look again, then publish.")
        )


def release(  # noqa: PLR0913 - who, when, in which words, and what stays silent
    cohort_id: int,
    *,
    by: int | None,
    at: datetime,
    note: str = "",
    silent_past: bool = False,
    tell: frozenset[int] | None = None,
    origin: str = "web",
) -> Published:
    """Tell everyone what changed since the last release, each of them once per invitation."""
    cohort = locked(Cohort, cohort_id)  # two who publish at once: the second finds nothing left
    found = changes(cohort_id, at=at, silent_past=silent_past, tell=tell)
    counts = found.counts()
    if found.is_empty:
        return Published(None, counts, found)
    number = _numbered(cohort_id, found, by=by, at=at, note=note)
    revisions = _publish(found, cohort_id, at)
    tell_due(found, cohort, revisions, note=note, at=at)
    bump(Cohort, [cohort_id])
    bump(Person, _concerned(found))
    record("schedule.released", f"cohort:{cohort_id}", by=by, origin=origin)
    return Published(number, counts, found)


def _numbered(cohort_id: int, found: Changes, *, by: int | None, at: datetime, note: str) -> int:
    last = db.session.scalar(select(func.max(Release.number)).where(Release.cohort_id == cohort_id))
    number = (last or 0) + 1
    db.session.add(
        Release(
            cohort_id=cohort_id, number=number, released_at=at, released_by_id=by, note=note,
            counts=found.counts(), before=kept_before(found),
        )
    )  # fmt: skip
    return number


def _concerned(found: Changes) -> list[int]:
    """Everyone whose own pages change, also where no message goes."""
    people = {due.person_id for due in found.due}
    people |= {s.person_id for s in found.world.seated if s.meeting_id in found.meetings}
    people |= {i.person_id for i in found.world.invited if i.meeting_id in found.meetings}
    return sorted(people)


def _publish(found: Changes, cohort_id: int, at: datetime) -> dict[int, int]:
    """Freeze the draft; gives the revision of every published meeting."""
    revisions = dict(found.world.revisions)
    new: list[dict[str, object]] = []
    changed: list[dict[str, object]] = []
    for meeting_id in found.meetings:
        revisions[meeting_id] = revisions.get(meeting_id, 0) + 1
        row = _row(found.world.draft[meeting_id]) | {
            "cohort_id": cohort_id,
            "revision": revisions[meeting_id],
            "released_at": at,
        }
        (changed if meeting_id in found.world.told else new).append(row)
    if new:
        db.session.execute(insert(PublishedMeeting), new)
    if changed:
        ids = dict(
            db.session.execute(
                select(PublishedMeeting.meeting_id, PublishedMeeting.id).where(
                    PublishedMeeting.cohort_id == cohort_id
                )
            ).all()
        )  # fmt: skip
        rows = [row | {"id": ids[int(str(row["meeting_id"]))]} for row in changed]
        db.session.execute(update(PublishedMeeting), rows)
    return revisions


def _row(facts: Facts) -> dict[str, object]:
    names = (name for name in Facts.__dataclass_fields__ if name != "venue_id")
    return {name: getattr(facts, name) for name in names}


def tell_due(
    found: Changes, cohort: Cohort, revisions: dict[int, int], *, note: str, at: datetime
) -> None:
    """Bring the invitations up to date and put their messages in the outbox."""
    writer = Writer(programme=cohort.programme.title, timezone=cohort.timezone, note=note, at=at)
    new: list[dict[str, object]] = []
    changed: list[dict[str, object]] = []
    letters = []
    world = found.world
    for due in found.due:
        told = world.told.get(due.meeting_id)
        facts, reader = world.draft[due.meeting_id], world.readers[due.person_id]
        row = _farewell(due, at) if due.is_farewell else _invitation(due, found, revisions, at)
        if not due.silent:
            letters.append(writer.letter(due, reader, _told(row), now=facts, before=told))
        if due.before is None:
            new.append(row)
        elif not due.is_farewell:  # that row goes on, at the other address
            changed.append(row | {"id": due.before.id})
    _forget_answers(found, changed)
    for rows in _alike(new):
        db.session.execute(insert(Invitation), rows)
    for rows in _alike(changed):
        db.session.execute(update(Invitation), rows)
    post_all(letters)


def _forget_answers(found: Changes, changed: Iterable[dict[str, object]]) -> None:
    """At another address an invitation begins anew: older answers were to another one."""
    uids = {each.id: each.uid for each in found.world.invited}
    anew = [row["id"] for row in changed if row["uid"] != uids[int(str(row["id"]))]]
    if anew:
        before_all = update(Answer).where(Answer.invitation_id.in_(anew)).values(sequence=-1)
        db.session.execute(before_all, execution_options={"synchronize_session": False})


def _alike(rows: Iterable[dict[str, object]]) -> Iterable[list[dict[str, object]]]:
    """Rows with the same columns together, as statements in bulk ask for."""
    by_columns: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(row), []).append(row)
    return by_columns.values()


def _told(row: dict[str, object]) -> Told:
    return Told(
        uid=str(row["uid"]),
        address=str(row["address"]),
        sequence=int(str(row["sequence"])),
        revision=int(str(row["revision"])),
        stamped_at=row["stamped_at"],  # type: ignore[arg-type]
        partstat=str(row["partstat"]),
    )


def _farewell(due: Due, at: datetime) -> dict[str, object]:
    """What the calendar at the old address is told last."""
    before = due.before
    if before is None:
        raise ValueError("Nobody was invited there.")
    return {
        "uid": before.uid,
        "address": before.address,
        "sequence": before.sequence + 1,
        "revision": before.revision + 1,
        "stamped_at": stamp_after(before.stamped_at, at),
        "partstat": before.partstat,
    }


def _invitation(
    due: Due, found: Changes, revisions: dict[int, int], at: datetime
) -> dict[str, object]:
    """The invitation as it is after this release."""
    facts = found.world.draft[due.meeting_id]
    row: dict[str, object] = {
        "meeting_id": due.meeting_id,
        "person_id": due.person_id,
        "as_trainer": due.as_trainer,
        "state": InvitationState.CANCELLED
        if due.kind is Kind.CANCELLED
        else InvitationState.INVITED,
        "told_revision": revisions.get(due.meeting_id, 1),
        "starts_at": facts.starts_at,
    } | _message(due, found, at)
    asks = due.kind in {Kind.NEW, Kind.MOVED}
    return row | UNANSWERED if asks and not due.silent else row


def _message(due: Due, found: Changes, at: datetime) -> dict[str, object]:
    """Which message of which invitation this is; the address stays while it goes on."""
    before, heard = due.before, not due.silent
    address = found.world.readers[due.person_id].email
    if before is None or (due.kind is Kind.NEW and before.address.lower() != address.lower()):
        return {
            "uid": new_uid(current_app.config["MAIL_ADDRESS"]),
            "address": address,
            "sequence": 0,
            "revision": int(heard),
            "stamped_at": stamp_after(None, at),
            "partstat": PartStat.NEEDS_ACTION,
        }
    newer = heard and due.kind is not Kind.CHANGED  # a client must see it as newer
    return {
        "uid": before.uid,
        "address": before.address,
        "sequence": before.sequence + newer,
        "revision": before.revision + heard,
        "stamped_at": stamp_after(before.stamped_at, at) if heard else before.stamped_at,
        "partstat": before.partstat,
    }


def stamp_after(last: datetime | None, at: datetime) -> datetime:
    """Whole seconds, and later than the last: clients pass over a message that is not newer."""
    now = at.replace(microsecond=0)
    return max(now, last + timedelta(seconds=1)) if last else now
