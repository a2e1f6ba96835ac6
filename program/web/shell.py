"""The shell around every page: languages, forgery protection, headers, read-only requests."""

from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_wtf import CSRFProtect

from program.core.db import read_only
from program.web import assets, catalogue, dates, errors, navigation

babel = Babel()
csrf = CSRFProtect()

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; manifest-src 'self'; "
    "frame-src 'self'; base-uri 'none'; frame-ancestors 'self'"
)


def preferred_language() -> str | None:
    """The reader's choice, else the browser's; outside a request the caller forces one."""
    if not has_request_context():
        return None
    chosen = session.get("language")
    return chosen or request.accept_languages.best_match(["nl", "en"], default="nl")


def begin() -> None:
    g.request_id = uuid4().hex[:10]
    read_only(request.method in {"GET", "HEAD", "OPTIONS"})


def finish(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=preferred_language)
    csrf.init_app(app)
    app.jinja_env.globals["get_locale"] = get_locale
    app.before_request(begin)
    app.after_request(finish)
    for part in (assets, catalogue, dates, errors, navigation):
        part.init_app(app)
