import json

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from program.core.db import db
from program.meetings.models import Meeting, Seat
from program.planning.models import PlanRun
from tests.planning.stored import plannable


def flask(app: Flask, *arguments: str) -> Result:
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["plan", *arguments])
    db.session.rollback()
    return result


def test_a_cohort_is_planned_by_one_command(each_app: Flask) -> None:
    cohort = plannable()

    result = flask(each_app, cohort.name, "--seconds", "20", "--steps", "300", "--json")

    facts = json.loads(result.stdout)
    assert (facts["meetings"], facts["groups"], facts["broken"]) == (8, 2, [])
    assert (facts["unplaced"], facts["exceptions"], facts["seed"]) == ([], [], 1)
    assert facts["cost"] >= facts["bound"] > 0
    assert db.session.scalar(select(func.count(Meeting.id))) == 8
    assert db.session.scalar(select(func.count(Seat.id))) == 40


def test_a_proposal_changes_nothing_until_it_is_accepted(app: Flask) -> None:
    cohort = plannable()

    first = flask(app, cohort.name, "--steps", "300", "--proposal-only")
    assert db.session.scalar(select(func.count(Meeting.id))) == 0
    run = db.session.scalars(select(PlanRun.id)).one()
    flask(app, "accept", str(run))

    assert f"flask plan accept {run}" in first.output
    assert db.session.scalar(select(func.count(Meeting.id))) == 8


def test_who_misses_a_plenary_is_named(app: Flask) -> None:
    cohort = plannable()
    person = cohort.enrolments[0].person
    person.memberships[0].working_days = 0b11110  # not on Mondays
    db.session.commit()

    facts = json.loads(flask(app, cohort.name, "--steps", "300", "--json").stdout)

    assert {
        "person": person.name,
        "person_id": person.id,
        "meeting": "Aftrap",
        "why": "werkt niet op die weekdag",
    } in facts["exceptions"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("Nowhere",), 1, "There is no cohort 'Nowhere'."),
        (("accept", "9"), 1, "There is no plan 9."),
        ((), 2, "Usage"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(
    app: Flask, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    result = flask(app, *arguments)

    assert result.exit_code == code
    assert sentence in result.output
