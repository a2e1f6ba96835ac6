"""Are the meetings of one module close enough together, and on different weekdays?"""

from collections import Counter
from collections.abc import Iterator

from program.planning.check.findings import Broken
from program.planning.problem import BY_GROUP, Module, Placed, Plan, Problem
from program.planning.rules import Rules


def broken(problem: Problem, plan: Plan) -> Iterator[Broken]:
    rules = Rules(problem.rules)
    modules = {module.id: module for module in problem.modules}
    for (module, turn), meetings in _turns(plan).items():
        if module in modules and not all(meeting.kept for meeting in meetings):
            yield from _window(rules, (module, turn), meetings)
            yield from _weekdays(rules, modules[module], turn, meetings)


def _turns(plan: Plan) -> dict[tuple[int, int], list[Placed]]:
    """The meetings of groups and tables by module and round; those without a place as well."""
    turns: dict[tuple[int, int], list[Placed]] = {}
    for meeting in plan.meetings:
        if meeting.group is not None:
            turns.setdefault((meeting.module, meeting.round), []).append(meeting)
    return {turn: meetings for turn, meetings in turns.items() if len(meetings) > 1}


def _window(rules: Rules, turn: tuple[int, int], meetings: list[Placed]) -> Iterator[Broken]:
    days = [meeting.begins.date() for meeting in meetings if meeting.starts_at is not None]
    most = rules.value("parallel.window", "days", turn[0])
    span = (max(days) - min(days)).days if days else 0
    if rules.is_hard("parallel.window", turn[0]) and span > most:
        yield Broken("parallel.window", (*turn, None), {"days": span, "most": most})


def _weekdays(rules: Rules, module: Module, turn: int, meetings: list[Placed]) -> Iterator[Broken]:
    if module.kind not in BY_GROUP or not rules.is_hard("parallel.weekday", module.id):
        return
    percent = rules.value("parallel.weekday", "percent", module.id)
    most = max(1, len(meetings) * percent // 100)
    times = Counter(m.begins.weekday() for m in meetings if m.starts_at is not None)
    for weekday, number in sorted(times.items()):
        if number > most:
            facts = {"times": number, "most": most, "weekday": weekday}
            yield Broken("parallel.weekday", (module.id, turn, None), facts)
