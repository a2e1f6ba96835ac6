from datetime import UTC, date, datetime, time

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import InputRequired

from program.core.errors import Refusal
from program.web.forms import DateField, Form, LocalDateTimeField, TimeField


class MeetingForm(Form):
    title = StringField("Title", [InputRequired()])
    starts_at = LocalDateTimeField("Starts")
    on = DateField("On")
    at = TimeField("At")


@pytest.fixture(autouse=True)
def _request(app: Flask) -> object:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def utc(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def filled(**typed: str) -> MeetingForm:
    form = MeetingForm(
        MultiDict({"title": "Kick-off"} | {k.replace("__", "-"): v for k, v in typed.items()})
    )
    form.validate()
    return form


def test_a_typed_time_is_on_the_wall_clock_of_the_place() -> None:
    assert filled(starts_at="2030-07-01T10:00").starts_at.data == utc(2030, 7, 1, 8)
    assert filled(starts_at="2030-01-01T10:00").starts_at.data == utc(2030, 1, 1, 9)


def test_a_time_is_shown_as_it_was_typed() -> None:
    form = MeetingForm(starts_at=utc(2030, 7, 1, 8))

    assert 'value="2030-07-01T10:00"' in form.starts_at()


def test_a_time_that_the_spring_night_skips_is_refused() -> None:
    form = filled(starts_at="2030-03-31T02:30")

    assert form.starts_at.errors == [
        "That night the clock goes from 2:00 to 3:00, so this time does not exist."
    ]
    assert form.starts_at.data is None


def test_a_time_that_comes_twice_is_asked_for() -> None:
    form = filled(starts_at="2030-10-27T02:30")

    assert form.starts_at.errors == ["That night this time comes twice. Choose which one you mean."]
    assert 'name="starts_at-second"' in form.starts_at()


@pytest.mark.parametrize(("answer", "hour"), [("0", 0), ("1", 1)])
def test_the_answer_tells_the_first_from_the_second(answer: str, hour: int) -> None:
    form = filled(starts_at="2030-10-27T02:30", starts_at__second=answer)

    assert form.errors == {}
    assert form.starts_at.data == utc(2030, 10, 27, hour, 30)


@pytest.mark.parametrize("typed", ["2030-12-31", "31-12-2030", "31/12/2030", " 31-12-2030 "])
def test_a_date_is_understood_as_dutch_people_write_it(typed: str) -> None:
    assert filled(on=typed).on.data == date(2030, 12, 31)


@pytest.mark.parametrize("typed", ["09:30", "9:30", "9.30", "09:30:00"])
def test_a_time_of_day_is_understood_as_people_write_it(typed: str) -> None:
    assert filled(at=typed).at.data == time(9, 30)


def test_a_date_that_is_none_says_how_to_write_it() -> None:
    assert filled(on="31-02-2030").on.errors == ["Write the date as 31-12-2030."]


def test_a_broken_rule_stands_at_its_field() -> None:
    form = filled()
    form.refuse(Refusal("The room is taken.", field="starts_at"))
    form.refuse(Refusal("No trainer is free."))

    assert form.starts_at.errors == ["The room is taken."]
    assert form.form_errors == ["No trainer is free."]


def test_an_empty_field_says_in_dutch_what_to_do(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "nl"}):
        form = MeetingForm(MultiDict({"title": ""}))
        form.validate()

        assert form.title.errors == ["Vul dit in."]
