"""What is not right about groups: as the kernel counts it, and as people do."""

from collections.abc import Sequence

from program.planning.grouping import GroupProblem, Groups
from program.planning.solver.groups.units import Units


def breaches(problem: GroupProblem, units: Units, group_of: Sequence[int]) -> int:
    """Each of them costs one penalty: people too many or too few, units that must be apart."""
    number = {unit[0]: u for u, unit in enumerate(units)}
    size = [0] * len(problem.sizes)
    for unit, group in zip(units, group_of, strict=True):
        size[group] += len(unit)
    pairs = {
        tuple(sorted((number[units.of(one)], number[units.of(other)])))
        for one, other in problem.apart
    }
    clashes = sum(one != other and group_of[one] == group_of[other] for one, other in pairs)
    return clashes + _outside(problem, size)


def broken(problem: GroupProblem, groups: Groups) -> int:
    """People outside the sizes, pairs and pins that do not hold."""
    group_of = {person: g for g, people in enumerate(groups) for person in people}
    return (
        _outside(problem, [len(people) for people in groups])
        + sum(group_of[one] == group_of[other] for one, other in set(problem.apart))
        + sum(group_of[one] != group_of[other] for one, other in set(problem.together))
        + sum(group_of[person] != group for person, group in problem.pinned)
    )


def _outside(problem: GroupProblem, sizes: Sequence[int]) -> int:
    return sum(
        max(0, size - wanted.most, wanted.least - size)
        for size, wanted in zip(sizes, problem.sizes, strict=True)
    )
