"""Why a problem has no plan, in the words of the problem: modules, people, dates."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from program.planning.problem import Plan, Problem
from program.planning.solver.clock import Report
from program.planning.solver.compile import Compiled, compiled
from program.planning.solver.model import RuleRef
from program.planning.solver.proof.book import FIXED
from program.planning.solver.reasons.asking import reasons
from program.planning.solver.reasons.conflict import Conflict, Proof, WayOut

Facts = Mapping[str, Any]
ROOM = "room.size"


@dataclass(frozen=True, slots=True)
class Named:
    """A rule where it applies; meetings by module, round and group."""

    key: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Way:
    """Something to do, and what comes of it."""

    rule: Named
    deed: str
    values: Facts
    helps: bool
    broken: int
    cost: int | None  # points of the plan found then; none: there was no time to look
    more: int  # points more than the best one found without it, which breaks rules
    costs: Mapping[str, int]  # how those come about, by rule


@dataclass(frozen=True, slots=True)
class Trouble:
    """Rules that cannot hold together."""

    proof: str
    rules: tuple[Named, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    troubles: tuple[Trouble, ...]
    broken: int  # rules that the best plan found breaks
    cost: int


def explained(problem: Problem, plan: Plan, seconds: float, report: Report) -> Explanation:
    """With the groups and tables of a plan, or those that stand."""
    made = compiled(problem, plan.groups or problem.groups, plan.tables or problem.tables)
    found = reasons(made.model, report, seconds)
    telling = _Telling(problem, made)
    troubles = (*telling.without_room(), *map(telling.trouble, found.conflicts))
    return Explanation(troubles, found.broken, found.cost)


class _Telling:
    def __init__(self, problem: Problem, made: Compiled) -> None:
        self.problem, self.made = problem, made

    def without_room(self) -> Iterator[Trouble]:
        """Modules for which no room is large enough, or of the right kind."""
        largest: dict[tuple[int, int], int] = {}
        for wanted, meeting in zip(self.made.wanted, self.made.model.meetings, strict=True):
            if not meeting.rooms and meeting.fixed is None:
                people = len(wanted.people) + wanted.module.trainers
                key = wanted.key[:2]
                largest[key] = max(people, largest.get(key, 0))
        for (module, turn), people in largest.items():
            online = next(m.is_online for m in self.problem.modules if m.id == module)
            facts = {"module": module, "round": turn, "people": people, "online": int(online)}
            yield Trouble(Proof.MINIMAL.value, (Named(ROOM, facts),), ())

    def trouble(self, conflict: Conflict) -> Trouble:
        rules = tuple(self.named(ref) for ref in conflict.rules)
        return Trouble(conflict.proof.value, rules, tuple(map(self.way, conflict.ways)))

    def way(self, way: WayOut) -> Way:
        values = dict(way.facts)
        if "on" in values:
            values["on"] = self._day(int(values["on"]))
        costs: Counter[str] = Counter()
        for ref, points in way.costs:
            costs[ref.key] += points
        return Way(
            rule=self.named(way.rule),
            deed=way.deed,
            values=values,
            helps=way.helps,
            broken=way.broken,
            cost=way.cost,
            more=0 if way.cost is None else way.cost - (way.before or 0),
            costs={key: points for key, points in costs.items() if points},
        )

    def named(self, ref: RuleRef) -> Named:
        facts = dict(ref.facts)
        if ref.key == FIXED:
            facts = self._of_meeting(int(facts["meeting"]))
        return Named(ref.key, facts)

    def _of_meeting(self, number: int) -> dict[str, int | str]:
        wanted, meeting = self.made.wanted[number], self.made.model.meetings[number]
        module, turn, group = wanted.key
        days = 0
        for option in meeting.options:
            days |= option.open
        day = meeting.fixed.day if meeting.fixed else days.bit_length() - 1
        facts: dict[str, int | str] = {"module": module, "round": turn, "day": self._day(day)}
        if meeting.fixed is not None:
            facts["kept"] = 1
        return facts if group is None else facts | {"group": group}

    def _day(self, number: int) -> str:
        return (self.problem.starts_on + timedelta(days=number)).isoformat()
