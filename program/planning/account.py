"""What a proposal costs, in words: by rule, learning group, trainer and person."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from program.planning.models import PlanRun
from program.planning.problem import Plan, Problem
from program.planning.rules import BY_KEY
from program.planning.wire import from_json
from program.planning.wording import Wording
from program.planning.words import rule_title

MOST = 10  # people who are named at once


@dataclass(frozen=True, slots=True)
class Entry:
    """Points on one account; `why` says by which rules, the dearest first."""

    name: str
    points: int
    times: int
    why: tuple[str, ...] = ()


class Account:
    """Of the proposal of a run."""

    def __init__(self, run: PlanRun) -> None:
        if run.proposal is None:
            raise ValueError("There is no proposal to account for.")
        self.words = Wording(run)
        self._problem = from_json(Problem, run.question["problem"])
        self._plan = from_json(Plan, run.proposal["plan"])

    @cached_property
    def _charges(self) -> tuple[Any, ...]:
        from program.planning.solver.breakdown import breakdown  # noqa: PLC0415 only needed here

        return breakdown(self._problem, self._plan).charges

    @property
    def total(self) -> int:
        return sum(charge.points for charge in self._charges)

    @property
    def rules(self) -> list[Entry]:
        return self._entries("rule", rule_title, lambda _charges: ())

    @property
    def groups(self) -> list[Entry]:
        return self._entries("group", lambda number: self.words.group(None, number), _by_rule)

    @property
    def trainers(self) -> list[Entry]:
        return self._entries("trainer", self.words.trainer, _by_rule)

    @property
    def people(self) -> list[Entry]:
        return self._entries("person", self.words.person, self._where)

    def _entries(
        self,
        whose: str,
        name: Callable[[Any], str],
        why: Callable[[Sequence[Any]], Iterable[str]],
    ) -> list[Entry]:
        found: dict[Any, list[Any]] = defaultdict(list)
        for charge in self._charges:
            if getattr(charge, whose) is not None:
                found[getattr(charge, whose)].append(charge)
        entries = [
            Entry(
                name(key), sum(c.points for c in charges), len(charges),
                tuple(why(charges)),
            )
            for key, charges in found.items()
        ]  # fmt: skip
        return sorted(entries, key=lambda entry: (-entry.points, entry.name))

    def _where(self, charges: Iterable[Any]) -> Iterable[str]:
        """Each rule, and at which sessions."""
        where: dict[str, list[str]] = defaultdict(list)
        for charge in charges:
            if charge.meeting is not None:
                where[charge.rule].append(self.words.turn(*charge.meeting[:2]))
        for rule, _points in _sums(charges):
            turns = ", ".join(dict.fromkeys(where[rule]))
            yield f"{rule_title(rule)}: {turns}" if turns else rule_title(rule)


def _by_rule(charges: Sequence[Any]) -> Iterable[str]:
    """Each rule and its points."""
    for rule, points in _sums(charges):
        yield f"{rule_title(rule)}: {points}"


def _sums(charges: Iterable[Any]) -> list[tuple[str, int]]:
    points: Counter[str] = Counter()
    for charge in charges:
        points[charge.rule] += charge.points
    return points.most_common()


def costs_by_rule(proposal: Mapping[str, Any] | None) -> dict[str, float] | None:
    """Points by rule as the solver counted them; nothing when it did not say."""
    told = (proposal or {}).get("cost_by_rule")
    if told is None:
        return None
    return {key: told.get(key, 0) for key in BY_KEY if not key.startswith("tables.")}
