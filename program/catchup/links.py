"""Links that show the other sessions for one invitation and book one of them, nothing else."""

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

PATH = "/catch-up"  # of the view `catchup.by_link`


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="catchup.book")


def token_of(uid: str) -> str:
    return _signer().dumps(uid)


def uid_of(token: str) -> str | None:
    """The invitation that was declined; nothing when the link is not one of ours."""
    try:
        uid = _signer().loads(token)
    except BadData:
        return None
    return uid if isinstance(uid, str) else None


def address_of(uid: str, to: int | None = None) -> str:
    """The page for that invitation; with one of its sessions in front."""
    chosen = f"?to={to}" if to else ""
    return f"{current_app.config['PUBLIC_URL']}{PATH}/{token_of(uid)}{chosen}"
