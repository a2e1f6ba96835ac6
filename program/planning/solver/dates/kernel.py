"""The calendar kernel in C, as an object: started, run in slices, read, let go."""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from program.planning.solver.dates.packing import UNLIMITED, Packed, Question
from program.planning.solver.native import library

POINT = 256  # as in calendar.h
GRAIN = 8


@dataclass(frozen=True, slots=True)
class Sums:
    cost: int
    strain: int  # 0: nothing is broken
    energy: int


@dataclass(frozen=True, slots=True)
class Heat:
    """Temperatures, and what each day outside a hard window weighs, in points * POINT."""

    hot: int
    cold: int
    open_pull: int
    shut_pull: int


class Kernel:
    """One search over the calendars of one question. Use it in a `with`."""

    def __init__(self, packed: Packed, seed: int) -> None:
        self._packed = packed
        self._question = packed.question  # the kernel reads it as long as it works
        self._size = 3 * len(packed.model.meetings) + packed.counts["slots"]
        self._native = _native()
        self._state = self._native.calendar_new(ctypes.byref(self._question), seed)
        if not self._state:
            raise MemoryError("There is no memory for the calendar search.")

    def __enter__(self) -> "Kernel":
        return self

    def __exit__(self, *_error: object) -> None:
        self._native.calendar_free(self._state)
        self._state = None

    def start(self, points: int, aim: int = UNLIMITED) -> None:
        """A first place for everything; a broken rule weighs so many points.

        No trainer should have more than `aim` to do: whoever has more counts by themselves.
        """
        self._native.calendar_start(self._state, points, aim)

    def weigh(self, points: int) -> None:
        """What a broken rule weighs at least, from the next plan on."""
        self._native.calendar_weigh(self._state, points)

    def plan(self, steps: int, heat: Heat, *, evenly: bool = False) -> None:
        """Cool down in so many steps, while the windows close.

        How far off a broken rule is shows the way out; `evenly`, where there is none.
        """
        temperatures = heat.hot, heat.cold, heat.open_pull, heat.shut_pull
        self._native.calendar_plan(self._state, steps, *temperatures, int(evenly))

    def run(self, steps: int) -> int:
        """How many steps of the plan are left after at most these."""
        return int(self._native.calendar_run(self._state, steps))

    def shake(self, steps: int) -> None:
        """Steps that are taken whatever they cost."""
        self._native.calendar_shake(self._state, steps)

    def return_to_best(self) -> None:
        self._native.calendar_return(self._state)

    @property
    def now(self) -> Sums:
        return self._sums(0)

    @property
    def best(self) -> Sums:
        return self._sums(3)

    @property
    def broken(self) -> int:
        """How often a rule is broken now; each breach once, however far off it is."""
        return int(self._native.calendar_broken(self._state))

    def places(self, *, best: bool = True) -> Sequence[int]:
        """For `Packed.calendar`."""
        found = (ctypes.c_int32 * max(1, self._size))()
        self._native.calendar_read(self._state, int(best), found)
        return list(found)

    def _sums(self, first: int) -> Sums:
        sums = (ctypes.c_int64 * 6)()
        self._native.calendar_sums(self._state, sums)
        return Sums(*sums[first : first + 3])


@cache
def _native() -> Any:
    native = library()
    state, number = ctypes.c_void_p, ctypes.c_int64
    native.calendar_new.restype = state
    native.calendar_run.restype = native.calendar_broken.restype = number
    wants: dict[str, list[Any]] = {
        "calendar_new": [ctypes.POINTER(Question), ctypes.c_uint64],
        "calendar_free": [state],
        "calendar_start": [state, number, number],
        "calendar_weigh": [state, number],
        "calendar_plan": [state, *[number] * 5, ctypes.c_int32],
        "calendar_run": [state, number],
        "calendar_shake": [state, number],
        "calendar_return": [state],
        "calendar_broken": [state],
        "calendar_sums": [state, ctypes.POINTER(number)],
        "calendar_read": [state, ctypes.c_int32, ctypes.POINTER(ctypes.c_int32)],
    }
    for name, kinds in wants.items():
        getattr(native, name).argtypes = kinds
    return native
