"""The test client."""

from typing import Any

from flask_login import FlaskLoginClient
from werkzeug.test import TestResponse

from program.core.db import db, read_only


class Browser(FlaskLoginClient):
    """Gives each request an application context of its own, as a server does.

    Without it a request borrows the test's context, and with it `g` (where Flask-Login keeps the
    user of the request before) and the database session. The test's own transaction ends before
    (on SQLite it would hold the write lock) and after (so that it reads what the request wrote).
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.rollback()
        with self.application.app_context():
            response: TestResponse = super().open(*args, **kwargs)
        read_only(False)
        db.session.rollback()
        return response
