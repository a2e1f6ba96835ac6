"""Asks for the reasons, one conflict after another."""

import time
from collections.abc import Callable

from program.planning.solver.model import Model
from program.planning.solver.proof.book import book
from program.planning.solver.reasons.conflict import Conflict
from program.planning.solver.reasons.finding import found_by_counting, found_by_days
from program.planning.solver.reasons.judge import Judge

MOST = 5  # conflicts that are looked for


def conflicts(
    model: Model, seconds: float, go_on: Callable[[], bool] = lambda: True
) -> tuple[Conflict, ...]:
    """Sets of rules that cannot hold together, none of which has a rule in common with another.

    Those of the days alone come at once; only when there are none, trainers and rooms are counted.
    Nothing found means that there is a calendar, or that nobody knows.
    """
    judge = Judge(book(model), time.monotonic() + seconds, go_on)
    return _several(judge, found_by_days) or _several(judge, found_by_counting, most=1)


def _several(
    judge: Judge, find: Callable[[Judge, frozenset[int]], Conflict | None], most: int = MOST
) -> tuple[Conflict, ...]:
    rules = frozenset(range(len(judge.book.rules))) - judge.book.given
    several: list[Conflict] = []
    while len(several) < most:
        one = find(judge, rules)
        if one is None or not rules & frozenset(one.places):
            return (*several, *([one] if one else []))
        several.append(one)
        rules -= frozenset(one.places)
    return tuple(several)
