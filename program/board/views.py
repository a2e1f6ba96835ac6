"""A cohort's first page: where it is on the road, and what asks for attention."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from program.accounts.access import PLANNERS, requires
from program.cohorts.views import bp as cohorts
from program.cohorts.views.access import cohort_or_404

bp = Blueprint("board", __name__)


@cohorts.get("/cohorts/<int:cohort_id>")
@requires(*PLANNERS)
def show(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    return render_template("cohorts/show.html", cohort=cohort)
