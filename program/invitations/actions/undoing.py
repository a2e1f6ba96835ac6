"""Undo of the last release: the draft goes back to what was published before it.

Nobody hears of that until the planner publishes the draft again, after a preview like any other.
A release keeps what it changed: the sessions as they were, who came and who went.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.models import Organisation
from program.cohorts.models import Cohort
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.invitations.changes import Changes, Due, Facts
from program.invitations.changes import Kind as News
from program.invitations.models import Release
from program.invitations.queries import releases_of
from program.meetings.clashes import Kind
from program.meetings.models import Meeting, MeetingTrainer, Room, Seat, SeatReason
from program.meetings.schedule import schedule_of
from program.meetings.wording import Words

Row = TypeVar("Row", Seat, MeetingTrainer)
_MOMENTS = ("starts_at", "ends_at", "cancelled_at")
_PLAIN = ("title", "room_id", "note", "tentative")


@dataclass(frozen=True)
class PutBack:
    """What an undo did with the draft."""

    release: int
    meetings: int
    people: int  # seats and trainers, given or taken


def kept_before(found: Changes) -> dict[str, Any]:
    """What a release is about to change, as plain data for a later undo."""
    told = found.world.told
    stay = {(each.meeting_id, each.person_id) for each in found.world.seated}
    return {
        "meetings": {str(m): _kept(told[m]) if m in told else None for m in found.meetings},
        "joined": [_who(due) for due in found.due if _joins(due, told)],
        "left": [_who(due) for due in found.due if _leaves(due, stay)],
    }


def _kept(facts: Facts) -> dict[str, Any]:
    moments = {name: getattr(facts, name) for name in _MOMENTS}
    plain = {name: getattr(facts, name) for name in _PLAIN}
    return plain | {name: at.isoformat() if at else None for name, at in moments.items()}


def _by_seat(due: Due) -> bool:
    return due.why == ("seat",)


def _leaves(due: Due, stay: Container[tuple[int, int]]) -> bool:
    """Also who gave up a seat at a session that was cancelled in the same release."""
    gone = due.kind is News.CANCELLED and not due.is_farewell
    return gone and (due.meeting_id, due.person_id) not in stay


def _joins(due: Due, told: dict[int, Facts]) -> bool:
    """Comes to a session that was held before: with a new session nobody need give up a seat."""
    known = told.get(due.meeting_id)
    held = known is not None and known.cancelled_at is None
    return due.kind is News.NEW and _by_seat(due) and held


def _who(due: Due) -> list[int]:
    return [due.meeting_id, due.person_id, int(due.as_trainer)]


def undo(cohort_id: int, number: int, *, by: int | None, at: datetime) -> PutBack:
    """Put the draft back to what was published before the last release; nothing is sent."""
    cohort = db.session.get_one(Cohort, cohort_id)
    locked(Organisation, cohort.organisation_id)  # rooms and trainers are shared
    locked(Cohort, cohort_id)
    last = _last(cohort_id, number)
    double = _double(cohort)
    meetings = _meetings(last, at)
    for meeting in meetings:
        _put_back(meeting, last.before["meetings"][str(meeting.id)], at)
    over = _over(cohort_id, at)
    people = _seats_back(last.before, over, at) + _trainers_back(last.before, over)
    db.session.flush()
    _refuse_double(cohort, double)
    bump(Cohort, [cohort_id])
    record("schedule.put_back", f"release:{last.id}", by=by)
    return PutBack(number, len(meetings), people)


def _last(cohort_id: int, number: int) -> Release:
    last = db.session.scalars(releases_of(cohort_id).limit(1)).one_or_none()
    if last is None or last.number != number:
        raise Refusal(_("Only the last release can be undone. Look again: there is a newer one."))
    if not any(last.before.values()):
        raise Refusal(_("Of this release it was not kept what it changed."))
    return last


def _over(cohort_id: int, at: datetime) -> set[int]:
    """What was held stays as it was held."""
    held = select(Meeting.id).where(Meeting.cohort_id == cohort_id, Meeting.starts_at <= at)
    return set(db.session.scalars(held))


def _meetings(release: Release, at: datetime) -> list[Meeting]:
    """Those that are still to come, of the cohort's own."""
    wanted = [int(key) for key in release.before["meetings"]]
    chosen = select(Meeting).where(
        Meeting.id.in_(wanted),
        Meeting.cohort_id == release.cohort_id,
        Meeting.starts_at > at,
    )
    return list(db.session.scalars(chosen.order_by(Meeting.id)))


def _put_back(meeting: Meeting, kept: dict[str, Any] | None, at: datetime) -> None:
    """A session that nobody knew of is cancelled; bringing it back is one button on its page."""
    if kept is None:
        meeting.cancelled_at = meeting.cancelled_at or at
        return
    if datetime.fromisoformat(kept["starts_at"]) <= at:
        return  # nobody can come to it then
    for name in _MOMENTS:
        setattr(meeting, name, datetime.fromisoformat(kept[name]) if kept[name] else None)
    for name in _PLAIN:
        setattr(meeting, name, kept[name])
    if meeting.room_id is not None and db.session.get(Room, meeting.room_id) is None:
        meeting.room_id = None


def _seats_back(kept: dict[str, Any], over: set[int], at: datetime) -> int:
    joined, left = _people(kept, "joined", trainers=False), _people(kept, "left", trainers=False)
    seats = [seat for seat in _rows(Seat, joined | left) if seat.meeting_id not in over]
    for seat in seats:
        if (seat.meeting_id, seat.person_id) in left:
            seat.released_at = None
            if seat.reason is SeatReason.WAITING:
                seat.reason = SeatReason.SWAP  # not known any more; its hours are asked for
        else:
            seat.released_at = seat.released_at or at
    return len(seats)


def _trainers_back(kept: dict[str, Any], over: set[int]) -> int:
    joined, left = _people(kept, "joined", trainers=True), _people(kept, "left", trainers=True)
    joined, left = ({(m, p) for m, p in some if m not in over} for some in (joined, left))
    there = _rows(MeetingTrainer, joined | left)
    gone = [row for row in there if (row.meeting_id, row.person_id) in joined]
    for row in gone:
        db.session.delete(row)
    missing = left - {(row.meeting_id, row.person_id) for row in there}
    db.session.add_all(MeetingTrainer(meeting_id=m, person_id=p) for m, p in sorted(missing))
    return len(gone) + len(missing)


def _people(kept: dict[str, Any], what: str, *, trainers: bool) -> set[tuple[int, int]]:
    return {(m, p) for m, p, trains in kept[what] if bool(trains) is trainers}


def _rows(model: type[Row], keys: Iterable[tuple[int, int]]) -> list[Row]:
    wanted = set(keys)
    if not wanted:
        return []
    meetings = {meeting for meeting, _person in wanted}
    rows = db.session.scalars(select(model).where(model.meeting_id.in_(meetings)))
    return [row for row in rows if (row.meeting_id, row.person_id) in wanted]


def _double(cohort: Cohort) -> dict[tuple[Kind, frozenset[int]], str]:
    """The double bookings there are now, with their sentences."""
    schedule = schedule_of(cohort)
    words = Words(schedule)
    hard = [conflict for conflict in schedule.conflicts if conflict.hard]
    return {(each.kind, frozenset(each.meetings)): words.sentence(each) for each in hard}


def _refuse_double(cohort: Cohort, known: Container[object]) -> None:
    """A room, a trainer and a person are never double, also not by going back."""
    if new := [sentence for key, sentence in _double(cohort).items() if key not in known]:
        sentence = _("The schedule cannot go back: what it used then is taken now.")
        raise Refusal(" ".join([sentence, *new[:3]]))
