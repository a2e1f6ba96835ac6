"""Two proposals side by side."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from program.accounts.access import PLANNERS, requires
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.db import db
from program.planning.change_list import ChangeList
from program.planning.comparing import compare
from program.planning.models import PlanRun
from program.planning.problem import Plan, Problem
from program.planning.queries import runs
from program.planning.views import bp
from program.planning.wire import from_json
from program.planning.words import rule_title


@bp.get("/compare")
@requires(*PLANNERS)
def compare_runs(cohort_id: int) -> ResponseReturnValue:
    """`?one=&other=`: numbers of proposals of this cohort; without them a choice."""
    cohort = cohort_or_404(cohort_id)
    one, other = (_run(cohort, request.args.get(name, type=int)) for name in ("one", "other"))
    both = one is not None and other is not None and one.id != other.id
    found = _compared(one, other) if one and other and both else {}
    choice = db.session.scalars(runs(cohort.id).where(PlanRun.proposal.is_not(None)).limit(30))
    return render_template(
        "planning/compare.html", cohort=cohort, one=one, other=other, both=both,
        choice=list(choice), title=rule_title, **found,
    )  # fmt: skip


def _run(cohort: Cohort, number: int | None) -> PlanRun | None:
    wanted = select(PlanRun).where(
        PlanRun.id == number, PlanRun.cohort_id == cohort.id, PlanRun.proposal.is_not(None)
    )
    return db.session.scalars(wanted).one_or_none()


def _compared(one: PlanRun, other: PlanRun) -> dict[str, object]:
    """By the question of the newer one: that is how things were asked last."""
    newer = max(one, other, key=lambda run: run.id)
    problem = from_json(Problem, newer.question["problem"])
    plans = [from_json(Plan, (run.proposal or {})["plan"]) for run in (one, other)]
    difference = compare(problem, *plans)
    return {
        "difference": difference,
        "diff": ChangeList(newer, problem, difference.changes),
        "same_question": one.question_hash == other.question_hash,
    }
