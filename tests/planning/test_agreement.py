"""Two who count for themselves agree: the checker reads the plan, the recount the numbers."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from program.planning.check import Broken, check, rule_of
from program.planning.problem import Limits, Plan, Problem, SpecialDay, Travel
from program.planning.rules import KINDS, Kind, Rule
from program.planning.solver import solve
from program.planning.solver.breakdown import breakdown
from program.planning.solver.compile import compiled
from program.planning.solver.dates.recount import recount
from program.planning.solver.decode import encoded
from tests.planning.cases import START, problems

FEW = Limits(seed=1, steps=300)
NOT_OF_THE_CALENDAR = ("tables.", "group.", "table.")
# Two at once count per part of the day here and per pair there: not when all is shaken.
SHAKEN = (
    "day.", "person.away", "order", "gap.most", "parallel.", "travel.trainer", "trainer.senior",
    "trainer.domain", "trainer.week", "trainer.count",
)  # fmt: skip
ROOMS = {"room.free", "room.size"}  # no room: because none is free, or none is large enough
RARE = tuple(kind for kind in KINDS if kind.key.startswith(("parallel.", "gap.", "travel.")))
VALUES = {
    "weekdays": st.integers(0, 31), "parts": st.integers(1, 7), "days": st.integers(0, 40),
    "percent": st.integers(0, 100), "minutes": st.integers(0, 90),
    "euro_per_point": st.integers(1, 9), "minutes_per_point": st.integers(1, 60),
}  # fmt: skip


@st.composite
def ruled(draw: st.DrawFn) -> Problem:
    """A random problem with rules, special days, travel, steps, juniors and evenings of its own."""
    problem = draw(problems())
    people = tuple(
        replace(p, step_free=draw(_seldom), home=draw(st.none() | _venues)) for p in problem.people
    )
    trainers = tuple(replace(t, senior=draw(st.booleans())) for t in problem.trainers)
    rooms = tuple(
        replace(r, venue=draw(_venues), step_free=draw(st.booleans())) for r in problem.rooms
    )
    modules = tuple(replace(m, evening=draw(_seldom)) for m in problem.modules)
    return replace(
        problem,
        people=people,
        trainers=trainers,
        rooms=rooms,
        modules=tuple(replace(module, fixed_on=None) for module in modules),
        special=tuple(draw(st.lists(_special, max_size=12, unique_by=lambda day: day.on))),
        travel=(Travel(1, 2, 70), Travel(2, 3, 20)),
        rules=tuple(draw(st.lists(_rules(len(modules)), max_size=12, unique_by=_place))),
    )


_seldom = st.sampled_from([False, False, False, True])
_venues = st.integers(1, 3)
_special = st.builds(
    SpecialDay,
    st.integers(0, 60).map(lambda n: START + timedelta(days=n)),
    st.sampled_from(["day.public", "day.optional", "day.school", "day.council", "day.own"]),
    st.sampled_from(["Feast", "Holiday"]),
    st.integers(1, 7),
)


@st.composite
def _rules(draw: st.DrawFn, modules: int) -> Rule:
    kind: Kind = draw(st.sampled_from(KINDS + 5 * RARE))
    value = {name: draw(VALUES[name]) for name in kind.value}
    state, weight = draw(st.sampled_from(kind.states)), draw(st.integers(1, 200))
    return Rule(kind.key, state, weight, value, draw(st.none() | st.integers(1, modules)))


def _place(rule: Rule) -> tuple[str, int | None]:
    return rule.key, rule.module


def found_by_checker(problem: Problem, plan: Plan) -> Counter[str]:
    counts: Counter[str] = Counter()
    pairs = set()
    for broken in check(problem, plan).broken:
        key = rule_of(broken.rule)
        if key == "person.once":
            facts = broken.facts
            pairs.add((broken.meeting, facts["module"], facts["round"], facts["beside"]))
        elif not key.startswith(NOT_OF_THE_CALENDAR):
            counts["room" if key in ROOMS else key] += _times(key, broken)
    counts["person.once"] = len(pairs)
    return +counts


def _times(key: str, broken: Broken) -> int:
    facts = {name: int(value) for name, value in broken.facts.items() if type(value) is int}
    if key == "trainer.count":
        return facts["needed"] - facts["trainers"]
    if key == "parallel.weekday":
        return facts["times"] - facts["most"]
    return facts.get("over", 1)


def found_by_recount(problem: Problem, plan: Plan) -> tuple[Counter[str], Counter[str]]:
    made = compiled(problem, plan.groups, plan.tables)
    count = recount(made.model, encoded(problem, made, plan))
    broken: Counter[str] = Counter()
    cost: Counter[str] = Counter()
    for rule, times in count.broken.items():
        key = made.model.rules[rule].key
        broken["room" if key in ROOMS else key] += times
    for rule, points in count.cost.items():
        cost[made.model.rules[rule].key] += points
    return broken, cost


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(ruled())
def test_checker_and_recount_find_the_same_breaches(problem: Problem) -> None:
    plan = solve(problem, FEW).plan

    assert found_by_checker(problem, plan) == found_by_recount(problem, plan)[0]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(ruled())
def test_the_breakdown_adds_up_to_the_recount(problem: Problem) -> None:
    plan = solve(problem, FEW).plan

    told = breakdown(problem, plan).by_rule
    told = {key: points for key, points in told.items() if not key.startswith("tables.")}
    assert told == found_by_recount(problem, plan)[1]


def shaken(problem: Problem, plan: Plan, days: list[int], places: list[int]) -> Plan:
    """Every placed meeting on some working day, in some room, with its own hours and trainers."""
    length = (problem.ends_on - problem.starts_on).days
    rooms = [room.id for room in problem.rooms]
    rows = []
    for number, meeting in enumerate(plan.meetings):
        if meeting.starts_at is None:
            rows.append(meeting)
            continue
        day = problem.starts_on + timedelta(days=days[number % len(days)] % (length + 1))
        day -= timedelta(days=max(0, day.weekday() - 4))
        starts_at = datetime.combine(day, meeting.starts_at.time())
        room = rooms[places[number % len(places)] % len(rooms)] if rooms else None
        rows.append(replace(meeting, starts_at=starts_at, room=room))
    return replace(plan, meetings=tuple(rows))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    ruled(),
    st.lists(st.integers(0, 90), min_size=5, max_size=9),
    st.lists(st.integers(0, 9), min_size=3, max_size=4),
)
def test_they_agree_about_calendars_that_break_all_kinds_of_rules(
    problem: Problem, days: list[int], places: list[int]
) -> None:
    problem = replace(problem, closed={})
    plan = shaken(problem, solve(problem, FEW).plan, days, places)

    one, other = found_by_checker(problem, plan), found_by_recount(problem, plan)[0]

    keys = {key for key in (*one, *other) if key.startswith(SHAKEN)}
    assert {key: one[key] for key in keys} == {key: other[key] for key in keys}
