"""Pages about meetings, seats, places, and what trainers and rooms are booked for."""

from flask import Blueprint

bp = Blueprint("meetings", __name__)

from program.meetings.views import agendas, meeting, people, venues  # noqa: E402, F401
