"""What the measured server serves: our application, and under /limit/ the limits beside it."""

from collections.abc import Iterable
from os import environ
from typing import Any

from bench.limits.pages import limits
from program.app import create_app
from program.web.kept import Shelf

ours = create_app(SECRET_KEY=environ["SECRET_KEY"], SQLALCHEMY_DATABASE_URI=environ["DATABASE_URL"])
if environ.get("BENCH_KEEP_NOTHING"):
    ours.extensions["kept"] = Shelf(room=0)


def app(environment: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    side = limits if environment["PATH_INFO"].startswith("/limit/") else ours
    return side(environment, start_response)
