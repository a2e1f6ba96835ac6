"""Counts the steps of the work, tells how far it is, and hears when it must stop."""

import time
from collections.abc import Callable

from program.planning.problem import Limits, Progress

Report = Callable[[Progress], bool]  # false: stop, with the best so far

EVERY = 256  # steps between two looks at the clock


class Clock:
    def __init__(self, limits: Limits, report: Report) -> None:
        self.stopped = False
        self._ends_at = time.monotonic() + limits.seconds
        self._report = report

    def go_on(self, progress: Progress) -> bool:
        """Call it now and then; false once the time is up or somebody asked to stop."""
        if not self.stopped:
            heard = self._report(progress)
            self.stopped = not heard or time.monotonic() >= self._ends_at
        return not self.stopped
