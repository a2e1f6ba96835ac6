"""What other features know of people and sessions, for features that do not know them.

Who sends invitations tells the answers, who keeps the rolls tells what was missed. Each says so
when the application is put together; without them nobody answered, and nobody missed anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

from program.cohorts.models import Cohort


@dataclass(frozen=True, slots=True)
class Answered:
    meeting_id: int
    person_id: int
    comes: bool  # said yes; otherwise no
    at: datetime


Answers = Callable[[int], Sequence[Answered]]  # of a cohort: the latest answers, yes or no
Missed = Callable[[Cohort, datetime], Mapping[int, int]]  # minutes by person, until that moment


def answers_in(cohort_id: int) -> Sequence[Answered]:
    """Who said yes or no to what they are invited to now."""
    source: Answers | None = current_app.extensions.get("answers")
    return source(cohort_id) if source else ()


def missed_in(cohort: Cohort, at: datetime) -> Mapping[int, int]:
    """How many minutes each person missed so far."""
    source: Missed | None = current_app.extensions.get("missed")
    return source(cohort, at) if source else {}


def told_by(app: Flask, *, answers: Answers, missed: Missed) -> None:
    app.extensions["answers"] = answers
    app.extensions["missed"] = missed
