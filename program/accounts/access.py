"""Guards for views."""

from collections.abc import Callable
from functools import wraps

from flask import abort
from flask.typing import ResponseReturnValue
from flask_login import login_required

from program.accounts.login import my_roles
from program.accounts.models import Role

View = Callable[..., ResponseReturnValue]

PLANNERS = (Role.ADMIN, Role.PLANNER, Role.TRAINER)  # who plan, release and mark the roll


def requires(*roles: Role) -> Callable[[View], View]:
    """Let only signed-in people with one of these roles through; without roles, anyone signed in.

    Which rows they then see is for the query, which goes through the person.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
            if roles and my_roles().isdisjoint(roles):
                abort(403)
            return view(*args, **kwargs)

        signed_in: View = login_required(guarded)
        return signed_in

    return guard
