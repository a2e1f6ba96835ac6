"""Finds groups, tables, dates, rooms and trainers. Pure: no database, no Flask."""

from collections import Counter
from collections.abc import Mapping
from random import Random

from program.planning.problem import Limits, Plan, Problem, Proposal
from program.planning.solver.clock import Clock, Report
from program.planning.solver.compile import Compiled, compiled
from program.planning.solver.dates import Found
from program.planning.solver.dates.recount import recount, total_cost
from program.planning.solver.dates.search import search
from program.planning.solver.decode import decoded
from program.planning.solver.groups import form_for
from program.planning.solver.mixing import mix
from program.planning.solver.settle import settled

TABLE_STEPS = 30  # times those of the limits: each kind of step takes its own time
CALENDAR_STEPS = 8
HASTY = Limits(steps=100_000, seconds=1)  # dates for whoever stops before there are any


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
    groups = grouping.groups
    clock.leave(0.5)
    tables, tables_cost = mix(problem, groups, rng, limits.steps * TABLE_STEPS, clock)
    clock.leave(0)
    made = compiled(problem, groups, tables)
    found = _dates(made, limits, clock, report)
    calendar, reasons = settled(made, found.calendar)
    count = recount(made.model, calendar)
    cost = total_cost(made.model, count)
    return Proposal(
        plan=Plan(groups, tables, decoded(problem, made, calendar, reasons)),
        cost={"groups": grouping.cost, "tables": tables_cost, "calendar": cost},
        bound={"groups": grouping.bound, "tables": 0, "calendar": min(found.bound, cost)},
        seed=limits.seed,
        steps=limits.steps,
        stopped=clock.stopped or found.stopped,
        cost_by_rule=_by_rule(made, count.cost),
    )


def _dates(made: Compiled, limits: Limits, clock: Clock, report: Report) -> Found:
    """A whole calendar even for whoever was asked to stop: a plan without dates is none."""
    if clock.asked_to_stop:
        return search(made.model, HASTY, lambda _progress: True)
    steps = limits.steps * CALENDAR_STEPS
    return search(made.model, Limits(limits.seed, steps, max(HASTY.seconds, clock.left)), report)


def _by_rule(made: Compiled, costs: Mapping[int, int]) -> dict[str, float]:
    sums: Counter[str] = Counter()
    for rule, points in costs.items():
        sums[made.model.rules[rule].key] += points
    return dict(sums)
