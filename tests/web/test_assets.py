import re
import tomllib
from base64 import b64encode
from hashlib import sha384
from pathlib import Path
from urllib.parse import urljoin

import pytest
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


def test_the_styles_of_every_page_are_sent_as_one_file(app: Flask) -> None:
    sent = app.test_client().get("/static/joined/all.css").text

    for name in ("base", "layout", "parts"):
        rules = (STATIC / f"css/{name}.css").read_text()
        assert rules.count("{") <= sent.count("{")
        assert rules.rstrip().splitlines()[-1] in sent
    assert "/*" not in sent
    assert "\n " not in sent


def test_fonts_are_found_from_the_joined_styles(app: Flask) -> None:
    browser = app.test_client()
    sent = browser.get("/static/joined/all.css").text

    fonts = set(re.findall(r'url\("(\.\./[^"]+)"\)', sent))
    assert len(fonts) == 6
    for font in fonts:
        address = urljoin("/static/joined/all.css", font)
        assert browser.get(address, buffered=True).status_code == 200


def test_scripts_of_others_are_sent_as_they_are_with_ours_behind_them(app: Flask) -> None:
    sent = app.test_client().get("/static/joined/all.js").text

    theirs = (STATIC / "vendor/htmx-4.0.1.min.js").read_text()
    ours = [(STATIC / f"js/{name}.js").read_text() for name in ("app", "board")]
    assert sent == theirs + "".join(f"\n{{\n{each}}}" for each in ours)


@pytest.mark.parametrize("name", ["joined/all.css", "joined/all.js"])
def test_joined_files_are_kept_for_good_and_asked_for_once(app: Flask, name: str) -> None:
    browser = app.test_client()
    with app.test_request_context():
        address = app.jinja_env.globals["asset"](name)  # type: ignore[operator]
    first = browser.get(address, headers={"Accept-Encoding": "gzip"})

    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert first.headers["Content-Encoding"] == "gzip"
    plain = browser.get(address)
    tag = {"If-None-Match": plain.headers["ETag"]}
    assert browser.get(address, headers=tag).status_code == 304
