"""The page "to review": each message with what it says and the buttons that settle it."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import beside_or_404, me, who
from program.accounts.models import Role
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.invitations import words
from program.mail.arrivals import original as whole_of
from program.mail.models import IncomingMail, SuspendedAddress
from program.mail.suspension import resume_address
from program.review import actions, queries
from program.review.items import item_of
from program.web.forms import Form

bp = Blueprint("review", __name__)
SHOWN = 50


class DecisionForm(Form):
    """Which button was pressed; the buttons are in the page."""


@bp.get("/review")
@requires(*PLANNERS)
def index() -> ResponseReturnValue:
    return _page(DecisionForm())


@bp.get("/review/count")
@requires(*PLANNERS, beside=queries.waiting_beside)
def count() -> ResponseReturnValue:
    """For the menu: every open page of everybody who plans asks it each minute."""
    theirs, strays = beside_or_404()
    number = theirs + strays if _looker().sees_strays else theirs
    return render_template("review/_count.html", number=number)


@bp.post("/review/<int:incoming_mail_id>")
@requires(*PLANNERS)
def decide(incoming_mail_id: int) -> ResponseReturnValue:
    mail = _mail_or_404(incoming_mail_id, answers=True)
    form = DecisionForm()
    if form.validate_on_submit():
        press = request.form.get("press", "")
        try:
            said = actions.decide(
                mail.id, press, by=me().id, at=now(), remembers="remember" in request.form
            )
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(said)
            return redirect(url_for(".index"))
    return _page(form), 422


@bp.post("/review/addresses/<int:suspended_id>")
@requires(*PLANNERS)
def resume(suspended_id: int) -> ResponseReturnValue:
    """Mail goes to that address again."""
    mine = queries.suspended(_looker()).where(SuspendedAddress.id == suspended_id)
    known = db.session.scalars(mine).one_or_none() or abort(404)
    resume_address(known, at=now(), by=me().id)
    db.session.commit()
    flash(_("Mail goes to %(address)s again.", address=known.address))
    return redirect(url_for(".index"))


@bp.get("/review/<int:incoming_mail_id>/original")
@requires(*PLANNERS)
def original(incoming_mail_id: int) -> ResponseReturnValue:
    """The message as it came, to keep and never to open here."""
    mail = _mail_or_404(incoming_mail_id)
    return Response(
        whole_of(mail),
        mimetype="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="message-{mail.id}.eml"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _looker() -> queries.Looker:
    user = who()
    roles = user.roles if user else frozenset()
    strays = not roles.isdisjoint({Role.ADMIN, Role.PLANNER})
    return queries.Looker(me().id, sees_strays=strays, now=now())


def _mail_or_404(incoming_id: int, *, answers: bool = False) -> IncomingMail:
    found = queries.item(_looker(), incoming_id, answers=answers)
    return db.session.scalars(found).one_or_none() or abort(404)


def _page(form: Form) -> str:
    at = now()
    looker = _looker()
    mails = db.session.scalars(queries.open_items(looker).limit(SHOWN)).all()
    return render_template(
        "review/index.html",
        form=form,
        items=[item_of(mail, at=at) for mail in mails],
        number=db.session.scalar(queries.how_many(looker)) or 0,
        unproven=db.session.execute(queries.unproven(looker).limit(SHOWN)).all(),
        how_many_unproven=db.session.scalar(queries.how_many_unproven(looker)) or 0,
        partstats=words.PARTSTATS,
        doubt=words.doubt,
        suspended=db.session.scalars(queries.suspended(looker)).all(),
        labels=words.OUTCOMES,
        reason=words.reason,
    )
