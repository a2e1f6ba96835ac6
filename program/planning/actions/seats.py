"""Gives the people of planned meetings their seats, and takes back those that no longer hold."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from program.cohorts.models import Cohort, Enrolment, GroupMembership
from program.cohorts.times import local
from program.core.db import db
from program.meetings.models import Meeting, PublishedMeeting, Seat, SeatReason
from program.planning import queries

Spell = tuple[int, date, date | None]  # a person, since, until
BY_MEMBERSHIP = (SeatReason.COHORT, SeatReason.GROUP)
CHUNK = 500


def write_seats(cohort: Cohort, meetings: Sequence[Meeting], *, at: datetime) -> None:
    """Seats by swap, catch-up or waiting list are others' business and stay."""
    writing = _Writing(cohort, meetings, at)
    writing.sort_out()
    writing.store()


class _Writing:
    def __init__(self, cohort: Cohort, meetings: Sequence[Meeting], at: datetime) -> None:
        self.cohort, self.meetings, self.at = cohort, meetings, at
        self.new: list[dict[str, Any]] = []
        self.again: list[int] = []  # seats that were given up and are needed
        self.needless: list[tuple[int, int]] = []  # seat, meeting

    def sort_out(self) -> None:
        everybody: list[Spell] = [
            (person, since, until)
            for person, _number, since, until in db.session.execute(
                queries.enrolments(self.cohort.id)
            )
        ]
        members, seats = self._members(), self._seats()
        swapped = self._swapped()
        for meeting in self.meetings:
            by_group = meeting.group_id is not None
            spells = members[meeting.group_id] if by_group else everybody
            day = local(meeting.starts_at, self.cohort.timezone).date()
            elsewhere = swapped[meeting.module_id, meeting.round, meeting.id]
            self._compare(meeting, {*_there(spells, day)} - elsewhere, seats[meeting.id])

    def _swapped(self) -> dict[tuple[int, int, int], set[int]]:
        """Who comes to a parallel session instead, by module, round and their own session."""
        rows = db.session.execute(
            select(Meeting.id, Meeting.module_id, Meeting.round, Seat.person_id)
            .join(Seat, Seat.meeting_id == Meeting.id)
            .where(
                Meeting.cohort_id == self.cohort.id,
                Meeting.cancelled_at.is_(None),
                Seat.reason == SeatReason.SWAP,
                Seat.released_at.is_(None),
            )
        )
        found: dict[tuple[int, int, int], set[int]] = defaultdict(set)
        for number, module, turn, person in rows:
            for meeting in self.meetings:
                if (meeting.module_id, meeting.round) == (module, turn) and meeting.id != number:
                    found[module, turn, meeting.id].add(person)
        return found

    def _compare(self, meeting: Meeting, due: set[int], seats: dict[int, Any]) -> None:
        reason = SeatReason.COHORT if meeting.group_id is None else SeatReason.GROUP
        for person in sorted(due - set(seats)):
            self.new.append(
                {
                    "meeting_id": meeting.id,
                    "person_id": person,
                    "reason": reason,
                    "given_at": self.at,
                    "released_at": None,
                }
            )
        for person, seat in seats.items():
            given_up = seat.released_at is not None
            if person in due and given_up and meeting.group_id is not None:
                self.again.append(seat.id)
            if person not in due and not given_up and seat.reason in BY_MEMBERSHIP:
                self.needless.append((seat.id, meeting.id))

    def _members(self) -> dict[int | None, list[Spell]]:
        found: dict[int | None, list[Spell]] = defaultdict(list)
        ids = sorted({meeting.group_id for meeting in self.meetings if meeting.group_id})
        rows = db.session.execute(
            select(
                GroupMembership.group_id, Enrolment.person_id, GroupMembership.since_on,
                GroupMembership.until_on,
            )
            .join(Enrolment, Enrolment.id == GroupMembership.enrolment_id)
            .where(GroupMembership.group_id.in_(ids))
        )  # fmt: skip
        for group_id, person, since, until in rows:
            found[group_id].append((person, since, until))
        return found

    def _seats(self) -> dict[int, dict[int, Any]]:
        found: dict[int, dict[int, Any]] = defaultdict(dict)
        rows = db.session.execute(
            select(Seat.id, Seat.meeting_id, Seat.person_id, Seat.reason, Seat.released_at)
            .join(Meeting, Meeting.id == Seat.meeting_id)
            .where(Meeting.cohort_id == self.cohort.id)
        )
        for row in rows:
            found[row.meeting_id][row.person_id] = row
        return found

    def store(self) -> None:
        told = set(
            db.session.scalars(
                select(PublishedMeeting.meeting_id).where(
                    PublishedMeeting.cohort_id == self.cohort.id
                )
            )
        )
        gone = [seat for seat, meeting in self.needless if meeting not in told]
        released = [seat for seat, meeting in self.needless if meeting in told]
        for part in _parts(gone):
            db.session.execute(delete(Seat).where(Seat.id.in_(part)))
        for part in _parts(released):
            self._update(part, self.at)
        for part in _parts(self.again):
            self._update(part, None)
        if self.new:
            db.session.execute(insert(Seat), self.new)

    def _update(self, ids: Sequence[int], released_at: datetime | None) -> None:
        db.session.execute(
            update(Seat).where(Seat.id.in_(ids)).values(released_at=released_at),
            execution_options={"synchronize_session": False},
        )


def _there(spells: Sequence[Spell], day: date) -> Iterator[int]:
    for person, since, until in spells:
        if since <= day and (until is None or day < until):
            yield person


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
