import tomllib
from base64 import b64encode
from hashlib import sha384
from pathlib import Path

from flask import Flask

STATIC = Path("program/static")
VENDORED = tomllib.loads((STATIC / "vendor" / "vendor.toml").read_text())["file"]


def test_files_of_others_are_as_they_were_published_with_their_licence() -> None:
    for file in VENDORED:
        digest = sha384((STATIC / file["path"]).read_bytes()).digest()
        assert file["hash"] == f"sha384-{b64encode(digest).decode()}", file["path"]
        assert (STATIC / file["licence_file"]).is_file(), file["path"]


def test_every_file_of_others_is_listed() -> None:
    theirs = {*STATIC.glob("fonts/*.woff2"), *STATIC.glob("vendor/*.js")}

    assert theirs <= {STATIC / file["path"] for file in VENDORED}


def test_a_file_with_its_hash_in_the_address_is_kept_for_good(app: Flask) -> None:
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("css/base.css")  # type: ignore[operator]

    answer = app.test_client().get(address, buffered=True)

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    bare = app.test_client().get("/static/css/base.css", buffered=True)
    assert bare.headers["Cache-Control"] == "public, max-age=300"


def test_styles_travel_compressed_to_who_can_read_that(app: Flask) -> None:
    plain = app.test_client().get("/static/css/base.css", buffered=True)
    small = app.test_client().get("/static/css/base.css", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data) / 2
    assert "Accept-Encoding" in small.headers["Vary"]
    assert small.headers["ETag"] != plain.headers["ETag"]


def test_the_styles_hold_nothing_that_the_policy_forbids_or_that_hides_contrast() -> None:
    for path in STATIC.glob("css/*.css"):
        assert "gradient(" not in path.read_text()
    for path in Path("templates").rglob("*.html"):
        if path.parts[1] != "mail":
            assert " style=" not in path.read_text(), path
