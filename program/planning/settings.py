"""How the rules of a cohort are set, as it is stored; and the plan that they last led to."""

from typing import Any

from sqlalchemy import Select, select

from program.cohorts.models import Cohort
from program.core.db import db
from program.planning import queries
from program.planning.agreements import rules_of
from program.planning.models import PlanRun, RunKind, RunState
from program.planning.rules import Rule


def rulebook_rows(cohort: Cohort) -> tuple[list[Rule], dict[int, str]]:
    """The rules that are set otherwise than usual, and the titles of the modules to plan."""
    titles = {
        module.id: f"{module.position}. {module.title}"
        for module in db.session.scalars(queries.modules(cohort.programme_id))
        if module.kind in queries.KINDS
    }
    return list(rules_of(cohort)), titles


def last_proposal(cohort_id: int) -> Select[Any]:
    """The newest plan of the whole programme, as its run proposed it."""
    return (
        select(PlanRun.proposal)
        .where(
            PlanRun.cohort_id == cohort_id,
            PlanRun.state.in_([RunState.DONE, RunState.CANCELLED]),
            PlanRun.kind.in_([RunKind.PLAN, RunKind.REPAIR]),
        )
        .order_by(PlanRun.created_at.desc(), PlanRun.id.desc())
        .limit(1)
    )
