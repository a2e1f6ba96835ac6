"""Finds dates, times, rooms and trainers for the meetings of a model."""

from collections.abc import Mapping
from dataclasses import dataclass

from program.planning.solver.model import Calendar


@dataclass(frozen=True, slots=True)
class Found:
    """A calendar, and what it comes to."""

    calendar: Calendar
    broken: Mapping[int, int]  # by place in Model.rules: how often
    cost: int
    costs: Mapping[int, int]  # the same points, by place in Model.rules
    bound: int  # no calendar costs less
    steps: int
    stopped: bool = False  # by the clock or by a person, before all steps were done
