"""People who stay together are one unit: it moves as a whole, and is pinned as a whole."""

from collections import defaultdict
from collections.abc import Iterator

from program.planning.grouping import GroupProblem


class Units:
    """`people` lists each unit's people, its first member being its name.

    Pairs that would put one person in two groups, or two who are kept apart in one, are left out;
    the groups then break them, and that is counted.
    """

    def __init__(self, problem: GroupProblem) -> None:
        self._first = {person.id: person.id for person in problem.people}
        self._members = {person.id: [person.id] for person in problem.people}
        self._apart: dict[int, set[int]] = defaultdict(set)
        for one, other in problem.apart:
            self._apart[one].add(other)
            self._apart[other].add(one)
        self.pinned = dict(problem.pinned)  # by the unit's name; people first
        self._most = max(size.most for size in problem.sizes)
        for one, other in sorted(problem.together):
            self._join(self._first[one], self._first[other])
        self.people = [self._members[p.id] for p in problem.people if self._first[p.id] == p.id]

    def _join(self, one: int, other: int) -> None:
        if one == other or self._clash(one, other):
            return
        one, other = min(one, other), max(one, other)
        group = self.pinned.get(one, self.pinned.get(other))
        for person in self._members[other]:
            self._first[person] = one
        self._members[one] += self._members.pop(other)
        if group is not None:
            self.pinned[one] = group

    def _clash(self, one: int, other: int) -> bool:
        mine, theirs = self._members[one], self._members[other]
        groups = {self.pinned[unit] for unit in (one, other) if unit in self.pinned}
        too_many = len(mine) + len(theirs) > self._most
        return len(groups) > 1 or too_many or any(self._apart[p] & set(theirs) for p in mine)

    def of(self, person: int) -> int:
        """The name of the unit."""
        return self._first[person]

    def __iter__(self) -> Iterator[list[int]]:
        return iter(self.people)
