"""Ask for a plan, follow it, look at the proposal, make it the draft."""

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.times import local
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.planning import queries
from program.planning.actions import accept, ask_to_cancel, pose
from program.planning.actions.posing import first_day
from program.planning.forms import PlanForm
from program.planning.models import PlanRun, RunState
from program.planning.question import question_about
from program.planning.summary import Summary, readiness
from program.planning.views import bp
from program.planning.views.access import AT_WORK, run_or_404
from program.planning.wording import Wording
from program.web.navigation import page

PHASES = {"groups": 0, "tables": 1, "calendar": 2}  # each a third of the bar


@bp.get("")
@requires(*PLANNERS)
def index(cohort_id: int) -> ResponseReturnValue:
    return _index(cohort_or_404(cohort_id), PlanForm())


def _index(cohort: Cohort, form: PlanForm) -> ResponseReturnValue:
    today = local(now(), cohort.timezone).date()
    question = question_about(cohort, on=today, from_on=first_day(cohort, today))
    rows = db.session.execute(queries.history(cohort.id)).all()
    content = render_template(
        "planning/index.html",
        cohort=cohort,
        form=form,
        ready=readiness(question.problem),
        runs=rows,
        at_work=next((row.id for row in rows if row.state in AT_WORK), None),
        states=_states(),
    )
    return content, 422 if form.errors else 200


def _states() -> dict[RunState, tuple[str, str]]:
    """The word for each state, and the kind of its tag."""
    return {
        RunState.QUEUED: (_("waits"), "info"),
        RunState.RUNNING: (_("being made"), "info"),
        RunState.DONE: (_("proposal"), ""),
        RunState.CANCELLED: (_("stopped"), "warn"),
        RunState.FAILED: (_("failed"), "bad"),
    }


@bp.post("")
@requires(*PLANNERS)
def start(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    form = PlanForm()
    if form.validate_on_submit():
        try:
            run = pose(cohort, form.wish, at=now(), by=me().id)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            run_id = run.id
            db.session.commit()
            return redirect(url_for(".show", cohort_id=cohort_id, run_id=run_id))
    return _index(cohort_or_404(cohort_id), form)


@bp.get("/<int:run_id>")
@requires(*PLANNERS)
def show(cohort_id: int, run_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    return _shown(cohort, run_or_404(cohort, run_id))


def _shown(cohort: Cohort, run: PlanRun, refused: str = "") -> ResponseReturnValue:
    content = render_template(
        "planning/show.html",
        cohort=cohort,
        run=run,
        at_work=run.state in AT_WORK,
        progress=_progress(run),
        summary=Summary(run) if run.proposal and run.report else None,
        failure=Wording(run).failed(run.error) if run.state == RunState.FAILED else "",
        refused=refused,
    )
    return content, 422 if refused else 200


@bp.get("/<int:run_id>/progress")
@requires(*PLANNERS)
def progress(cohort_id: int, run_id: int) -> ResponseReturnValue:
    """A part of the page, asked for each second; when the work is over the page comes anew."""
    cohort = cohort_or_404(cohort_id)
    run = run_or_404(cohort, run_id)
    response = make_response(
        render_template("planning/_progress.html", cohort=cohort, run=run, progress=_progress(run))
    )
    response.headers["Cache-Control"] = "no-store"
    if run.state not in AT_WORK:
        response.headers["HX-Refresh"] = "true"
    return response


def _progress(run: PlanRun) -> dict[str, object]:
    """Where the work is: the phase, how much of all is done, what it costs."""
    told = run.progress
    phase = told.get("phase", "")
    part = told["step"] / max(1, told["steps"]) if phase else 0
    return {
        "phase": phase,
        "percent": round(100 * (PHASES.get(phase, 0) + part) / len(PHASES)),
        "broken": told.get("broken", 0),
        "cost": round(told.get("cost", 0)),
        "bound": round(told.get("bound", 0)),
    }


@bp.post("/<int:run_id>/cancellation")
@requires(*PLANNERS)
def cancel(cohort_id: int, run_id: int) -> ResponseReturnValue:
    run = run_or_404(cohort_or_404(cohort_id), run_id)
    ask_to_cancel(run, at=now(), by=me().id)
    db.session.commit()
    return redirect(url_for(".show", cohort_id=cohort_id, run_id=run_id))


@bp.post("/<int:run_id>/acceptance")
@requires(*PLANNERS)
def accept_proposal(cohort_id: int, run_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    try:
        accept(run_or_404(cohort, run_id), at=now(), by=me().id)
    except Refusal as refusal:
        db.session.rollback()
        cohort = cohort_or_404(cohort_id)
        return _shown(cohort, run_or_404(cohort, run_id), str(refusal))
    db.session.commit()
    flash(_("This plan is the draft now. Nobody was told yet: that happens when you publish."))
    board = page("meetings.board", cohort_id=cohort_id)
    return redirect(board or url_for(".show", cohort_id=cohort_id, run_id=run_id))
