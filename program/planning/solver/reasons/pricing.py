"""What each way out costs: the calendar found then, beside the best one found without it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from program.planning.problem import Limits
from program.planning.solver.dates import Found
from program.planning.solver.dates.search import search
from program.planning.solver.model import Model, RuleRef
from program.planning.solver.reasons.changes import GUEST
from program.planning.solver.reasons.conflict import Conflict, WayOut
from program.planning.solver.reasons.ways import ADD_ONE, Draft

STEPS = 1_500  # for each meeting
WIDEST = 60  # days more, or less, that are tried
Costs = tuple[tuple[RuleRef, int], ...]
GoOn = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Pricing:
    model: Model
    before: Found  # the best one without any of the ways out
    go_on: GoOn

    def priced(self, draft: Draft, conflict: Conflict, seconds: float) -> WayOut:
        """With the least amount that helps; when none does, as it was drafted."""
        ends_at = time.monotonic() + seconds
        first = self._priced(draft, conflict, ends_at)
        if first.helps or draft.again is None:
            return first
        fails, helps = draft.amount, None
        while fails < WIDEST and helps is None and self._is_time(ends_at):
            amount = 2 * fails + 1
            found = self._priced(draft.again(amount), conflict, ends_at)
            fails, helps = (fails, (amount, found)) if found.helps else (amount, None)
        while helps is not None and helps[0] - fails > 1 and self._is_time(ends_at):
            amount = (fails + helps[0]) // 2
            found = self._priced(draft.again(amount), conflict, ends_at)
            fails, helps = (fails, (amount, found)) if found.helps else (amount, helps)
        return first if helps is None else helps[1]

    def _is_time(self, ends_at: float) -> bool:
        return self.go_on() and time.monotonic() < ends_at

    def _priced(self, draft: Draft, conflict: Conflict, ends_at: float) -> WayOut:
        way = WayOut(rule=draft.rule, deed=draft.deed, facts=draft.facts)
        found = searched(draft.model, max(0.2, ends_at - time.monotonic()), self.go_on)
        named = frozenset(conflict.places) & frozenset(range(len(self.model.rules)))
        still = sum(found.broken.values())
        fewer = still < sum(self.before.broken.values())
        return replace(
            way,
            facts=(*way.facts, *_outcome(draft, found)),
            helps=not still or (fewer and not named & found.broken.keys()),
            broken=still,
            cost=found.cost,
            before=self.before.cost,
            costs=_difference(draft.model.rules, self.before, found),
        )


def searched(model: Model, seconds: float, go_on: GoOn) -> Found:
    steps = STEPS * max(1, len(model.meetings))
    return search(model, Limits(steps=steps, seconds=seconds), lambda _progress: go_on())


def in_order(ways: Sequence[WayOut]) -> tuple[WayOut, ...]:
    """What helps first, the cheapest of it before the others."""
    return tuple(sorted(ways, key=lambda way: (not way.helps, way.broken, way.cost or 0)))


def _outcome(draft: Draft, found: Found) -> tuple[tuple[str, int | str], ...]:
    """How often a guest is needed, on which day a free meeting came, how often a wish broke."""
    if draft.deed in ADD_ONE:
        return (("times", found.costs.get(len(draft.model.rules) - 1, 0) // GUEST),)
    if draft.meeting is not None:
        place = found.calendar[draft.meeting]
        return () if place is None else (("on", place.day),)
    return ()


def _difference(rules: Sequence[RuleRef], before: Found, after: Found) -> Costs:
    change = {
        place: after.costs.get(place, 0) - before.costs.get(place, 0)
        for place in before.costs.keys() | after.costs.keys()
    }
    largest = sorted(change, key=lambda place: (-abs(change[place]), place))
    return tuple((rules[place], change[place]) for place in largest if change[place])
