"""The first page of each role, a participant's own pages, and everybody's progress."""

from flask import Blueprint

bp = Blueprint("home", __name__)

from program.home.views import progress, schedule, start  # noqa: E402, F401 - they add their routes
