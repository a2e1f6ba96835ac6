"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("intake", __name__)
