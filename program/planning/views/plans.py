"""Ask for a plan, follow it, look at the proposal, make it the draft."""

from flask import redirect, render_template, url_for
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
from program.planning.actions import pose
from program.planning.actions.posing import first_day
from program.planning.forms import PlanForm
from program.planning.models import RunState
from program.planning.question import question_about
from program.planning.summary import readiness
from program.planning.views import bp
from program.planning.views.access import AT_WORK


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
