"""Signing in and out, and the choice of language."""

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from program.accounts import login
from program.accounts.access import requires
from program.core.db import db

bp = Blueprint("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    return render_template("accounts/sign_in.html")


@bp.post("/sign-out")
@requires()
def sign_out() -> ResponseReturnValue:
    login.leave()
    return redirect("/sign-in")


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Show the pages in Dutch or English from now on."""
    if (chosen := request.form.get("language")) in {"nl", "en"}:
        session["language"] = chosen
    db.session.commit()
    return redirect("/")
