"""Finds dates, times, rooms and trainers: rounds of annealing by the kernel, best one kept.

Steps define the result. The clock is looked at between slices, and only ever stops the work.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from program.planning.problem import Limits, Progress
from program.planning.solver.clock import Clock, Report
from program.planning.solver.dates import Found
from program.planning.solver.dates.bound import cheap_bound
from program.planning.solver.dates.kernel import GRAIN, POINT, Kernel
from program.planning.solver.dates.packing import Packed
from program.planning.solver.dates.recount import recount, total_cost
from program.planning.solver.dates.scale import unit
from program.planning.solver.model import Model

SLICE = 0.04  # seconds between two looks at the clock
FIRST_SLICE = 2_000  # steps, before the speed is known
LIGHT, HEAVY = 8, 500  # what a broken rule weighs: units of the question at first, then points
FIRST_ROUND = 20_000  # steps per meeting


def search(model: Model, limits: Limits, report: Report) -> Found:
    """The best calendar for so many steps; with limits.steps 0, for so many seconds.

    When it breaks rules and there are wishes that weigh more than those, as many steps again in
    which no wish does.
    """
    light, heavy = LIGHT * unit(model), min(HEAVY, _dearest(model))
    if heavy <= 2 * light:
        return _searched(model, limits, report, light)
    began = time.monotonic()
    turn = limits if limits.steps else replace(limits, seconds=limits.seconds / 2)
    first = _searched(model, turn, report, light)
    left = limits.seconds - (time.monotonic() - began)
    if first.stopped or not first.broken or left <= 0:
        return first
    second = _searched(model, replace(limits, seconds=left), report, heavy)
    best = min(first, second, key=lambda found: (sum(found.broken.values()), found.cost))
    return replace(best, steps=first.steps + second.steps, stopped=second.stopped)


def _dearest(model: Model) -> int:
    """The most points that one day costs a meeting by one wish."""
    return max((max(row.values) for row in model.rows if not row.hard), default=0)


def _searched(model: Model, limits: Limits, report: Report, breach: int) -> Found:
    """A broken rule weighs `breach` points."""
    packed = Packed(model)
    with Kernel(packed, limits.seed) as kernel:
        run = _Run(model, kernel, limits, report, breach)
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
    def __init__(
        self, model: Model, kernel: Kernel, limits: Limits, report: Report, breach: int
    ) -> None:
        self.kernel, self.limits, self.breach = kernel, limits, breach
        self.clock = Clock(limits, report)
        self.constant, self.bound = model.constant, cheap_bound(model)
        self.meetings = len(model.meetings)
        self.done = 0
        self._slice = FIRST_SLICE

    def work(self) -> None:
        self.kernel.start(self.breach)
        for steps in self._rounds():
            self.kernel.plan(steps, self.breach * POINT // 4, POINT // 5)
            if not self._round(steps):
                return

    def _rounds(self) -> Iterator[int]:
        if self.limits.steps:
            yield self.limits.steps
            return
        for turn in count():
            yield FIRST_ROUND * max(1, self.meetings) << turn

    def _round(self, steps: int) -> bool:
        """False when it was stopped before its end."""
        left = steps
        while left:
            if not self.clock.go_on(self._progress()):
                return False
            began = time.monotonic()
            before, left = left, self.kernel.run(self._slice)
            self.done += before - left
            self._fit_slice(time.monotonic() - began)
        return True

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
