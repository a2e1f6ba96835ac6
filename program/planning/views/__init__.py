"""The planner's pages, a module for each subject."""

from flask import Blueprint

bp = Blueprint("planning", __name__, url_prefix="/cohorts/<int:cohort_id>/plan")

from program.planning.views import (  # noqa: E402
    comparing,  # noqa: F401
    plans,  # noqa: F401
    proposals,  # noqa: F401
    reasons,  # noqa: F401
    repairing,  # noqa: F401
    rules,  # noqa: F401
    running,  # noqa: F401
    swapping,  # noqa: F401
    tables,  # noqa: F401
    why_not,  # noqa: F401
)
