"""At which hours meetings start, and which parts of the day they take."""

from collections.abc import Iterable
from dataclasses import dataclass

from program.planning.problem import AFTER_WORK, NOON, Module, Placed
from program.planning.solver.model import AFTERNOON, EVENING, MORNING

PART_BITS = (MORNING, AFTERNOON, EVENING)
STARTS_AT, AFTERNOON_AT, LATE_AFTERNOON = 9 * 60 + 30, 60 * NOON.hour + NOON.minute, 16 * 60
EVENING_FROM, EVENING_AT, MIDNIGHT = 60 * AFTER_WORK.hour, 19 * 60 + 30, 24 * 60
BOUNDS = ((0, AFTERNOON_AT), (AFTERNOON_AT, EVENING_FROM), (EVENING_FROM, MIDNIGHT))
HALF_DAY_MINUTES = 240
SHORT_WEBINAR_MINUTES = 90


@dataclass(frozen=True, slots=True)
class Hours:
    """A time of day: minutes since midnight, how long, and the parts of the day it takes."""

    minute: int
    minutes: int
    parts: int

    @property
    def ends(self) -> int:
        return self.minute + self.minutes


def hours_of(module: Module) -> tuple[Hours, ...]:
    """The times at which a meeting of this module can start."""
    length = module.minutes
    if module.evening and EVENING_AT + length <= MIDNIGHT:
        return (Hours(EVENING_AT, length, EVENING),)
    if length > HALF_DAY_MINUTES:
        return (Hours(STARTS_AT, length, _touched(STARTS_AT, STARTS_AT + length)),)
    if module.kind == "webinar" and length <= SHORT_WEBINAR_MINUTES:
        return (Hours(LATE_AFTERNOON, length, AFTERNOON),)
    return Hours(STARTS_AT, length, MORNING), Hours(AFTERNOON_AT, length, AFTERNOON)


def hours_taken(placed: Placed) -> Hours:
    """Of a meeting that stands."""
    minute = placed.begins.hour * 60 + placed.begins.minute
    return Hours(minute, placed.minutes, _touched(minute, minute + placed.minutes))


def _touched(start: int, end: int) -> int:
    """The parts of the day between two minutes; what goes on after midnight is evening."""
    return sum(
        bit
        for bit, (first, last) in zip(PART_BITS, BOUNDS, strict=True)
        if start < last and first < end
    )


def part_hours(times: Iterable[Hours]) -> tuple[Hours, Hours, Hours]:
    """Per part of the day: from the first minute that any meeting can take, until the last."""
    times = list(times)
    return (
        _part(MORNING, BOUNDS[0], times),
        _part(AFTERNOON, BOUNDS[1], times),
        _part(EVENING, BOUNDS[2], times),
    )


def _part(bit: int, bounds: tuple[int, int], times: list[Hours]) -> Hours:
    within = [time for time in times if time.parts & bit]
    first = max(bounds[0], min((time.minute for time in within), default=bounds[0]))
    last = min(bounds[1], max((time.ends for time in within), default=bounds[1]))
    return Hours(first, last - first, bit)
