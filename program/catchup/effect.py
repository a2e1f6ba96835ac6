"""What missing one session does to the norm, and what another in its place makes good. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from program.attendance.norm import Forecast, Norm, Part, progress


@dataclass(frozen=True, slots=True)
class Effect:
    """One domain; times in minutes."""

    domain: int
    required: float
    without: float  # attainable when nothing comes in its place
    with_it: float  # attainable when they come to the other session
    reachable_without: bool
    reachable_with: bool


@dataclass(frozen=True, slots=True)
class Missed:
    minutes: int
    weights: Mapping[int, float]


def effects(
    parts: Sequence[Part], missed: Missed, instead: int, *, share: float, today: date
) -> list[Effect]:
    """Per domain of the missed session; `instead` is the length of the other one in minutes."""
    domains = list(missed.weights)
    own = Part(missed.minutes, missed.weights, over=False)
    others = list(parts)
    if own in others:
        others.remove(own)
    norm = Norm(share)

    def standing(part: Part) -> Iterable[tuple[float, float, bool]]:
        for each in progress(domains, [*others, part], (), norm=norm, today=today):
            possible = each.forecast is not Forecast.IMPOSSIBLE
            yield each.required, each.attainable, possible

    absent = standing(replace(own, attended=0))
    there = standing(Part(instead, missed.weights, over=False))
    return [
        Effect(domain, needed, without, with_it, can_without, can_with)
        for domain, (needed, without, can_without), (_needed, with_it, can_with) in zip(
            domains, absent, there, strict=True
        )
    ]
