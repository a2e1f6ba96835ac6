"""Copying a cohort to a new start, and what could not be kept."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.planning.models import PlanRun, RunState
from program.planning.views.running import progress_of
from program.planning.wording import Wording
from program.rerun.actions import copy_cohort
from program.rerun.forms import AgainForm
from program.rerun.words import Outcome, is_at_work
from program.web.navigation import page

bp = Blueprint("rerun", __name__, url_prefix="/cohorts/<int:cohort_id>/copy")


@bp.get("")
@requires(*PLANNERS)
def new(cohort_id: int) -> ResponseReturnValue:
    return _page(cohort_or_404(cohort_id), AgainForm())


def _page(cohort: Cohort, form: AgainForm) -> ResponseReturnValue:
    content = render_template("rerun/new.html", cohort=cohort, form=form)
    return content, 422 if form.errors or form.form_errors else 200


@bp.post("")
@requires(*PLANNERS)
def start(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    form = AgainForm()
    if form.validate_on_submit():
        try:
            run = copy_cohort(cohort, form.again, at=now(), by=me().id)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            address = url_for(".outcome", cohort_id=run.cohort_id, run_id=run.id)
            db.session.commit()
            return redirect(address)
    return _page(cohort_or_404(cohort_id), form)


@bp.get("/<int:run_id>")
@requires(*PLANNERS)
def outcome(cohort_id: int, run_id: int) -> ResponseReturnValue:
    """Of the copy that this cohort is."""
    cohort = cohort_or_404(cohort_id)
    run = db.session.get(PlanRun, run_id)
    if run is None or run.cohort_id != cohort.id:
        abort(404)
    if not run.question.get("copied"):  # an ordinary plan has its own page
        return redirect(page("planning.show", cohort_id=cohort_id, run_id=run_id) or abort(404))
    return render_template(
        "rerun/outcome.html",
        cohort=cohort,
        run=run,
        at_work=is_at_work(run),
        progress=progress_of(run),
        failure=Wording(run).failed(run.error) if run.state == RunState.FAILED else "",
        outcome=Outcome(run) if run.accepted_at else None,
    )
