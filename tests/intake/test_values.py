"""Dates, working days, names and numbers in the spellings that people use."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.intake.reading.dates import puts_month_first, read_date, read_day_parts
from program.intake.reading.days import WEEK, read_day_columns, read_days, writes_dash_lists
from program.intake.reading.headings import guesses
from program.intake.reading.names import Name, split_name, whole_name
from program.intake.reading.values import (
    read_email,
    read_gender,
    read_hours,
    read_money,
    read_yes,
    text,
)

MONTHS = [
    ("januari", "January"), ("februari", "February"), ("maart", "March"), ("april", "April"),
    ("mei", "May"), ("juni", "June"), ("juli", "July"), ("augustus", "August"),
    ("september", "September"), ("oktober", "October"), ("november", "November"),
    ("december", "December"),
]  # fmt: skip
SHORT = ["ma", "di", "wo", "do", "vr"]
LONG = ["Maandag", "dinsdag", "Woensdag", "donderdag", "vrijdag"]
ENGLISH = ["Mon", "Tue", "Wed", "Thu", "Fri"]
PREFIXES = ["", "van", "van der", "van den", "de", "ter", "in 't", "van 't", "op den", "el"]
words = st.text("abcdefghijklmnoprstuëöç", min_size=2, max_size=9).map(str.title)
TITLES = {
    "Dhr",
    "Dr",
    "Drs",
    "Hr",
    "Ing",
    "Ir",
    "Mej",
    "Mevr",
    "Miss",
    "Mr",
    "Mrs",
    "Ms",
    "Mw",
    "Prof",
    "Sir",
}
not_a_prefix = words.filter(
    lambda word: word not in TITLES and whole_name("", "", f"{word} X").infix == ""
)


def spellings(day: date) -> list[object]:
    dutch, english = MONTHS[day.month - 1]
    return [
        day, datetime.combine(day, datetime.min.time()), day.isoformat(), f"{day:%d-%m-%Y}",
        f"{day:%d/%m/%Y}", f"{day:%Y%m%d}", f"{day.day}.{day.month}.{day.year}",
        f"{day.day} {dutch} {day.year}",
        f"{day.day} {dutch.replace('aa', '')[:3].upper()}. {day.year}",
        f"{english} {day.day}, {day.year}", f"{day.day}th {english} {day.year}",
        (day - date(1899, 12, 30)).days, str((day - date(1899, 12, 30)).days),
        f"{day.isoformat()} 00:00:00", f"wo {day.day} {dutch} {day.year}",
    ]  # fmt: skip


@given(st.dates(date(1930, 1, 1), date(2099, 12, 31)))
def test_a_date_is_read_in_every_spelling(day: date) -> None:
    for written in spellings(day):
        assert read_date(written) == day, written  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["31-02-2015", "12-13-14-15", "x", "", "99", "2019-13-1", True])
def test_what_is_no_date_is_none(written: str | bool) -> None:
    assert read_date(written) is None


def test_american_dates_are_known_by_the_column() -> None:
    assert puts_month_first(["01/02/2019", "07/31/2019"])
    assert not puts_month_first(["01/02/2019", "31/07/2019"])
    assert read_date("01/02/2019", month_first=True) == date(2019, 1, 2)
    assert read_date("01/02/2019") == date(2019, 2, 1)


@given(st.integers(1, WEEK))
def test_working_days_are_read_in_every_spelling(mask: int) -> None:
    for names in (SHORT, LONG, ENGLISH):
        listed = [name for number, name in enumerate(names) if mask >> number & 1]
        for between in (", ", "/", " ", "; ", " en ", " + "):
            assert read_days(between.join(listed)) == mask
        assert read_days("-".join(listed), dash_lists=True) == mask
    ones = [str(mask >> number & 1) for number in range(5)]
    assert read_days("".join(ones)) == mask
    assert read_day_columns([*ones]) == mask
    left_out = [name for number, name in enumerate(SHORT) if not mask >> number & 1]
    if left_out:
        assert read_days(f"niet op {' en '.join(left_out)}") == mask


@pytest.mark.parametrize(
    ("written", "mask"),
    [
        ("ma t/m do", 0b01111), ("ma t/m vr", 31), ("maandag tot en met woensdag", 0b00111),
        ("alle", 31), ("fulltime", 31), ("Full-time", 31), ("12345", 31), ("1-4", 0b01111),
        ("woensdag vrij", 0b11011), ("alle dagen behalve vrijdag", 0b01111),
        ("ma-do", 0b01111), ("di-do-vr", 0b11010), ("ma (thuis), di", 0b00011), (5.0, 31),
        ("", None), ("parttime", None), ("4 dagen", None), ("4,5", None), ("in overleg", None),
    ],
)  # fmt: skip
def test_working_days_in_words(written: str | float, mask: int | None) -> None:
    assert read_days(written) == mask


def test_two_days_with_a_dash_are_a_list_in_a_column_of_lists() -> None:
    column = ["di-do-vr", "ma-wo"]

    assert writes_dash_lists(column)
    assert [read_days(cell, dash_lists=True) for cell in column] == [0b11010, 0b00101]


@given(given=not_a_prefix, infix=st.sampled_from(PREFIXES), surname=not_a_prefix)
def test_a_name_is_the_same_however_it_is_written(given: str, infix: str, surname: str) -> None:
    name = Name(given, infix, surname)

    full = " ".join(part for part in name if part)
    assert split_name(full) == name
    assert split_name(f"{surname}, {given} {infix}") == name
    assert split_name(f"{infix} {surname}, {given}".strip()) == name
    assert whole_name(given, infix, surname) == name
    assert whole_name(given, "", f"{infix} {surname}".strip()) == name


@pytest.mark.parametrize(
    ("written", "given", "infix", "surname"),
    [
        ("Berg van der, Jan", "Jan", "van der", "Berg"),
        ("J.P. v.d. Berg", "J.P.", "van de", "Berg"),
        ("Piet in \u2019t Veld", "Piet", "in 't", "Veld"),
        ("dhr. K. Jansen-de Boer", "K.", "", "Jansen-de Boer"),
        ("Jan Peter Balkenende", "Jan Peter", "", "Balkenende"),
        ("Cher", "", "", "Cher"),
        ("", "", "", ""),
    ],
)
def test_names_of_all_kinds(written: str, given: str, infix: str, surname: str) -> None:
    assert split_name(written) == (given, infix, surname)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (" NORA.B@Enschede.Example ", "nora.b@enschede.example"), ("mailto:j@x.nl", "j@x.nl"),
        ("Jan Bos <jan@x.nl>", "jan@x.nl"), ("fout.adres@", None), ("jan@localhost", None),
        ("a@x.nl; b@x.nl", None), ("", None), (3.0, None), ("a\r\nBcc: b@x.nl", None),
    ],
)  # fmt: skip
def test_addresses(written: str | float, address: str | None) -> None:
    assert read_email(written) == address


def test_numbers_money_and_answers() -> None:
    assert [read_money(value) for value in ("900,00", "€ 1.250,50", "€ 80,-", 325.0, "gratis")] == [
        90000, 125050, 8000, 32500, None,
    ]  # fmt: skip
    assert [read_hours(value) for value in ("36,5", "32.5 uur", 36.0, "0", "400")] == [
        36.5, 32.5, 36.0, None, None,
    ]  # fmt: skip
    assert [read_gender(value) for value in ("Mevr.", "man", "x", "?")] == ["V", "M", "X", ""]
    assert [read_yes(value, default=True) for value in ("ja", "nee", "", "?")] == [
        True, False, True, True,
    ]  # fmt: skip
    assert [text(value) for value in (100445.0, date(2019, 7, 3), " a\x00 b ", "007")] == [
        "100445", "03-07-2019", "a b", "007",
    ]  # fmt: skip


def test_parts_of_the_day() -> None:
    assert [read_day_parts(value) for value in ("ochtend", "", "hele dag", "middag en avond")] == [
        ["morning"], [], [], ["afternoon", "evening"],
    ]  # fmt: skip
    assert read_day_parts("soms") is None


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("E-mailadres medewerker (zakelijk)", "email"), ("Naam leidinggevende", "manager_name"),
        ("E-mail leidinggevende", "manager_email"), ("Naam afdeling", "department"),
        ("Emial adres", "email"), ("PERSONEELSNR", "employee_number"), ("Achternam", "surname"),
        ("E-mail privé", ""), ("Geboortedatum", ""), ("Job Title", "job_title"),
    ],
)  # fmt: skip
def test_headings_are_known_by_many_names(heading: str, field: str) -> None:
    found = guesses(heading, "people")

    assert max(found, key=lambda name: found[name]) == field
