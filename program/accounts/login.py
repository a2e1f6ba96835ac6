"""Who is signed in. The one module that touches Flask-Login, so that it can be replaced.

Every request asks the database who it is from and what they may be today, so that who is put out
is out at once. It is one statement, and what a page depends on travels along in it (`Beside`): a
page that did not change costs nothing more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from flask import Flask, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import Date, Integer, Row, Select, and_, bindparam, or_, select, true

from program.accounts.models import Person, Role, RoleGrant, full_name
from program.core.clock import now
from program.core.db import db, glance, only_reads

#: gives a select of at most one row, of columns that are never null. It may use the parameters
#: `person` and `day`, and those in the address of the page, by their names there
Beside = Callable[[], Select[*tuple[Any, ...]]]

PERSON: Any = bindparam("person", type_=Integer)
DAY: Any = bindparam("day", type_=Date)

login_manager = LoginManager()
# it would mark a session as "not fresh" when the browser changes, and we never ask for a fresh one
login_manager.session_protection = None


@dataclass(frozen=True, slots=True)
class Known:
    """What every page needs of the person who asks for it."""

    id: int
    email: str
    given_name: str
    infix: str
    surname: str
    language: str
    version: int

    @property
    def name(self) -> str:
        return full_name(self.given_name, self.infix, self.surname)


_KNOWN = tuple(Known.__dataclass_fields__)


class SignedIn(UserMixin):
    """The person behind this request, with what they may be today."""

    def __init__(self, person: Person | Known, roles: frozenset[Role] = frozenset()) -> None:
        self.person = Known(*(getattr(person, name) for name in _KNOWN))
        self.id = person.id
        self.roles = roles


@cache
def _asked(beside: Beside | None) -> Select[*tuple[Any, ...]]:
    """A row for each role of the person, or one without a role. Built once per kind of page."""
    person, grant = Person.__table__.c, RoleGrant.__table__.c
    holds = and_(
        grant.person_id == person.id,
        grant.since_on <= DAY,
        or_(grant.until_on.is_(None), grant.until_on > DAY),
    )
    found: Select[*tuple[Any, ...]] = (
        select(*(person[name] for name in _KNOWN), grant.role)
        .select_from(Person.__table__.outerjoin(RoleGrant.__table__, holds))
        .where(person.id == PERSON, person.deactivated_at.is_(None))
    )
    if beside is None:
        return found
    more = beside().order_by(None).subquery("beside")
    return found.add_columns(*more.c).outerjoin(more, true())


@login_manager.user_loader
def load(person_id: str) -> SignedIn | None:
    beside, values = g.get("to_ask", (None, {}))
    asked = {"person": int(person_id), "day": now().date(), **values}
    rows = _found(_asked(beside), asked)
    if not rows:
        return None
    g.person_id = rows[0].id  # for the log
    g.beside = tuple(rows[0][len(_KNOWN) + 1 :])
    roles = frozenset(row.role for row in rows if row.role is not None)
    return SignedIn(Known(*rows[0][: len(_KNOWN)]), roles)


def _found(asked: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> Sequence[Row[Any]]:
    """A request that changes something asks in its own transaction, so that nothing comes between.

    One that reads needs no transaction to know who asks for the page, and none at all when the page
    did not change.
    """
    if not only_reads():
        return db.session.connection().execute(asked, values).all()
    with glance() as connection:
        return connection.execute(asked, values).all()


@login_manager.unauthorized_handler
def ask_to_sign_in() -> ResponseReturnValue:
    """A script must not take the sign-in page for the answer it asked for: it is told 401."""
    if request.headers.get("Sec-Fetch-Dest") == "empty" or "HX-Request" in request.headers:
        return "", 401, {"HX-Redirect": url_for("accounts.sign_in")}
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=here if here != "/" else None))


def who(
    beside: Beside | None = None, values: Mapping[str, object] | None = None
) -> SignedIn | None:
    """Who asks for this page, if they are signed in; with what the page wants to know beside it."""
    if beside:
        g.to_ask = beside, values or {}
    user = current_user._get_current_object()  # noqa: SLF001 once, not at every attribute
    return cast(SignedIn, user) if user.is_authenticated else None


def beside_or_404() -> tuple[Any, ...]:
    """What was asked beside the person. Not theirs and not there are the same."""
    if "beside" not in g:  # this request signed them in, so nothing was asked yet
        load(str(me().id))
    row: tuple[Any, ...] = g.beside
    if not row or row[0] is None:
        abort(404)
    return row


def me() -> Known:
    """The person who is signed in; only for views behind `requires`."""
    return cast(SignedIn, who()).person


def my_roles() -> frozenset[Role]:
    user = who()
    return user.roles if user else frozenset()


def identity() -> tuple[int, int, list[str]] | None:
    """All of the person that a page may depend on, for the pages that are kept."""
    user = who()
    return (user.person.id, user.person.version, sorted(user.roles)) if user else None


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
