"""Asking the solver for a plan, and asking it to stop."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from program.cohorts.models import Cohort
from program.cohorts.times import local
from program.core.audit import record
from program.core.db import db, locked
from program.core.errors import Refusal
from program.meetings.models import PublishedMeeting
from program.planning import queries
from program.planning.models import PlanRun, RunKind, RunState
from program.planning.problem import BY_GROUP, PLANNED, TABLES, Limits, Problem
from program.planning.question import Question, question_about

LONGEST = 600


class NothingToPlan(Refusal):
    pass


@dataclass(frozen=True)
class Wish:
    """How to plan: steps and seed define the result, seconds only stop it."""

    seed: int = 1
    seconds: float = 30
    steps: int = Limits().steps
    mix: bool = False  # make new learning groups where some stand already
    from_on: date | None = None  # nothing new before this day
    repair: bool = False  # keep what holds: only what must change, changes
    tables: bool = False  # only mix the rounds to come anew
    afresh: bool = False  # also once people were told: decide about all that is still to come


def pose(
    cohort: Cohort, wish: Wish, *, at: datetime, by: int | None, origin: str = "web"
) -> PlanRun:
    """Put the question as it stands now in the queue."""
    locked(Cohort, cohort.id)
    if not 0 < wish.seconds <= LONGEST:
        raise Refusal(_("Choose between 1 and %(n)s seconds.", n=LONGEST), field="seconds")
    if db.session.scalars(queries.at_work(cohort.id)).first():
        raise Refusal(_("A plan for this cohort is being made already. Wait for it, or stop it."))
    today = local(at, cohort.timezone).date()
    kind = kind_of(cohort, wish)
    repair = kind.changes_little
    first = first_day_to_repair(cohort, today) if repair else first_day(cohort, today)
    from_on = max((day for day in (wish.from_on, first) if day), default=None)
    question = question_about(cohort, on=today, from_on=from_on, mix=wish.mix, repair=repair)
    _refuse_nothing(question, wish)
    run = PlanRun(
        cohort_id=cohort.id,
        kind=kind,
        state=RunState.QUEUED,
        question=question.as_json | {"steps": wish.steps, "mix": wish.mix},
        question_hash=question.hash,
        seed=wish.seed,
        seconds=wish.seconds,
        progress={},
        created_at=at,
        created_by_id=by,
    )
    db.session.add(run)
    db.session.flush()
    record("plan.asked", f"plan_run:{run.id}", by=by, origin=origin)
    return run


def wish_again(run: PlanRun) -> Wish:
    """As this one was asked, for a plan of the same kind; groups stay as they are by then."""
    from_on = run.question["problem"]["from_on"]
    return Wish(
        seed=run.seed,
        seconds=run.seconds,
        steps=int(run.question["steps"]),
        from_on=date.fromisoformat(from_on) if from_on else None,
        repair=run.kind == RunKind.REPAIR,
        tables=run.kind == RunKind.TABLES,
        afresh=run.kind == RunKind.PLAN,
    )


def kind_of(cohort: Cohort, wish: Wish) -> RunKind:
    """Once people were told about the schedule, planning again is a repair unless asked afresh."""
    if wish.tables:
        return RunKind.TABLES
    if wish.repair or (is_told(cohort) and not wish.afresh and not wish.mix):
        return RunKind.REPAIR
    return RunKind.PLAN


def is_told(cohort: Cohort) -> bool:
    """Whether anything of its schedule was ever published."""
    told = select(PublishedMeeting.id).where(PublishedMeeting.cohort_id == cohort.id).limit(1)
    return db.session.scalar(told) is not None


def first_day(cohort: Cohort, today: date) -> date | None:
    """Once people were told about the schedule, what lies behind us is left as it is."""
    return first_day_to_repair(cohort, today) if is_told(cohort) else None


def first_day_to_repair(cohort: Cohort, today: date) -> date | None:
    """Tomorrow, once the period began: what was is as it was."""
    return today + timedelta(days=1) if cohort.starts_on <= today <= cohort.ends_on else None


def _refuse_nothing(question: Question, wish: Wish) -> None:
    problem = question.problem
    if not problem.people:
        raise NothingToPlan(_("Nobody takes part yet. Bring in the participants first."))
    planned = {module.id: module for module in problem.modules if module.kind in PLANNED}
    if not planned:
        raise NothingToPlan(_("The programme has no modules to plan yet. Add them first."))
    if wish.tables:
        _refuse_unmixed(problem)
    if wish.mix and any(planned[kept.module].kind in BY_GROUP for kept in problem.kept):
        raise Refusal(
            _("Some group sessions are locked or over, so the groups stay. Move people one by one.")
        )


def _refuse_unmixed(problem: Problem) -> None:
    """There must be tables to come, and groups to mix."""
    kinds = {module.id: module.kind for module in problem.modules}
    if not any(kinds[meeting.module] == TABLES for meeting in problem.standing):
        raise NothingToPlan(_("There are no tables to come. Make a plan first."))
    if not problem.groups:
        raise NothingToPlan(_("There are no learning groups yet. Make a plan first."))


def ask_to_cancel(run: PlanRun, *, at: datetime, by: int | None) -> None:
    """The solver stops soon, with the best so far; a run that still waits is over at once."""
    run = locked(PlanRun, run.id)  # a runner may just have taken it, or be done
    if run.state not in (RunState.QUEUED, RunState.RUNNING) or run.cancel_asked_at is not None:
        return
    run.cancel_asked_at = at
    if run.state == RunState.QUEUED:
        run.state, run.finished_at = RunState.CANCELLED, at
    record("plan.stopped", f"plan_run:{run.id}", by=by)
