"""Whether some of the rules can hold together: by the days alone first, then exactly."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from program.planning.solver.model import Calendar
from program.planning.solver.proof.book import Book
from program.planning.solver.proof.chains import Chains, Pull, Stuck, pulls
from program.planning.solver.proof.exact import Exact
from program.planning.solver.proof.openings import Active, Openings
from program.planning.solver.proof.scarcity import has_scarcity
from program.planning.solver.reasons.trying import found_quickly

WORKERS = 2
Verdict = bool | None  # they can, they cannot, nobody knows


class Judge:
    """Remembers its verdicts: the same set of rules is asked about more than once."""

    def __init__(self, book: Book, ends_at: float, go_on: Callable[[], bool]) -> None:
        self.book, self.openings = book, Openings(book)
        self.ends_at, self.go_on = ends_at, go_on
        self.calendar: Calendar | None = None  # of the last set that can hold together
        self.unsure = 0  # how many verdicts it could not give
        self._pulls: Sequence[Pull] = pulls(book.model)
        self._verdicts: dict[Active, Verdict] = {}

    @property
    def is_time_up(self) -> bool:
        return time.monotonic() >= self.ends_at or not self.go_on()

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.ends_at - time.monotonic())

    def stuck(self, active: Active) -> Stuck | None:
        """By the comparison of days alone: the meeting for which none is left."""
        active |= self.book.given
        found = Chains(self._pulls, active).earliest(self.openings.days(active))
        return found if isinstance(found, Stuck) else None

    def holds(self, active: Active) -> Verdict:
        """Exactly. None: the time was up before it was known."""
        if active not in self._verdicts:
            self._verdicts[active] = self._holds(active | self.book.given)
            self.unsure += self._verdicts[active] is None
        return self._verdicts[active]

    def _holds(self, active: Active) -> Verdict:
        if self.stuck(active) is not None:
            return False
        if not has_scarcity(self.book, active):
            return True
        if self.is_time_up:
            return None
        if found_quickly(self.book, active, self.seconds_left):
            return True
        return self.proves(active)

    def proves(self, active: Active) -> Verdict:
        """By CP-SAT, whatever else is known."""
        return self._solved(Exact(self.book, self.openings, active))

    def _solved(self, exact: Exact) -> Verdict:
        from ortools.sat.python import cp_model  # noqa: PLC0415  (large)

        if exact.stuck or self.is_time_up:
            return False if exact.stuck else None
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = self.seconds_left
        solver.parameters.num_workers = WORKERS
        status: Any = solver.solve(exact.cp)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.calendar = exact.calendar(solver)
            return True
        return False if status == cp_model.INFEASIBLE else None
