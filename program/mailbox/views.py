"""Pages of this feature."""

from flask import Blueprint

bp = Blueprint("mailbox", __name__)
