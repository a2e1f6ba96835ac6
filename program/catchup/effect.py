"""What missing one session does to the norm, and what another in its place makes good. Pure."""

from collections.abc import Iterable, Sequence
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


def effects(
    parts: Sequence[Part], own: Part, instead: int, *, share: float, today: date
) -> list[Effect]:
    """Per domain of the missed session, their own part in it; `instead` in minutes.

    What is missed already stays asked for: another session then adds to it. What is still to come
    is asked for at the other session instead.
    """
    domains = list(own.weights)
    others = list(parts)
    if own in others:
        others.remove(own)
    absent = replace(own, attended=0)
    new = replace(
        own, minutes=instead, over=False, attended=None, catch_up=own.over or own.catch_up
    )
    norm = Norm(share)

    def standing(*mine: Part) -> Iterable[tuple[float, float, bool]]:
        for each in progress(domains, [*others, *mine], (), norm=norm, today=today):
            possible = each.forecast is not Forecast.IMPOSSIBLE
            yield each.required, each.attainable, possible

    there = standing(absent, new) if own.over else standing(new)
    return [
        Effect(domain, needed, without, with_it, can_without, can_with)
        for domain, (needed, without, can_without), (_needed, with_it, can_with) in zip(
            domains, standing(absent), there, strict=True
        )
    ]
