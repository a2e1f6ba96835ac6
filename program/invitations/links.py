"""Links in a mail that answer without signing in. Each is good for one invitation only."""

import json
from collections.abc import Callable
from functools import lru_cache

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_encode

PATH = "/answer"  # of the view `invitations.answer_by_link`


class _Plain(URLSafeSerializer):
    """Never tries to make a token shorter, which took as long as all the rest; reads both."""

    def dump_payload(self, obj: object) -> bytes:
        return base64_encode(json.dumps(obj))


@lru_cache(maxsize=4)
def _signer(secret: str) -> URLSafeSerializer:
    return _Plain(secret, salt="invitations.answer")


def token_of(uid: str) -> str:
    return _signer(current_app.config["SECRET_KEY"]).dumps(uid)


def uid_of(token: str) -> str | None:
    """The invitation that a link is about; nothing when it is not one of ours."""
    try:
        uid = _signer(current_app.config["SECRET_KEY"]).loads(token)
    except BadData:
        return None
    return uid if isinstance(uid, str) else None


def addresses() -> Callable[[str], str]:
    """The link for an invitation, from its UID; asked for by the thousand."""
    signer = _signer(current_app.config["SECRET_KEY"])
    start = f"{current_app.config['PUBLIC_URL']}{PATH}/"
    return lambda uid: f"{start}{signer.dumps(uid)}"


def shown(_uid: str) -> str:
    """Where such a link stands in what others may read: it works for nobody."""
    return f"{current_app.config['PUBLIC_URL']}{PATH}/…"
