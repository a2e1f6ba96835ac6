"""Forms balanced learning groups: swaps two people at a time, at first also for the worse.

The imbalance of an attribute is the sum of squares of how often each of its values is in each
group: least when every value is spread evenly, and that least is known beforehand. On top come
people with their own manager, and the people who do not work on the weekday that suits the group
best (nearly all of them must have one), and a little for its second best weekday.
"""

import math
from collections import Counter
from random import Random

from program.planning.problem import Person, Problem, Progress
from program.planning.solver.clock import EVERY, Clock

UNEVEN = 10
WITH_MANAGER = 2_000
OFF_ON_BEST_DAY = 500
OFF_ON_SECOND_DAY = 3
WEEKDAYS = range(5)
HOT, COLD = 60.0, 2.0

Groups = tuple[tuple[int, ...], ...]


def form(problem: Problem, rng: Random, steps: int, clock: Clock) -> tuple[Groups, int, int]:
    """The groups (of person ids), their cost, and the least that any grouping can cost."""
    forming = _Forming(problem)
    if problem.groups:
        forming.place_rest()
    else:
        forming.deal(rng)
        if forming.count > 1:
            forming.anneal(rng, steps, clock)
    return forming.groups(), forming.cost, forming.bound


def attributes(person: Person) -> tuple[tuple[str, str], ...]:
    return (
        ("department", person.department),
        ("gender", person.gender),
        ("job_title", person.job_title),
    )


class _Forming:
    def __init__(self, problem: Problem) -> None:
        self.people = problem.people
        self.count = max(1, min(problem.group_count, len(self.people)))
        if problem.groups:
            self.count = len(problem.groups)
        self._number()
        self._note_apart()
        self.bound = UNEVEN * self._least_uneven()
        self.off = [[1 - (p.working_days >> d & 1) for d in WEEKDAYS] for p in self.people]
        self.members: list[list[int]] = [[] for _ in range(self.count)]
        self.group_of = [-1] * len(self.people)
        self.counts = [[0] * self.value_count for _ in range(self.count)]
        self.off_in = [[0] * len(WEEKDAYS) for _ in range(self.count)]
        self.cost = 0
        standing = {person: g for g, group in enumerate(problem.groups) for person in group}
        for i, person in enumerate(self.people):
            if person.id in standing:
                self._put(i, standing[person.id])

    def _number(self) -> None:
        number: dict[tuple[str, str], int] = {}
        self.values = [
            tuple(number.setdefault(value, len(number)) for value in attributes(person))
            for person in self.people
        ]
        self.value_count = len(number)

    def _note_apart(self) -> None:
        index = {person.id: i for i, person in enumerate(self.people)}
        self.apart: list[set[int]] = [set() for _ in self.people]
        for i, person in enumerate(self.people):
            boss = index.get(person.manager) if person.manager is not None else None
            if boss is not None and boss != i:
                self.apart[i].add(boss)
                self.apart[boss].add(i)

    def _least_uneven(self) -> int:
        """Even, but for this: the group of a manager has none of the people whom they manage."""
        spread = Counter(value for values in self.values for value in values)
        room = dict(spread)  # in some one group, for people with this value
        for apart in self.apart:
            for value, n in Counter(v for j in apart for v in self.values[j]).items():
                room[value] = min(room[value], spread[value] - n)
        return sum(_even_but_one(n, self.count, room[value]) for value, n in spread.items())

    def deal(self, rng: Random) -> None:
        """Start with people of the same kind dealt over the groups."""
        order = list(range(len(self.people)))
        rng.shuffle(order)
        order.sort(key=lambda i: self.values[i])
        for place, i in enumerate(order):
            self._put(i, place % self.count)

    def place_rest(self) -> None:
        """The groups stand: newcomers join the smallest group that suits them best."""
        for i in range(len(self.people)):
            if self.group_of[i] < 0:
                smallest = min(len(group) for group in self.members)
                options = [g for g, group in enumerate(self.members) if len(group) == smallest]
                self._put(i, min(options, key=lambda g: self._joining(i, g)))

    def anneal(self, rng: Random, steps: int, clock: Clock) -> None:
        best, kept = self.cost, list(self.group_of)
        cooling = (COLD / HOT) ** (1 / max(1, steps))
        heat = HOT
        for step in range(steps):
            if step % EVERY == 0:
                broken = (best - self.bound) // OFF_ON_BEST_DAY
                told = Progress("groups", step, steps, broken, best, self.bound)
                if not clock.go_on(told):
                    break
            self._try_swap(rng, heat)
            heat *= cooling
            if self.cost < best:
                best, kept = self.cost, list(self.group_of)
                if best == self.bound:
                    break
        self._return_to(kept)

    def _try_swap(self, rng: Random, heat: float) -> None:
        i, j = int(rng.random() * len(self.people)), int(rng.random() * len(self.people))
        g, h = self.group_of[i], self.group_of[j]
        if g == h:
            return
        before = self.cost
        self._swap(i, j)
        worse = self.cost - before
        if worse > 0 and rng.random() >= math.exp(-worse / heat):
            self._swap(i, j)

    def _swap(self, i: int, j: int) -> None:
        g, h = self.group_of[i], self.group_of[j]
        self._take(i)
        self._take(j)
        self._put(i, h)
        self._put(j, g)

    def _put(self, i: int, g: int) -> None:
        self.cost += self._joining(i, g)
        self.group_of[i] = g
        self.members[g].append(i)
        counts, off_in = self.counts[g], self.off_in[g]
        for value in self.values[i]:
            counts[value] += 1
        for day, off in enumerate(self.off[i]):
            off_in[day] += off

    def _take(self, i: int) -> None:
        g = self.group_of[i]
        self.group_of[i] = -1
        self.members[g].remove(i)
        counts, off_in = self.counts[g], self.off_in[g]
        for value in self.values[i]:
            counts[value] -= 1
        for day, off in enumerate(self.off[i]):
            off_in[day] -= off
        self.cost -= self._joining(i, g)

    def _joining(self, i: int, g: int) -> int:
        """What it costs to put this person, who is in no group, into a group."""
        counts, off_in = self.counts[g], self.off_in[g]
        uneven = sum(2 * counts[value] + 1 for value in self.values[i])
        with_manager = sum(self.group_of[j] == g for j in self.apart[i])
        after = [there + off for there, off in zip(off_in, self.off[i], strict=True)]
        return UNEVEN * uneven + WITH_MANAGER * with_manager + _off_cost(after) - _off_cost(off_in)

    def _return_to(self, group_of: list[int]) -> None:
        for i in range(len(self.people)):
            self._take(i)
        for i, g in enumerate(group_of):
            self._put(i, g)

    def groups(self) -> Groups:
        return tuple(tuple(sorted(self.people[i].id for i in group)) for group in self.members)


def _off_cost(off_in: list[int]) -> int:
    best, second, *_rest = sorted(off_in)
    return OFF_ON_BEST_DAY * best + OFF_ON_SECOND_DAY * second


def _even_but_one(total: int, parts: int, most: int) -> int:
    """As even as can be, when one of the parts may hold no more than so many."""
    if parts == 1 or most >= total // parts:
        return _even(total, parts)
    return most * most + _even(total - most, parts - 1)


def _even(total: int, parts: int) -> int:
    low, more = divmod(total, parts)
    return (parts - more) * low * low + more * (low + 1) * (low + 1)
