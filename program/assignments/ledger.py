"""Who has handed in what, when it is due, and what waits for feedback."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from program.assignments import queries
from program.assignments.models import Assignment
from program.cohorts.models import Cohort, Enrolment
from program.core.db import db
from program.meetings.models import Seat


class WorkState(StrEnum):
    TO_DO = "to_do"
    OVERDUE = "overdue"
    WAITING = "waiting"  # for the trainer's feedback
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Work:
    """One person's standing in one assignment."""

    assignment_id: int
    domain_id: int
    due_on: date | None  # None: as long as the meeting it follows is not published
    version: int = 0  # 0: nothing handed in
    answers: int = 0
    submission_id: int | None = None
    submitted_at: datetime | None = None

    def state(self, today: date) -> WorkState:
        if self.version:
            return WorkState.ANSWERED if self.answers else WorkState.WAITING
        late = self.due_on is not None and self.due_on < today
        return WorkState.OVERDUE if late else WorkState.TO_DO


def work_by_person(
    cohort: Cohort,
    assignments: Iterable[Assignment],
    people: Iterable[int],
    *,
    known_at: datetime | None = None,
) -> dict[int, list[Work]]:
    """For each of these people their work, in the order of the assignments."""
    people, assignments = list(people), list(assignments)
    only = people[0] if len(people) == 1 else None
    ends = _ends(cohort, only)
    handed_in = _handed_in(cohort.id, only, known_at)
    zone = ZoneInfo(cohort.timezone)
    return {
        person: [
            _work(each, handed_in.get((person, each.id)), _due(each, ends[person], zone))
            for each in assignments
        ]
        for person in people
    }


def _ends(cohort: Cohort, only: int | None) -> dict[int, dict[int, datetime]]:
    wanted = queries.held_for(cohort.id)
    if only is not None:
        wanted = wanted.where(Seat.person_id == only)
    ends: dict[int, dict[int, datetime]] = defaultdict(dict)
    for person_id, module_id, ends_at in db.session.execute(wanted):
        ends[person_id][module_id] = ends_at
    return ends


def _handed_in(
    cohort_id: int, only: int | None, known_at: datetime | None
) -> dict[tuple[int, int], Row[Any]]:
    wanted = queries.newest(cohort_id, known_at)
    if only is not None:
        wanted = wanted.where(Enrolment.person_id == only)
    return {(row.person_id, row.assignment_id): row for row in db.session.execute(wanted)}


def _due(assignment: Assignment, ends: dict[int, datetime], zone: ZoneInfo) -> date | None:
    ended = ends.get(assignment.due_after_id or 0)
    if ended is None:
        return None
    return ended.astimezone(zone).date() + timedelta(days=assignment.due_days)


def _work(assignment: Assignment, row: Row[Any] | None, due_on: date | None) -> Work:
    if row is None:
        return Work(assignment.id, assignment.domain_id, due_on)
    return Work(
        assignment_id=assignment.id,
        domain_id=assignment.domain_id,
        due_on=due_on,
        version=row.number,
        answers=row.answers,
        submission_id=row.id,
        submitted_at=row.submitted_at,
    )
