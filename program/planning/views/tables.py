"""Mixing the rounds to come anew, against who really met whom."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.planning.actions import pose
from program.planning.forms import TablesForm
from program.planning.views import bp


@bp.get("/tables")
@requires(*PLANNERS)
def tables(cohort_id: int) -> ResponseReturnValue:
    return _page(cohort_or_404(cohort_id), TablesForm())


@bp.post("/tables")
@requires(*PLANNERS)
def mix_tables(cohort_id: int) -> ResponseReturnValue:
    """Ask for new tables; the proposal is looked at first."""
    cohort = cohort_or_404(cohort_id)
    form = TablesForm()
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
    return _page(cohort_or_404(cohort_id), form)


def _page(cohort: Cohort, form: TablesForm) -> ResponseReturnValue:
    content = render_template("planning/tables.html", cohort=cohort, form=form)
    return content, 422 if form.errors or form.form_errors else 200
