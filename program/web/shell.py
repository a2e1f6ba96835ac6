"""The shell around every page: languages, forgery protection, headers, read-only requests."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_babel import Babel, get_locale
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from program.core.db import read_only
from program.web import (
    assets,
    catalogue,
    compression,
    dates,
    errors,
    kept,
    navigation,
    requests,
    sentences,
    sessions,
    stencil,
)
from program.web.addresses import RowNumber
from program.web.language import preferred_language

babel = Babel()
csrf = CSRFProtect()

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; manifest-src 'self'; "
    "frame-src 'self'; base-uri 'none'; frame-ancestors 'self'"
)


PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
#: of every answer, unless its view says otherwise
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
}
#: what answers pass last comes first: the log sees the answer as it leaves
PARTS = (
    requests, compression, assets, catalogue, dates, errors, kept, navigation, sentences, sessions,
    stencil,
)  # fmt: skip


def begin() -> None:
    read_only(request.method in {"GET", "HEAD", "OPTIONS"})


def finish(response: Response) -> Response:
    given = set(response.headers.keys())
    for name, value in ALWAYS.items():
        if name not in given:
            response.headers.add(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def init_app(app: Flask) -> None:
    if hops := int(app.config["PROXY_HOPS"]):
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    if app.config["PUBLIC_URL"].startswith("https://"):
        # a forged Host header must not end up in the links of our mails and pages
        host = urlsplit(app.config["PUBLIC_URL"]).hostname
        app.config["TRUSTED_HOSTS"] = [host, "localhost", "127.0.0.1"]
    app.url_map.converters["int"] = RowNumber
    babel.init_app(app, locale_selector=preferred_language)
    csrf.init_app(app)
    app.jinja_env.globals["get_locale"] = get_locale
    app.before_request(begin)
    app.after_request(finish)
    for part in PARTS:
        part.init_app(app)
