"""Says which rules a plan breaks. Slow, plain, and shares no code with the solver."""

from program.planning.check import groups, meetings, parallel, resources
from program.planning.check.findings import Broken, Missed, Report, Unplaced, rule_of
from program.planning.problem import Plan, Problem

__all__ = ["Broken", "Missed", "Report", "Unplaced", "check", "rule_of"]


def check(problem: Problem, plan: Plan) -> Report:
    """Everything that is wrong with the plan, and who cannot come to what is for everybody."""
    return Report(
        broken=(
            *groups.broken(problem, plan),
            *meetings.broken(problem, plan),
            *parallel.broken(problem, plan),
            *resources.broken(problem, plan),
        ),
        missed=tuple(meetings.missed(problem, plan)),
        unplaced=tuple(
            Unplaced((m.module, m.round, m.group), m.why or "unknown")
            for m in plan.meetings
            if m.starts_at is None
        ),
        met_again=groups.met_again(problem, plan),
        mates_met=groups.mates_met(problem, plan),
    )
