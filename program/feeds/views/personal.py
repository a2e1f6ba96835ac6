"""The feed itself, open to who knows its secret; the page with the link; one appointment."""

import io
from datetime import datetime

from flask import (
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Row

from program.accounts.access import requires
from program.accounts.login import me
from program.core.clock import now
from program.core.db import db
from program.feeds import actions, queries
from program.feeds.content import calendar_of, event
from program.feeds.ics import VERSION, single
from program.feeds.views import bp
from program.invitations.models import Invitation

_BOTH = "text/calendar; charset=utf-8"


@bp.get("/calendar/<secret>.ics")
def calendar(secret: str) -> Response:
    """Unknown and revoked look the same. Unchanged costs one query and has no body."""
    asked = {"hash": actions.hashed(secret)}
    reader = db.session.execute(queries.opened(), asked).one_or_none()
    if reader is None:
        abort(404)
    at = now()
    response, known = answer_to(_version(reader, at))
    if not known:
        with force_locale(reader.language):
            text = calendar_of(reader.id, source=_link(secret), public_url=_public(), at=at)
        response.set_data(text)
    return response


def answer_to(version: str) -> tuple[Response, bool]:
    """An answer with the headers of a feed, and whether who asks has this version already."""
    response = Response(content_type=_BOTH)
    response.set_etag(version)
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    # a proxy that packs the answer makes the tag a weak one; for a GET those are as good
    known = request.if_none_match.contains_weak(version)
    if known:
        response.status_code = 304
    return response, known


def _version(reader: Row[tuple[int, int, str, str]], at: datetime) -> str:
    """Changes with the person's pages, this writing, and the day (what was cancelled fades)."""
    return f"{reader.id}-{reader.version}-{reader.language}-{VERSION}-{at:%Y%m%d}"


def _public() -> str:
    return str(current_app.config["PUBLIC_URL"])


def _link(secret: str) -> str:
    return f"{_public()}{url_for('feeds.calendar', secret=secret)}"


@bp.get("/calendar-link")
@requires()
def show() -> ResponseReturnValue:
    key = db.session.scalars(queries.keys_of(me().id)).first()
    secret = actions.secret_of(key, current_app.config["SECRET_KEY"]) if key else None
    link = _link(secret) if secret else ""
    webcal = f"webcal://{link.partition('://')[2]}" if link else ""
    return render_template(
        "feeds/show.html", key=key, link=link, webcal=webcal, code=_code(webcal) if link else ""
    )


def _code(text: str) -> str:
    """The link as a QR code: an SVG without styles, as the page's policy asks."""
    import segno  # noqa: PLC0415 heavy, and only needed here

    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgclass="qr", lineclass=None, border=2, omitsize=True
    )
    return out.getvalue().decode()


@bp.post("/calendar-link")
@requires()
def renew() -> ResponseReturnValue:
    actions.new_link(me().id, current_app.config["SECRET_KEY"], by=me().id, at=now())
    db.session.commit()
    flash(_("This is your new link. Links you had before no longer work."))
    return redirect(url_for(".show"), 303)


@bp.post("/calendar-link/end")
@requires()
def end() -> ResponseReturnValue:
    actions.revoke(me().id, by=me().id, at=now())
    db.session.commit()
    flash(_("Your link no longer works."))
    return redirect(url_for(".show"), 303)


@bp.get("/meetings/<int:meeting_id>/calendar.ics", endpoint="event")
@requires()
def event_file(meeting_id: int) -> Response:
    """One of my meetings, to keep in a calendar that reads no mail."""
    mine = queries.told().where(Invitation.meeting_id == meeting_id)
    row = db.session.execute(mine, {"person": me().id, "since": now()}).one_or_none() or abort(404)
    text = single(event(row, _("Cancelled"), f"{_public()}/schedule/"))
    response = Response(text, content_type=f"{_BOTH}; method=PUBLISH")
    response.headers["Content-Disposition"] = "attachment; filename=bijeenkomst.ics"
    response.headers["Cache-Control"] = "private, no-store"
    return response
