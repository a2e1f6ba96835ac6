"""Why is this session not on another day? A month at a time, of a proposal or of the draft."""

from datetime import date

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from program.accounts.access import PLANNERS, requires
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.meetings.models import Meeting
from program.planning.drafted import draft_key, draft_question
from program.planning.problem import Plan, Problem
from program.planning.views import bp
from program.planning.views.access import run_or_404
from program.planning.why_not import Asked, Key, WhyNot, read, sentence, written
from program.planning.wire import from_json


@bp.get("/<int:run_id>/why-not")
@requires(*PLANNERS)
def why_not(cohort_id: int, run_id: int) -> ResponseReturnValue:
    """`?meeting=` module-round-group, `&month=` year-month; without them the first one, its own."""
    cohort = cohort_or_404(cohort_id)
    run = run_or_404(cohort, run_id)
    if run.proposal is None:
        return redirect(url_for(".show", cohort_id=cohort_id, run_id=run_id))
    problem = from_json(Problem, run.question["problem"])
    plan = WhyNot(run.question, problem, from_json(Plan, run.proposal["plan"]))
    return _page(cohort, plan, read(request.args.get("meeting", "")), run_id=run_id)


@bp.get("/why-not")
@requires(*PLANNERS)
def why_not_draft(cohort_id: int) -> ResponseReturnValue:
    """Of the draft as it stands; `?session=` is the number of a session."""
    cohort = cohort_or_404(cohort_id)
    question, plan = draft_question(cohort, now())
    key = read(request.args.get("meeting", ""))
    if "session" in request.args:
        key = draft_key(question, _meeting(cohort)) or abort(404)
    return _page(cohort, WhyNot(question.as_json, question.problem, plan), key, run_id=None)


def _meeting(cohort: Cohort) -> Meeting:
    number = request.args.get("session", 0, type=int)
    wanted = select(Meeting).where(Meeting.id == number, Meeting.cohort_id == cohort.id)
    return db.session.scalars(wanted).one_or_none() or abort(404)


def _page(
    cohort: Cohort, plan: WhyNot, key: Key | None, *, run_id: int | None
) -> ResponseReturnValue:
    if not plan.keys:
        return redirect(url_for(".index", cohort_id=cohort.id))
    if key is not None and key not in plan.keys:
        abort(404)
    asked = plan.of(key or plan.keys[0])
    month = _month(asked)
    return render_template(
        "planning/why_not.html",
        cohort=cohort,
        run_id=run_id,
        asked=asked,
        chosen=written(asked.key),
        meetings=plan.meetings(),
        month=month,
        months=_months(plan.problem),
        days=asked.month(month),
        sentence=sentence,
    )


def _month(asked: Asked) -> date:
    """The first day of the month that was asked, or of the one that it is in."""
    problem = asked.plan.problem
    try:
        found = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        found = (asked.now or problem.starts_on).replace(day=1)
    return min(max(found, problem.starts_on.replace(day=1)), problem.ends_on.replace(day=1))


def _months(problem: Problem) -> list[date]:
    found, last = [problem.starts_on.replace(day=1)], problem.ends_on
    while (found[-1].year, found[-1].month) < (last.year, last.month):
        year, month = divmod(found[-1].year * 12 + found[-1].month, 12)
        found.append(date(year, month + 1, 1))
    return found
