"""What no grouping can cost less than: every value spread as evenly as sizes and pairs allow.

Each attribute by itself, so the sum is a bound for all. Three ways to see that a value cannot be
spread quite evenly, and the best of them counts: people who stay together or are pinned make a
group full of it; a manager's group has none of the people they manage; groups of unequal size
cannot all have the same (a Lagrangian bound, in whole numbers).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from program.planning.grouping import WEEKDAYS, GroupProblem, Sizes
from program.planning.solver.groups.units import Units

ASCENTS = 60  # rounds over all prices
MOST_ROWS = 40  # more different groups than that: what is pinned is not looked at


def bound(problem: GroupProblem, units: Units) -> int:
    """In the points of the cost."""
    spread = sum(
        attribute.weight * _least_squares(problem, units, attribute.key)
        for attribute in problem.attributes
    )
    return spread + problem.off_weight * _off_anyhow(problem)


def _off_anyhow(problem: GroupProblem) -> int:
    """People who work on none of the weekdays, when there are no more weekdays than groups."""
    chosen = min(len(WEEKDAYS), len(problem.sizes))
    working = Counter(person.working_days & 31 for person in problem.people)
    return min(
        sum(n for days, n in working.items() if not any(days >> day & 1 for day in met_on))
        for met_on in combinations(WEEKDAYS, chosen)
    )


def _least_squares(problem: GroupProblem, units: Units, key: str) -> int:
    value = {person.id: person.values.get(key, "") for person in problem.people}
    totals = Counter(value.values())
    floors, caps = _floors(units, value, len(problem.sizes)), _caps(problem, value, totals)
    count = len(problem.sizes)
    by_value = sum(
        max(_filled(total, count, floors[v]), _capped(total, count, caps[v]))
        for v, total in totals.items()
    )
    if not units.pinned and _are_even(problem.sizes, len(problem.people)):
        return by_value  # then an even spread of every value fits the sizes
    rows = _rows(problem, units, value, list(totals))
    return max(by_value, _Prices(rows, totals).best()) if _fit(rows, totals.total()) else by_value


def _floors(units: Units, value: Mapping[int, str], count: int) -> Mapping[str, list[int]]:
    """Per value, how many of it some groups have at least: each entry is another group.

    In one group there are more of it when two units share it, so the largest ones count.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for unit in units:
        for v, n in Counter(value[person] for person in unit).items():
            found[v].append(n)
    return {v: sorted(sizes, reverse=True)[:count] for v, sizes in found.items()}


def _filled(total: int, count: int, floors: Sequence[int]) -> int:
    """The least sum of squares when some of the parts have a least size: water finds its level."""
    left, parts = total, count
    high = 0
    for floor in sorted(floors, reverse=True):
        if floor * parts <= left:
            break
        high += floor * floor
        left, parts = left - floor, parts - 1
    return high + (even(left, parts) if parts else 0)


def _caps(
    problem: GroupProblem, value: Mapping[int, str], totals: Mapping[str, int]
) -> Mapping[str, list[int]]:
    """Per value, how many of it some groups have at most: each entry is another group.

    People who are all kept from one another are in different groups, so each of them caps one.
    """
    others: dict[int, set[int]] = defaultdict(set)
    for one, other in problem.apart:
        others[one].add(other)
        others[other].add(one)
    room: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for person, apart in others.items():
        for v, n in Counter(value[other] for other in apart).items():
            room[v].append((totals[v] - n, person))
    return defaultdict(
        list, {v: _of_different_groups(sorted(rooms), others) for v, rooms in room.items()}
    )


def _of_different_groups(
    rooms: Iterable[tuple[int, int]], others: Mapping[int, set[int]]
) -> list[int]:
    chosen: list[int] = []
    caps = []
    for room, person in rooms:
        if all(person in others[earlier] for earlier in chosen):
            chosen.append(person)
            caps.append(room)
    return caps


def _capped(total: int, count: int, caps: Sequence[int]) -> int:
    """The least sum of squares when some of the parts have a largest size."""
    left, parts, low = total, count, 0
    for cap in sorted(caps):
        if parts == 1 or cap * parts >= left:
            break
        low += cap * cap
        left, parts = left - cap, parts - 1
    return low + even(left, parts)


def even(total: int, parts: int) -> int:
    """The sum of squares of the most even whole parts."""
    low, more = divmod(total, parts)
    return (parts - more) * low * low + more * (low + 1) * (low + 1)


def _are_even(sizes: Sequence[Sizes], people: int) -> bool:
    """Every group may have the average size, rounded one way or the other."""
    low, more = divmod(people, len(sizes))
    may_be_low = sum(size.least <= low <= size.most for size in sizes)
    may_be_high = sum(size.least <= low + 1 <= size.most for size in sizes)
    fits = all(size.least <= low + bool(more) and size.most >= low for size in sizes)
    return fits and may_be_high >= more and may_be_low >= len(sizes) - more


@dataclass(frozen=True, slots=True)
class _Row:
    """A group as far as the bound sees it: its size, and how many of each value it has already."""

    size: Sizes
    floors: tuple[int, ...]


def _rows(
    problem: GroupProblem, units: Units, value: Mapping[int, str], values: Sequence[str]
) -> Counter[_Row]:
    there: list[Counter[str]] = [Counter() for _ in problem.sizes]
    for unit in units:
        if unit[0] in units.pinned:
            there[units.pinned[unit[0]]].update(value[person] for person in unit)
    rows = Counter(
        _Row(size, tuple(has[v] for v in values))
        for size, has in zip(problem.sizes, there, strict=True)
    )
    if len(rows) <= MOST_ROWS:
        return rows
    return Counter(_Row(size, (0,) * len(values)) for size in problem.sizes)


def _fit(rows: Counter[_Row], people: int) -> bool:
    """Who is pinned leaves a way to reach the sizes; otherwise no price is the highest."""
    least = sum(n * max(row.size.least, sum(row.floors)) for row, n in rows.items())
    return least <= people and all(sum(row.floors) <= row.size.most for row in rows)


class _Prices:
    """The dual of: whole numbers per group and value, with given sums, least sum of squares.

    A price per kind of group and per value, each raised or lowered while the bound gets better.
    """

    def __init__(self, rows: Counter[_Row], totals: Counter[str]) -> None:
        self.kinds, self.totals = list(rows.items()), list(totals.values())
        count = rows.total()
        average = sum(self.totals) // count
        self.rows = [
            2 * (min(max(average, row.size.least), row.size.most) - average) // len(self.totals)
            for row in rows
        ]
        self.columns = [2 * (total // count) + 1 for total in self.totals]

    def best(self) -> int:
        found = self._value()
        for _ in range(ASCENTS):
            before = found
            for prices in (self.rows, self.columns):
                for place in range(len(prices)):
                    found = self._ascend(prices, place, found)
            if found == before:
                break
        return found

    def _ascend(self, prices: list[int], place: int, found: int) -> int:
        for change in (1, -1):
            while True:
                prices[place] += change
                value = self._value()
                if value <= found:
                    prices[place] -= change
                    break
                found = value
        return found

    def _value(self) -> int:
        columns = sum(p * total for p, total in zip(self.columns, self.totals, strict=True))
        return columns + sum(
            n * (price * (row.size.least if price > 0 else row.size.most) + self._cells(row, price))
            for (row, n), price in zip(self.kinds, self.rows, strict=True)
        )

    def _cells(self, row: _Row, price: int) -> int:
        return sum(
            _least_at(price + column, floor)
            for column, floor in zip(self.columns, row.floors, strict=True)
        )


def _least_at(price: int, floor: int) -> int:
    """The least of c * c - price * c over whole c from the floor."""
    c = max(floor, price // 2)
    return c * c - price * c
