"""What people answered to their invitations, for features that do not know invitations.

Whoever sends the invitations says so when the application is put together; without invitations
nobody answered anything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app


@dataclass(frozen=True, slots=True)
class Answered:
    meeting_id: int
    person_id: int
    comes: bool  # said yes; otherwise no
    at: datetime


Source = Callable[[int], Sequence[Answered]]  # of a cohort: the latest answers, yes or no


def answers_in(cohort_id: int) -> Sequence[Answered]:
    """Who said yes or no to what they are invited to now."""
    source: Source | None = current_app.extensions.get("answers")
    return source(cohort_id) if source else ()


def told_by(app: Flask, source: Source) -> None:
    app.extensions["answers"] = source
