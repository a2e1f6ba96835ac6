"""What the planner wants to know more is read from the lists and the programme file."""

import pytest

from program.intake.reading.programme import read_programme
from program.intake.reading.values import read_senior
from tests.intake.lists import read

PROGRAMME = """
title: Avonden
period: {from: 2030-01-07, until: 2030-06-30}
domains: [{key: zelf, title: Zelf}]
modules:
  - {key: a, title: A, hours: 3, domains: [zelf], evening: true}
  - {key: b, title: B, hours: 3, domains: [zelf]}
"""


@pytest.mark.parametrize(
    ("written", "senior"),
    [("senior", True), ("Junior trainer", False), ("ja", True), ("nee", False), ("", None)],
)
def test_senior_or_junior_is_read_in_words_or_as_yes_and_no(
    written: str, senior: bool | None
) -> None:
    assert read_senior(written) is senior


def test_a_list_of_trainers_says_who_is_a_junior() -> None:
    reading = read(
        trainers_csv="naam;e-mail;domeinen;niveau\n"
        "Amber Berg;amber@bureau.example;zelf;junior\nSam Vliet;sam@bureau.example;zelf;senior\n"
    )

    assert {one.given_name: one.senior for one in reading.lists.trainers} == {
        "Amber": False, "Sam": True,
    }  # fmt: skip


def test_a_module_of_the_programme_file_can_be_in_the_evening() -> None:
    programme, mistakes = read_programme(PROGRAMME.encode(), "programma.yaml")

    assert mistakes == []
    assert [module.evening for module in programme.modules] == [True, False]
