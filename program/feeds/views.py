"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("feeds", __name__)
