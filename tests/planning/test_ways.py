from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.planning.problem import Problem
from program.planning.rules import HARD, Rule
from program.planning.solver.dates.recount import recount
from program.planning.solver.model import Model, Place
from program.planning.solver.reasons.asking import Reasons, conflicts, reasons
from program.planning.solver.reasons.changes import as_wish, smallest
from program.planning.solver.reasons.conflict import Conflict, WayOut
from tests.planning.impossible import (
    asked,
    fixed_the_wrong_way_round,
    in_the_holiday,
    no_common_weekday,
    no_trainer_for_a_domain,
    question,
    rooms_taken,
    too_few_trainers,
)

SECONDS = 120


def told(problem: Problem) -> Reasons:
    return reasons(asked(problem).model, lambda _progress: True, SECONDS)


def ways(problem: Problem) -> dict[tuple[str, str], WayOut]:
    (conflict, *_others) = told(problem).conflicts
    return {(way.deed, way.rule.key): way for way in reversed(conflict.ways)}


def test_what_helps_comes_first_and_the_cheapest_of_it() -> None:
    (conflict,) = told(in_the_holiday()).conflicts

    helping = [way.cost for way in conflict.ways if way.helps]
    assert helping == sorted(helping, key=lambda cost: cost or 0)
    assert [way.helps for way in conflict.ways] == sorted(
        (way.helps for way in conflict.ways), reverse=True
    )


def test_a_wider_gap_is_as_wide_as_it_must_be() -> None:
    facts = dict(ways(in_the_holiday())["wider", "gap.most"].facts)

    assert facts == {"was": 30, "days": 77}  # the first day after the holiday


def test_a_rule_that_becomes_a_wish_says_what_it_then_costs() -> None:
    way = ways(in_the_holiday())["wish", "day.school"]

    assert way.helps
    assert ("day.school", 300) in [(ref.key, points) for ref, points in way.costs]


def test_a_window_is_as_wide_as_the_trainers_need() -> None:
    way = ways(too_few_trainers())["wider", "parallel.window"]
    narrower = too_few_trainers()
    narrower = replace(narrower, rules=(Rule("parallel.window", HARD, value={"days": 20}),))

    assert dict(way.facts) == {"was": 7, "days": 21}  # four Mondays
    assert conflicts(asked(narrower).model, SECONDS)


def test_a_trainer_from_elsewhere_comes_as_often_as_needed() -> None:
    assert dict(ways(too_few_trainers())["guest", "trainer.away"].facts) == {"times": 2}


def test_who_has_no_trainer_for_a_domain_can_ask_one() -> None:
    found = ways(no_trainer_for_a_domain())

    assert found["guest", "trainer.domain"].helps
    assert found["wish", "trainer.domain"].helps


def test_one_room_more_is_needed_once() -> None:
    assert dict(ways(rooms_taken())["hall", "room.free"].facts) == {"times": 1}


def test_a_fixed_date_that_is_let_go_of_gets_another_day() -> None:
    way = ways(fixed_the_wrong_way_round())["free", "day.fixed"]

    assert way.helps
    assert "on" in dict(way.facts)


def test_people_who_cannot_all_come_cost_points() -> None:
    way = ways(no_common_weekday())["wish", "person.away"]

    assert sum(points for ref, points in way.costs if ref.key == "person.away") == 120


def test_a_question_with_an_answer_has_no_reasons() -> None:
    found = told(question())

    assert (found.conflicts, found.broken) == ((), 0)


@pytest.mark.parametrize("case", [in_the_holiday, rooms_taken])
def test_whoever_stops_it_gets_the_rules_without_prices(case: Callable[[], Problem]) -> None:
    stopped = reasons(asked(case()).model, lambda _progress: False, SECONDS)

    assert all(isinstance(one, Conflict) for one in stopped.conflicts)
    assert [way.cost for one in stopped.conflicts for way in one.ways if way.cost] == []


def test_what_is_asked_twice_is_answered_alike() -> None:
    assert told(too_few_trainers()) == told(too_few_trainers())


@given(st.integers(0, 119), st.integers(0, 119))
def test_each_breach_of_what_became_a_wish_costs_its_points(one: int, other: int) -> None:
    model = asked(in_the_holiday()).model
    school = _places(model, "day.school")
    calendar = (None, Place(one, 0), None, Place(other, 0), None)

    before, after = recount(model, calendar), recount(as_wish(model, school, 150), calendar)

    assert not school & after.broken.keys()
    for rule in school:
        assert after.cost.get(rule, 0) == 150 * before.broken.get(rule, 0)


def _places(model: Model, key: str) -> frozenset[int]:
    return frozenset(place for place, ref in enumerate(model.rules) if ref.key == key)


@given(st.integers(1, 300), st.integers(1, 300))
def test_the_least_amount_that_works(least: int, most: int) -> None:
    found = smallest(lambda amount: amount >= least, most)

    assert found == (least if least <= most else None)
