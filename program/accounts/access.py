"""Guards for views."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from flask import abort
from flask.typing import ResponseReturnValue

from program.accounts.login import Beside, login_manager, who
from program.accounts.models import Role

View = Callable[..., ResponseReturnValue]

PLANNERS = (Role.ADMIN, Role.PLANNER, Role.TRAINER)  # who plan, release and mark the roll


def requires(*roles: Role, beside: Beside | None = None) -> Callable[[View], View]:
    """Let only signed-in people with one of these roles through; without roles, anyone signed in.

    Which rows they then see is for the query, which goes through the person: the page's own, or
    `beside`, which is asked together with who they are (`beside_or_404`).
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> ResponseReturnValue:
            user = who(beside, kwargs)
            if user is None:
                return cast(ResponseReturnValue, login_manager.unauthorized())
            if roles and user.roles.isdisjoint(roles):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return guard
