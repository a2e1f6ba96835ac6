"""Hours per domain against the norm, and whether it can still be met. Pure.

What a person must attend per domain is a share of the hours that were planned for them. A catch-up
adds to what they attended, never to what is asked. A meeting that is over but not marked yet is
still open: it may turn out either way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_ROUNDING = 1e-6  # minutes: weights such as 1/3 do not add up exactly


class Forecast(StrEnum):
    MET = "met"
    REACHABLE = "reachable"
    AT_RISK = "at_risk"  # behind the norm so far, or an assignment is overdue
    IMPOSSIBLE = "impossible"  # even with everything that is still to come


@dataclass(frozen=True, slots=True)
class Part:
    """One person's place at one meeting."""

    minutes: int  # how long the meeting takes
    weights: Mapping[int, float]  # share of its hours per domain
    over: bool
    attended: int | None = None  # minutes; None: not marked (yet)
    catch_up: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    domain: int
    handed_in: bool
    due_on: date | None = None  # None: not known yet


@dataclass(frozen=True, slots=True)
class Norm:
    share: float = 0.8  # of the planned hours, per domain
    every_assignment: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one person stands in one domain; times in minutes."""

    domain: int
    attended: float
    planned_so_far: float  # of meetings that are over
    planned_total: float
    required: float
    attainable: float  # attended, and all that is still open
    tasks: int
    handed_in: int
    overdue: int
    forecast: Forecast

    @property
    def share(self) -> float:
        """Of all planned hours, at most 1."""
        return min(1.0, self.attended / self.planned_total) if self.planned_total else 0.0


def progress(
    domains: Sequence[int],
    parts: Iterable[Part],
    tasks: Iterable[Task],
    *,
    norm: Norm,
    today: date,
) -> list[Progress]:
    """One person's standing in each of these domains, in this order."""
    parts, tasks = tuple(parts), tuple(tasks)
    return [
        _in_domain(
            domain,
            [part for part in parts if domain in part.weights],
            [task for task in tasks if task.domain == domain],
            norm=norm,
            today=today,
        )
        for domain in domains
    ]


def _in_domain(
    domain: int, parts: list[Part], tasks: list[Task], *, norm: Norm, today: date
) -> Progress:
    regular = [part for part in parts if not part.catch_up]
    attended = sum((part.attended or 0) * part.weights[domain] for part in parts)
    still_open = _hours([part for part in parts if part.attended is None], domain)
    so_far = _hours([part for part in regular if part.over], domain)
    decided = _hours([p for p in regular if p.over and p.attended is not None], domain)
    total = _hours(regular, domain)
    handed_in = sum(task.handed_in for task in tasks)
    overdue = sum(not t.handed_in and t.due_on is not None and t.due_on < today for t in tasks)
    work_done = handed_in == len(tasks) or not norm.every_assignment
    return Progress(
        domain=domain,
        attended=attended,
        planned_so_far=so_far,
        planned_total=total,
        required=norm.share * total,
        attainable=attended + still_open,
        tasks=len(tasks),
        handed_in=handed_in,
        overdue=overdue,
        forecast=_forecast(
            _Standing(attended, attended + still_open, decided, total),
            norm.share,
            work_done=work_done,
            late=overdue > 0 and norm.every_assignment,
        ),
    )


def _hours(parts: list[Part], domain: int) -> float:
    return sum(part.minutes * part.weights[domain] for part in parts)


@dataclass(frozen=True, slots=True)
class _Standing:
    attended: float
    attainable: float
    decided: float  # hours of meetings that are over and marked
    total: float


def _forecast(standing: _Standing, share: float, *, work_done: bool, late: bool) -> Forecast:
    required = share * standing.total - _ROUNDING
    if standing.attainable < required:
        return Forecast.IMPOSSIBLE
    enough = standing.total > 0 and standing.attended >= required
    if enough and work_done:
        return Forecast.MET
    behind = not enough and standing.attended < share * standing.decided - _ROUNDING
    return Forecast.AT_RISK if behind or late else Forecast.REACHABLE
