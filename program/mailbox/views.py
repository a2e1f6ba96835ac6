"""The mailbox: what went out, as its receiver sees it, and what came in."""

from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me, my_roles
from program.accounts.models import Role
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.invitations import words
from program.invitations.replies import Outcome
from program.invitations.replies.apart import read_apart
from program.mail.arrivals import original
from program.mail.models import IncomingMail, MailState, OutgoingMail
from program.mailbox import queries
from program.mailbox.actions import answer_as_client
from program.mailbox.opening import Opened, opened, without_secrets
from program.mailbox.queries import Reader

bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")

SHOWN = 30
POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
STATES = {
    MailState.READY: (_l("Waiting"), "warn"),
    MailState.LEASED: (_l("Leaving"), "warn"),
    MailState.SENT: (_l("Delivered"), "ok"),
    MailState.SUPERSEDED: (_l("Replaced by a newer one"), ""),
    MailState.DEAD: (_l("Refused"), "bad"),
    MailState.HELD: (_l("Held back"), "warn"),
}


def reader() -> Reader:
    roles = my_roles()
    return Reader(
        person_id=me().id,
        email=me().email,
        plans=not roles.isdisjoint(PLANNERS),
        sees_strays=not roles.isdisjoint({Role.ADMIN, Role.PLANNER}),
        today=now().date(),
    )


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    number: int
    more: bool


def _page(wanted: Select[Any]) -> Page:
    number = max(1, request.args.get("page", 1, type=int))
    rows = db.session.scalars(wanted.offset((number - 1) * SHOWN).limit(SHOWN + 1)).all()
    return Page(list(rows[:SHOWN]), number, len(rows) > SHOWN)


def _around(who: Reader) -> dict[str, Any]:
    """What stands beside every list: whose mailboxes there are."""
    rows = db.session.execute(queries.people(who)).all() if who.plans else []
    names = [" ".join(p for p in (r.given_name, r.infix, r.surname) if p) for r in rows]
    return {
        "people": [(name or row.recipient, row) for name, row in zip(names, rows, strict=True)],
        "names": {row.recipient: name for name, row in zip(names, rows, strict=True)},
        "states": STATES,
        "to": request.args.get("to", "").strip().lower(),
        "search": request.args.get("q", "").strip(),
        "by_smtp": bool(current_app.config["MAIL_URL"]),
        "plans": who.plans,
    }


@bp.get("/")
@requires()
def index() -> ResponseReturnValue:
    who = reader()
    around = _around(who)
    page = _page(queries.outgoing(who, to=around["to"], search=around["search"]))
    return render_template("mailbox/index.html", shown=page, **around)


def _mine(mail_id: int) -> OutgoingMail:
    found = db.session.scalars(queries.one_outgoing(reader(), mail_id)).one_or_none()
    return found or abort(404)


def _acts(mail: OutgoingMail) -> bool:
    """Whether the reader may do what the message's receiver may."""
    return mail.recipient == me().email or not current_app.config["MAIL_URL"]


def _opened(mail: OutgoingMail) -> Opened:
    found = opened(mail.content)
    if _acts(mail):
        return found
    return Opened(
        found.headers, without_secrets(found.text), without_secrets(found.html), found.card
    )


@bp.get("/<int:outgoing_mail_id>")
@requires()
def show(outgoing_mail_id: int) -> ResponseReturnValue:
    mail = _mine(outgoing_mail_id)
    found = _opened(mail)
    around = _around(reader()) | {"to": mail.recipient}
    return render_template(
        "mailbox/show.html",
        mail=mail,
        opened=found,
        invitation=db.session.scalars(queries.invitation_in(mail.lane)).one_or_none(),
        newer=db.session.scalars(queries.newer_in_lane(mail)).one_or_none(),
        partstats=words.PARTSTATS,
        acts=_acts(mail),
        **around,
    )


@bp.get("/<int:mail_id>/html")
@requires()
def html(mail_id: int) -> ResponseReturnValue:
    """The HTML part alone, for a frame in which nothing runs and nothing is fetched."""
    response = make_response(_opened(_mine(mail_id)).html)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/<int:outgoing_mail_id>.eml")
@requires()
def source(outgoing_mail_id: int) -> ResponseReturnValue:
    mail = _mine(outgoing_mail_id)
    if not _acts(mail):
        abort(403)
    return _download(mail.content, f"message-{mail.id}.eml")


def _download(content: bytes, name: str) -> ResponseReturnValue:
    response = make_response(content)
    response.headers["Content-Type"] = "message/rfc822"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post("/<int:outgoing_mail_id>/reply")
@requires()
def reply(outgoing_mail_id: int) -> ResponseReturnValue:
    mail = _mine(outgoing_mail_id)
    comment = request.form.get("comment", "")
    try:
        found = answer_as_client(
            mail, request.form.get("choice", ""), by=me().id, at=now(), comment=comment
        )
    except Refusal as refusal:
        db.session.rollback()
        flash(str(refusal), "bad")
    else:
        db.session.commit()
        flash(
            _("The answer was sent and read: %(why)s", why=words.reason(found.why)),
            "ok" if found.applied else "info",
        )
    return redirect(url_for(".show", outgoing_mail_id=outgoing_mail_id))


@bp.get("/in")
@requires()
def incoming() -> ResponseReturnValue:
    who = reader()
    outcome = request.args.get("outcome", "")
    return render_template(
        "mailbox/incoming.html",
        shown=_page(queries.incoming(who, outcome=outcome)),
        outcome=outcome,
        outcomes=db.session.execute(queries.outcomes(who)).all(),
        labels=words.OUTCOMES,
        reason=words.reason,
        **_around(who),
    )


def _arrived(mail_id: int) -> IncomingMail:
    found = db.session.scalars(queries.one_incoming(reader(), mail_id)).one_or_none()
    return found or abort(404)


@bp.get("/in/<int:incoming_mail_id>")
@requires()
def arrived(incoming_mail_id: int) -> ResponseReturnValue:
    """One message that came in, shown as text: nothing in it is followed or run."""
    mail = _arrived(incoming_mail_id)
    reading = read_apart(mail.content, sent_to=mail.sent_to)
    return render_template(
        "mailbox/arrived.html",
        mail=mail,
        reading=reading,
        proposal=reading.said[0] if reading.said and mail.outcome == Outcome.COUNTER else None,
        comment=reading.said[0].comment if reading.said and reader().plans else "",
        about=db.session.execute(queries.about(mail.uid)).first() if mail.uid else None,
        labels=words.OUTCOMES,
        reason=words.reason,
        **_around(reader()),
    )


@bp.get("/in/<int:incoming_mail_id>.eml")
@requires()
def arrived_source(incoming_mail_id: int) -> ResponseReturnValue:
    return _download(original(_arrived(incoming_mail_id)), f"incoming-{incoming_mail_id}.eml")
