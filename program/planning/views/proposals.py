"""A proposal: looking at it, and making it the draft."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.planning.actions import accept
from program.planning.change_list import ChangeList
from program.planning.models import PlanRun, RunState
from program.planning.summary import Summary
from program.planning.views import bp
from program.planning.views.access import AT_WORK, run_or_404
from program.planning.views.running import progress_of
from program.planning.wording import Wording
from program.web.navigation import page


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
        progress=progress_of(run),
        summary=Summary(run) if run.proposal and run.report else None,
        diff=_changes(run),
        failure=Wording(run).failed(run.error) if run.state == RunState.FAILED else "",
        refused=refused,
    )
    return content, 422 if refused else 200


def _changes(run: PlanRun) -> ChangeList | None:
    """Where something stood: what the proposal changes in it."""
    if run.proposal is None or not run.question["problem"].get("standing"):
        return None
    return ChangeList(run)


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
