"""Marking who was there. A correction supersedes: the earlier mark stays, with who and when.

All marks of one meeting queue behind its row, so two trainers with one roll never lose a mark;
the unique index of the table stands behind that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, insert, select

from program.accounts.models import Organisation, Person
from program.attendance.models import Presence, PresenceState
from program.attendance.queries import CURRENT, EXPECTED, marks, unmarked
from program.cohorts.models import Cohort, Enrolment
from program.cohorts.queries import enrolled
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.meetings.actions.seats import refuse_full
from program.meetings.models import Meeting, Seat, SeatReason
from program.meetings.queries import held_for

USUAL_LOSS = 15  # minutes missed by who is late or leaves early, unless told otherwise


class NotExpected(Refusal):
    field = "person"


class NoSuchTime(Refusal):
    field = "minutes"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a device sends: perhaps late, perhaps twice.

    `seen` is the id of the newest mark that the device knew of; `stamp` ("device.number") is how
    a repeat is recognised.
    """

    state: PresenceState
    minutes: int | None = None
    stamp: str = ""
    seen: int | None = None

    @property
    def device(self) -> str:
        return self.stamp.partition(".")[0]


class MarkedMeanwhile(Refusal):
    """Somebody else marked this person after the device last looked; both versions are kept."""

    def __init__(self, theirs: Presence, mine: Mark) -> None:
        super().__init__(_("Someone else marked this person in the meantime."))
        self.theirs, self.mine = theirs, mine


def mark(
    meeting_id: int,
    person_id: int,
    state: PresenceState,
    *,
    by: int | None,
    at: datetime,
    minutes: int | None = None,
) -> Presence:
    """Note how somebody was at a meeting; the mark before it is superseded."""
    return receive(meeting_id, person_id, Mark(state, minutes), by=by, at=at)


def receive(
    meeting_id: int, person_id: int, given: Mark, *, by: int | None, at: datetime
) -> Presence:
    """A mark from a device: the same stamp twice is one mark, an outdated view a refusal."""
    meeting = _open_roll(meeting_id)
    seat = _seat(meeting, person_id)
    minutes = _attended(meeting, given)
    current = _current(meeting_id, person_id)
    repeated = _repeated(meeting_id, person_id, given.stamp)
    if current and (repeated or (current.state, current.minutes) == (given.state, minutes)):
        return current
    if current and _outdated(current, given):
        raise MarkedMeanwhile(current, given)
    presence = Presence(
        meeting_id=meeting_id, person_id=person_id, state=given.state, minutes=minutes,
        marked_at=at, marked_by_id=by, device_stamp=given.stamp,
    )  # fmt: skip
    _supersede(current, presence)
    record("presence.marked", f"seat:{seat.id}", by=by)
    _show_anew(meeting, [person_id])
    return presence


def mark_rest(
    meeting_id: int, state: PresenceState, *, by: int | None, at: datetime, stamp: str = ""
) -> int:
    """Mark everyone who is expected and not marked yet; says how many that were."""
    meeting = _open_roll(meeting_id)
    people = list(db.session.scalars(unmarked(meeting_id)))
    if not people:
        return 0
    row = {
        "meeting_id": meeting_id, "state": state, "minutes": _attended(meeting, Mark(state)),
        "marked_at": at, "marked_by_id": by, "device_stamp": stamp,
    }  # fmt: skip
    db.session.execute(insert(Presence), [row | {"person_id": person} for person in people])
    record("presence.rest_marked", f"meeting:{meeting_id}", by=by)
    _show_anew(meeting, people)
    return len(people)


def undo(meeting_id: int, stamp: str, *, by: int | None, at: datetime) -> int:
    """Take back what was marked under this stamp, as far as nobody corrected it since."""
    meeting = _open_roll(meeting_id)
    wrong = list(
        db.session.scalars(
            select(Presence).where(
                Presence.meeting_id == meeting_id, Presence.device_stamp == stamp, CURRENT
            )
        )
    )
    for presence in wrong if stamp else []:
        _take_back(presence, by=by, at=at)
    if stamp and wrong:
        record("presence.undone", f"meeting:{meeting_id}", by=by)
        _show_anew(meeting, [presence.person_id for presence in wrong])
        return len(wrong)
    return 0


def add_guest(meeting_id: int, person_id: int, *, by: int | None, at: datetime) -> Seat:
    """Somebody of the cohort who came without being expected gets a place, if there is one.

    Their place at a session of the same time is free again: nobody is at two at once.
    """
    _only_one_who_seats(meeting_id)
    meeting = _open_roll(meeting_id)
    in_cohort = db.session.scalars(
        select(Enrolment.id).where(
            Enrolment.cohort_id == meeting.cohort_id,
            Enrolment.person_id == person_id,
            enrolled(at.date()),
        )
    ).first()
    if in_cohort is None:
        raise NotExpected(_("Choose someone who takes part in this cohort."))
    seat = db.session.scalars(_any_seat(meeting_id, person_id)).one_or_none()
    if seat and seat.released_at is None and seat.reason != SeatReason.WAITING:
        return seat
    refuse_full([meeting])
    swapped = _leave_others(meeting, person_id, by=by, at=at)
    if seat is None:
        seat = Seat(meeting_id=meeting_id, person_id=person_id)
        db.session.add(seat)
    seat.reason = SeatReason.SWAP if swapped else SeatReason.CATCH_UP
    seat.given_at, seat.released_at = at, None
    db.session.flush()
    record("seat.given", f"seat:{seat.id}", by=by)
    _show_anew(meeting, [person_id])
    return seat


def _only_one_who_seats(meeting_id: int) -> None:
    """As everybody who gives places does, or two could give the last one."""
    bureau_id = db.session.scalars(
        select(Cohort.organisation_id)
        .join(Meeting, Meeting.cohort_id == Cohort.id)
        .where(Meeting.id == meeting_id)
    ).one()
    locked(Organisation, bureau_id)


def _leave_others(meeting: Meeting, person_id: int, *, by: int | None, at: datetime) -> bool:
    """Give up places at the same time; refused when they gave that session or were marked there."""
    others = db.session.scalars(held_for(person_id, meeting.starts_at, meeting.ends_at)).all()
    for other in others:
        seat = db.session.scalars(_any_seat(other.id, person_id).where(EXPECTED)).one_or_none()
        marked = _current(other.id, person_id)
        if seat is None or (marked and marked.minutes):
            raise NotExpected(
                _("They are at %(other)s at this time. Correct that first.", other=other.title)
            )
        seat.released_at = at
        record("seat.released", f"seat:{seat.id}", by=by)
        _show_anew(other, [person_id])
    return bool(others)


def _open_roll(meeting_id: int) -> Meeting:
    meeting = locked(Meeting, meeting_id)
    if meeting.cancelled_at is not None:
        raise Refusal(_("This session was cancelled, so there is no roll to keep."))
    return meeting


def _any_seat(meeting_id: int, person_id: int) -> Select[Seat]:
    return select(Seat).where(Seat.meeting_id == meeting_id, Seat.person_id == person_id)


def _seat(meeting: Meeting, person_id: int) -> Seat:
    seat = db.session.scalars(_any_seat(meeting.id, person_id).where(EXPECTED)).one_or_none()
    if seat is None:
        raise NotExpected(_("This person is not expected at this session. Add them as a guest."))
    return seat


def _current(meeting_id: int, person_id: int) -> Presence | None:
    return db.session.scalars(marks(meeting_id, person_id).where(CURRENT)).one_or_none()


def _repeated(meeting_id: int, person_id: int, stamp: str) -> bool:
    same = marks(meeting_id, person_id).where(Presence.device_stamp == stamp)
    return bool(stamp) and db.session.scalars(same).first() is not None


def _outdated(current: Presence, given: Mark) -> bool:
    """Whether the device had not seen the current mark; its own earlier ones do not count."""
    own = bool(given.device) and current.device_stamp.partition(".")[0] == given.device
    return given.seen is not None and current.id > given.seen and not own


def _attended(meeting: Meeting, given: Mark) -> int:
    told = meeting.published or meeting
    length = int((told.ends_at - told.starts_at).total_seconds()) // 60
    if given.minutes is not None and not 0 <= given.minutes <= length:
        raise NoSuchTime(_("This session takes %(n)s minutes: give 0 to %(n)s.", n=length))
    match given.state:
        case PresenceState.PRESENT:
            return length
        case PresenceState.LATE | PresenceState.LEFT_EARLY:
            return max(0, length - USUAL_LOSS) if given.minutes is None else given.minutes
        case _:
            return 0


def _supersede(old: Presence | None, new: Presence) -> None:
    if old is not None:
        old.superseded_at = new.marked_at
        db.session.flush()  # before the new row, or the index would refuse it
    db.session.add(new)
    db.session.flush()


def _take_back(presence: Presence, *, by: int | None, at: datetime) -> None:
    before = db.session.scalars(
        marks(presence.meeting_id, presence.person_id).where(
            Presence.superseded_at == presence.marked_at, Presence.id < presence.id
        )
    ).first()
    presence.superseded_at = at
    db.session.flush()
    if before is not None:
        db.session.add(
            Presence(
                meeting_id=before.meeting_id, person_id=before.person_id, state=before.state,
                minutes=before.minutes, marked_at=at, marked_by_id=by,
            )
        )  # fmt: skip


def _show_anew(meeting: Meeting, people: Iterable[int]) -> None:
    bump(Cohort, [meeting.cohort_id])
    bump(Person, sorted(people))
