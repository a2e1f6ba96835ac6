"""The groups to start from: like people dealt round, whoever is pinned first."""

from collections import defaultdict
from random import Random

from program.planning.grouping import GroupProblem
from program.planning.solver.groups.units import Units


def deal(problem: GroupProblem, units: Units, seed: int) -> list[int]:
    """A group per unit; sizes hold where the units allow it, most pairs apart do."""
    return _Dealing(problem, units, seed).group_of


class _Dealing:
    def __init__(self, problem: GroupProblem, units: Units, seed: int) -> None:
        self.problem, self.units = problem, units
        self.rng = Random(seed)  # noqa: S311  (nothing secret: a plan must be repeatable)
        self.size = [0] * len(problem.sizes)
        self.group_of = [-1] * len(units.people)
        self.number = {unit[0]: u for u, unit in enumerate(units.people)}
        self.apart = self._apart()
        self._place_where_it_stands()
        self._deal_rest()

    def _apart(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for one, other in self.problem.apart:
            u, v = self.number[self.units.of(one)], self.number[self.units.of(other)]
            found[u].add(v)
            found[v].add(u)
        return found

    def _place_where_it_stands(self) -> None:
        stands = {p: g for g, people in enumerate(self.problem.start) for p in people}
        for u, unit in enumerate(self.units.people):
            group = self.units.pinned.get(unit[0], stands.get(unit[0]))
            if group is not None and group < len(self.size):
                self._put(u, group)

    def _deal_rest(self) -> None:
        values = {
            p.id: tuple(p.values.get(a.key, "") for a in self.problem.attributes)
            for p in self.problem.people
        }
        rest = [u for u, group in enumerate(self.group_of) if group < 0]
        self.rng.shuffle(rest)
        rest.sort(key=lambda u: (-len(self.units.people[u]), values[self.units.people[u][0]]))
        turn = 0
        for u in rest:
            turn = self._next(u, turn)
            self._put(u, turn)
            turn = (turn + 1) % len(self.size)

    def _next(self, u: int, turn: int) -> int:
        """The next group that has too few people, else room, and nobody to be kept from."""
        need, count = len(self.units.people[u]), len(self.size)
        forbidden = {self.group_of[v] for v in self.apart[u]}
        for fits in (self._is_short, self._has_room):
            for k in range(count):
                g = (turn + k) % count
                if fits(g, need) and g not in forbidden:
                    return g
        return min(range(count), key=lambda g: self.size[g] - self.problem.sizes[g].most)

    def _is_short(self, g: int, need: int) -> bool:
        return self.size[g] + need <= self.problem.sizes[g].least

    def _has_room(self, g: int, need: int) -> bool:
        return self.size[g] + need <= self.problem.sizes[g].most

    def _put(self, u: int, g: int) -> None:
        self.group_of[u] = g
        self.size[g] += len(self.units.people[u])
