"""Asking why a plan is not right: the same question, with the groups and tables of that plan."""

from datetime import datetime

from flask_babel import gettext as _

from program.core.audit import record
from program.core.db import db, locked
from program.core.errors import Refusal
from program.planning import queries
from program.planning.models import PlanRun, RunKind, RunState

SECONDS = 30
EXPLAINED = (RunKind.PLAN, RunKind.REPAIR)


def ask_why(
    run_id: int, *, at: datetime, by: int | None = None, origin: str = "runner"
) -> PlanRun | None:
    """Put the question in the queue, once; nothing when every rule holds."""
    run = locked(PlanRun, run_id)
    if not is_wrong(run):
        return None
    asked = db.session.scalars(queries.reasons_for(run_id)).first()
    if asked is not None and asked.state not in (RunState.CANCELLED, RunState.FAILED):
        return asked
    return _asked(run, at=at, by=by, origin=origin)


def is_wrong(run: PlanRun) -> bool:
    """Whether it is a plan that breaks rules or has meetings without a place."""
    if run.kind not in EXPLAINED or run.proposal is None or run.report is None:
        return False
    return bool(run.report["broken"] or run.report["unplaced"])


def ask_why_again(run: PlanRun, *, at: datetime, by: int | None, origin: str = "web") -> PlanRun:
    """For whoever wants to know; refused when every rule holds."""
    asked = ask_why(run.id, at=at, by=by, origin=origin)
    if asked is None:
        raise Refusal(_("Every rule holds in this plan: there is nothing to explain."))
    return asked


def _asked(run: PlanRun, *, at: datetime, by: int | None, origin: str) -> PlanRun:
    plan = (run.proposal or {})["plan"]
    asked = PlanRun(
        cohort_id=run.cohort_id,
        kind=RunKind.REASONS,
        based_on_id=run.id,
        state=RunState.QUEUED,
        question=run.question | {"plan": plan},
        question_hash=run.question_hash,
        seed=run.seed,
        seconds=SECONDS,
        progress={},
        created_at=at,
        created_by_id=by,
    )
    db.session.add(asked)
    db.session.flush()
    record("plan.why_asked", f"plan_run:{run.id}", by=by, origin=origin)
    return asked
