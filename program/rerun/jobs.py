"""Makes the schedule of a copy its draft, once the planner found one."""

from datetime import datetime

from sqlalchemy import Select, select

from program.core.clock import now as clock
from program.core.db import db, reading
from program.planning.models import PlanRun, RunKind, RunState
from program.rerun.actions import write_copy


def write_copies(now: datetime | None = None) -> int:
    """Whoever asked for a copy asked for its schedule too; says how many were written."""
    with reading():
        numbers = db.session.scalars(_found()).all()
        db.session.rollback()
    for number in numbers:
        write_copy(db.session.get_one(PlanRun, number), at=now or clock())
        db.session.commit()
    return len(numbers)


def _found() -> Select[int]:
    return select(PlanRun.id).where(
        PlanRun.kind == RunKind.COPY,
        PlanRun.state.in_([RunState.DONE, RunState.CANCELLED]),
        PlanRun.proposal.is_not(None),
        PlanRun.accepted_at.is_(None),
    )
