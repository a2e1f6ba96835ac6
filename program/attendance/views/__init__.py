"""Pages of this feature: which rolls there are, the roll itself, one person on it."""

from flask import Blueprint

bp = Blueprint("attendance", __name__)

from program.attendance.views import index, person, roll  # noqa: E402, F401 - they add their routes
