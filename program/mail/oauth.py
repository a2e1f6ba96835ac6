"""Tokens instead of passwords (RFC 6749, 4.4), and how IMAP and SMTP take them (XOAUTH2)."""

import json
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

_PATIENCE = 15  # seconds
_BEFORE_THE_END = 120  # seconds: a token that ends during a conversation is of no use
_SHORTEST = 300  # seconds, when the server does not say how long a token lasts
_LARGEST = 64 * 1024


class NoToken(OSError):
    """The server that gives tokens gave none."""


@dataclass
class Tokens:
    """The token of one application, asked again only when it is about to end."""

    url: str
    client_id: str
    secret: str = field(repr=False)
    scope: str = ""
    _token: str = field(default="", repr=False)
    _good_until: float = 0.0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def token(self) -> str:
        """Raises NoToken."""
        with self._lock:
            if not self._token or monotonic() >= self._good_until:
                self._token, seconds = self._asked()
                self._good_until = monotonic() + max(seconds - _BEFORE_THE_END, 0)
            return self._token

    def forget(self) -> None:
        """After a login that failed: it may have been withdrawn."""
        with self._lock:
            self._token = ""

    def _asked(self) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.secret,
        }
        answer = _posted(self.url, form | ({"scope": self.scope} if self.scope else {}))
        try:
            return str(answer["access_token"]), float(answer.get("expires_in") or _SHORTEST)
        except (KeyError, TypeError, ValueError):
            raise NoToken("The token server's answer holds no token.") from None


def xoauth2(user: str, token: str) -> bytes:
    """What the mail server is told (Google and Microsoft both describe it)."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()


def _posted(url: str, form: dict[str, str]) -> dict[str, Any]:
    if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in {"localhost", "127.0.0.1"}:
        raise NoToken("The address for tokens must begin with https://.")
    request = Request(url, data=urlencode(form).encode(), method="POST")  # noqa: S310 - seen to above
    try:
        with urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
            found = json.loads(answer.read(_LARGEST))
    except (URLError, OSError, ValueError) as error:  # the body of a refusal may hold secrets
        raise NoToken(f"No token from {urlsplit(url).hostname}: {_said(error)}") from None
    return found if isinstance(found, dict) else {}


def _said(error: Exception) -> str:
    code = getattr(error, "code", None)
    return f"it answered {code}" if code else str(getattr(error, "reason", "")) or "no answer"
