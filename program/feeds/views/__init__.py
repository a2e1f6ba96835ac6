"""Feeds, open to who knows their secret, and the pages with the links."""

from flask import Blueprint

bp = Blueprint("feeds", __name__)

from program.feeds.views import personal, planners  # noqa: E402, F401 - they add routes
