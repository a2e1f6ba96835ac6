"""The secret link of somebody's feed. We keep its hash; the application can work it out again.

The secret is 160 bits of a keyed digest, so who has the database alone cannot make it, and its
owner can still read it back on the page. After a change of SECRET_KEY a link keeps working, but
can no longer be shown.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from program.accounts.models import Person
from program.core.audit import record
from program.core.db import db, locked
from program.feeds.models import FeedKey
from program.feeds.queries import keys_of

_BYTES = 20


@dataclass(frozen=True)
class Scope:
    """What a feed shows: somebody's own sessions, or those of a cohort or one of its groups."""

    cohort_id: int | None = None
    group_id: int | None = None

    @property
    def mark(self) -> str:
        return f":{self.cohort_id}:{self.group_id or 0}" if self.cohort_id else ""


PERSONAL = Scope()


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_of(key: FeedKey, application_key: str) -> str | None:
    """The secret of this key, unless it was made under another application key."""
    scope = Scope(key.cohort_id, key.group_id)
    secret = _secret(key.person_id, key.created_at, application_key, scope)
    return secret if hashed(secret) == key.secret_hash else None


def _secret(
    person_id: int, created_at: datetime, application_key: str, scope: Scope = PERSONAL
) -> str:
    text = f"feed:{person_id}:{created_at.timestamp():.6f}{scope.mark}"
    digest = hmac.digest(application_key.encode(), text.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:_BYTES]).decode().rstrip("=")


def new_link(
    person_id: int,
    application_key: str,
    *,
    by: int | None,
    at: datetime,
    scope: Scope = PERSONAL,
) -> str:
    """A new secret; links to the same given out before stop working."""
    locked(Person, person_id)
    revoke(person_id, by=by, at=at, scope=scope)
    secret = _secret(person_id, at, application_key, scope)
    db.session.add(
        FeedKey(
            person_id=person_id, secret_hash=hashed(secret), created_at=at,
            cohort_id=scope.cohort_id, group_id=scope.group_id,
        )
    )  # fmt: skip
    db.session.flush()
    record("feed.link_made", f"person:{person_id}", by=by)
    return secret


def revoke(person_id: int, *, by: int | None, at: datetime, scope: Scope = PERSONAL) -> int:
    """End all links of this person to that; says how many there were."""
    chosen = keys_of(person_id, cohort_id=scope.cohort_id, group_id=scope.group_id)
    keys = db.session.scalars(chosen).all()
    for key in keys:
        key.revoked_at = at
    if keys:
        record("feed.link_revoked", f"person:{person_id}", by=by)
    return len(keys)
