from collections.abc import Callable

import pytest

from program.planning.problem import Problem
from program.planning.solver.model import RuleRef
from program.planning.solver.proof.book import book
from program.planning.solver.reasons.asking import conflicts
from program.planning.solver.reasons.conflict import Proof
from program.planning.solver.reasons.judge import Judge
from program.planning.solver.reasons.trying import found_quickly
from tests.planning.impossible import (
    SECOND,
    THIRD,
    asked,
    fixed_the_wrong_way_round,
    in_the_holiday,
    no_common_weekday,
    no_trainer_for_a_domain,
    question,
    rooms_taken,
    too_few_trainers,
)

SECONDS = 60
CASES: tuple[Callable[[], Problem], ...] = (
    in_the_holiday, too_few_trainers, fixed_the_wrong_way_round, no_common_weekday,
    no_trainer_for_a_domain, rooms_taken,
)  # fmt: skip


def first_reasons(problem: Problem) -> list[tuple[str, dict[str, int | str]]]:
    model = asked(problem).model
    (first, *_others) = conflicts(model, SECONDS)
    return sorted(((ref.key, dict(ref.facts)) for ref in first.rules), key=str)


def keys(problem: Problem) -> list[str]:
    return [key for key, _facts in first_reasons(problem)]


def test_a_question_that_has_an_answer_has_no_conflict() -> None:
    assert conflicts(asked(question()).model, SECONDS) == ()


def test_the_summer_holiday_and_the_gaps_cannot_hold_together() -> None:
    found = first_reasons(in_the_holiday())

    assert [(key, facts.get("module", facts.get("name"))) for key, facts in found] == [
        ("day.fixed", None), ("day.school", "Zomervakantie"), ("gap.most", SECOND),
        ("gap.most", THIRD), ("order", SECOND), ("order", THIRD),
    ]  # fmt: skip
    assert found[1][1]["day"] == "2030-02-11"


def test_too_few_trainers_within_the_days_that_are_allowed() -> None:
    found = first_reasons(too_few_trainers())

    assert found == [
        ("parallel.window", {"module": SECOND, "round": 1, "days": 7}),
        ("trainer.away", {"trainer": 101}),
    ]


def test_fixed_dates_against_the_order() -> None:
    found = first_reasons(fixed_the_wrong_way_round())

    assert [key for key, _facts in found] == ["day.fixed", "day.fixed", "order"]
    assert found[-1][1]["module"] == THIRD


def test_part_time_days_that_leave_no_weekday() -> None:
    found = first_reasons(no_common_weekday())

    assert found == [("person.away", {"person": n}) for n in range(1, 6)]


def test_no_trainer_who_gives_the_domain() -> None:
    found = first_reasons(no_trainer_for_a_domain())

    assert {key for key, _facts in found} == {"trainer.domain"}
    assert {facts["trainer"] for _key, facts in found} == {101, 102}
    assert {facts["module"] for _key, facts in found} == {SECOND}


def test_one_room_for_two_groups_on_a_fixed_day() -> None:
    assert keys(rooms_taken()) == ["day.fixed", "day.fixed", "room.free"]


@pytest.mark.parametrize("case", CASES)
def test_the_rules_named_cannot_hold_and_without_any_one_of_them_can(
    case: Callable[[], Problem],
) -> None:
    model = asked(case()).model
    first = conflicts(model, SECONDS)[0]
    judge = Judge(book(model), float("inf"), lambda: True)

    assert first.proof == Proof.MINIMAL
    assert judge.holds(frozenset(first.places)) is False
    for place in first.places:
        assert judge.holds(frozenset(first.places) - {place}) is True


@pytest.mark.parametrize("case", CASES)
def test_what_the_kernel_finds_quickly_cp_sat_finds_as_well(case: Callable[[], Problem]) -> None:
    asked_book = book(asked(case()).model)
    judge = Judge(asked_book, float("inf"), lambda: True)
    every = frozenset(range(len(asked_book.rules)))
    (first, *_others) = conflicts(asked(case()).model, SECONDS)

    assert not found_quickly(asked_book, every, SECONDS)
    for place in first.places:
        others = frozenset(first.places) - {place} | asked_book.given
        if judge.stuck(others) is None and found_quickly(asked_book, others, SECONDS):
            assert judge.proves(others) is True


def test_what_is_said_again_is_the_same() -> None:
    model = asked(in_the_holiday()).model

    assert conflicts(model, SECONDS) == conflicts(model, SECONDS)


def test_conflicts_have_no_rule_in_common() -> None:
    first, *others = conflicts(asked(no_common_weekday()).model, SECONDS)
    named: set[RuleRef] = set(first.rules)

    for other in others:
        assert named.isdisjoint(other.rules)
        named |= set(other.rules)


def test_whoever_stops_the_search_gets_what_was_found_by_then() -> None:
    model = asked(too_few_trainers()).model

    assert conflicts(model, SECONDS, lambda: False) == ()
