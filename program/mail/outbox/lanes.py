"""The order within a lane. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from program.mail.models import MailState


class Place(NamedTuple):
    """What the order within a lane depends on."""

    position: int
    state: MailState
    attempts: int
    due_at: datetime


def is_overtaken(position: int, lane: Sequence[Place], at: datetime) -> bool:
    """Is there a newer message that left, was tried, or may leave now?"""
    return any(
        other.position > position
        and not (other.state is MailState.READY and other.attempts == 0 and other.due_at > at)
        for other in lane
    )


def nothing_before_it_left(position: int, lane: Sequence[Place]) -> bool:
    older = [other for other in lane if other.position < position]
    return bool(older) and all(other.attempts == 0 for other in older)
