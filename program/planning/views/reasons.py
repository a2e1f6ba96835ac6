"""Why a plan is not right: each problem, what would help and at which price, and doing it."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.planning import queries
from program.planning.actions import pose
from program.planning.actions.asking_why import ask_why_again, is_wrong
from program.planning.actions.easing import ease
from program.planning.actions.posing import wish_again
from program.planning.models import PlanRun
from program.planning.views import bp
from program.planning.views.access import AT_WORK, run_or_404
from program.planning.views.running import progress_of
from program.planning.why import Why


@bp.get("/<int:run_id>/reasons")
@requires(*PLANNERS)
def reasons(cohort_id: int, run_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    return _page(cohort, run_or_404(cohort, run_id))


def _page(cohort: Cohort, run: PlanRun, refused: str = "") -> ResponseReturnValue:
    asked = db.session.scalars(queries.reasons_for(run.id)).first()
    at_work = asked is not None and asked.state in AT_WORK
    content = render_template(
        "planning/reasons.html",
        cohort=cohort,
        run=run,
        asked=asked,
        at_work=at_work,
        progress=progress_of(asked) if asked and at_work else None,
        why=Why(asked) if asked and asked.reasons is not None else None,
        wrong=is_wrong(run),
        refused=refused,
    )
    return content, 422 if refused else 200


@bp.post("/<int:run_id>/reasons")
@requires(*PLANNERS)
def ask_reasons(cohort_id: int, run_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    try:
        ask_why_again(run_or_404(cohort, run_id), at=now(), by=me().id)
    except Refusal as refusal:
        db.session.rollback()
        cohort = cohort_or_404(cohort_id)
        return _page(cohort, run_or_404(cohort, run_id), str(refusal))
    db.session.commit()
    return redirect(url_for(".reasons", cohort_id=cohort_id, run_id=run_id))


@bp.post("/<int:run_id>/reasons/way")
@requires(*PLANNERS)
def take_way(cohort_id: int, run_id: int) -> ResponseReturnValue:
    """Do what one way out says, and plan again as before."""
    cohort = cohort_or_404(cohort_id)
    run = run_or_404(cohort, run_id)
    try:
        again = _eased(cohort, run)
    except Refusal as refusal:
        db.session.rollback()
        cohort = cohort_or_404(cohort_id)
        return _page(cohort, run_or_404(cohort, run_id), str(refusal))
    db.session.commit()
    flash(_("Done. A new plan is being made."))
    return redirect(url_for(".show", cohort_id=cohort_id, run_id=again.id))


def _eased(cohort: Cohort, run: PlanRun) -> PlanRun:
    asked = db.session.scalars(queries.reasons_for(run.id)).first()
    trouble = request.form.get("trouble", -1, type=int)
    way = request.form.get("way", -1, type=int)
    if asked is None:
        raise Refusal(_("This advice is no longer there. Look at the reasons again."))
    ease(asked, trouble, way, at=now(), by=me().id)
    db.session.flush()
    wish = replace(wish_again(run), mix=bool(run.question.get("mix")))
    again = pose(cohort, wish, at=now(), by=me().id)
    again.based_on_id = run.id
    db.session.flush()
    return again
