"""What a plan costs is told rule by rule, and for whom."""

from dataclasses import replace
from datetime import datetime, timedelta

from program.planning.problem import Module, Person, Placed, Plan, Problem, Tables, Travel
from program.planning.rules import OFF, WISH, Rule
from program.planning.solver.breakdown import breakdown
from tests.planning.cases import DAY, KICK_OFF, START, TALK, away, people, small

MORNING = datetime(2030, 1, 8, 9, 30)  # noqa: DTZ001  (wall time)
GROUPS = ((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12))
NO_PACE = Rule("pace", OFF)


def plan(*meetings: Placed, tables: tuple[Tables, ...] = ()) -> Plan:
    return Plan(GROUPS, tables, meetings)


def group_day(group: int, trainer: int = 101, room: int = 202, days: int = 0) -> Placed:
    return Placed(DAY, 1, group, MORNING + timedelta(days=days), 420, room, (trainer,))


def asked(*rules: Rule, **given: object) -> Problem:
    return small(groups=GROUPS, rules=(NO_PACE, Rule("trainer.load", OFF), *rules), **given)


def test_each_person_who_misses_a_plenary_has_its_points() -> None:
    them = tuple(replace(p, busy=(away(START),)) if p.id in {3, 5} else p for p in people(12))
    start = Placed(KICK_OFF, 1, None, datetime(2030, 1, 7, 9, 30), 240, 201, (101,))  # noqa: DTZ001

    found = breakdown(asked(people=them), plan(start))

    assert found.by_rule == {"room.price": 90, "person.missed": 80}
    assert found.by_person == {3: 40, 5: 40}


def test_each_trainer_whom_a_group_meets_costs_and_each_group_has_its_own_sum() -> None:
    found = breakdown(asked(), plan(group_day(0, 101), group_day(1, 102, days=1)))

    assert found.by_rule == {"trainer.continuity": 120}
    assert found.by_group == {0: 60, 1: 60}
    assert found.by_trainer == {101: 60, 102: 60}


def test_the_load_is_on_the_account_of_the_trainer_who_has_it() -> None:
    uneven = breakdown(small(groups=GROUPS, rules=(NO_PACE,)), plan(group_day(0), group_day(1)))

    loads = {c.trainer: c.points for c in uneven.charges if c.rule == "trainer.load"}
    assert set(loads) == {101}
    assert loads[101] > 0


def test_a_rule_that_is_off_costs_nothing() -> None:
    problem = asked(Rule("trainer.continuity", OFF))

    assert breakdown(problem, plan(group_day(0))).charges == ()


def test_a_wish_for_one_module_has_its_own_weight() -> None:
    early = Rule("part.preferred", WISH, 7, {"parts": 2})
    problem = asked(early, replace(early, weight=11, module=DAY))

    found = breakdown(problem, plan(group_day(0)))

    assert found.by_rule["part.preferred"] == 11


def test_people_pay_by_the_minute_for_their_way_to_the_room() -> None:
    travellers = tuple(replace(p, home=9) if p.id <= 3 else p for p in people(12))
    problem = asked(people=travellers, travel=(Travel(0, 9, 40),))

    found = breakdown(problem, plan(group_day(0)))

    assert found.by_rule["travel.people"] == 3 * 40 // 30


def test_who_sits_together_again_is_counted_for_both() -> None:
    table = (1, 2)
    rounds = tuple(Tables(TALK, n, (table,)) for n in (1, 2))

    found = breakdown(asked(Rule("tables.mates", OFF)), plan(tables=rounds))

    assert found.by_rule == {"tables.again": 10}
    assert found.by_person == {1: 5, 2: 5}


def test_parallel_meetings_that_lie_far_apart_cost_by_the_day() -> None:
    found = breakdown(asked(), plan(group_day(0), group_day(1, days=30)))

    assert found.by_rule["parallel.window"] == 2 * 6


def test_what_changes_in_a_repair_has_its_price() -> None:
    was = group_day(0)
    now = replace(was, starts_at=was.begins + timedelta(days=1), room=201, trainers=(102,))
    problem = asked(standing=(was,), accepted={0: 4})

    found = breakdown(problem, plan(now))

    assert {rule: points for rule, points in found.by_rule.items() if "change" in rule} == {
        "change.day": 300, "change.room": 40, "change.trainer": 60, "change.accepted": 4 * 15,
    }  # fmt: skip


def test_another_time_of_the_same_day_is_a_smaller_change() -> None:
    talk = Module(TALK, "Talk", "group", 180)
    was = Placed(TALK, 1, 0, MORNING, 180, 202, (101,))
    now = replace(was, starts_at=MORNING.replace(hour=13))

    found = breakdown(asked(modules=(talk,), standing=(was,)), plan(now))

    assert found.by_rule["change.part"] == 120
    assert "change.day" not in found.by_rule


def test_an_empty_plan_costs_nothing() -> None:
    nobody: tuple[Person, ...] = ()

    assert breakdown(small(people=nobody), Plan((), (), ())).charges == ()
