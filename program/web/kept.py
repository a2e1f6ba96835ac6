"""Pages kept by version: what did not change is neither rendered nor sent again.

The tag of a page names everything it depends on: its address, the language, the person with their
roles and version, the day, the secret in its forms, the version of the code, and the parts that
the view gives (the version of a cohort, say). Who changes something raises the version in the same
transaction, so a kept page is never older than the data.
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

from flask import Flask, Response, current_app, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from program.core.clock import now
from program.web.dates import zone
from program.web.fragments import wants_fragment
from program.web.language import preferred_language

Render = Callable[[], ResponseReturnValue]
ROOM = 48 * 1024 * 1024  # bytes of pages that one process keeps
LARGEST = 2 * 1024 * 1024


class Shelf:
    """The pages of this process, the longest unused dropped first.

    As they were asked for, plain or packed: a page is for one person, whose browser stays the same.
    """

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self.taken = 0
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, tag: str) -> bytes | None:
        with self._lock:
            if tag in self._pages:
                self._pages.move_to_end(tag)
            return self._pages.get(tag)

    def put(self, tag: str, page: bytes) -> bytes:
        with self._lock:
            if len(page) <= LARGEST and tag not in self._pages:
                self._pages[tag] = page
                self.taken += len(page)
            while self.taken > self.room:
                _, dropped = self._pages.popitem(last=False)
                self.taken -= len(dropped)
        return page


def kept(*parts: object, render: Render) -> ResponseReturnValue:
    """Answer "not modified", or with the kept page, or with what `render` makes."""
    if session.get("_flashes") or current_app.debug:
        return _private(make_response(render()))  # a message is shown once
    tag = _tag(parts)
    if request.if_none_match.contains_weak(tag):
        return _tagged(Response(status=304), tag)
    shelf: Shelf = current_app.extensions["kept"]
    packed = bool(request.accept_encodings["gzip"])
    form = f"{tag} {'gzip' if packed else ''}"
    page = shelf.get(form)
    if page is None:
        made = make_response(render())
        if made.status_code != 200 or made.mimetype != "text/html" or made.is_streamed:
            return _private(made)
        body = made.get_data()
        page = shelf.put(form, gzip.compress(body, 6, mtime=0) if packed else body)
    return _tagged(_filled(page, packed=packed), tag)


def _tag(parts: tuple[object, ...]) -> str:
    if "csrf_token" not in session:
        generate_csrf()  # makes the session's secret
    depends_on = (
        request.full_path,
        wants_fragment(),
        preferred_language(),
        current_app.extensions["kept_for"](),
        now().astimezone(zone()).date(),
        session.get("csrf_token"),
        code_version(),
        parts,
    )
    return sha256(repr(depends_on).encode()).hexdigest()[:32]


def _filled(page: bytes, *, packed: bool) -> Response:
    response = Response(page, mimetype="text/html")
    if packed:
        response.content_encoding = "gzip"
    return response


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag, weak=True)  # the same page, compressed or not
    return _private(response)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    return response


@cache
def code_version() -> str:
    """Changes with every release of the code, the templates and the translations."""
    program = Path(__file__).parent.parent
    digest = sha256()
    for root in (program, program.parent / "templates"):
        for path in sorted(root.rglob("*.*")):
            if path.suffix in {".py", ".html", ".po", ".css", ".js", ".svg"}:
                stat = path.stat()
                digest.update(f"{path.name} {stat.st_size} {stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:12]


def init_app(app: Flask) -> None:
    app.extensions["kept"] = Shelf()
    app.extensions.setdefault("kept_for", lambda: None)
