"""Turns rows into what the norm is worked out from: everybody's parts in the meetings."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from program.attendance import queries
from program.attendance.norm import Part
from program.cohorts.models import Cohort
from program.core.db import db
from program.meetings.models import Meeting, Seat, SeatReason


@dataclass(frozen=True, slots=True)
class _Held:
    minutes: int
    weights: Mapping[int, float]
    over: bool
    counts: bool  # it was announced, and still goes on


def parts_by_person(
    cohort: Cohort, *, at: datetime, known_at: datetime | None = None, person_id: int | None = None
) -> dict[int, list[Part]]:
    """Each person's parts in the cohort's meetings, as known at that moment (default: now)."""
    held = _held(cohort, at, person_id)
    known = queries.CURRENT if known_at is None else queries.known_at(known_at)
    seats = queries.seats(cohort.id, known)
    if person_id is not None:
        seats = seats.where(Seat.person_id == person_id)
    parts: dict[int, list[Part]] = defaultdict(list)
    for seat in db.session.execute(seats):
        meeting = held[seat.meeting_id]
        if seat.minutes is not None or (meeting.counts and seat.expected):
            parts[seat.person_id].append(_part(seat, meeting))
    return parts


def missed_in(cohort: Cohort, at: datetime) -> dict[int, int]:
    """Minutes that each person missed of what is over and was marked, by person."""
    return {
        person: sum(max(0, part.minutes - (part.attended or 0)) for part in parts if _missed(part))
        for person, parts in parts_by_person(cohort, at=at).items()
    }


def _missed(part: Part) -> bool:
    return part.over and part.attended is not None and not part.catch_up


def _part(seat: Row[Any], meeting: _Held) -> Part:
    asked = seat.expected and meeting.counts and seat.reason != SeatReason.CATCH_UP
    return Part(meeting.minutes, meeting.weights, meeting.over, seat.minutes, catch_up=not asked)


def _held(cohort: Cohort, at: datetime, person_id: int | None) -> dict[int, _Held]:
    weights: dict[int, dict[int, float]] = defaultdict(dict)
    for module_id, domain_id, weight in db.session.execute(queries.weights(cohort.programme_id)):
        weights[module_id][domain_id] = weight
    held = queries.held(cohort.id)
    if person_id is not None:
        theirs = select(Seat.meeting_id).where(Seat.person_id == person_id)
        held = held.where(Meeting.id.in_(theirs))
    return {
        row.id: _Held(
            minutes=int((row.ends_at - row.starts_at).total_seconds()) // 60,
            weights=weights[row.module_id],
            over=row.ends_at <= at,
            counts=row.published and not row.cancelled,
        )
        for row in db.session.execute(held)
    }
