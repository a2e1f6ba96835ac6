"""Asks for the reasons, one conflict after another, and what each way out costs."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from program.planning.problem import Progress
from program.planning.solver.clock import Report
from program.planning.solver.model import Model
from program.planning.solver.proof.book import book
from program.planning.solver.reasons.conflict import Conflict, Proof, WayOut
from program.planning.solver.reasons.finding import found_by_counting, found_by_days
from program.planning.solver.reasons.judge import Judge
from program.planning.solver.reasons.pricing import Pricing, in_order, searched
from program.planning.solver.reasons.ways import Draft, Ways

MOST = 5  # conflicts that are looked for
AT_ONCE = 10  # ways out of one conflict that get a price
PROVING = 0.5  # of the time; the rest is for prices
PHASE = "reasons"


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why there is no calendar. Without conflicts there is one, or nobody knows: see `broken`."""

    conflicts: tuple[Conflict, ...]
    broken: int  # rules that the best calendar found breaks
    cost: int


def reasons(model: Model, report: Report, seconds: float) -> Reasons:
    """Why there is no calendar that holds to every rule, and what would help at which price.

    `report` hears how far it is; when it says false the work stops, with what was found by then.
    """
    return _Asking(model, report, seconds).reasons()


class _Asking:
    def __init__(self, model: Model, report: Report, seconds: float) -> None:
        self.model, self._report = model, report
        self.started_at = time.monotonic()
        self.ends_at = self.started_at + seconds
        self.judge = Judge(book(model), self.started_at + PROVING * seconds, self._go_on)
        self.done, self.steps, self._asked_to_stop = 0, 1, False

    def reasons(self) -> Reasons:
        found = several(self.judge, found_by_days)
        before = searched(self.model, self._left(3), self._go_on)
        broken = sum(before.broken.values())
        if not found and broken:
            found = several(self.judge, found_by_counting, most=1) or self._unproven(before.broken)
        pricing = Pricing(self.model, before, self._go_on)
        return Reasons(self._priced(found, pricing), broken, before.cost)

    def _unproven(self, broken: Iterable[int]) -> tuple[Conflict, ...]:
        """What stands in the way of the best calendar found; perhaps there is a better one."""
        places = tuple(sorted(broken))
        rules = tuple(self.model.rules[place] for place in places)
        return (Conflict(rules, Proof.UNPROVEN, places=places),)

    def _priced(self, found: tuple[Conflict, ...], pricing: Pricing) -> tuple[Conflict, ...]:
        ways = Ways(self.model, self.judge.book)
        drafts = [ways.out_of(conflict)[:AT_ONCE] for conflict in found]
        self.steps = 1 + sum(map(len, drafts))
        return tuple(
            replace(one, ways=in_order([*self._each(several_, one, pricing)]))
            for one, several_ in zip(found, drafts, strict=True)
        )

    def _each(self, drafts: list[Draft], conflict: Conflict, pricing: Pricing) -> Iterator[WayOut]:
        for draft in drafts:
            self.done += 1
            if self._go_on() and time.monotonic() < self.ends_at:
                yield pricing.priced(draft, conflict, self._left(self.steps - self.done + 1))
            else:
                yield WayOut(draft.rule, draft.deed, draft.facts)

    def _left(self, parts: int) -> float:
        return max(0.2, (self.ends_at - time.monotonic()) / parts)

    def _go_on(self) -> bool:
        if not self._asked_to_stop:
            progress = Progress(PHASE, self.done, self.steps, broken=0, cost=0, bound=0)
            self._asked_to_stop = not self._report(progress)
        return not self._asked_to_stop


def conflicts(
    model: Model, seconds: float, go_on: Callable[[], bool] = lambda: True
) -> tuple[Conflict, ...]:
    """Sets of rules that cannot hold together, none of which has a rule in common with another.

    Those of the days alone come at once; only when there are none, trainers and rooms are counted.
    Nothing found means that there is a calendar, or that nobody knows.
    """
    judge = Judge(book(model), time.monotonic() + seconds, go_on)
    return several(judge, found_by_days) or several(judge, found_by_counting, most=1)


def several(
    judge: Judge, find: Callable[[Judge, frozenset[int]], Conflict | None], most: int = MOST
) -> tuple[Conflict, ...]:
    """One after another, each without the rules of those before it."""
    rules = frozenset(range(len(judge.book.rules))) - judge.book.given
    found: list[Conflict] = []
    while len(found) < most:
        one = find(judge, rules)
        if one is not None:
            found.append(one)
        if one is None or not rules & frozenset(one.places):
            break
        rules -= frozenset(one.places)
    return tuple(found)
