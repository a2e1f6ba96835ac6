"""The page Post, and what one can do there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me, my_roles
from program.accounts.models import Role
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.jobs.pulse import is_late, last_beat
from program.mail import actions
from program.mail.models import OutgoingMail
from program.mail.outbox import shared_clock
from program.mailbox.queries import one_outgoing, readable_by
from program.mailbox.views import reader
from program.post import queries, words
from program.web.fragments import wants_fragment

bp = Blueprint("post", __name__, url_prefix="/post")

MANAGERS = (Role.ADMIN, Role.PLANNER)  # who may stop all mail, and let it go on


@dataclass(frozen=True)
class Line:
    """One message with trouble."""

    mail: OutgoingMail
    name: str
    why: words.Explained


@bp.get("/")
@requires(*PLANNERS)
def index() -> ResponseReturnValue:
    template = "post/_post.html" if wants_fragment() else "post/index.html"
    return render_template(template, **_facts())


def _facts() -> dict[str, Any]:
    at, who = now(), reader()
    way = queries.way_out(at)
    return {
        "numbers": queries.numbers(who, at),
        "way": way,
        "trouble": words.about_channel(way.reason) if way.closed_until else None,
        "asleep": is_late(last_beat(), shared_clock()),
        "refused": _lines(queries.refused(who)),
        "again": _lines(queries.tried_again(who)),
        "per_minute": current_app.config["MAIL_PER_MINUTE"],
        "by_smtp": bool(current_app.config["MAIL_URL"]),
        "manages": not my_roles().isdisjoint(MANAGERS),
    }


def _lines(wanted: Select[OutgoingMail, str | None, str | None, str | None]) -> list[Line]:
    return [
        Line(
            mail,
            " ".join(part for part in name if part) or mail.recipient,
            words.about_message(mail.error or ""),
        )
        for mail, *name in db.session.execute(wanted)
    ]


@bp.post("/<int:outgoing_mail_id>/retry")
@requires(*PLANNERS)
def retry(outgoing_mail_id: int) -> ResponseReturnValue:
    found = db.session.scalars(one_outgoing(reader(), outgoing_mail_id)).one_or_none()
    mail = found or abort(404)

    def again() -> object:
        actions.retry(mail.id, at=now(), by=me().id)
        return _("The message to %(address)s is tried again.", address=mail.recipient)

    return _done(again)


@bp.post("/retry")
@requires(*PLANNERS)
def retry_all() -> ResponseReturnValue:
    def again() -> object:
        tried = actions.retry_all(queries.may_try_again(reader()), at=now(), by=me().id)
        return ngettext("One message is tried again.", "%(num)s messages are tried again.", tried)

    return _done(again)


@bp.post("/release")
@requires(*PLANNERS)
def release() -> ResponseReturnValue:
    def released() -> object:
        number = actions.release_held(by=me().id, among=readable_by(reader()))
        return ngettext("One message may leave.", "%(num)s messages may leave.", number)

    return _done(released)


@bp.post("/pause")
@requires(*MANAGERS)
def pause() -> ResponseReturnValue:
    def paused() -> object:
        actions.pause(reason=_("Paused by %(name)s.", name=me().name), by=me().id)
        return _("No mail leaves until somebody resumes it.")

    return _done(paused)


@bp.post("/resume")
@requires(*MANAGERS)
def resume() -> ResponseReturnValue:
    def resumed() -> object:
        actions.resume(by=me().id)
        return _("Mail leaves again.")

    return _done(resumed)


def _done(what: Callable[[], object]) -> ResponseReturnValue:
    """Do it, commit, say it, and back to the page."""
    try:
        told = what()
        db.session.commit()
    except Refusal as refusal:
        db.session.rollback()
        flash(str(refusal), "bad")
    else:
        flash(str(told), "ok")
    return redirect(url_for(".index"))
