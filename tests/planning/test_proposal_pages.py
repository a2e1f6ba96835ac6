import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.cohorts.models import Cohort
from program.core.db import db
from program.meetings.models import Meeting
from program.planning.actions import accept
from program.planning.diff import key_from, key_text
from program.planning.models import PlanRun
from program.planning.views.proposals import VIEWS
from tests.conftest import sign_in
from tests.factories import grant, make_person
from tests.planning.stored import AT, plannable, solved
from tests.planning.test_taking import asked_once_more, keys_of, meetings, shifted


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return plannable()


@pytest.fixture
def planner(app: Flask, cohort: Cohort) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))


def address(run: PlanRun, view: str = "") -> str:
    return f"/cohorts/{run.cohort_id}/plan/{run.id}" + (f"?view={view}" if view else "")


@pytest.mark.parametrize("key", [(12, 1, None), (12, 3, 0), (7, 1, 14)])
def test_a_meeting_keeps_its_name_through_a_form(key: tuple[int, int, int | None]) -> None:
    assert key_from(key_text(key)) == key


@pytest.mark.parametrize("typed", ["", "1.2", "1.-.3", "a.1.2", "1.2.3.4", "1.2.-3"])
def test_what_is_no_name_of_a_meeting_is_none(typed: str) -> None:
    assert key_from(typed) is None


@pytest.mark.parametrize("view", sorted(set(VIEWS) - {"touched"}))
def test_every_part_of_a_proposal_has_its_page(
    planner: FlaskClient, cohort: Cohort, view: str
) -> None:
    page = planner.get(address(solved(cohort), view))

    assert page.status_code == 200
    assert f'?view={view}#views"\n           aria-current="page"' in page.text


def test_who_notices_is_told_where_something_stood(planner: FlaskClient, cohort: Cohort) -> None:
    run = asked_once_more(solved(cohort), cohort)
    without = planner.get(address(run)).text
    stood = {"standing": (run.proposal or {})["plan"]["meetings"]}
    run.question = run.question | {"problem": run.question["problem"] | stood}
    shifted(run, keys_of(run, "Webinar")[0], 7)

    page = planner.get(address(run, "touched")).text

    assert "Wie het merkt" not in without
    assert "Wie het merkt" in page
    assert "Noor Berg" in page


def test_a_first_plan_is_all_new_on_the_board(planner: FlaskClient, cohort: Cohort) -> None:
    page = planner.get(address(solved(cohort))).text

    assert "8 nieuw" in page
    assert page.count('name="meeting"') == 8
    assert page.count('name="turn"') == 2  # rounds of tables


def test_what_moved_stands_with_its_old_time(planner: FlaskClient, cohort: Cohort) -> None:
    run = asked_once_more(solved(cohort), cohort)
    (webinar,) = keys_of(run, "Webinar")
    shifted(run, webinar, 7)

    board, listed = planner.get(address(run)).text, planner.get(address(run, "list")).text

    assert "1 verplaatst" in board
    assert board.count('class="cell diff moved') == 1
    assert board.count('class="cell diff same') == 7
    assert listed.count('name="meeting"') == 1
    assert key_text(webinar) in listed


@pytest.mark.parametrize(("asked", "shown"), [("&what=all", 8), ("&what=room", 0), ("", 1)])
def test_the_list_shows_what_is_asked(
    planner: FlaskClient, cohort: Cohort, asked: str, shown: int
) -> None:
    run = asked_once_more(solved(cohort), cohort)
    shifted(run, keys_of(run, "Webinar")[0], 7)

    page = planner.get(address(run, "list") + asked).text

    assert page.count('name="meeting"') == shown


def test_one_group_only(planner: FlaskClient, cohort: Cohort) -> None:
    run = solved(cohort)
    module = keys_of(run, "Dag")[0][0]

    one = planner.get(address(run, "list") + f"&of_module={module}&of_group=1").text
    every = planner.get(address(run, "list") + "&of_group=1").text

    assert one.count('name="meeting"') == 1
    assert every.count('name="meeting"') == 1  # a table of the same number is another thing


def test_ticked_sessions_become_the_draft(planner: FlaskClient, cohort: Cohort) -> None:
    run = solved(cohort)

    page = planner.post(
        f"{address(run)}/parts",
        data={"meeting": key_text(keys_of(run, "Aftrap")[0]), "view": "list"},
        follow_redirects=True,
    ).text

    assert [meeting.title for meeting in meetings()] == ["Aftrap"]
    assert "Niemand heeft nog bericht gekregen" in page
    assert "Een deel van deze planning staat al in het concept" in page


def test_a_module_is_ticked_in_one_go(planner: FlaskClient, cohort: Cohort) -> None:
    run = solved(cohort)

    planner.post(f"{address(run)}/parts", data={"module": str(keys_of(run, "Dag")[0][0])})

    assert [meeting.title for meeting in meetings()] == ["Dag", "Dag"]


def test_all_that_the_list_shows_is_ticked_in_one_go(planner: FlaskClient, cohort: Cohort) -> None:
    run = solved(cohort)
    module = str(keys_of(run, "Intervisie")[0][0])

    planner.post(f"{address(run)}/parts", data={"shown": "1", "of_module": module})

    assert {meeting.title for meeting in meetings()} == {"Intervisie 1", "Intervisie 2"}
    assert len(meetings()) == 4


def test_a_refused_part_says_why_and_keeps_the_ticks(planner: FlaskClient, cohort: Cohort) -> None:
    run = solved(cohort)
    table = key_text(keys_of(run, "Intervisie")[0])

    page = planner.post(f"{address(run)}/parts", data={"meeting": table})

    assert page.status_code == 422
    assert "worden opnieuw gemengd" in page.text
    assert re.search(rf'value="{re.escape(table)}"\s+checked', page.text)
    assert meetings() == []


def test_locking_leads_to_the_new_run(planner: FlaskClient, cohort: Cohort) -> None:
    run = solved(cohort)
    kick_off = key_text(keys_of(run, "Aftrap")[0])

    answer = planner.post(f"{address(run)}/parts", data={"meeting": kick_off, "then": "lock"})

    newest = db.session.scalars(select(PlanRun).order_by(PlanRun.id.desc())).first()
    assert newest is not None
    assert newest.based_on_id == run.id
    assert answer.location.endswith(f"/plan/{newest.id}")
    (meeting,) = db.session.scalars(select(Meeting))
    assert meeting.locked_at is not None


def test_an_accepted_plan_is_the_same_as_the_draft(planner: FlaskClient, cohort: Cohort) -> None:
    run = solved(cohort)
    accept(run, at=AT, by=None)
    db.session.commit()

    page = planner.get(address(run)).text

    assert "gelijk aan het concept" in page
    assert 'class="cell diff new' not in page
