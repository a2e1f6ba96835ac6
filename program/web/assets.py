"""Static files: their address holds their content's hash, so browsers may keep them for good."""

import gzip
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

FOR_GOOD = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=300"


def fingerprint(filename: str) -> str | None:
    path = Path(str(current_app.static_folder)) / filename
    if not path.is_file():
        return None
    # a developer's change shows at once; in production the files never change under a process
    return _fingerprint(path, path.stat().st_mtime_ns if current_app.debug else 0)


@lru_cache(maxsize=512)
def _fingerprint(path: Path, _changed: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


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


@lru_cache(maxsize=128)
def _compressed(path: Path, _changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _finish(response: Response) -> Response:
    if request.endpoint != "static" or response.status_code != 200:
        return response
    response.headers["Cache-Control"] = FOR_GOOD if "v" in request.args else BRIEFLY
    path = Path(str(current_app.static_folder)) / (request.view_args or {})["filename"]
    if path.suffix in {".css", ".js", ".svg"}:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            response.close()  # the file itself
            response.direct_passthrough = False
            response.set_data(_compressed(path, path.stat().st_mtime_ns))
            response.content_encoding = "gzip"
            response.set_etag(f"{_fingerprint(path, path.stat().st_mtime_ns)}-gzip")
    return response


def init_app(app: Flask) -> None:
    app.extensions["assets"] = {}
    app.url_defaults(_add_fingerprint)
    app.after_request(_finish)
    app.jinja_env.globals["asset"] = asset
