from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.planning.problem import Limits, Problem
from program.planning.solver.dates.recount import effect
from program.planning.solver.dates.search import search
from program.planning.solver.model import Calendar, Model, Place
from program.planning.solver.reasons.why_not import Around, Why, why_not
from tests.planning.cases import START, away, people
from tests.planning.impossible import asked, in_the_holiday, question, too_few_trainers

DAYS = 121


def model_of(problem: Problem) -> Model:
    return asked(problem).model


def planned(model: Model) -> Calendar:
    return search(model, Limits(steps=20_000), lambda _progress: True).calendar


def broken(model: Model, why: Why) -> list[str]:
    return sorted(model.rules[rule].key for rule, times in why.broken.items() if times > 0)


def test_where_it_is_nothing_changes() -> None:
    model = model_of(question())
    calendar = planned(model)
    place = calendar[1]
    assert place is not None

    why = why_not(model, calendar, 1, place.day)

    assert (why.broken, why.costs, why.here, why.is_free) == ({}, {}, True, True)


def test_a_weekend_cannot_be_chosen() -> None:
    model = model_of(question())

    why = why_not(model, planned(model), 1, 12)

    assert why.closed
    assert not why.is_free


def test_a_day_in_the_holiday_breaks_that_rule() -> None:
    model = model_of(in_the_holiday())

    why = why_not(model, planned(model), 2, 42)

    assert "day.school" in broken(model, why)


def test_a_day_before_the_module_before_it_breaks_the_order() -> None:
    model = model_of(question())
    places = list(planned(model))
    places[1], places[2] = Place(7, 0, 0, (0,)), Place(21, 0, 0, (0,))
    (before, after) = next((a.before, a.after) for a in model.arcs if a.before == 1)
    places[after] = Place(21, 0, 0, (0,))

    why = why_not(model, tuple(places), after, 2)

    assert before == 1
    assert "order" in broken(model, why)


def test_the_people_who_cannot_come_are_each_named() -> None:
    monday = START + timedelta(days=14)
    busy = tuple(person for person in people(12, busy=(away(monday),)))
    model = model_of(question(people=busy))

    why = why_not(model, planned(model), 1, 14)

    assert broken(model, why) == ["person.away"] * 6


def test_it_gets_the_trainer_and_the_room_that_are_free() -> None:
    model = model_of(question())
    places = list(planned(model))
    places[1] = Place(21, 0, 0, (0,))
    places[3] = Place(28, 0, 1, (1,))

    why = why_not(model, tuple(places), 3, 21)

    assert (why.place.room, why.place.trainers) == (1, (1,))
    assert "trainer.away" not in broken(model, why)
    assert "room.free" not in broken(model, why)


def test_at_a_given_time_of_day_it_says_what_happens_then() -> None:
    model = model_of(question())

    assert why_not(model, planned(model), 0, 0, 1).place.option == 1


@given(seed=st.integers(0, 10_000), number=st.integers(0, 4), day=st.integers(0, DAYS - 1))
def test_it_counts_as_the_whole_calendar_does(seed: int, number: int, day: int) -> None:
    model = model_of(too_few_trainers())
    calendar = _any_calendar(model, Random(seed))  # noqa: S311

    why = Around(model, calendar, number).on(day)

    more, points = effect(model, calendar, number, why.place)
    assert (why.broken, why.costs) == (dict(more), dict(points))


def _any_calendar(model: Model, rng: Random) -> Calendar:
    return tuple(
        Place(
            day=rng.randrange(model.days),
            option=rng.randrange(len(meeting.options)),
            room=rng.choice(meeting.rooms).number if meeting.rooms else -1,
            trainers=tuple(
                one.number for one in rng.sample(meeting.trainers, min(meeting.crew, 1))
            ),
        )
        for meeting in model.meetings
    )


@pytest.mark.parametrize("number", [0, 1, 3])
def test_every_day_of_the_period_has_an_answer(number: int) -> None:
    model = model_of(in_the_holiday())
    around = Around(model, planned(model), number)

    assert [around.on(day).place.day for day in range(model.days)] == list(range(model.days))
