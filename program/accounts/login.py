"""Who is signed in. The one module that touches Flask-Login, so that it can be replaced."""

from typing import cast

from flask import Flask, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from program.accounts.models import Person, Role
from program.core.clock import now
from program.core.db import db

login_manager = LoginManager()
#: written once: this runs in every request
_KNOWN = (
    select(Person)
    .where(Person.id == bindparam("person_id"), Person.deactivated_at.is_(None))
    .options(joinedload(Person.grants))
)


class SignedIn(UserMixin):
    """The person behind this request, with what they may be today."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.id = person.id
        self.grants = [grant for grant in person.grants if grant.holds(now().date())]
        self.roles = frozenset(grant.role for grant in self.grants)


@login_manager.user_loader
def load(person_id: str) -> SignedIn | None:
    found = db.session.scalars(_KNOWN, {"person_id": int(person_id)})
    person = found.unique().one_or_none()
    if person is None:
        return None
    g.person_id = person.id  # for the log
    return SignedIn(person)


@login_manager.unauthorized_handler
def ask_to_sign_in() -> ResponseReturnValue:
    """A script must not take the sign-in page for the answer it asked for: it is told 401."""
    if request.headers.get("Sec-Fetch-Dest") == "empty" or "HX-Request" in request.headers:
        return "", 401, {"HX-Redirect": url_for("accounts.sign_in")}
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=here if here != "/" else None))


def me() -> Person:
    """The person who is signed in; only for views behind `requires` or `signed_in`."""
    return cast(SignedIn, current_user).person


def my_roles() -> frozenset[Role]:
    return cast(SignedIn, current_user).roles if current_user.is_authenticated else frozenset()


def identity() -> tuple[int, int, list[str]] | None:
    """All of the person that a page may depend on, for the pages that are kept."""
    if not current_user.is_authenticated:
        return None
    return me().id, me().version, sorted(my_roles())


def enter(person: Person) -> None:
    """In a session of their own: nothing of the one before stays."""
    session.clear()
    session.permanent = True  # as long as PERMANENT_SESSION_LIFETIME, then it is over
    session["language"] = person.language
    login_user(SignedIn(person))


def leave() -> None:
    logout_user()
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    app.extensions["kept_for"] = identity
    app.jinja_env.globals.update(my_roles=my_roles, Role=Role)
