"""Forms balanced learning groups, and says what no grouping can be better than."""

from collections.abc import Sequence

from program.planning.group_question import asked
from program.planning.grouping import Grouping, GroupProblem, refuse_wrong, usual_steps
from program.planning.problem import Limits, Problem, Progress
from program.planning.solver.clock import Clock, Report
from program.planning.solver.groups.bound import bound as bound_of
from program.planning.solver.groups.breaches import breaches, broken
from program.planning.solver.groups.deal import deal
from program.planning.solver.groups.kernel import Kernel, as_groups
from program.planning.solver.groups.units import Units

SLICE = 1 << 16  # steps between two looks at the clock
FIRST_TRIES = (64, 16)  # each gets such a part of the steps: often that is enough
MANY = 2_000  # people: then it never is
HOT = 256  # 1/256 of a point, for attributes that weigh 1
WARM = 64  # when there are groups to improve
MENDS, MEND = 4, 16  # when something is still wrong: so often, each with a part of the steps
HOTTEST = 512  # 1/256 of a penalty
LEAST_MEND = 8_192  # steps
WEEKDAY_TURNS, WEEKDAYS = 6, 64  # for who is off: so often, each with a part of the steps
SECOND_DAYS = 4  # these get a share of the steps, after the rest


def form(
    problem: GroupProblem, limits: Limits | None = None, report: Report = lambda _progress: True
) -> Grouping:
    """The best groups found. The same problem, seed and steps give the same groups.

    Raises Impossible where sizes, pins or pairs name what cannot be.
    """
    limits = limits or Limits(steps=usual_steps(len(problem.people)))
    return formed(problem, limits.seed, limits.steps, Clock(limits, report))


def formed(problem: GroupProblem, seed: int, steps: int, clock: Clock) -> Grouping:
    """The same, for who has a clock running already."""
    refuse_wrong(problem)
    return _Forming(problem, seed, clock).grouping(steps)


def form_for(problem: Problem, limits: Limits, clock: Clock) -> Grouping:
    """The learning groups of a whole plan: as thorough as the plan is, beside the usual."""
    steps = usual_steps(len(problem.people)) * limits.steps // Limits().steps
    return formed(asked(problem), limits.seed, steps, clock)


class _Forming:
    def __init__(self, problem: GroupProblem, seed: int, clock: Clock) -> None:
        self.problem, self.seed, self.clock = problem, seed, clock
        self.units = Units(problem)
        self.bound = bound_of(problem, self.units)
        self.kernel = Kernel(problem, self.units, seed)
        self.times = 1  # what a point counts for in the kernel
        self.done, self.steps = 0, 0
        self._start_from(deal(problem, self.units, seed))

    def grouping(self, steps: int) -> Grouping:
        self.steps = steps
        if len(self.problem.sizes) > 1 and any(u[0] not in self.units.pinned for u in self.units):
            self._search(steps)
        groups = as_groups(self.problem, self.units, self.kept)
        wrong = breaches(self.problem, self.units, self.kept)
        return Grouping(
            groups=groups,
            cost=self._cost - self.kernel.penalty * wrong,
            bound=self.bound,
            broken=broken(self.problem, groups),
            seed=self.seed,
            steps=self.done,
            stopped=self.clock.stopped,
        )

    @property
    def _cost(self) -> int:
        """In points, with the penalties."""
        return self.best // self.times

    def _start_from(self, group_of: Sequence[int]) -> None:
        self.kernel.place(group_of)
        self.best, self.kept = self.kernel.cost, self.kernel.group_of

    def _search(self, steps: int) -> None:
        weights = [attribute.weight for attribute in self.problem.attributes]
        hot = (WARM if self.problem.start else HOT) * max(1, sum(weights) // max(1, len(weights)))
        for part in FIRST_TRIES if len(self.problem.people) < MANY else ():
            self._anneal(hot, steps // part)
        self._anneal(hot, max(0, steps - self.done))
        self._mend(hot, max(LEAST_MEND, steps // MEND))
        self._change_weekdays(hot, steps // WEEKDAYS)
        if self.problem.second_days:
            self._find_second_days(steps // SECOND_DAYS)

    def _mend(self, hot: int, steps: int) -> None:
        """Where sizes or pairs are still wrong: so hot that it can leave a dead end, then again."""
        for _ in range(MENDS):
            if not breaches(self.problem, self.units, self.kept) or self.clock.stopped:
                return
            self._anneal(self.kernel.penalty * HOTTEST, steps)
            self._start_from(self.kept)
            self._anneal(hot, steps)

    def _change_weekdays(self, hot: int, steps: int) -> None:
        """So hot that a group can leave the weekday that suits it best, then again as usual."""
        off = any(person.working_days & 31 != 31 for person in self.problem.people)
        for _ in range(WEEKDAY_TURNS if off else 0):
            self._anneal(2 * self.problem.off_weight * HOT, steps)
            self._anneal(hot, steps)

    def _find_second_days(self, steps: int) -> None:
        """Among groupings that cost no more."""
        self.times = len(self.problem.people) + 1
        self.kernel.weigh_second_days(self.times)
        self._start_from(self.kept)
        self._anneal(HOT, steps)

    def _anneal(self, hot: int, steps: int) -> None:
        """One round from hot to cold; it ends when there is nothing left to gain, or no time."""
        self.kernel.heat_up(hot, steps)
        for first in range(0, steps, SLICE):
            if self.best <= self.bound * self.times or not self.clock.go_on(self._progress()):
                return
            self.done += self.kernel.anneal(min(SLICE, steps - first), self.bound * self.times)
            if self.kernel.cost < self.best:
                self.best, self.kept = self.kernel.cost, self.kernel.group_of

    def _progress(self) -> Progress:
        wrong = (self._cost - self.bound) // self.kernel.penalty
        return Progress("groups", self.done, self.steps, wrong, self._cost, self.bound)
