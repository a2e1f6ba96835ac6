"""Links in a mail that answer without signing in. Each is good for one invitation only."""

from functools import lru_cache

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

PATH = "/answer"  # of the view `invitations.answer_by_link`


@lru_cache(maxsize=4)
def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="invitations.answer")


def token_of(uid: str) -> str:
    return _signer(current_app.config["SECRET_KEY"]).dumps(uid)


def uid_of(token: str) -> str | None:
    """The invitation that a link is about; nothing when it is not one of ours."""
    try:
        uid = _signer(current_app.config["SECRET_KEY"]).loads(token)
    except BadData:
        return None
    return uid if isinstance(uid, str) else None


def address_of(uid: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}{PATH}/{token_of(uid)}"
