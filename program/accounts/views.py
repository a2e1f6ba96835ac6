"""Signing in by a mailed link, signing out, and the choice of language."""

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from program.accounts import actions, login
from program.accounts.access import requires
from program.accounts.forms import SignInForm
from program.accounts.login import me
from program.accounts.models import Person, Role
from program.accounts.queries import holding
from program.core.audit import record
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.web.onward import own_page

bp = Blueprint("accounts", __name__)

DEMO_ROLES = (Role.TRAINER, Role.PLANNER, Role.PARTICIPANT, Role.HR)


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for a link; the answer is the same whether we know the address or not."""
    if current_user.is_authenticated:
        return redirect(own_page(request.args.get("next")))
    form = SignInForm()
    if form.validate_on_submit():
        onward = own_page(request.args.get("next"), "")
        try:
            actions.ask_for_link(
                form.email.data, client=request.remote_addr or "", at=now(), onward=onward
            )
        except Refusal as refusal:
            form.refuse(refusal)
            return render_template("accounts/sign_in.html", form=form), 429
        db.session.commit()
        return render_template("accounts/link_sent.html", email=form.email.data)
    return render_template("accounts/sign_in.html", form=form), 422 if form.errors else 200


@bp.route("/sign-in/<token>", methods=["GET", "POST"])
def use_link(token: str) -> ResponseReturnValue:
    """GET only asks: mail scanners open every link, and must not spend it."""
    if request.method == "GET":
        person = actions.person_of(token, at=now())
        page = render_template("accounts/use_link.html", person=person)
        return page, 200 if person else 410
    try:
        person = actions.use_link(token, at=now())
    except Refusal:
        db.session.rollback()
        return render_template("accounts/use_link.html", person=None), 410
    db.session.commit()
    login.enter(person)
    return redirect(own_page(request.args.get("next")))


@bp.post("/sign-out")
@requires()
def sign_out() -> ResponseReturnValue:
    login.leave()
    flash(_("You are signed out."))
    return redirect(url_for("accounts.sign_in"))


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Show the pages in Dutch or English from now on, and write mails in it."""
    chosen = request.form.get("language", "")
    if chosen not in current_app.config["LANGUAGES"]:
        abort(400)
    session["language"] = chosen
    if current_user.is_authenticated:
        actions.choose_language(db.session.get_one(Person, me().id), chosen)
        db.session.commit()
    return redirect(own_page(request.form.get("next")))


@bp.route("/demo", methods=["GET", "POST"])
def demo() -> ResponseReturnValue:
    """Enter as one of the invented people; there is no such page outside the demonstration."""
    if not current_app.config["DEMO"]:
        abort(404)
    people = _demo_people()
    if request.method == "GET":
        return render_template("accounts/demo.html", people=people)
    chosen = request.form.get("person", "")
    known = {str(person.id): person for each in people.values() for person in each}
    if chosen not in known:
        abort(404)
    record("person.entered_demo", f"person:{chosen}", by=known[chosen].id)
    db.session.commit()
    login.enter(known[chosen])
    return redirect(own_page(request.args.get("next")))


def _demo_people() -> dict[str, list[Person]]:
    today = now().date()
    return {
        role.value: list(db.session.scalars(holding(role, today).limit(3))) for role in DEMO_ROLES
    }
