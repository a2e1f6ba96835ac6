"""Two proposals for one cohort side by side: meetings, people, wishes, absences. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from program.planning.changes import Change, What, changes
from program.planning.check import check
from program.planning.problem import Plan, Problem


@dataclass(frozen=True, slots=True)
class Side:
    """What one plan comes to."""

    broken: int  # rules that do not hold
    unplaced: int  # meetings without a place
    missed: int  # times somebody cannot come to a meeting for everybody
    met_again: int
    points: Mapping[str, int]  # by rule

    @property
    def total(self) -> int:
        return sum(self.points.values())


@dataclass(frozen=True, slots=True)
class Difference:
    one: Side
    other: Side
    changes: tuple[Change, ...]  # from the one to the other

    @property
    def moved(self) -> tuple[Change, ...]:
        """Meetings at another day or time."""
        return tuple(change for change in self.changes if What.MOVED in change.what)

    @property
    def people(self) -> tuple[int, ...]:
        """Everybody who is at something else in the one than in the other."""
        return tuple(sorted({person for change in self.changes for person in change.people}))

    @property
    def rules(self) -> tuple[str, ...]:
        """Those that cost anything in either, where they differ most first."""
        keys = set(self.one.points) | set(self.other.points)
        one, other = self.one.points, self.other.points
        return tuple(sorted(keys, key=lambda key: (-abs(one.get(key, 0) - other.get(key, 0)), key)))


def compare(problem: Problem, plan: Plan, other: Plan) -> Difference:
    """Both judged by the same problem: its rules, people, rooms and trainers."""
    one, two = _with_past(problem, plan), _with_past(problem, other)
    return Difference(_side(problem, one), _side(problem, two), changes(problem, one, two))


def _with_past(problem: Problem, plan: Plan) -> Plan:
    """What is over by now was no fault when the plan was made."""
    first = problem.from_on
    if first is None:
        return plan
    meetings = tuple(
        replace(m, kept=True) if m.starts_at is not None and m.begins.date() < first else m
        for m in plan.meetings
    )
    return replace(plan, meetings=meetings)


def _side(problem: Problem, plan: Plan) -> Side:
    from program.planning.solver.breakdown import breakdown  # noqa: PLC0415  (when asked)

    report = check(problem, plan)
    return Side(
        broken=len(report.broken),
        unplaced=len(report.unplaced),
        missed=len(report.missed),
        met_again=report.met_again,
        points=breakdown(problem, plan).by_rule,
    )
