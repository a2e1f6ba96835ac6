"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("planning", __name__)
