"""Repairs a schedule with the smallest change that people see. Pure.

First only the meetings that break a rule may change; only when that is not enough also those
around them, then all that is still to come (Phillips, Walker, Ehrgott and Ryan, 2016: "Integer
programming for minimal perturbation problems in university course timetabling"). Every change has
its price, so that another trainer goes before another day, and what many said yes to stays.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from program.planning.changes import changes, standing_plan
from program.planning.check import Broken, Report, check
from program.planning.check.findings import Key
from program.planning.check.meetings import key_of
from program.planning.newcomers import seated
from program.planning.problem import TABLES, Limits, Placed, Plan, Problem, Progress, Proposal
from program.planning.rules import Rule, Rules
from program.planning.solver import solve
from program.planning.solver.compile import Compiled, compiled
from program.planning.solver.dates import Found
from program.planning.solver.dates.search import search
from program.planning.solver.decode import decoded
from program.planning.solver.settle import settled

DEAR = 20  # times the usual price of a change
CHANGES = ("change.day", "change.part", "change.room", "change.trainer", "change.accepted")
MORE = 20  # steps of the kernel for each that was asked
STEPS = 4_000  # per meeting that may change
Tell = Callable[[Progress], bool]


@dataclass(frozen=True)
class Try:
    """What came of it when these meetings could change."""

    proposal: Proposal
    report: Report
    changed: int

    @property
    def score(self) -> tuple[int, int, int]:
        """Fewer meetings without a place, fewer broken rules, then fewer changes."""
        broken = sum(map(_can_mend, self.report.broken))
        return len(self.report.unplaced), broken, self.changed


def repair(
    problem: Problem, limits: Limits | None = None, report: Tell = lambda _progress: True
) -> Proposal:
    """The plan that keeps the rules again, as near to `problem.standing` as can be."""
    limits = limits or Limits()
    whole = seated(problem)
    best: Try | None = None
    for widest, free in enumerate(wider_and_wider(whole)):
        found = _tried(_dearer(whole) if widest else whole, free, limits, report)
        best = found if best is None else min(best, found, key=lambda one: one.score)
        if best.score[:2] == (0, 0) or found.proposal.stopped:
            break
    if best is None:
        raise ValueError("There is nothing to repair or to plan.")
    return best.proposal


def needing(problem: Problem) -> frozenset[Key]:
    """The meetings that break a rule as they stand, and those that are not there yet."""
    plan = standing_plan(problem)
    standing = {key_of(meeting): meeting for meeting in problem.standing}
    kept = {key_of(meeting): meeting for meeting in problem.kept}
    found: set[Key] = set()
    for broken in check(problem, plan).broken:
        key, facts = broken.meeting, broken.facts
        if not _can_mend(broken):
            continue
        if key is None:
            found.update(k for k, m in standing.items() if _in_week(m, facts))
        elif broken.rule.startswith("parallel."):
            found.update(k for k in standing if k[:2] == key[:2])
        elif key not in kept:
            found.add(key)
        elif "module" in facts:  # with a meeting that stays: the other one moves
            turn, day = (facts["module"], facts["round"]), kept[key].begins.date()
            same = (k for k, m in standing.items() if m.begins.date() == day)
            found.update(k for k in same if k[:2] == turn)
    return frozenset(found)


def _can_mend(broken: Broken) -> bool:
    """By another day, room or trainer: not who is in which group or at which table."""
    return not broken.rule.startswith(("group.", "table."))


def _in_week(meeting: Placed, facts: Mapping[str, int | str]) -> bool:
    """Given by a trainer in a week in which they give too many."""
    day = meeting.begins.date()
    monday = day - timedelta(days=day.weekday())
    return facts.get("trainer") in meeting.trainers and facts.get("week") == monday.isoformat()


def wider_and_wider(problem: Problem) -> Iterator[frozenset[Key]]:
    """Which meetings may change: those that need it, those around them, and at last all."""
    needed = needing(problem)
    yield needed
    around = needed | frozenset(_around(problem, needed))
    if around != needed:
        yield around
    everything = needed | {key_of(meeting) for meeting in problem.standing}
    if everything != around:
        yield everything


def _around(problem: Problem, needed: frozenset[Key]) -> Iterator[Key]:
    """Parallel meetings, and what comes before and after for the same people."""
    turns = {key[:2] for key in needed}
    before = {m.id: (m.after, m.rounds) for m in problem.modules}
    groups = {key[2] for key in needed}
    for meeting in problem.standing:
        module, turn, group = key = key_of(meeting)
        if (module, turn) in turns:
            yield key
            continue
        follows = (module, turn - 1) if turn > 1 else (before[module][0], None)
        near = any(
            follows == (one, number if turn > 1 else None)
            or (one == module and number == turn + 1)
            or (number == 1 and before.get(one, (None, 0))[0] == module)
            for one, number in turns
        )
        if near and (group in groups or None in (group, *groups)):
            yield key


def _dearer(problem: Problem) -> Problem:
    """Where more may change than must: nothing changes for a wish only."""
    rules = Rules(problem.rules)
    modules = (None, *(module.id for module in problem.modules))
    set_ = [rules.of(key, module) for key in CHANGES for module in modules]
    dear = tuple(replace(rule, weight=DEAR * rule.weight) for rule in _once(set_))
    others = tuple(rule for rule in problem.rules if rule.key not in CHANGES)
    return replace(problem, rules=others + dear)


def _once(rules: list[Rule]) -> Iterator[Rule]:
    return iter({(rule.key, rule.module): rule for rule in rules}.values())


def _tried(problem: Problem, free: frozenset[Key], limits: Limits, report: Tell) -> Try:
    """The best plan when only these may change."""
    fixed = tuple(
        replace(meeting, kept=True) for meeting in problem.standing if key_of(meeting) not in free
    )
    steps = min(MORE * limits.steps, STEPS * max(1, len(free)))
    asked = replace(problem, kept=(*problem.kept, *fixed))
    proposal = (_dated if _is_whole(problem) else solve)(
        asked, replace(limits, steps=steps), report
    )
    proposal = replace(proposal, plan=_unfixed(problem, proposal.plan))
    changed = changes(problem, standing_plan(problem), proposal.plan)
    return Try(proposal, check(problem, proposal.plan), len(changed))


def _is_whole(problem: Problem) -> bool:
    """Whether groups and tables are all there, so that only dates, rooms and trainers lack."""
    wanted = {
        (m.id, n) for m in problem.modules if m.kind == TABLES for n in range(1, m.rounds + 1)
    }
    made = {(mix.module, mix.round) for mix in problem.tables if any(mix.tables)}
    return bool(problem.groups) and wanted <= made


def _dated(problem: Problem, limits: Limits, report: Tell) -> Proposal:
    """Dates, rooms and trainers only: groups and tables stay."""
    question = compiled(problem, problem.groups, problem.tables)
    found = search(question.model, limits, report)
    calendar, reasons = settled(question, found.calendar)
    meetings = decoded(problem, question, calendar, reasons)
    return Proposal(
        plan=Plan(problem.groups, problem.tables, meetings),
        cost={"groups": 0, "tables": 0, "calendar": found.cost},
        bound={"groups": 0, "tables": 0, "calendar": found.bound},
        seed=limits.seed,
        steps=found.steps,
        stopped=found.stopped,
        cost_by_rule=_by_rule(question, found),
    )


def _by_rule(question: Compiled, found: Found) -> dict[str, float]:
    sums: Counter[str] = Counter()
    for rule, points in found.costs.items():
        sums[question.model.rules[rule].key] += points
    return dict(sums)


def _unfixed(problem: Problem, plan: Plan) -> Plan:
    """Only what is really kept says so; what stayed where it was is as it was."""
    kept = {key_of(meeting) for meeting in problem.kept}
    meetings = tuple(replace(m, kept=key_of(m) in kept) for m in plan.meetings)
    return replace(plan, meetings=meetings)
