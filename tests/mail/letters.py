"""Letters for tests."""

from datetime import datetime
from itertools import count
from typing import Any

from program.core.db import db
from program.mail.actions import Letter, post
from program.mail.models import OutgoingMail
from tests.factories import MONDAY_9H

number = count(1)


def letter(**given: Any) -> Letter:
    n = next(number)
    defaults: dict[str, Any] = {
        "key": f"letter-{n}",
        "lane": f"lane-{n}",
        "recipient": f"person{n}@example.nl",
        "subject": f"Uitnodiging {n}",
        "content": f"Message-ID: <{n}@leergang.example>\r\n\r\nBeste mens,\r\n".encode(),
        "message_id": f"{n}@leergang.example",
        "at": MONDAY_9H,
    }
    return Letter(**defaults | given)


def posted(*, at: datetime = MONDAY_9H, **given: Any) -> OutgoingMail:
    """A message in the outbox, committed."""
    mail = post(**vars(letter(at=at, **given)))
    assert mail
    db.session.commit()
    return mail
