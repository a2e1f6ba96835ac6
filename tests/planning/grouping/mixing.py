"""A proposal of groups for a stored cohort, made here and now."""

from datetime import datetime
from typing import Any

from program.cohorts.models import Cohort
from program.core.db import db
from program.planning.actions import GroupWish, pose_groups
from program.planning.jobs import claim
from program.planning.models import PlanRun, RunState
from program.planning.worker import answer
from tests.planning.stored import AT


def proposed(cohort: Cohort, *, at: datetime = AT, **wish: Any) -> PlanRun:
    return done(pose_groups(cohort, GroupWish(**wish), at=at, by=None), at)


def done(run: PlanRun, at: datetime = AT) -> PlanRun:
    """As the job would have."""
    claim(run.id, at)
    db.session.refresh(run)
    limits = {"seed": run.seed, "seconds": 30, "steps": 5_000}
    task = {"kind": "groups", "question": run.question["problem"], "limits": limits}
    found = answer(task, lambda _progress: True)
    run.proposal, run.report = found["proposal"], found["report"]
    run.state, run.finished_at = RunState.DONE, at
    db.session.commit()
    return run
