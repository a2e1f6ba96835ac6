from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from program.planning.models import PlanRun
from program.planning.problem import Plan, Problem, Room
from program.planning.solver.reasons.explaining import Explanation, explained
from program.planning.why import Why
from program.planning.wire import from_json, to_json
from tests.planning.impossible import (
    SECOND,
    in_the_holiday,
    no_common_weekday,
    question,
    too_few_trainers,
)

SECONDS = 120


def found(problem: Problem) -> Explanation:
    plan = Plan(problem.groups, problem.tables, ())
    return explained(problem, plan, SECONDS, lambda _progress: True)


def why(problem: Problem) -> Why:
    asked = {"problem": to_json(problem), "group_names": ["Noord", "Zuid", "Oost", "West"]}
    return Why(PlanRun(question=asked, reasons=to_json(found(problem))))


@pytest.fixture(params=["nl", "en"])
def language(app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with app.test_request_context(), force_locale(request.param):
        yield request.param


SAID = {
    "nl": [
        "geen bijeenkomsten in de Zomervakantie vanaf ma 11 feb 2030",
        "Kick-off ligt vast op ma 7 jan 2030",
    ],
    "en": [
        "no sessions in the Zomervakantie from Mon 11 Feb 2030",
        "Kick-off is fixed on Mon 7 Jan 2030",
    ],
}


def test_the_holiday_and_the_fixed_date_are_named(language: str) -> None:
    (trouble,) = why(in_the_holiday()).troubles

    assert len(trouble.rules) == 6
    assert set(SAID[language]) <= set(trouble.rules)


def test_the_days_of_several_people_are_one_line(language: str) -> None:
    (trouble, *_others) = why(no_common_weekday()).troubles

    (line,) = trouble.rules
    assert line.endswith(": Person 1, Person 2, Person 3, Person 4, Person 5")
    assert language in ("nl", "en")


def test_a_trainer_from_elsewhere_is_something_to_arrange(language: str) -> None:
    (trouble,) = why(too_few_trainers()).troubles
    guest = next(way for way in trouble.ways if way.deed == "guest")

    assert not guest.by_button
    assert guest.elsewhere == "cohorts.new_trainer"
    assert guest.what == {"nl": "Zoek nog een trainer", "en": "Find one more trainer"}[language]
    assert {"nl": "Nodig voor 2 bijeenkomsten.", "en": "Needed for 2 sessions."}[
        language
    ] in guest.outcome


def test_a_room_that_is_too_small_for_everybody_is_the_reason(language: str) -> None:
    (trouble, *_others) = why(question(rooms=(Room(201, "Kamer", 8),))).troubles

    assert trouble.rules == [
        {
            "nl": "Kick-off heeft een zaal voor 13 mensen nodig, en die is er niet",
            "en": "Kick-off needs a room for 13 people; there is none",
        }[language]
    ]


def test_an_explanation_is_stored_and_read_back() -> None:
    first = found(too_few_trainers())

    again = from_json(Explanation, to_json(first))

    assert to_json(again) == to_json(first)
    assert again.troubles[0].rules[0].facts.get("module", SECOND) == SECOND
