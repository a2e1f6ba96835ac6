"""One event in the log for each request: what was asked, by whom, the answer, how long it took."""

from time import perf_counter
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("program.web")
QUIET = {"static", "health.show"}


def begin() -> None:
    g.request_id = uuid4().hex[:10]
    g.started = perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def finish(response: Response) -> Response:
    """The endpoint, not the path: a path may hold a secret."""
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint not in QUIET or response.status_code >= 500:
        log.info(
            "request",
            method=request.method,
            endpoint=request.endpoint,
            status=response.status_code,
            ms=round((perf_counter() - g.get("started", perf_counter())) * 1000, 1),
            person=g.get("person_id"),
            origin=request.remote_addr,
        )
    return response


def init_app(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(finish)
