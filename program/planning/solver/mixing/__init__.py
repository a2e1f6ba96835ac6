"""Mixes people over small tables, round after round, so that nobody meets twice if possible.

A pair that met x times before pays x for meeting once more; people of one learning group count as
having met; own managers, and people who are kept apart, never sit together if it can be. The
members of a table also need weekdays on which all of them work, for their meeting must find a date.
"""

from random import Random

from program.planning.problem import Problem, Progress, Tables
from program.planning.solver.clock import Clock
from program.planning.solver.mixing.find import find
from program.planning.solver.mixing.question import AGAIN, Asked, Groups
from program.planning.solver.mixing.seating import NEVER

__all__ = ["mix"]


def mix(
    problem: Problem, groups: Groups, rng: Random, steps: int, clock: Clock
) -> tuple[tuple[Tables, ...], int]:
    """The tables of every round, and what they cost."""
    asked = Asked(problem, groups, rng)
    if not asked.rounds:
        return (), 0

    def go_on(step: int, of: int, cost: int) -> bool:
        return clock.go_on(Progress("tables", step, of, cost // (NEVER * AGAIN), cost, 0))

    found = find(asked.mixing(rng.getrandbits(63)), steps, go_on)
    return asked.tables(found.rounds), found.cost
