"""When each meeting can be at the earliest and the latest, by order, gaps and windows alone.

All of these compare two days, and every set of open days fits in: whoever takes for each meeting
the earliest day that is left when nothing changes any more, breaks none of them. So this finds a
set of days whenever there is one, without any search.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from program.planning.solver.model import Bits, Model


@dataclass(frozen=True, slots=True)
class Pull:
    """`after` is at least `days` days after `before` (less than none: at most so many before)."""

    before: int
    after: int
    days: int
    rule: int


def pulls(model: Model) -> list[Pull]:
    """Every hard rule that compares the days of two meetings."""
    found = []
    for arc in model.arcs:
        found.append(Pull(arc.before, arc.after, arc.least, arc.least_rule))
        if arc.most is not None and not arc.most_weight:
            found.append(Pull(arc.after, arc.before, -arc.most, arc.most_rule))
    for parallel in model.parallel:
        if parallel.window is not None and not parallel.window_weight:
            for one in parallel.meetings:
                found.extend(
                    Pull(one, other, -parallel.window, parallel.window_rule)
                    for other in parallel.meetings
                    if other != one
                )
    return found


@dataclass(frozen=True, slots=True)
class Stuck:
    """A meeting for which no day is left, and what led to it."""

    meeting: int
    rules: frozenset[int]  # of the comparisons
    meetings: frozenset[int]  # whose closed days had a part in it


class Chains:
    """Comparisons under some of the rules."""

    def __init__(self, every: Iterable[Pull], active: frozenset[int] | None = None) -> None:
        self._from: dict[int, list[Pull]] = defaultdict(list)
        self._to: dict[int, list[Pull]] = defaultdict(list)
        for pull in every:
            if active is None or pull.rule in active:
                self._from[pull.before].append(pull)
                self._to[pull.after].append(pull)

    def earliest(self, days: Sequence[Bits]) -> list[int] | Stuck:
        """The first day of each meeting that all comparisons leave; `days` are the open ones."""
        cause: dict[int, Pull] = {}
        first = [_first(bits, 0) for bits in days]
        for meeting, day in enumerate(first):
            if day < 0:
                return Stuck(meeting, frozenset(), frozenset({meeting}))
        todo = deque(range(len(days)))
        while todo:
            before = todo.popleft()
            for pull in self._from[before]:
                least = first[before] + pull.days
                if least > first[pull.after]:
                    cause[pull.after] = pull
                    first[pull.after] = _first(days[pull.after], least)
                    if first[pull.after] < 0:
                        return _stuck(pull.after, cause)
                    todo.append(pull.after)
        return first

    def latest(self, days: Sequence[Bits]) -> list[int]:
        """The last day of each meeting; only when `earliest` finds days at all."""
        last = [bits.bit_length() - 1 for bits in days]
        todo = deque(range(len(days)))
        while todo:
            after = todo.popleft()
            for pull in self._to[after]:
                most = last[after] - pull.days
                if most < last[pull.before]:
                    last[pull.before] = (days[pull.before] & ((2 << most) - 1)).bit_length() - 1
                    todo.append(pull.before)
        return last


def _first(bits: Bits, day: int) -> int:
    """The first of the days that is not before `day`; -1 when there is none."""
    rest = bits >> max(day, 0)
    return (rest & -rest).bit_length() - 1 + max(day, 0) if rest else -1


def _stuck(meeting: int, cause: dict[int, Pull]) -> Stuck:
    rules, meetings, at = set(), {meeting}, meeting
    while at in cause:
        pull = cause[at]
        rules.add(pull.rule)
        at = pull.before
        if at in meetings and at != meeting:
            break
        meetings.add(at)
        if at == meeting:
            break
    return Stuck(meeting, frozenset(rules), frozenset(meetings))
