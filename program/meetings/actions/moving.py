"""Moving, locking and cancelling meetings. What clashes is told before anything is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select, update

from program.accounts.models import Organisation, Person
from program.cohorts.models import Cohort
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.meetings.clashes import Conflict, Kind, Slot, of_meeting
from program.meetings.models import Meeting, Room, Venue
from program.meetings.schedule import Schedule, schedule_of
from program.meetings.wording import Words

FIELDS = {
    Kind.ROOM: "room_id", Kind.CAPACITY: "room_id", Kind.NO_ROOM: "room_id",
    Kind.TRAINER: "trainer_ids", Kind.TRAINER_OFF: "trainer_ids",
    Kind.TRAINER_AWAY: "trainer_ids", Kind.TRAINER_BUSY: "trainer_ids",
    Kind.NO_TRAINER: "trainer_ids",
}  # fmt: skip


@dataclass(frozen=True)
class Move:
    """Where and when a meeting is to be held, and by whom."""

    starts_at: datetime
    ends_at: datetime
    room_id: int | None
    trainer_ids: tuple[int, ...]
    note: str = ""

    @property
    def place(self) -> tuple[object, ...]:
        """All that can clash."""
        return self.starts_at, self.ends_at, self.room_id, frozenset(self.trainer_ids)


@dataclass(frozen=True)
class Clash:
    """One thing that a move would break, as a sentence beside a field of the form."""

    kind: Kind
    hard: bool
    sentence: str
    field: str


class WouldClash(Refusal):
    """The move breaks agreements that a planner may break, once they have seen them."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__(" ".join(clash.sentence for clash in clashes))
        self.clashes = clashes


def clashes(schedule: Schedule, meeting: Meeting, move: Move) -> list[Clash]:
    """What would not fit if the meeting were there. Nothing is changed."""
    zone = ZoneInfo(schedule.cohort.timezone)
    known = schedule.slots.get(meeting.id)
    slot = replace(
        known or _slot_of(meeting, zone),
        starts_at=move.starts_at,
        ends_at=move.ends_at,
        day=move.starts_at.astimezone(zone).date(),
        room_id=move.room_id,
        trainers=move.trainer_ids,
    )
    moved = schedule.with_slot(slot)
    words = Words(moved)
    found = of_meeting(moved.clashes, meeting.id)
    return [_clash(conflict, meeting.id, words) for conflict in found]


def _slot_of(meeting: Meeting, zone: ZoneInfo) -> Slot:
    return Slot(
        id=meeting.id,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        day=meeting.starts_at.astimezone(zone).date(),
        module_id=meeting.module_id,
        round=meeting.round,
        people=frozenset(s.person_id for s in meeting.seats if s.released_at is None),
    )


def _clash(conflict: Conflict, meeting_id: int, words: Words) -> Clash:
    mine = conflict.meetings[0] == meeting_id
    text = words.reason(conflict) if mine else words.sentence(conflict)
    text = text[0].upper() + text[1:]
    return Clash(conflict.kind, conflict.hard, text, FIELDS.get(conflict.kind, "day"))


def move_meeting(meeting: Meeting, move: Move, *, force: bool, by: int | None) -> list[Clash]:
    """Hold the meeting there and then; returns what was broken knowingly.

    A room, trainer or person is never double, forced or not. Other clashes ask for `force`.
    """
    cohort = _only_planner(meeting)
    _check(meeting, cohort, move)
    here = _as_it_is(meeting)
    if move.place == here.place:
        found: list[Clash] = []  # another note only
    else:
        found = clashes(schedule_of(cohort), meeting, move)
        _refuse(found, force)
    _put(meeting, move)
    _changed(cohort, [meeting.id], "meeting.moved", by)
    return found


def _refuse(found: Sequence[Clash], force: bool) -> None:
    if hard := [clash for clash in found if clash.hard]:
        raise Refusal(" ".join(clash.sentence for clash in hard), field=hard[0].field)
    if found and not force:
        raise WouldClash(found)


def _only_planner(meeting: Meeting) -> Cohort:
    """One planner of the bureau at a time: rooms and trainers are shared by all its cohorts."""
    locked(Organisation, meeting.cohort.organisation_id)
    db.session.refresh(meeting)
    return meeting.cohort


def _as_it_is(meeting: Meeting) -> Move:
    trainers = tuple(person.id for person in meeting.trainers)
    return Move(meeting.starts_at, meeting.ends_at, meeting.room_id, trainers, meeting.note)


def _check(meeting: Meeting, cohort: Cohort, move: Move) -> None:
    if meeting.cancelled_at is not None:
        raise Refusal(_("This session is cancelled. Bring it back first."))
    if move.ends_at <= move.starts_at:
        raise Refusal(_("A session ends after it starts."), field="minutes")
    day = move.starts_at.astimezone(ZoneInfo(cohort.timezone)).date()
    if not cohort.starts_on <= day <= cohort.ends_on:
        raise Refusal(
            _("That day is outside the period of the cohort. Choose another."), field="day"
        )
    if move.room_id is not None and not _room_of(cohort, move.room_id):
        raise Refusal(_("That room does not exist."), field="room_id")


def _room_of(cohort: Cohort, room_id: int) -> int | None:
    return db.session.scalar(
        select(Room.id)
        .join(Venue)
        .where(Room.id == room_id, Venue.organisation_id == cohort.organisation_id)
    )


def _put(meeting: Meeting, move: Move) -> None:
    meeting.starts_at, meeting.ends_at = move.starts_at, move.ends_at
    meeting.room_id, meeting.note = move.room_id, move.note
    if {person.id for person in meeting.trainers} != set(move.trainer_ids):
        chosen = select(Person).where(Person.id.in_(move.trainer_ids))
        meeting.trainers = list(db.session.scalars(chosen))
    db.session.flush()


def set_lock(
    cohort: Cohort, meeting_ids: Sequence[int], *, on: bool, at: datetime, by: int | None
) -> int:
    """Fix meetings where they are, or let the solver move them again; returns how many."""
    changed = list(
        db.session.scalars(
            update(Meeting)
            .where(
                Meeting.cohort_id == cohort.id,
                Meeting.id.in_(meeting_ids),
                Meeting.locked_at.is_(None) if on else Meeting.locked_at.is_not(None),
            )
            .values(locked_at=at if on else None)
            .returning(Meeting.id),
            execution_options={"synchronize_session": False},
        )
    )
    _changed(cohort, changed, "meeting.locked" if on else "meeting.unlocked", by)
    return len(changed)


def set_option(cohort: Cohort, meeting_ids: Sequence[int], *, on: bool, by: int | None) -> int:
    """The date of these is an option, or definite; people hear so with the next release."""
    changed = list(
        db.session.scalars(
            update(Meeting)
            .where(
                Meeting.cohort_id == cohort.id,
                Meeting.id.in_(meeting_ids),
                Meeting.tentative.is_(not on),
            )
            .values(tentative=on)
            .returning(Meeting.id),
            execution_options={"synchronize_session": False},
        )
    )
    _changed(cohort, changed, "meeting.optioned" if on else "meeting.made_definite", by)
    return len(changed)


def cancel_meeting(meeting: Meeting, *, at: datetime, by: int | None) -> None:
    """It is not held. Who was invited hears so with the next release."""
    if meeting.cancelled_at is not None:
        raise Refusal(_("This session is cancelled already."))
    meeting.cancelled_at = at
    _changed(meeting.cohort, [meeting.id], "meeting.cancelled", by)


def restore_meeting(meeting: Meeting, *, by: int | None) -> None:
    """Hold it after all, if nobody took its room, trainers or people in the meantime."""
    cohort = _only_planner(meeting)
    if meeting.cancelled_at is None:
        raise Refusal(_("This session is not cancelled."))
    found = clashes(schedule_of(cohort), meeting, _as_it_is(meeting))
    if hard := [clash for clash in found if clash.hard]:
        raise Refusal(" ".join(clash.sentence for clash in hard))
    meeting.cancelled_at = None
    _changed(cohort, [meeting.id], "meeting.restored", by)


def _changed(cohort: Cohort, meeting_ids: Sequence[int], action: str, by: int | None) -> None:
    for meeting_id in meeting_ids:
        record(action, f"meeting:{meeting_id}", by=by)
    db.session.flush()
    bump(Cohort, [cohort.id])
