"""Finds the run that a page is about."""

from flask import abort
from sqlalchemy import select

from program.cohorts.models import Cohort
from program.core.db import db
from program.planning.models import PlanRun, RunKind, RunState

AT_WORK = (RunState.QUEUED, RunState.RUNNING)


def run_or_404(cohort: Cohort, run_id: int) -> PlanRun:
    """Only of this cohort, and only one about its schedule."""
    run = any_run_or_404(cohort, run_id)
    return run if run.kind != RunKind.GROUPS else abort(404)


def any_run_or_404(cohort: Cohort, run_id: int) -> PlanRun:
    """Also one that makes learning groups only."""
    wanted = select(PlanRun).where(PlanRun.id == run_id, PlanRun.cohort_id == cohort.id)
    return db.session.scalars(wanted).one_or_none() or abort(404)
