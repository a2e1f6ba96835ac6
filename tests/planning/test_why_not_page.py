"""Why not another day: a month of a proposal, of the draft, and one day by command."""

import json
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.cohorts.models import Cohort
from program.core.db import db
from program.meetings.models import Meeting
from program.planning.actions import accept
from program.planning.drafted import draft_question
from program.planning.models import PlanRun
from program.planning.why_not import BREAKS, HERE, DayTold, WhyNot, read, written
from tests.conftest import sign_in
from tests.factories import grant, make_person
from tests.planning.stored import AT, plannable, solved


def planned() -> tuple[Cohort, PlanRun]:
    cohort = plannable()
    run = solved(cohort)
    accept(run, at=AT, by=None)
    db.session.commit()
    return cohort, run


def planner_of(app: Flask, cohort: Cohort) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.TRAINER, cohort.organisation))


def meeting(cohort: Cohort, title: str) -> Meeting:
    wanted = select(Meeting).where(Meeting.cohort_id == cohort.id, Meeting.title == title)
    return db.session.scalars(wanted.order_by(Meeting.id)).all()[0]


def january(cohort: Cohort, title: str) -> dict[date, DayTold]:
    question, plan = draft_question(cohort, AT)
    told = WhyNot(question.as_json, question.problem, plan)
    key = next(
        key for key, name in zip(told.keys, told.meetings(), strict=True) if title in name[1]
    )
    return {day.on: day for day in told.of(key).month(date(2030, 1, 1))}


@pytest.mark.usefixtures("app")
def test_a_month_tells_of_each_weekday_in_the_period() -> None:
    cohort, _run = planned()

    days = january(cohort, "Aftrap")

    assert min(days) == date(2030, 1, 7)
    assert len(days) == 19
    assert days[date(2030, 1, 7)].kind == HERE


@pytest.mark.usefixtures("app")
def test_a_day_before_the_kick_off_breaks_the_order() -> None:
    cohort, _run = planned()

    day = january(cohort, "Dag")[date(2030, 1, 7)]

    assert day.kind == BREAKS
    assert any("Aftrap" in rule for rule in day.rules)


@pytest.mark.usefixtures("app")
def test_what_has_a_fixed_date_can_be_on_no_other_day() -> None:
    cohort, _run = planned()

    day = january(cohort, "Aftrap")[date(2030, 1, 8)]

    assert (day.kind, day.rules) == (BREAKS, ["Aftrap ligt vast op ma 7 jan 2030"])


def test_the_page_of_a_proposal_shows_the_month_of_the_session(app: Flask) -> None:
    cohort, run = planned()

    text = planner_of(app, cohort).get(f"/cohorts/{cohort.id}/plan/{run.id}/why-not").text

    assert "Waarom niet op een andere dag?" in text
    assert "hier staat hij nu" in text
    assert 'datetime="2030-01-31"' in text


def test_the_page_of_a_session_on_the_board_leads_to_its_month(app: Flask) -> None:
    cohort, _run = planned()
    row, client = meeting(cohort, "Dag"), planner_of(app, cohort)

    page = client.get(f"/cohorts/{cohort.id}/meetings/{row.id}").text
    address = f"/cohorts/{cohort.id}/plan/why-not?session={row.id}"
    text = client.get(address).text

    assert address in page
    assert f'datetime="{row.starts_at.date().isoformat()}"' in text
    assert "hier staat hij nu" in text


def test_another_month_can_be_chosen(app: Flask) -> None:
    cohort, run = planned()
    client, page = planner_of(app, cohort), f"/cohorts/{cohort.id}/plan/{run.id}/why-not"

    assert 'datetime="2030-04-30"' in client.get(f"{page}?month=2030-04").text
    assert 'datetime="2030-04-30"' in client.get(f"{page}?month=2099-01").text
    assert 'datetime="2030-01-07"' in client.get(f"{page}?month=no-month").text


def test_a_session_that_is_not_there_is_not_found(app: Flask) -> None:
    cohort, run = planned()
    client = planner_of(app, cohort)

    assert client.get(f"/cohorts/{cohort.id}/plan/{run.id}/why-not?meeting=9-9").status_code == 404
    assert client.get(f"/cohorts/{cohort.id}/plan/why-not?session=987654").status_code == 404


@pytest.mark.parametrize("key", [(3, 1, None), (3, 2, 0), (12, 1, 14)])
def test_a_session_in_an_address_is_read_back(key: tuple[int, int, int | None]) -> None:
    assert read(written(key)) == key


@pytest.mark.parametrize("text", ["", "3", "a-b", "1-2-3-4", "1--2"])
def test_another_text_is_no_session(text: str) -> None:
    assert read(text) is None


def test_by_command_one_day_is_told(app: Flask) -> None:
    cohort, _run = planned()
    row, runner = meeting(cohort, "Dag"), app.test_cli_runner()
    args = ["plan", "explain", str(cohort.id), "--meeting", str(row.id), "--language", "en"]

    told = runner.invoke(args=[*args, "--on", "2030-01-07", "--json"])
    outside = runner.invoke(args=[*args, "--on", "2031-01-07"])

    facts = json.loads(told.stdout)
    assert told.exit_code == 1
    assert facts["verdict"] == "breaks a rule"
    assert facts["rules"] == ["Dag at least 1 days after Aftrap"]
    assert outside.exit_code == 1
    assert "outside the period" in outside.output
