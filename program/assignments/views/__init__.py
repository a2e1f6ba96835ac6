"""Pages of this feature: a participant's own work, the trainers' overview, a programme's list."""

from flask import Blueprint

bp = Blueprint("assignments", __name__)

from program.assignments.views import copying, edit, mine, overview  # noqa: E402, F401 - they add routes
