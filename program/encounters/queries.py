"""Who was at which table or group meeting, in one statement."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, select, union_all

from program.attendance.models import Presence, PresenceState
from program.attendance.queries import CURRENT, EXPECTED
from program.cohorts.models import Group, GroupKind
from program.core.db import db
from program.encounters.ledger import Gathering
from program.meetings.models import Meeting, Seat

THERE = (PresenceState.PRESENT, PresenceState.LATE, PresenceState.LEFT_EARLY)


def there(cohort_id: int) -> CompoundSelect[*tuple[Any, ...]]:
    """A row per person at a table or group meeting: meeting, kind, begin, person.

    Once a meeting has a mark, its marks say who was there; until then, its seats say who comes.
    """
    marked = select(Presence.id).where(Presence.meeting_id == Meeting.id, CURRENT).exists()
    meetings = select(Meeting.id, Group.kind, Meeting.starts_at).join(
        Group, Group.id == Meeting.group_id
    )
    seats = (
        meetings.add_columns(Seat.person_id)
        .join(Seat, Seat.meeting_id == Meeting.id)
        .where(Meeting.cohort_id == cohort_id, Meeting.cancelled_at.is_(None), EXPECTED, ~marked)
    )
    marks = (
        meetings.add_columns(Presence.person_id)
        .join(Presence, Presence.meeting_id == Meeting.id)
        .where(Meeting.cohort_id == cohort_id, CURRENT, Presence.state.in_(THERE))
    )
    return union_all(seats, marks)


def gatherings(cohort_id: int, before: datetime) -> list[Gathering]:
    """The tables and group meetings; those that began before that moment are over."""
    people: dict[int, set[int]] = defaultdict(set)
    facts: dict[int, tuple[bool, bool]] = {}
    for meeting, kind, starts_at, person in db.session.execute(there(cohort_id)):
        people[meeting].add(person)
        facts[meeting] = kind == GroupKind.TABLE, starts_at < before
    return [
        Gathering(frozenset(people[meeting]), at_table, is_over)
        for meeting, (at_table, is_over) in facts.items()
    ]
