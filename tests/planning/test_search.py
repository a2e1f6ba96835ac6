"""What the solver keeps up to date while it works is what a recount gives."""

from random import Random

from hypothesis import HealthCheck, given, settings

from program.planning.problem import Limits, Problem
from program.planning.solver.calendar import Calendar
from program.planning.solver.clock import Clock
from program.planning.solver.days import Days
from program.planning.solver.groups import form_for
from program.planning.solver.mixing import mix
from program.planning.solver.outline import outline
from program.planning.solver.search import search
from tests.planning.cases import problems


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_the_running_cost_of_a_calendar_is_that_of_its_places(problem: Problem) -> None:
    rng = Random(3)  # noqa: S311  (repeatable)
    clock = Clock(Limits(), lambda _progress: True)
    groups = form_for(problem, Limits(steps=100), clock).groups
    tables, _table_cost = mix(problem, groups, rng, 100, clock)
    days = Days(problem)
    wanted = outline(problem, groups, tables, days)
    worked = Calendar(problem, wanted, days)
    search(worked, rng, 200, clock)

    anew = Calendar(problem, wanted, days)
    for number, place in enumerate(worked.places):
        if place is not None:
            anew.put(number, place)

    assert anew.cost == worked.cost
