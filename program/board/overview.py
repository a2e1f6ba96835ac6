"""Where a cohort is on the road, in numbers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from program.board.cells import Board, board_of
from program.cohorts.models import Cohort, Enrolment, Group, GroupKind, GroupMembership
from program.cohorts.queries import enrolled, member
from program.core.db import db

NEXT = 4


@dataclass(frozen=True)
class Overview:
    board: Board
    people: int
    in_groups: int
    now: datetime

    @property
    def groups(self) -> int:
        return len(self.board.schedule.groups)

    @property
    def meetings(self) -> list[Any]:
        return [row for row in self.board.meetings if row.cancelled_at is None]

    @property
    def unplanned(self) -> int:
        """Modules without any meeting."""
        return sum(row.id is None for row in self.board.schedule.rows)

    @property
    def published(self) -> int:
        return sum(row.told is not None for row in self.board.meetings)

    @property
    def changes(self) -> int:
        return len(self.board.changed)

    @property
    def next(self) -> list[Any]:
        later = [row for row in self.meetings if row.ends_at > self.now]
        return sorted(later, key=lambda row: (row.starts_at, row.position))[:NEXT]

    @property
    def held(self) -> int:
        return sum(row.ends_at <= self.now for row in self.meetings)

    @property
    def hard(self) -> int:
        return sum(conflict.hard for conflict in self.board.conflicts)

    @property
    def soft(self) -> int:
        return len(self.board.conflicts) - self.hard

    @property
    def answers(self) -> tuple[int, int, int]:
        """Of meetings to come: yes, no, not yet."""
        given = [row for row in self.meetings if row.invited and row.ends_at > self.now]
        yes, no = sum(int(row.yes) for row in given), sum(int(row.no) for row in given)
        return yes, no, sum(int(row.silent) for row in given)

    @property
    def step(self) -> int:
        """The step of the road to do now, from 1: people, groups, schedule, publish, give it."""
        done = (
            self.people > 0,
            self.people > 0 and self.in_groups == self.people,
            bool(self.meetings) and not self.unplanned,
            bool(self.meetings) and not self.changes,
        )
        return next((n for n, is_done in enumerate(done, 1) if not is_done), 5)


def overview(cohort: Cohort, now: datetime) -> Overview:
    people, in_groups = db.session.execute(_counts(cohort, now)).one()
    return Overview(board_of(cohort), people, in_groups, now)


def _counts(cohort: Cohort, now: datetime) -> Any:
    day = cohort.day(now.date())
    joined = (
        select(func.count(Enrolment.id))
        .where(Enrolment.cohort_id == cohort.id, enrolled(day))
        .scalar_subquery()
    )
    grouped = (
        select(func.count(func.distinct(GroupMembership.enrolment_id)))
        .join(Group, Group.id == GroupMembership.group_id)
        .join(Enrolment, Enrolment.id == GroupMembership.enrolment_id)
        .where(
            Group.cohort_id == cohort.id,
            Group.kind == GroupKind.LEARNING,
            member(day),
            enrolled(day),
        )
        .scalar_subquery()
    )
    return select(joined, grouped)
