"""Pages about publishing and answering."""

from flask import Blueprint

bp = Blueprint("invitations", __name__)

from program.invitations.views import answering, live, publishing  # noqa: E402, F401 - routes
