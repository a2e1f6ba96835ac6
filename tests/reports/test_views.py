from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from program.accounts.models import Person, Role
from program.attendance.models import Presence, PresenceState
from program.cohorts.models import Cohort
from program.core.audit import AuditEntry
from program.core.db import db
from program.reports.actions import file_name
from program.reports.forms import DOWNLOADS
from tests.conftest import sign_in
from tests.counting import counted_queries
from tests.factories import (
    MONDAY_9H,
    grant,
    make_bureau,
    make_cohort,
    make_enrolment,
    make_meeting,
    make_organisation,
    make_person,
    make_seat,
    publish,
    stored,
)
from tests.reports.files import read_back

AFTER = datetime(2030, 6, 30, tzinfo=UTC)
AS_OF = {"as_of": "2030-06-30"}


@pytest.fixture
def cohort(each_app: Flask) -> Cohort:
    """One person of the client came to the one meeting, on 7 January 2030."""
    cohort = make_cohort(name="Enschede 2030", client=make_organisation(name="Gemeente Enschede"))
    person = make_enrolment(cohort, make_person(surname="Berg", given_name="Jan")).person
    meeting = make_meeting(cohort)
    publish(meeting)
    make_seat(meeting, person)
    mark = {"state": PresenceState.PRESENT, "minutes": 240, "marked_at": MONDAY_9H}
    stored(Presence(meeting_id=meeting.id, person_id=person.id, **mark))
    return cohort


@pytest.fixture
def hr(each_app: Flask, cohort: Cohort) -> FlaskClient:
    return sign_in(each_app, hr_of(cohort))


def hr_of(cohort: Cohort) -> Person:
    return grant(make_person(), Role.HR, cohort.clients[0])


def url(cohort: Cohort) -> str:
    return f"/cohorts/{cohort.id}/report"


def download(browser: FlaskClient, cohort: Cohort, **given: Any) -> TestResponse:
    """Read to its end and closed, as a server does."""
    return browser.post(url(cohort), data=form(cohort, **given), buffered=True)


def form(cohort: Cohort, **given: Any) -> dict[str, Any]:
    return {"organisation_id": cohort.clients[0].id, **AS_OF, "as": "csv", **given}


def test_hr_finds_the_cohorts_of_its_people(each_app: Flask, cohort: Cohort) -> None:
    other = make_cohort(name="Almelo 2030")
    make_enrolment(other)
    with time_machine.travel(AFTER, tick=False):
        page = sign_in(each_app, hr_of(cohort)).get("/reports/").text

    assert "Enschede 2030" in page
    assert "Almelo 2030" not in page
    assert "100 % van de plaatsen" in page


def test_without_people_the_page_says_so(each_app: Flask) -> None:
    lonely = sign_in(each_app, grant(make_person(), Role.HR, make_organisation()))

    assert "Er is nog niets te rapporteren" in lonely.get("/reports/").text


def test_the_page_shows_everyone_against_the_norm(cohort: Cohort, hr: FlaskClient) -> None:
    page = hr.get(url(cohort), query_string=AS_OF).text

    assert "Berg, Jan" in page
    assert "4 / 4" in page


@pytest.mark.parametrize("chosen", DOWNLOADS)
def test_a_download_is_the_file_that_was_asked_for(
    cohort: Cohort, hr: FlaskClient, chosen: str
) -> None:
    answer = download(hr, cohort, **{"as": chosen})
    kind, parts = DOWNLOADS[chosen]

    assert answer.status_code == 200
    assert answer.content_length == len(answer.data)
    assert answer.headers["Cache-Control"] == "no-store"
    stem = {"rows": "aanwezigheid", "summary": "samenvatting"}[parts[0]]
    name = f"{stem}_Enschede-2030_Gemeente-Enschede_2030-06-30.{kind}"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    cells = read_back(kind, answer.data)
    assert len(cells) == (2 if parts[0] == "rows" else 5)
    assert cells[1][2] == "Berg"


def test_a_download_leaves_a_line_in_the_audit_and_a_look_does_not(
    cohort: Cohort, hr: FlaskClient
) -> None:
    hr.get(url(cohort))
    hr.post(url(cohort), data=form(cohort, **{"as": "show"}))
    assert db.session.query(AuditEntry).count() == 0

    download(hr, cohort)
    line = db.session.query(AuditEntry).one()
    client = cohort.clients[0].id
    assert line.action == "report.exported"
    assert line.object == f"cohort:{cohort.id} organisation:{client} 2030-06-30 csv"
    assert line.actor.startswith("person:")


def test_showing_another_day_is_a_page_that_can_be_kept(cohort: Cohort, hr: FlaskClient) -> None:
    answer = hr.post(url(cohort), data=form(cohort, **{"as": "show"}))

    assert answer.status_code == 303
    assert answer.location == f"{url(cohort)}?organisation={cohort.clients[0].id}&as_of=2030-06-30"


def test_a_day_that_is_none_is_told_beside_its_field(cohort: Cohort, hr: FlaskClient) -> None:
    answer = hr.post(url(cohort), data=form(cohort, as_of="morgen"))

    assert answer.status_code == 422
    assert 'id="as_of-error"' in answer.text


def test_hr_gets_no_file_of_another_organisation(cohort: Cohort, hr: FlaskClient) -> None:
    other = make_organisation()
    make_enrolment(cohort, make_person(surname="Geheim"), organisation=other)

    assert hr.post(url(cohort), data=form(cohort, organisation_id=other.id)).status_code == 422
    shown = hr.get(url(cohort), query_string={"organisation": other.id, **AS_OF}).text
    assert "Geheim" not in shown


def test_a_cohort_without_people_of_yours_does_not_exist(hr: FlaskClient) -> None:
    elsewhere = make_cohort()
    make_enrolment(elsewhere)

    assert hr.get(url(elsewhere)).status_code == 404
    assert hr.post(url(elsewhere), data=form(elsewhere)).status_code == 404
    assert hr.get("/cohorts/999999/report").status_code == 404


def test_hr_whose_time_is_over_sees_nothing(each_app: Flask, cohort: Cohort) -> None:
    yesterday = date(2000, 1, 2)
    former = grant(make_person(), Role.HR, cohort.clients[0], until_on=yesterday)
    also = grant(former, Role.HR, make_organisation())

    assert sign_in(each_app, also).get(url(cohort)).status_code == 404


def test_hr_of_one_cohort_sees_that_one_only(each_app: Flask, cohort: Cohort) -> None:
    second = make_cohort(client=cohort.clients[0])
    make_enrolment(second)
    person = grant(make_person(), Role.HR, cohort.clients[0], cohort_id=second.id)
    browser = sign_in(each_app, person)

    assert browser.get(url(second)).status_code == 200
    assert browser.get(url(cohort)).status_code == 404


def test_a_trainer_of_the_cohort_chooses_the_client(each_app: Flask, cohort: Cohort) -> None:
    other = make_organisation(name="Gemeente Losser")
    make_enrolment(cohort, make_person(surname="Losserink"), organisation=other)
    browser = sign_in(each_app, grant(make_person(), Role.TRAINER, cohort.organisation))

    assert "Gemeente Losser" in browser.get(url(cohort)).text
    answer = download(browser, cohort, organisation_id=other.id, **{"as": "ods"})
    assert answer.status_code == 200
    assert len(read_back("ods", answer.data, 0)) == 1
    assert read_back("ods", answer.data, 1)[1][2] == "Losserink"


def test_a_trainer_elsewhere_and_a_participant_see_nothing(each_app: Flask, cohort: Cohort) -> None:
    stranger = sign_in(each_app, grant(make_person(), Role.TRAINER, make_bureau()))
    participant = sign_in(each_app, make_enrolment(cohort).person)

    assert stranger.get(url(cohort)).status_code == 404
    assert participant.get(url(cohort)).status_code == 403
    assert participant.post(url(cohort), data=form(cohort)).status_code == 403


@pytest.mark.parametrize("page", ["/reports/", "report"])
def test_a_page_asks_the_database_as_often_for_one_as_for_three(
    cohort: Cohort, hr: FlaskClient, page: str
) -> None:
    def count() -> int:
        with counted_queries() as seen:
            assert hr.get(page if page[0] == "/" else url(cohort)).status_code == 200
        return len(seen)

    before = count()
    for days in (1, 2):
        person = make_enrolment(cohort).person
        meeting = make_meeting(cohort, starts_at=MONDAY_9H + timedelta(days=days))
        publish(meeting)
        make_seat(meeting, person)
        make_enrolment(make_cohort(client=cohort.clients[0]))
    assert count() == before


@pytest.mark.usefixtures("each_app")
def test_the_name_of_a_file_is_letters_digits_and_dashes() -> None:
    cohort = Cohort(name="Lichting ’26 / Zoë & co.exe")

    assert file_name(cohort, "../../Gemeente Súdwest", date(2030, 1, 2), "ods", part="rows") == (
        "aanwezigheid_Lichting-26-Zoe-co-exe_Gemeente-Sudwest_2030-01-02.ods"
    )


def test_a_planner_reads_that_nobody_takes_part_yet(app: Flask) -> None:
    cohort = make_cohort()
    planner = sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))

    assert planner.get(f"/cohorts/{cohort.id}/report").status_code == 200
    assert planner.get(f"/cohorts/{make_cohort().id}/report").status_code == 404
