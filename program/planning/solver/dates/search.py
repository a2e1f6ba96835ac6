"""Finds dates, times, rooms and trainers: rounds of annealing by the kernel, best one kept.

Steps define the result. The clock is looked at between slices, and only ever stops the work.
"""

import time
from collections.abc import Iterator
from itertools import count

from program.planning.problem import Limits, Progress
from program.planning.solver.clock import Clock, Report
from program.planning.solver.dates import Found
from program.planning.solver.dates.bound import cheap_bound, fair_load
from program.planning.solver.dates.kernel import GRAIN, Kernel
from program.planning.solver.dates.packing import Packed
from program.planning.solver.dates.recount import recount, total_cost
from program.planning.solver.dates.scale import dearest, heat_of, unit
from program.planning.solver.model import Model

SLICE = 0.04  # seconds between two looks at the clock
FIRST_SLICE = 2_000  # steps, before the speed is known
FIRST_ROUND, LONG_ROUND = 2_000, 25_000  # steps per meeting
LIGHT, HEAVY = 4, 500  # what a broken rule weighs: units of the question at first, then points


def search(model: Model, limits: Limits, report: Report) -> Found:
    """The best calendar for so many steps; with limits.steps 0, for so many seconds.

    When it breaks rules and there are wishes that weigh more than those, as many steps again in
    which no wish does.
    """
    packed = Packed(model)
    with Kernel(packed, limits.seed) as kernel:
        run = _Run(model, kernel, limits, report)
        run.work()
        calendar = packed.calendar(kernel.places())
    counted = recount(model, calendar)
    return Found(
        calendar=calendar,
        broken=counted.broken,
        cost=total_cost(model, counted),
        costs=counted.cost,
        bound=run.bound,
        steps=run.done,
        stopped=run.clock.stopped and limits.steps > 0,
    )


class _Run:
    def __init__(self, model: Model, kernel: Kernel, limits: Limits, report: Report) -> None:
        self.kernel, self.limits = kernel, limits
        self.clock = Clock(limits, report)
        self.constant, self.bound = model.constant, cheap_bound(model)
        self.aim, self.meetings = fair_load(model), max(1, len(model.meetings))
        self.unit, self.dearest = unit(model), dearest(model)
        self.done = 0
        self._slice = FIRST_SLICE
        self._began = time.monotonic()

    def work(self) -> None:
        self.kernel.start(LIGHT * self.unit, self.aim)
        if not self.limits.steps:
            self._until_time_is_up()
        elif self._do(self.limits.steps) and self._is_outweighed:
            self._do(self.limits.steps, heavy=True)

    @property
    def _is_outweighed(self) -> bool:
        """Whether rules may be broken only because a wish weighs more."""
        return self.kernel.best.strain > 0 and self._heavy > 2 * LIGHT * self.unit

    @property
    def _heavy(self) -> int:
        return min(HEAVY, self.dearest)

    def _do(self, steps: int, *, heavy: bool = False) -> bool:
        """Short rounds first, so that there is something soon; then long ones."""
        until = self.done + steps
        most = FIRST_ROUND * self.meetings
        while left := until - self.done:
            if not self._round(_share(left, most), heavy=heavy):
                return False
            most = LONG_ROUND * self.meetings
        return True

    def _until_time_is_up(self) -> None:
        going = self._round(FIRST_ROUND * self.meetings)
        for turn in count():
            if not going:
                return
            steps = _share(self._steps_in(self.clock.left), LONG_ROUND * self.meetings)
            going = self._round(steps, heavy=turn % 2 == 1 and self._is_outweighed)

    def _steps_in(self, seconds: float) -> int:
        speed = self.done / (time.monotonic() - self._began)
        return max(FIRST_SLICE, int(speed * seconds))

    def _round(self, steps: int, *, heavy: bool = False) -> bool:
        """From hot to cold. False when it was stopped before its end."""
        points = self._heavy // LIGHT if heavy else self.unit
        evenly = self.kernel.best.strain > 0 and self.done > LONG_ROUND * self.meetings
        self.kernel.weigh(LIGHT * points)
        self.kernel.plan(steps, heat_of(points), evenly=heavy or evenly)
        return all(self._slices(steps))

    def _slices(self, left: int) -> Iterator[bool]:
        while left:
            going = self.clock.go_on(self._progress())
            if going:
                began = time.monotonic()
                before, left = left, self.kernel.run(self._slice)
                self.done += before - left
                self._fit_slice(time.monotonic() - began)
            yield going

    def _fit_slice(self, took: float) -> None:
        if took < SLICE / 2:
            self._slice *= 2
        elif took > SLICE and self._slice > 1:
            self._slice //= 2

    def _progress(self) -> Progress:
        best = self.kernel.best
        return Progress(
            phase="calendar",
            step=self.done,
            steps=self.limits.steps,
            broken=-(-best.strain // GRAIN),
            cost=best.cost + self.constant,
            bound=self.bound,
        )


def _share(left: int, most: int) -> int:
    """Steps of the next round; two of one length, sooner than one that is cut short."""
    if left < most * 3 // 2:
        return left
    return min(most, -(-left // 2))
