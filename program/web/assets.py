"""Static files: their address holds their content's hash, so browsers may keep them for good.

What every page needs is written in several files and sent as one: `joined/all.css`, and the same
for scripts.
"""

import gzip
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

FOR_GOOD = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=300"
JOINED = {
    "joined/all.css": ("css/base.css", "css/layout.css", "css/parts.css"),
    "joined/all.js": ("vendor/htmx-4.0.1.min.js", "js/app.js", "js/board.js"),
}
KINDS = {".css": "text/css", ".js": "text/javascript"}


def fingerprint(filename: str) -> str | None:
    files = _files(filename)
    return _fingerprint(files, _changed(files)) if all(map(Path.is_file, files)) else None


def _files(filename: str) -> tuple[Path, ...]:
    folder = Path(str(current_app.static_folder))
    return tuple(folder / part for part in JOINED.get(filename, (filename,)))


def _changed(files: tuple[Path, ...]) -> int:
    """A developer's change shows at once; in production the files never change under a process."""
    return max(path.stat().st_mtime_ns for path in files) if current_app.debug else 0


@lru_cache(maxsize=128)
def _content(files: tuple[Path, ...], _changed: int) -> bytes:
    if len(files) == 1:
        return files[0].read_bytes()
    return "\n".join(_part(path) for path in files).encode()


def _part(path: Path) -> str:
    """One file of several: styles without comments and indents, scripts each with its own names."""
    text = path.read_text()
    if path.suffix == ".css":
        return re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    return text if path.parent.name == "vendor" else f"{{\n{text}}}"


@lru_cache(maxsize=512)
def _fingerprint(files: tuple[Path, ...], changed: int) -> str:
    return sha256(_content(files, changed)).hexdigest()[:12]


@lru_cache(maxsize=128)
def _compressed(files: tuple[Path, ...], changed: int) -> bytes:
    return gzip.compress(_content(files, changed), 9, mtime=0)


def asset(filename: str) -> str:
    """The address of a static file; cheap enough for a loop."""
    known: dict[str, str] = current_app.extensions["assets"]
    key = f"{request.script_root}:{filename}"
    if key not in known or current_app.debug:
        known[key] = url_for("static", filename=filename)
    return known[key]


def _add_fingerprint(endpoint: str, values: dict[str, str]) -> None:
    if endpoint == "static" and "v" not in values and (found := fingerprint(values["filename"])):
        values["v"] = found


def send(filename: str) -> Response:
    if filename not in JOINED:
        return current_app.send_static_file(filename)
    files = _files(filename)
    response = Response(_content(files, _changed(files)), mimetype=KINDS[Path(filename).suffix])
    response.set_etag(_fingerprint(files, _changed(files)))
    response.make_conditional(request)
    return response


def _finish(response: Response) -> Response:
    if request.endpoint != "static" or response.status_code != 200:
        return response
    response.headers["Cache-Control"] = FOR_GOOD if "v" in request.args else BRIEFLY
    filename = (request.view_args or {})["filename"]
    if Path(filename).suffix in {".css", ".js", ".svg"}:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            files = _files(filename)
            response.close()  # the file itself
            response.direct_passthrough = False
            response.set_data(_compressed(files, _changed(files)))
            response.content_encoding = "gzip"
            response.set_etag(f"{_fingerprint(files, _changed(files))}-gzip")
    return response


def init_app(app: Flask) -> None:
    app.extensions["assets"] = {}
    app.view_functions["static"] = send
    app.url_defaults(_add_fingerprint)
    app.after_request(_finish)
    app.jinja_env.globals["asset"] = asset
