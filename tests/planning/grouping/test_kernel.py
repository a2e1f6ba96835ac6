"""The kernel's running numbers are those that a slow count finds."""

from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from program.planning.grouping import Attribute, GroupProblem
from program.planning.judging import judge
from program.planning.solver.groups.breaches import breaches
from program.planning.solver.groups.kernel import Kernel, as_groups
from program.planning.solver.groups.units import Units
from tests.planning.grouping.lists import municipal, small_lists

seeds = st.integers(0, 2**32)
slow = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def recount(kernel: Kernel, group_of: list[int]) -> int:
    judged = judge(kernel.problem, as_groups(kernel.problem, kernel.units, group_of))
    wrong = breaches(kernel.problem, kernel.units, group_of)
    return judged.cost + kernel.penalty * wrong


def placed(problem: GroupProblem, seed: int) -> Kernel:
    """At random: sizes, pairs and pins may all be wrong."""
    rng = Random(seed)  # noqa: S311  (repeatable)
    units = Units(problem)
    kernel = Kernel(problem, units, seed)
    kernel.place([rng.randrange(len(problem.sizes)) for _ in units])
    return kernel


@slow
@given(small_lists(), seeds)
def test_the_cost_of_random_groups_is_what_a_slow_count_finds(
    problem: GroupProblem, seed: int
) -> None:
    kernel = placed(problem, seed)

    assert kernel.cost == recount(kernel, kernel.group_of)


@slow
@given(small_lists(), seeds)
def test_what_a_swap_costs_is_the_difference_of_two_slow_counts(
    problem: GroupProblem, seed: int
) -> None:
    kernel = placed(problem, seed)
    before = kernel.group_of
    alone = [u for u, unit in enumerate(kernel.units) if len(unit) == 1]

    for one in alone:
        for other in alone:
            if before[one] != before[other]:
                after = list(before)
                after[one], after[other] = before[other], before[one]
                expected = recount(kernel, after) - recount(kernel, before)
                assert kernel.swap_cost(one, other) == expected


@slow
@given(small_lists(), seeds, st.integers(1, 3_000))
def test_after_any_number_of_steps_the_cost_is_that_of_the_groups(
    problem: GroupProblem, seed: int, steps: int
) -> None:
    kernel = placed(problem, seed)
    kernel.heat_up(2_000, steps)
    kernel.anneal(steps, -1)

    assert kernel.cost == recount(kernel, kernel.group_of)


def test_what_is_wrong_weighs_most_among_thousands_of_people_too() -> None:
    problem = municipal(60, 2)
    heavy = replace(problem, attributes=tuple(Attribute(a.key, 1_000) for a in problem.attributes))
    kernel = placed(heavy, 1)

    kernel.weigh_second_days(50_000)
    kernel.place([0] * len(kernel.units.people))

    assert kernel.cost > 30 * kernel.penalty * 50_000
