"""What no groups can be better than is known, also where they cannot be quite even."""

from typing import Any

import pytest

from program.planning.grouping import Attribute, GroupProblem, Member, Sizes, even_sizes
from program.planning.problem import Limits
from program.planning.solver.groups import form


def question(letters: str, groups: int, **more: Any) -> GroupProblem:
    people = tuple(Member(n, {"team": letter}) for n, letter in enumerate(letters))
    row: dict[str, Any] = {"sizes": even_sizes(len(letters), groups), "off_weight": 0}
    return GroupProblem(people, (Attribute("team"),), **row | more)


@pytest.mark.parametrize(
    ("problem", "bound", "cost"),
    [
        (question("AAAABBBB", 2), 16, 16),  # two of each in both
        (question("AAAABB", 2), 10, 10),
        # All of A but the manager work for the manager, who is alone among A: 1 + 9, and 4 + 4.
        (question("AAAABBBB", 2, apart=((0, 1), (0, 2), (0, 3))), 18, 20),
        (question("AAABBBCCC", 3, pinned=((0, 0), (1, 0))), 13, 13),  # AAB? and what is left
        (question("AAAABBBB", 2, together=((0, 1), (1, 2), (2, 3))), 24, 32),
        (question("AAAABBBB", 2, sizes=(Sizes(6, 6), Sizes(2, 2))), 20, 20),  # 9 + 9 and 1 + 1
    ],
)
def test_the_bound_knows_why_a_value_cannot_be_spread_quite_evenly(
    problem: GroupProblem, bound: int, cost: int
) -> None:
    found = form(problem, Limits(seed=1, steps=20_000))

    assert (found.bound, found.cost, found.broken) == (bound, cost, 0)


def test_unequal_groups_can_be_proven_best_as_well() -> None:
    problem = question("AAAABBBBCCCC", 3, sizes=(Sizes(6, 6), Sizes(3, 3), Sizes(3, 3)))

    assert form(problem, Limits(seed=1, steps=20_000)).optimal


def test_with_one_group_there_is_nothing_to_better() -> None:
    people = tuple(Member(n, {"team": "A"}, 0b00001 << n % 2) for n in range(4))
    problem = GroupProblem(people, (Attribute("team"),), even_sizes(4, 1))

    found = form(problem)

    assert found.optimal  # two people are off on any weekday, and the bound knows
