"""The annealing kernel (`native/groups.c`) and its memory."""

import ctypes
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from program.planning.grouping import GroupProblem, Groups
from program.planning.solver.groups.units import Units
from program.planning.solver.native import library

PENALTY = (
    40  # times the weight of all attributes, at least, for each person or pair that is not right
)
HEAT_PARTS = 256 << 16  # of one point
LN_16 = 11_908_177_887  # 2^32 * ln 16: from hot to cold
SAME_HEAT = 256  # steps between two coolings
SPARE = 8  # units that a group may list over what its size asks

Ints = ctypes.Array[ctypes.c_int32]
_POINTER = ctypes.POINTER(ctypes.c_int32)


class _State(ctypes.Structure):
    """As `Groups` in C."""

    _fields_ = (
        *((name, ctypes.c_int32) for name in (
            "units", "groups", "attributes", "values", "room", "loose",
        )),
        *((name, ctypes.c_int64) for name in ("off_weight", "second_weight", "penalty")),
        *((name, _POINTER) for name in (
            "value", "weight", "off", "people_from", "people_of", "apart_from",
            "apart", "pinned", "least", "most", "group_of", "place_of", "listed", "list_length",
            "size", "count", "off_in",
        )),
        *((name, ctypes.c_int64) for name in ("cost", "heat", "cooling")),
        ("random", ctypes.c_uint64 * 4),
    )  # fmt: skip


class Kernel:
    """Holds one grouping and makes it better, in slices of steps."""

    def __init__(self, problem: GroupProblem, units: Units, seed: int) -> None:
        self.problem, self.units = problem, units
        self.weight = sum(attribute.weight for attribute in problem.attributes) or 1
        self._most = [min(size.most, len(problem.people)) for size in problem.sizes]
        self.penalty = (PENALTY + 2 * max(self._most)) * self.weight + 2 * problem.off_weight
        self._keep: list[Ints] = []  # the memory that C points into
        self._state = _State(
            units=len(units.people),
            groups=len(problem.sizes),
            attributes=len(problem.attributes),
            off_weight=problem.off_weight,
            penalty=self.penalty,
        )
        self._fill_people()
        self._fill_units()
        self._make_room()
        _functions().groups_seed(self._at, ctypes.c_uint64(seed))

    @property
    def _at(self) -> ctypes.c_void_p:
        return ctypes.c_void_p(ctypes.addressof(self._state))

    @property
    def cost(self) -> int:
        """With the penalties of all that is not right."""
        return int(self._state.cost)

    def place(self, group_of: Sequence[int]) -> None:
        """Start from these groups, per unit."""
        self._state.loose = self._is_loose(group_of)
        listed = _times(group_of, len(self.problem.sizes))
        self._give_lists(max(*listed, *self._most) + SPARE)
        _functions().groups_place(self._at, _ints(group_of))

    def _is_loose(self, group_of: Sequence[int]) -> bool:
        """Groups can change their size, or must."""
        sizes = self.problem.sizes
        people = [0] * len(sizes)
        for unit, group in zip(self.units, group_of, strict=True):
            people[group] += len(unit)
        fit = all(s.least <= n <= s.most for s, n in zip(sizes, people, strict=True))
        alone = len(self.units.people) == len(self.problem.people)
        return not (fit and alone and all(size.least == size.most for size in sizes))

    def heat_up(self, hot: int, steps: int) -> None:
        """Begin hot (in 1/256 of a point), to be 16 times cooler after so many steps."""
        self._state.heat = hot << 16
        self._state.cooling = LN_16 * SAME_HEAT // max(16 * SAME_HEAT, steps)

    def anneal(self, steps: int, bound: int) -> int:
        """Do so many steps, or fewer when the bound is reached; returns the steps done."""
        return int(_functions().groups_anneal(self._at, steps, bound))

    def weigh_second_days(self, times: int) -> None:
        """From the next `place` on the second best weekday counts 1, all else `times` as much."""
        self._give("weight", [attribute.weight * times for attribute in self.problem.attributes])
        self._state.off_weight *= times
        self._state.second_weight = 1
        self._state.penalty *= times

    @property
    def group_of(self) -> list[int]:
        return list(self._state.group_of[: self._state.units])

    def swap_cost(self, one: int, other: int) -> int:
        """What it costs more when these two units of one person change places."""
        return int(_functions().groups_swap_cost(self._at, one, other))

    def _fill_people(self) -> None:
        problem = self.problem
        number: dict[tuple[str, str], int] = {}
        self._give("value", (
            number.setdefault((a.key, person.values.get(a.key, "")), len(number))
            for person in problem.people
            for a in problem.attributes
        ))  # fmt: skip
        self._state.values = len(number)
        self._give("weight", (attribute.weight for attribute in problem.attributes))
        self._give("off", (~person.working_days & 31 for person in problem.people))

    def _fill_units(self) -> None:
        units, problem = self.units, self.problem
        place = {person.id: i for i, person in enumerate(problem.people)}
        number = {unit[0]: u for u, unit in enumerate(units.people)}
        self._give_rows("people_from", "people_of", [[place[p] for p in u] for u in units.people])
        self._give_rows("apart_from", "apart", self._apart(number))
        self._give("pinned", (unit[0] in units.pinned for unit in units.people))
        self._give("least", (size.least for size in problem.sizes))
        self._give("most", self._most)

    def _apart(self, number: Mapping[int, int]) -> list[list[int]]:
        found: list[set[int]] = [set() for _ in number]
        for one, other in self.problem.apart:
            u, v = number[self.units.of(one)], number[self.units.of(other)]
            if u != v:
                found[u].add(v)
                found[v].add(u)
        return [sorted(others) for others in found]

    def _make_room(self) -> None:
        state = self._state
        for name, length in (
            ("group_of", state.units), ("place_of", state.units), ("list_length", state.groups),
            ("size", state.groups), ("count", state.groups * state.values),
            ("off_in", state.groups * 8),
        ):  # fmt: skip
            self._give(name, [0] * length)

    def _give_lists(self, room: int) -> None:
        self._state.room = room
        self._give("listed", [0] * (room * self._state.groups))

    def _give_rows(self, starts: str, values: str, rows: Sequence[Sequence[int]]) -> None:
        ends = [0]
        for row in rows:
            ends.append(ends[-1] + len(row))
        self._give(starts, ends)
        self._give(values, [value for row in rows for value in row])

    def _give(self, name: str, values: Iterable[int]) -> None:
        array = _ints(list(values))
        self._keep.append(array)
        setattr(self._state, name, ctypes.cast(array, _POINTER))


def _ints(values: Sequence[int]) -> Ints:
    return (ctypes.c_int32 * max(1, len(values)))(*values)


def _times(numbers: Sequence[int], count: int) -> list[int]:
    times = [0] * count
    for number in numbers:
        times[number] += 1
    return times


@cache
def _functions() -> ctypes.CDLL:
    found = library()
    found.groups_seed.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
    found.groups_seed.restype = None
    found.groups_place.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    found.groups_place.restype = None
    found.groups_anneal.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64]
    found.groups_anneal.restype = ctypes.c_int64
    found.groups_swap_cost.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int32]
    found.groups_swap_cost.restype = ctypes.c_int64
    return found


def as_groups(problem: GroupProblem, units: Units, group_of: Sequence[int]) -> Groups:
    """The people of each group, in order."""
    found: list[list[int]] = [[] for _ in problem.sizes]
    for unit, group in zip(units.people, group_of, strict=True):
        found[group] += unit
    return tuple(tuple(sorted(people)) for people in found)
