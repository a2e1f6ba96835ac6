"""Finds groups, tables, dates, rooms and trainers. Pure: no database, no Flask."""

from random import Random

from program.planning.problem import Limits, Plan, Problem, Proposal
from program.planning.solver.calendar import Calendar
from program.planning.solver.clock import Clock, Report
from program.planning.solver.days import Days
from program.planning.solver.finish import finish
from program.planning.solver.groups import form_for
from program.planning.solver.mixing import mix
from program.planning.solver.outline import outline
from program.planning.solver.search import search

TABLE_STEPS = 30  # times those of the calendar: each kind of step takes its own time


def solve(
    problem: Problem, limits: Limits | None = None, report: Report = lambda _progress: True
) -> Proposal:
    """The best plan found. `report` hears how far it is; when it says false the work stops.

    The same problem, seed and steps give the same plan, unless the seconds ran out.
    """
    limits = limits or Limits()
    clock = Clock(limits, report)
    rng = Random(limits.seed)  # noqa: S311  (nothing secret: a plan must be repeatable)
    clock.leave(0.8)
    grouping = form_for(problem, limits, clock)
    clock.leave(0.5)
    tables, tables_cost = mix(problem, grouping.groups, rng, limits.steps * TABLE_STEPS, clock)
    clock.leave(0)
    days = Days(problem)
    calendar = Calendar(problem, outline(problem, grouping.groups, tables, days), days)
    least = search(calendar, rng, limits.steps, clock)
    return Proposal(
        plan=Plan(grouping.groups, tables, finish(calendar)),
        cost={"groups": grouping.cost, "tables": tables_cost, "calendar": calendar.cost},
        bound={"groups": grouping.bound, "tables": 0, "calendar": least},
        seed=limits.seed,
        steps=limits.steps,
        stopped=clock.stopped,
    )
