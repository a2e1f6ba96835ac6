"""The planner's pages, a module for each subject."""

from flask import Blueprint

bp = Blueprint("planning", __name__, url_prefix="/cohorts/<int:cohort_id>/plan")

from program.planning.views import plans, proposals, repairing, rules, running, swapping  # noqa: E402, F401
