"""Who brings the case, who chairs and who observes at each table: everybody equally often.

For one task it is a matter of giving every table one of its people, so that nobody gets two turns
more than another: best when no chain of exchanges takes a turn from somebody who has at least two
more than the last of the chain (optimal semi-matchings: Harvey, Ladner, Lovász and Tamir, 2006).
When all tables are of one size, such turns exist for each next task too: the seats that are left
are again a bipartite graph whose tables have one degree (de Werra, 1971).
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from itertools import permutations

TASKS = 3  # case, chair, observer

Place = tuple[int, int]  # a round and a table in it
Given = tuple[int, ...]  # who has which task, in the order of `TableTask`; a small table has fewer


def shared_tasks(
    rounds: Sequence[Sequence[Sequence[int]]], given: Mapping[Place, Given] | None = None
) -> list[list[Given]]:
    """Per round and table; what was given already stays, and counts."""
    given = given or {}
    found: dict[Place, list[int]] = {
        (r, t): list(given.get((r, t), ()))
        for r, tables in enumerate(rounds)
        for t in range(len(tables))
    }
    for task in range(TASKS):
        _Sharing(rounds, found, set(given), task).share()
    _exchange(found, set(given))
    return [[tuple(found[r, t]) for t in range(len(tables))] for r, tables in enumerate(rounds)]


def _exchange(found: dict[Place, list[int]], given: set[Place]) -> None:
    """Who share a table exchange tasks as long as that makes turns more even."""
    turns = Counter((task, p) for people in found.values() for task, p in enumerate(people))
    better = True
    while better:
        better = False
        for place in sorted(found.keys() - given):
            people = found[place]
            for task, p in enumerate(people):
                turns[task, p] -= 1
            best = min(permutations(people), key=lambda order: _cost(turns, order))
            if _cost(turns, best) < _cost(turns, people):
                found[place], better = list(best), True
            for task, p in enumerate(found[place]):
                turns[task, p] += 1


def _cost(turns: Mapping[tuple[int, int], int], people: Sequence[int]) -> int:
    return sum(turns[task, person] for task, person in enumerate(people))


class _Sharing:
    """One task over all tables that do not have it yet."""

    def __init__(
        self,
        rounds: Sequence[Sequence[Sequence[int]]],
        found: dict[Place, list[int]],
        given: set[Place],
        task: int,
    ) -> None:
        self._found = found
        self._turns = Counter(people[task] for people in found.values() if len(people) > task)
        self._all = Counter(person for people in found.values() for person in people)
        self._can: dict[Place, list[int]] = {}
        for (r, t), people in found.items():
            free = sorted(set(rounds[r][t]) - set(people))
            if (r, t) not in given and len(people) == task and free:
                self._can[r, t] = free
        self._has: dict[Place, int] = {}
        self._tables_of: dict[int, set[Place]] = {}
        self._hopeless: set[int] = set()  # from them nobody with fewer turns can be reached

    def share(self) -> None:
        for place, people in self._can.items():
            self._give(place, min(people, key=lambda p: (self._turns[p], self._all[p], p)))
        for most in range(max(self._turns.values(), default=0), 1, -1):
            for person in sorted(p for p, turns in self._turns.items() if turns == most):
                if person not in self._hopeless:
                    self._relieve(person)
        for place, person in self._has.items():
            self._found[place].append(person)

    def _give(self, place: Place, person: int) -> None:
        before = self._has.get(place)
        if before is not None:
            self._turns[before] -= 1
            self._tables_of[before].remove(place)
        self._has[place] = person
        self._turns[person] += 1
        self._tables_of.setdefault(person, set()).add(place)

    def _relieve(self, person: int) -> None:
        """Hand one turn on, from one to the next, to somebody who has two fewer."""
        came: dict[int, tuple[int, Place]] = {}
        queue, seen = deque([person]), {person} | self._hopeless
        while queue:
            one = queue.popleft()
            for place in sorted(self._tables_of.get(one, ())):
                for other in self._can[place]:
                    if other in seen:
                        continue
                    seen.add(other)
                    came[other] = one, place
                    if self._turns[other] <= self._turns[person] - 2:
                        self._hand_on(other, came, person)
                        return
                    queue.append(other)
        self._hopeless = seen

    def _hand_on(self, last: int, came: Mapping[int, tuple[int, Place]], first: int) -> None:
        while last != first:
            before, place = came[last]
            self._give(place, last)
            last = before
