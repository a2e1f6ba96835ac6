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
    if not given and _is_even(rounds) and _differ(found, rounds):
        found = _levelled(found, rounds)
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


def _is_even(rounds: Sequence[Sequence[Sequence[int]]]) -> bool:
    """Tables of one size, at which everybody sits equally often."""
    tables = [table for tables in rounds for table in tables]
    times = Counter(person for table in tables for person in table)
    return len(set(map(len, tables))) == 1 == len(set(times.values()))


def _differ(
    found: Mapping[Place, Sequence[int]], rounds: Sequence[Sequence[Sequence[int]]]
) -> bool:
    """Whether somebody has two turns more than another."""
    everybody = {person for tables in rounds for table in tables for person in table}
    turns = Counter((task, p) for people in found.values() for task, p in enumerate(people))
    each = [[turns[task, person] for person in everybody] for task in range(TASKS)]
    return any(max(those) - min(those) > 1 for those in each)


def _levelled(
    found: Mapping[Place, Sequence[int]], rounds: Sequence[Sequence[Sequence[int]]]
) -> dict[Place, list[int]]:
    """Everybody has each task, and each place without one, equally often or once more.

    As long as somebody has one two times more than another, a chain of tables leads from them to
    somebody who has it less: along it the two change (equitable edge colourings, de Werra).
    """
    seats = {
        (r, t): [*people, *sorted(set(rounds[r][t]) - set(people))]
        for (r, t), people in found.items()
    }
    pairs = list(permutations(range(len(next(iter(seats.values())))), 2))
    while any(_balanced(seats, one, other) for one, other in pairs):
        pass
    return {place: people[:TASKS] for place, people in seats.items()}


def _balanced(seats: dict[Place, list[int]], one: int, other: int) -> bool:
    """Change these two along chains until none is left to change; whether there was one."""
    changed = False
    while chain := _chain(seats, one, other):
        for place in chain:
            people = seats[place]
            people[one], people[other] = people[other], people[one]
        changed = True
    return changed


def _chain(seats: Mapping[Place, Sequence[int]], one: int, other: int) -> list[Place]:
    """From who has one task two times more than the other, to who has it less; or nothing."""
    more = Counter(people[one] for people in seats.values())
    more.subtract(people[other] for people in seats.values())
    first = next((person for person in sorted(more) if more[person] > 1), None)
    if first is None:
        return []
    tables: dict[int, list[Place]] = {}
    for place, people in seats.items():
        tables.setdefault(people[one], []).append(place)
    ways: dict[int, list[Place]] = {first: []}
    queue = deque([first])
    while queue:
        person = queue.popleft()
        if more[person] < 0:
            return ways[person]
        for place in tables.get(person, ()):
            mate = seats[place][other]
            if mate not in ways:
                ways[mate] = [*ways[person], place]
                queue.append(mate)
    return []


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
