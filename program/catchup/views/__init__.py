"""Other sessions: for who missed one or says no, and for who runs the cohort."""

from flask import Blueprint

bp = Blueprint("catchup", __name__)

from program.catchup.views import own, planners  # noqa: E402, F401 - they add routes
