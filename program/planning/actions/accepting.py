"""Making a proposal the draft: groups, tables, meetings with rooms and trainers, seats."""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.models import Organisation, Person
from program.cohorts.models import Cohort, Enrolment
from program.cohorts.times import local
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.planning import queries
from program.planning.actions.groups import write_groups
from program.planning.actions.meetings import write_meetings
from program.planning.actions.posing import first_day_to_repair
from program.planning.actions.seats import write_seats
from program.planning.check.meetings import key_of
from program.planning.models import PlanRun
from program.planning.problem import Plan, Problem
from program.planning.question import Question, question_about
from program.planning.wire import from_json


class PlanOutdated(Refusal):
    pass


def accept(run: PlanRun, *, at: datetime, by: int | None, origin: str = "web") -> None:
    """Make the proposal the draft. A second time changes nothing."""
    locked(Organisation, run.cohort.organisation_id)  # rooms and trainers are the whole bureau's
    db.session.expire_all()  # what was read before we had to wait may be old
    run = locked(PlanRun, run.id)
    if run.accepted_at is not None:
        return
    if run.proposal is None:
        raise Refusal(_("There is no proposal to accept."))
    refuse_outdated(run, at)
    problem = from_json(Problem, run.question["problem"])
    plan = from_json(Plan, run.proposal["plan"])
    groups = write_groups(run.cohort, problem, plan)
    meetings = write_meetings(run.cohort, plan, groups, at=at)
    if run.kind.changes_little:
        meetings += db.session.scalars(queries.locked_ahead(run.cohort_id, at))  # some may join
    write_seats(run.cohort, meetings, at=at)
    groups.drop_unused_tables()
    run.accepted_at = at
    tell(run.cohort, problem)
    record("plan.accepted", f"plan_run:{run.id}", by=by, origin=origin)


def asked_again(run: PlanRun, at: datetime) -> Question:
    """The question of this run, as things stand now."""
    from_on = run.question["problem"]["from_on"]
    return question_about(
        run.cohort,
        on=local(at, run.cohort.timezone).date(),
        from_on=date.fromisoformat(from_on) if from_on else None,
        mix=bool(run.question.get("mix")),
        repair=run.kind.changes_little,
    )


def refuse_outdated(run: PlanRun, at: datetime) -> None:
    """When anything changed that decides whether the plan fits."""
    if asked_again(run, at).hash != run.question_hash or _came_too_late(run, at):
        raise PlanOutdated(
            _("Something changed since this plan was asked for, so it may not fit. Plan again.")
        )


def _came_too_late(run: PlanRun, at: datetime) -> bool:
    """Whether it gives meetings a new place on days that went by since it was asked."""
    problem = from_json(Problem, run.question["problem"])
    first = first_day_to_repair(run.cohort, local(at, run.cohort.timezone).date())
    if problem.from_on is None or first is None or problem.from_on >= first:
        return False
    stood = {(key_of(meeting), meeting.starts_at) for meeting in problem.standing}
    plan = from_json(Plan, (run.proposal or {})["plan"])
    return any(
        meeting.starts_at.date() < first and (key_of(meeting), meeting.starts_at) not in stood
        for meeting in plan.meetings
        if meeting.starts_at is not None and not meeting.kept
    )


def tell(cohort: Cohort, problem: Problem) -> None:
    """Every page that shows this cohort is made anew."""
    bump(Cohort, [cohort.id])
    people = db.session.scalars(
        select(Enrolment.person_id).where(Enrolment.cohort_id == cohort.id)
    ).all()
    bump(Person, sorted({*people, *(trainer.id for trainer in problem.trainers)}))
