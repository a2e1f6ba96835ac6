from datetime import date, timedelta

import pytest

from program.cohorts.closed_days import closed_days, special_days


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def test_school_holidays_are_those_of_the_region() -> None:
    north = closed_days(date(2020, 7, 1), date(2020, 9, 30), "noord")
    south = closed_days(date(2020, 7, 1), date(2020, 9, 30), "zuid")

    assert list(north) == days("2020-07-04", "2020-08-16")
    assert list(south) == days("2020-07-11", "2020-08-23")
    assert set(north.values()) == {"Zomervakantie"}


def test_a_public_holiday_keeps_its_own_name_within_a_school_holiday() -> None:
    closed = closed_days(date(2019, 12, 24), date(2019, 12, 27), "noord")

    assert list(closed.values()) == [
        "Kerstvakantie", "Eerste kerstdag", "Tweede kerstdag", "Kerstvakantie",
    ]  # fmt: skip


@pytest.mark.parametrize(("year", "closed"), [(2019, False), (2020, True)])
def test_liberation_day_is_closed_in_lustrum_years_only(year: int, closed: bool) -> None:
    day = date(year, 5, 5)

    assert (day in closed_days(day, day, "")) is closed


def test_without_a_region_only_public_holidays_are_closed() -> None:
    assert closed_days(date(2020, 4, 1), date(2020, 4, 30), "") == {
        date(2020, 4, 10): "Goede vrijdag",
        date(2020, 4, 12): "Eerste paasdag",
        date(2020, 4, 13): "Tweede paasdag",
        date(2020, 4, 27): "Koningsdag",
    }


def test_the_names_are_there_in_english_too() -> None:
    assert closed_days(date(2020, 4, 13), date(2020, 4, 13), "noord", language="en") == {
        date(2020, 4, 13): "Easter Monday"
    }


def test_days_that_many_take_off_are_no_days_off_by_law() -> None:
    found = special_days(date(2019, 4, 15), date(2019, 12, 31), "")

    assert [(day, name) for day, kind, name in found if kind == "optional"] == [
        (date(2019, 4, 19), "Goede vrijdag"),
        (date(2019, 5, 5), "Bevrijdingsdag"),
        (date(2019, 12, 24), "Dag voor Kerst"),
        (date(2019, 12, 31), "Oudejaarsdag"),
    ]
    assert date(2019, 4, 22) in {day for day, kind, _name in found if kind == "public"}


def test_in_a_lustrum_year_liberation_day_is_off_by_law() -> None:
    day = date(2020, 5, 5)

    assert special_days(day, day, "") == [(day, "public", "Bevrijdingsdag")]


def test_a_day_can_be_special_twice() -> None:
    christmas = date(2019, 12, 25)

    kinds = {kind for _day, kind, _name in special_days(christmas, christmas, "noord")}

    assert kinds == {"public", "school"}
