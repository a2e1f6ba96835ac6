"""Counts the steps of the work, tells how far it is, and hears when it must stop."""

import time
from collections.abc import Callable

from program.planning.problem import Limits, Progress

Report = Callable[[Progress], bool]  # false: stop, with the best so far

EVERY = 256  # steps between two looks at the clock


class Clock:
    def __init__(self, limits: Limits, report: Report) -> None:
        self.stopped = False  # by a person or by the time
        self.asked_to_stop = False
        self._started_at, self._seconds = time.monotonic(), limits.seconds
        self._ends_at = self._started_at + limits.seconds
        self._report = report

    def leave(self, share: float) -> None:
        """The work that begins now leaves this share of the time to the work after it."""
        self._ends_at = self._started_at + self._seconds * (1 - share)

    @property
    def left(self) -> float:
        """Seconds."""
        return max(0.0, self._ends_at - time.monotonic())

    def go_on(self, progress: Progress) -> bool:
        """Call it now and then; false once the time is up or somebody asked to stop."""
        if not self.asked_to_stop:
            self.asked_to_stop = not self._report(progress)
        if not self.asked_to_stop and time.monotonic() < self._ends_at:
            return True
        self.stopped = True
        return False
