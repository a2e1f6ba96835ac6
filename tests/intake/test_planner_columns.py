"""What the planner wants to know more is read from the lists and the programme file."""

from datetime import date

import pytest
from sqlalchemy import select

from program.cohorts.models import ClosedPart, Cohort
from program.core.db import db
from program.intake.actions import Target, load, target_named
from program.intake.reading.folder import Question, read_folder
from program.intake.reading.programme import ReadClosed, read_programme
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


def test_the_programme_file_names_closed_days_and_council_evenings() -> None:
    closed = """
closed:
  - {on: 2030-02-04, part: evening, name: Raad}
  - {on: 2030-02-11, until: 2030-02-12}
  - {on: 2030-02-11, until: 2030-02-01}
  - {on: 2030-02-11, part: night}
"""

    programme, mistakes = read_programme((PROGRAMME + closed).encode(), "programma.yaml")

    assert programme.closed[:2] == [
        ReadClosed(date(2030, 2, 4), date(2030, 2, 4), 4, "Raad"),
        ReadClosed(date(2030, 2, 11), date(2030, 2, 12), 7, ""),
    ]
    assert [problem.column for problem in mistakes] == ["closed[2].until", "closed[3].part"]


@pytest.mark.usefixtures("app")
def test_closed_days_of_the_file_are_closed_for_the_cohort() -> None:
    files = {
        "programma.yaml": f"{PROGRAMME}\nclosed: [{{on: 2030-02-04, part: evening, name: Raad}}]",
        "deelnemers.csv": "Naam;E-mail\nJan Bos;jan@a.example\n",
    }
    question = Question({name: text.encode() for name, text in files.items()})

    first, second = (loaded(question, target_named("Avonden")) for _ in range(2))

    (row,) = db.session.scalars(select(ClosedPart)).all()
    assert (row.day, row.parts, row.name) == (date(2030, 2, 4), 4, "Raad")
    assert (first, second) == ("new", "same")


def loaded(question: Question, target: Target) -> str:
    known = db.session.scalar(select(Cohort.id).where(Cohort.name == target.cohort_name))
    target = Target(cohort_id=known) if known else target
    outcome = load(read_folder(question), target, by=None, origin="test")
    db.session.commit()
    return outcome.cohort_is
