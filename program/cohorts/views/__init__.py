"""Pages about cohorts, the people in them and the bureau's trainers."""

from flask import Blueprint

bp = Blueprint("cohorts", __name__)

from program.cohorts.views import agreements, cohorts, groups, people, trainers  # noqa: E402, F401
