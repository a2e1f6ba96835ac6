"""Runs of the solver."""

from typing import Any

from sqlalchemy import Select, select

from program.accounts.models import Person
from program.planning.models import PlanRun, RunKind, RunState


def runs(cohort_id: int) -> Select[PlanRun]:
    """The newest first."""
    return (
        select(PlanRun)
        .where(PlanRun.cohort_id == cohort_id)
        .order_by(PlanRun.created_at.desc(), PlanRun.id.desc())
    )


def at_work(cohort_id: int) -> Select[PlanRun]:
    """Plans that wait or are being made; whoever looks for reasons is in nobody's way."""
    return runs(cohort_id).where(
        PlanRun.state.in_([RunState.QUEUED, RunState.RUNNING]), PlanRun.kind != RunKind.REASONS
    )


def last_plan(cohort_id: int) -> Select[PlanRun]:
    """The newest run of the whole programme that came to a plan."""
    return (
        runs(cohort_id)
        .where(
            PlanRun.kind.in_([RunKind.PLAN, RunKind.REPAIR]),
            PlanRun.state.in_([RunState.DONE, RunState.CANCELLED]),
            PlanRun.proposal.is_not(None),  # one that was stopped while it waited has none
        )
        .limit(1)
    )


def reasons_for(run_id: int) -> Select[PlanRun]:
    """The newest answer to why a plan is not right, or the question."""
    return (
        select(PlanRun)
        .where(PlanRun.based_on_id == run_id, PlanRun.kind == RunKind.REASONS)
        .order_by(PlanRun.id.desc())
        .limit(1)
    )


def history(cohort_id: int) -> Select[*tuple[Any, ...]]:
    """A row per run, the newest first, without the large columns."""
    return (
        select(
            PlanRun.id, PlanRun.state, PlanRun.seed, PlanRun.created_at, PlanRun.accepted_at,
            Person.given_name, Person.infix, Person.surname,
        )
        .outerjoin(Person, Person.id == PlanRun.created_by_id)
        .where(
            PlanRun.cohort_id == cohort_id,
            PlanRun.kind.not_in([RunKind.REASONS, RunKind.GROUPS]),
        )
        .order_by(PlanRun.created_at.desc(), PlanRun.id.desc())
        .limit(50)
    )  # fmt: skip


def group_runs(cohort_id: int) -> Select[PlanRun]:
    """Runs that made learning groups only, the newest first."""
    return runs(cohort_id).where(PlanRun.kind == RunKind.GROUPS)
