"""Who sits where in every round, held in flat arrays that the kernel `rotation.c` works on."""

import ctypes
from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

from program.planning.solver.native import library

Table = Sequence[int]  # numbers of people, from 0
Round = Sequence[Table]

MOST_MET = 100  # more often than that counts as that
NEVER = 120  # people who may not meet: as if they had met so often

_INT = ctypes.POINTER(ctypes.c_int32)
_BYTE = ctypes.POINTER(ctypes.c_uint8)


@dataclass(frozen=True, slots=True)
class Prices:
    """What it costs to meet once more (per time met), and a table by its common weekdays."""

    again: int = 10
    no_day: int = 0
    one_day: int = 0

    def by_days(self) -> list[int]:
        """For every set of weekdays, as bits."""
        return [
            (self.no_day, self.one_day, 0, 0, 0, 0)[days.bit_count()]
            for days in range(32)
        ]  # fmt: skip


@dataclass(slots=True)
class Known:
    """What is known about the people before anybody sits: who met whom, who works when."""

    people: int
    met: bytearray = field(repr=False)  # people × people
    works: bytes = b""  # weekdays as bits, bit 0 is Monday; empty: they do not matter

    @classmethod
    def nothing(cls, people: int) -> "Known":
        return cls(people, bytearray(people * people))

    def note(self, one: int, other: int, times: int) -> None:
        """They met so often, besides what was noted already."""
        if one == other:
            return
        earlier = self.met[one * self.people + other]
        most = NEVER if NEVER in {earlier, times} else MOST_MET
        for a, b in ((one, other), (other, one)):
            self.met[a * self.people + b] = min(earlier + times, most)


@dataclass(frozen=True, slots=True)
class Link:
    """Who is in both rounds has so many days between them; `most` below 0 is no limit."""

    earlier: int
    later: int
    least: int
    most: int = -1


@dataclass(frozen=True, slots=True)
class Dates:
    """Tables that have their date already, and who cannot be there."""

    days: Sequence[int]  # per table, round after round; below 0: no date yet
    away: bytes = field(repr=False)  # people × tables
    links: tuple[Link, ...] = ()
    misfit: int = 400  # points for one person at a table that does not suit them


class _Link(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in ("earlier", "later", "least", "most")]


class _Mixing(ctypes.Structure):
    """As the kernel declares it."""

    _fields_ = [
        *((name, ctypes.c_int32) for name in ("people", "tables", "free_seats", "rounds")),
        *(
            (name, _INT)
            for name in ("sits", "table_of", "first", "free_seat", "round_of", "from_", "seat_of")
        ),
        ("met", _BYTE),
        ("works", _BYTE),
        ("day_cost", ctypes.c_int32 * 32),
        ("again", ctypes.c_int32),
        ("uses_days", ctypes.c_int32),
        ("misfit", ctypes.c_int32),
        ("links", ctypes.c_int32),
        ("link", ctypes.POINTER(_Link)),
        *((name, _INT) for name in ("day_of", "round_at", "sits_at")),
        ("away", _BYTE),
        ("cost", ctypes.c_int64),
        ("random", ctypes.c_uint64 * 4),
    ]


class Seating:
    """The rounds with their tables; locked tables (round, table) keep their people.

    It counts its meetings in the bytes of `known.met`, so those belong to it from now on.
    """

    def __init__(
        self,
        known: Known,
        rounds: Sequence[Round],
        prices: Prices,
        *,
        seed: int = 1,
        locked: Collection[tuple[int, int]] = (),
        dates: Dates | None = None,
    ) -> None:
        self.known, self._sizes = known, [[len(table) for table in tables] for tables in rounds]
        self._sits = array(
            "i", (person for tables in rounds for table in tables for person in table)
        )
        self._layout(locked)
        self._state = _Mixing(people=known.people, tables=len(self._first) - 1)
        self._point(prices)
        if dates:
            self._date(dates)
        _kernel("rotation_seed")(ctypes.byref(self._state), ctypes.c_uint64(seed))
        self._count()

    def _layout(self, locked: Collection[tuple[int, int]]) -> None:
        self._table_of, self._first = array("i"), array("i", [0])
        self._free, self._round_of, self._from = array("i"), array("i"), array("i", [0])
        for r, sizes in enumerate(self._sizes):
            for t, size in enumerate(sizes):
                begin = self._first[-1]
                self._table_of.extend([len(self._first) - 1] * size)
                self._first.append(begin + size)
                if (r, t) not in locked:
                    self._free.extend(range(begin, begin + size))
            self._round_of.extend([r] * (len(self._free) - len(self._round_of)))
            self._from.append(len(self._free))

    def _point(self, prices: Prices) -> None:
        state = self._state
        state.free_seats, state.again = len(self._free), prices.again
        arrays = {
            "sits": self._sits, "table_of": self._table_of, "first": self._first,
            "free_seat": self._free, "round_of": self._round_of, "from_": self._from,
        }  # fmt: skip
        for name, numbers in arrays.items():
            setattr(state, name, _ints(numbers))
        state.met = _bytes(self.known.met)
        state.uses_days = int(bool(self.known.works))
        self._works = bytearray(self.known.works or bytes(self.known.people))
        state.works = _bytes(self._works)
        state.day_cost[:] = prices.by_days()

    def _date(self, dates: Dates) -> None:
        state, rounds = self._state, len(self._sizes)
        state.rounds, state.misfit, state.links = rounds, dates.misfit, len(dates.links)
        links = [_Link(x.earlier, x.later, x.least, x.most) for x in dates.links]
        self._links = (_Link * len(links))(*links)
        state.link = ctypes.cast(self._links, ctypes.POINTER(_Link))
        self._days = array("i", dates.days)
        self._round_at = array("i", (r for r, sizes in enumerate(self._sizes) for _ in sizes))
        self._sits_at = array("i", [-1]) * (rounds * self.known.people)
        self._away = bytearray(dates.away)
        state.day_of, state.round_at = _ints(self._days), _ints(self._round_at)
        state.sits_at, state.away = _ints(self._sits_at), _bytes(self._away)

    def _count(self) -> None:
        _kernel("rotation_count")(ctypes.byref(self._state))

    @property
    def cost(self) -> int:
        return int(self._state.cost)

    @property
    def is_fixed(self) -> bool:
        """Nobody can change places."""
        return not self._free

    def anneal(self, steps: int, heat: int) -> int:
        """So many steps at one heat (1/256 of a point); the cost after them."""
        _kernel("rotation_anneal")(
            ctypes.byref(self._state), ctypes.c_int64(steps), ctypes.c_uint32(heat)
        )
        return self.cost

    def copy(self) -> "array[int]":
        """Who sits where, to come back to."""
        return self._sits[:]

    def restore(self, sits: "array[int]") -> None:
        """Everybody back to where they were when the copy was made."""
        _kernel("rotation_forget")(ctypes.byref(self._state))
        self._sits[:] = sits
        self._count()

    def worse(self, one: int, other: int) -> int:
        """What it costs more when two seats of one round change hands."""
        return int(_kernel("rotation_worse")(ctypes.byref(self._state), one, other))

    def swap(self, one: int, other: int) -> None:
        _kernel("rotation_swap")(ctypes.byref(self._state), one, other)

    @property
    def rounds(self) -> list[list[list[int]]]:
        """The people of each table of each round."""
        people = iter(self._sits)
        return [[[next(people) for _ in range(size)] for size in sizes] for sizes in self._sizes]


class WholeRounds(Seating):
    """Two people change places in all rounds at once, so who met at most once still does.

    Everybody must sit in every round. `known.met` stays what was known before.
    """

    def _layout(self, locked: Collection[tuple[int, int]]) -> None:
        super()._layout(locked)
        people = self.known.people
        self._seat_of = array("i", [-1]) * (people * len(self._sizes))
        self._note_seats()
        if -1 in self._seat_of:
            raise ValueError("Somebody has no seat in one of the rounds.")

    def _note_seats(self) -> None:
        seats = iter(enumerate(self._sits))
        for r, sizes in enumerate(self._sizes):
            for seat, person in islice(seats, sum(sizes)):
                self._seat_of[r * self.known.people + person] = seat

    def _point(self, prices: Prices) -> None:
        super()._point(prices)
        self._state.rounds = len(self._sizes)
        self._state.seat_of = _ints(self._seat_of)

    def _count(self) -> None:
        _kernel("rotation_price")(ctypes.byref(self._state))

    def anneal(self, steps: int, heat: int) -> int:
        _kernel("rotation_relabel")(
            ctypes.byref(self._state), ctypes.c_int64(steps), ctypes.c_uint32(heat)
        )
        return self.cost

    def restore(self, sits: "array[int]") -> None:
        self._sits[:] = sits
        self._note_seats()
        self._count()


def _ints(numbers: "array[int]") -> Any:
    """A pointer to them; they must not grow as long as it is used."""
    if not numbers:
        return _INT()
    return ctypes.cast((ctypes.c_int32 * len(numbers)).from_buffer(numbers), _INT)


def _bytes(values: bytearray) -> Any:
    return ctypes.cast((ctypes.c_uint8 * len(values)).from_buffer(values), _BYTE)


@cache
def _kernel(name: str) -> Any:
    found = getattr(library(), name)
    found.restype = ctypes.c_int64
    return found
