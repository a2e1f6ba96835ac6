"""Everybody's standing per domain: attendance and assignments together, against the norm."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from program.assignments.ledger import Work, work_by_person
from program.assignments.queries import of_programme
from program.attendance.ledger import parts_by_person
from program.attendance.norm import Norm, Progress, Task, progress
from program.cohorts.models import Cohort
from program.core.db import db
from program.programmes.models import Domain

Standing = dict[int, list[Progress]]


def standing_of(
    cohort: Cohort, domains: Sequence[Domain], people: Sequence[int], *, at: datetime
) -> Standing:
    """For each of these people their progress in each domain."""
    asked = db.session.scalars(of_programme(cohort.programme_id)).all()
    work = work_by_person(cohort, asked, people)
    return standing_with(cohort, domains, work, at=at)


def standing_with(
    cohort: Cohort, domains: Sequence[Domain], work: dict[int, list[Work]], *, at: datetime
) -> Standing:
    """The same, when the work is already at hand."""
    only = next(iter(work)) if len(work) == 1 else None
    parts = parts_by_person(cohort, at=at, person_id=only)
    norm = Norm(cohort.programme.attendance_norm)
    today = at.astimezone(ZoneInfo(cohort.timezone)).date()
    ids = [domain.id for domain in domains]
    return {
        person: progress(ids, parts.get(person, []), _tasks(done), norm=norm, today=today)
        for person, done in work.items()
    }


def _tasks(work: list[Work]) -> list[Task]:
    return [Task(each.domain_id, each.version > 0, each.due_on) for each in work]
