"""Pages for when something cannot be done: what, what to do, and a number to ask with."""

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from program.core.errors import Refusal


def _words(code: int) -> tuple[str, str]:
    words = {
        400: (_("This request is not right"), _("Go back, load the page again and try once more.")),
        403: (_("You may not see this page"), _("Ask a trainer if you think that you should.")),
        404: (
            _("This page does not exist"),
            _("Check the address, or start again from the first page."),
        ),
        405: (_("This cannot be done here"), _("Go back and use the button on the page.")),
        413: (_("This file is too large"), _("Send a file of at most 20 MB.")),
        422: (_("This could not be done"), _("Go back, change what you entered and try again.")),
        429: (_("That was too often"), _("Wait a few minutes and try again.")),
        503: (_("The site is busy"), _("Nothing was saved. Try again in a minute.")),
    }
    return words.get(
        code,
        (
            _("Something went wrong here"),
            _("Nothing was saved. Try again; if it keeps happening, give us the number below."),
        ),
    )


def _page(code: int, *, sentence: str = "") -> ResponseReturnValue:
    title, advice = _words(code)
    facts = {"title": title, "advice": sentence or advice, "code": code, "number": _number()}
    if not _wants_html():
        return {"error": title, "advice": facts["advice"], "number": facts["number"]}, code
    template = current_app.jinja_env.get_template("errors/page.html")
    # above 500 the database may be what is broken: no context processor asks who is signed in
    extra: dict[str, object] = {}
    if code < 500:
        current_app.update_template_context(extra)
    return template.render(**extra, **facts), code


def _wants_html() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) != (
        "application/json"
    )


def _number() -> str:
    return str(g.get("request_id", ""))


def http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error  # a redirect, or an answer that is complete
    if isinstance(error, SecurityError):  # a host that is not ours: no address can be made of it
        return "This is not the address of this site.\n", 400, {"Content-Type": "text/plain"}
    return _page(error.code or 500)


def forged(_error: CSRFError) -> ResponseReturnValue:
    """The form's secret is missing or belongs to another session."""
    return _page(
        400,
        sentence=_("The page was open too long. Go back, load it again and send the form again."),
    )


def refused(refusal: Refusal) -> ResponseReturnValue:
    """A rule that no form stood ready to show."""
    return _page(422, sentence=str(refusal))


def no_such_value(_error: Exception) -> ResponseReturnValue:
    """A number that no row can have, or a text that no column takes: nobody typed it in a form."""
    return _page(400)


def busy(error: OperationalError) -> ResponseReturnValue:
    """The database does not answer or is locked: ask again, do not show a fault of ours."""
    current_app.logger.error("database_unavailable", exc_info=error)
    return _page(503)


def unexpected(_error: Exception) -> ResponseReturnValue:
    return _page(500)


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(DataError, no_such_value)
    app.register_error_handler(OverflowError, no_such_value)
    app.register_error_handler(500, unexpected)
