"""A proposal beside what stands: looking at it, making it the draft, all of it or some."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.planning.account import MOST, Account
from program.planning.actions import accept, lock_and_go_on, take
from program.planning.actions.taking import draft_of
from program.planning.change_list import ChangeList
from program.planning.changes import standing_plan
from program.planning.check.findings import Key
from program.planning.curve import chart_of
from program.planning.diff import Diff, Filter, what_word
from program.planning.models import PlanRun, RunKind, RunState
from program.planning.problem import Plan
from program.planning.summary import Summary
from program.planning.views import bp
from program.planning.views.access import AT_WORK, any_run_or_404, run_or_404
from program.planning.views.running import progress_of
from program.planning.wire import from_json
from program.planning.wording import Wording
from program.web.navigation import page

VIEWS = ("board", "list", "touched", "dates", "groups", "tables", "trainers", "costs")


@bp.get("/<int:run_id>")
@requires(*PLANNERS)
def show(cohort_id: int, run_id: int) -> ResponseReturnValue:
    """`?view=` one of `VIEWS`; the board (of a repair: the changes) when it is not said."""
    cohort = cohort_or_404(cohort_id)
    run = any_run_or_404(cohort, run_id)
    if run.kind == RunKind.REASONS:
        return redirect(url_for(".reasons", cohort_id=cohort_id, run_id=run.based_on_id))
    if run.kind == RunKind.GROUPS:
        return redirect(url_for("mixing.index", cohort_id=cohort_id, run=run_id))
    if run.kind == RunKind.COPY:
        return redirect(page("rerun.outcome", cohort_id=cohort_id, run_id=run_id) or abort(404))
    return _shown(cohort, run)


def _shown(
    cohort: Cohort, run: PlanRun, refused: str = "", ticked: frozenset[Key] = frozenset()
) -> ResponseReturnValue:
    view = request.values.get("view", "")
    content = render_template(
        "planning/show.html",
        cohort=cohort,
        run=run,
        at_work=run.state in AT_WORK,
        progress=progress_of(run),
        failure=Wording(run).failed(run.error) if run.state == RunState.FAILED else "",
        refused=refused,
        ticked=ticked,
        view=view if view in VIEWS else _first_view(run),
        **_proposed(run),
    )
    return content, 422 if refused else 200


def _first_view(run: PlanRun) -> str:
    """Of a repair what matters is what changes."""
    return "touched" if run.kind == RunKind.REPAIR else VIEWS[0]


def _proposed(run: PlanRun) -> dict[str, Any]:
    """What there is to tell about a proposal; nothing without one."""
    if run.state in AT_WORK or run.proposal is None or run.report is None:
        return {"summary": None}
    return {
        "summary": Summary(run),
        "diff": diff_of(run),
        "touched": ChangeList.of(run) if run.question["problem"].get("standing") else None,
        "wanted": _wanted(),
        "what_word": what_word,
        "chart": chart_of(run.curve),
        "account": Account(run) if request.values.get("view") == "costs" else None,
        "most": MOST,
    }


def diff_of(run: PlanRun) -> Diff:
    """Of the draft as it is now and the plan of this run."""
    problem = draft_of(run, now())
    plan = from_json(Plan, run.proposal["plan"]) if run.proposal else standing_plan(problem)
    return Diff(problem, standing_plan(problem), plan, Wording(run))


def _wanted() -> Filter:
    return Filter(
        request.values.get("of_module", type=int),
        request.values.get("of_group", type=int),
        request.values.get("what", ""),
    )


@bp.post("/<int:run_id>/acceptance")
@requires(*PLANNERS)
def accept_proposal(cohort_id: int, run_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    try:
        accept(run_or_404(cohort, run_id), at=now(), by=me().id)
    except Refusal as refusal:
        return _refused(cohort_id, run_id, refusal)
    db.session.commit()
    flash(_("This plan is the draft now. Nobody was told yet: that happens when you publish."))
    board = page("meetings.board", cohort_id=cohort_id)
    return redirect(board or url_for(".show", cohort_id=cohort_id, run_id=run_id))


@bp.post("/<int:run_id>/parts")
@requires(*PLANNERS)
def take_part(cohort_id: int, run_id: int) -> ResponseReturnValue:
    """What was ticked becomes the draft; with `then=lock` the rest is planned again."""
    cohort = cohort_or_404(cohort_id)
    run = run_or_404(cohort, run_id)
    keys = _ticked(run)
    try:
        if request.form.get("then") == "lock":
            run = lock_and_go_on(run, keys, at=now(), by=me().id)
        else:
            take(run, keys, at=now(), by=me().id)
    except Refusal as refusal:
        return _refused(cohort_id, run_id, refusal, keys)
    goes_to = run.id
    db.session.commit()
    flash(_("What you ticked is the draft now. Nobody was told yet."))
    view = request.form.get("view", "")
    return redirect(url_for(".show", cohort_id=cohort_id, run_id=goes_to, view=view or None))


def _ticked(run: PlanRun) -> frozenset[Key]:
    """By themselves, or with their module, group or round; or all that the list shows."""
    if run.proposal is None:
        return frozenset()
    diff, form = diff_of(run), request.form
    keys = diff.chosen(
        form.getlist("meeting"),
        form.getlist("module", type=int),
        form.getlist("group", type=int),
        form.getlist("turn"),
    )
    shown = _wanted() if "shown" in form else None
    return keys | {row.key for row in (diff.shown(shown) if shown else ())}


def _refused(
    cohort_id: int, run_id: int, refusal: Refusal, ticked: frozenset[Key] = frozenset()
) -> ResponseReturnValue:
    db.session.rollback()
    cohort = cohort_or_404(cohort_id)
    return _shown(cohort, run_or_404(cohort, run_id), str(refusal), ticked)
