"""A run that is at work: how far it is, what was won so far, and stopping it."""

from dataclasses import dataclass

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.planning.actions import ask_to_cancel
from program.planning.curve import Chart, chart_of
from program.planning.models import PlanRun
from program.planning.views import bp
from program.planning.views.access import AT_WORK, any_run_or_404

BRISK = 6  # seconds after its start
PHASES = {"groups": 0, "tables": 1, "calendar": 2}  # each a third of the bar
REASONS = "reasons"  # a whole bar by itself


@dataclass(frozen=True)
class Shown:
    """What the page tells about a run that is at work."""

    phase: str
    percent: int
    broken: int
    cost: int
    bound: int
    seconds_left: int | None  # at most; nothing before it began
    every: str  # how soon the page asks again: often at first, for a small plan is soon made
    chart: Chart | None


@bp.get("/<int:run_id>/progress")
@requires(*PLANNERS)
def progress(cohort_id: int, run_id: int) -> ResponseReturnValue:
    """A part of the page, asked for each second; when the work is over the page comes anew."""
    cohort = cohort_or_404(cohort_id)
    run = any_run_or_404(cohort, run_id)
    content = render_template(
        "planning/_progress.html", cohort=cohort, run=run, progress=progress_of(run)
    )
    response = make_response(content)
    response.headers["Cache-Control"] = "no-store"
    if run.state not in AT_WORK:
        response.headers["HX-Refresh"] = "true"
    return response


def progress_of(run: PlanRun) -> Shown:
    """Where the work is: the phase, how much of all is done, what it costs."""
    told, left = run.progress, _seconds_left(run)
    phase = told.get("phase", "")
    part = told["step"] / max(1, told["steps"]) if phase else 0
    return Shown(
        phase=phase,
        percent=_percent(phase, part),
        broken=told.get("broken", 0),
        cost=round(told.get("cost", 0)),
        bound=round(told.get("bound", 0)),
        seconds_left=left,
        every="400ms" if left is None or run.seconds - left < BRISK else "1s",
        chart=chart_of(run.curve),
    )


def _percent(phase: str, part: float) -> int:
    whole = part if phase == REASONS else (PHASES.get(phase, 0) + part) / len(PHASES)
    return round(100 * whole)


def _seconds_left(run: PlanRun) -> int | None:
    if run.started_at is None:
        return None
    return max(0, round(run.seconds - (now() - run.started_at).total_seconds()))


@bp.post("/<int:run_id>/cancellation")
@requires(*PLANNERS)
def cancel(cohort_id: int, run_id: int) -> ResponseReturnValue:
    run = any_run_or_404(cohort_or_404(cohort_id), run_id)
    ask_to_cancel(run, at=now(), by=me().id)
    db.session.commit()
    return redirect(url_for(".show", cohort_id=cohort_id, run_id=run_id))
