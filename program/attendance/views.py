"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("attendance", __name__)
