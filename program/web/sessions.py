"""The session in its signed cookie, as Flask does it, with one signer for all requests.

A browser sends the same cookie with each request of a visit, and most of those are polls. Checking
its signature and unpacking it gives the same each time, so that is remembered; its age is not.
"""

from copy import deepcopy
from functools import cache, lru_cache
from time import time
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer


class Sessions(SecureCookieSessionInterface):
    @cache  # noqa: B019 there is one of these for each application
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(app)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        signer = self.get_signing_serializer(app)
        cookie = request.cookies.get(self.get_cookie_name(app))
        if signer is None or not cookie:
            return None if signer is None else self.session_class()
        try:
            content, signed_at = _unpacked(signer, cookie)
        except BadSignature:
            return self.session_class()
        if not 0 <= int(time()) - signed_at <= app.permanent_session_lifetime.total_seconds():
            return self.session_class()
        return self.session_class(copied(content))


@lru_cache(maxsize=512)  # only of cookies that we signed: of another there is nothing to remember
def _unpacked(signer: URLSafeTimedSerializer, cookie: str) -> tuple[dict[str, Any], int]:
    """What is in it, and when it was signed (seconds since 1970)."""
    content, signed_at = signer.loads(cookie, return_timestamp=True)
    return content, int(signed_at.timestamp())


def copied(content: dict[str, Any]) -> dict[str, Any]:
    """For one request, which may add to what is in it (messages to show once)."""
    return {name: v if type(v) in _PLAIN else deepcopy(v) for name, v in content.items()}


_PLAIN = {str, bool, int}


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
