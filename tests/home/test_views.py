import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from program.accounts.models import Person, Role
from program.attendance.actions import mark
from program.attendance.models import PresenceState
from program.core.db import bump, db
from program.invitations.models import Invitation, InvitationState, PartStat
from program.meetings.models import Meeting
from tests.counting import counted_queries
from tests.english import sign_in
from tests.factories import (
    MONDAY_9H,
    grant,
    make_assignment,
    make_cohort,
    make_enrolment,
    make_group,
    make_meeting,
    make_module,
    make_person,
    make_seat,
    number,
    publish,
    stored,
)


def invite(meeting: Meeting, person: Person, **given: Any) -> Invitation:
    """As a release would have: published, with a seat and an invitation."""
    make_seat(meeting, person)
    if meeting.published is None:
        publish(meeting)
        db.session.refresh(meeting)
    row = {
        "meeting_id": meeting.id,
        "person_id": person.id,
        "uid": f"uid{next(number)}@leergang.example",
        "address": person.email,
        "stamped_at": MONDAY_9H - timedelta(days=60),
        "starts_at": meeting.starts_at,
    }
    return stored(Invitation(**row | given))


class Home:
    def __init__(self, app: Flask) -> None:
        self.app = app
        self.cohort = make_cohort(starts_on=date(2026, 1, 1))
        self.person = make_enrolment(self.cohort, make_person(given_name="Annelies")).person
        self.browser = sign_in(app, self.person)

    def meeting(self, days: int = 0, **given: Any) -> Meeting:
        return make_meeting(self.cohort, starts_at=MONDAY_9H + timedelta(days=days), **given)

    def two_groups(self, days: int = 7) -> tuple[Meeting, Meeting]:
        """The same module of two groups, so many days apart."""
        module = make_module(self.cohort.programme, title="Koers")
        first, second = (
            self.meeting(
                7 + apart, title="Koers", module=module, group=make_group(self.cohort, name=name)
            )
            for name, apart in (("Groep A", 0), ("Groep B", days))
        )
        return first, second

    def page(self, url: str = "/") -> str:
        answer = self.browser.get(url)
        assert answer.status_code == 200
        return str(answer.text)


@pytest.fixture
def home(app: Flask) -> Home:
    return Home(app)


class TestMyProgramme:
    def test_the_next_session_comes_first(self, home: Home) -> None:
        for title, days in (("Later", 9), ("Sooner", 2)):
            invite(home.meeting(days, title=title), home.person)

        page = home.page()

        assert "Next session: Sooner" in page
        assert "Let us know whether you come." in page
        assert page.index("Sooner</a>") < page.index("Later</a>")

    def test_the_answer_shows(self, home: Home) -> None:
        invite(home.meeting(), home.person, partstat=PartStat.DECLINED)

        assert "You told us that you do not come." in home.page()

    def test_an_answer_from_the_page_is_shown_at_once(self, home: Home) -> None:
        invite(home.meeting(), home.person)
        page = home.page()
        action = re.search(r'action="(/invitations/[^"]+)"', page)
        choices = re.findall(r'name="choice"\s+value="(\w+)"', page)
        assert action
        assert choices == ["accepted", "declined", "tentative"]

        after = home.browser.post(action[1], data={"choice": "accepted"}, follow_redirects=True)

        assert "You come. Something in between?" in after.text

    def test_a_draft_is_never_shown(self, home: Home) -> None:
        make_seat(home.meeting(title="Secret plan"), home.person)

        page = home.page()

        assert "Secret plan" not in page
        assert "Your programme is not published yet" in page

    def test_a_moved_draft_shows_as_it_was_published(self, home: Home) -> None:
        meeting = home.meeting(title="Kick-off")
        invite(meeting, home.person)
        meeting.title = "Moved in secret"
        meeting.starts_at += timedelta(days=3)
        meeting.ends_at += timedelta(days=3)
        db.session.commit()

        page = home.page()

        assert "Kick-off" in page
        assert "Moved in secret" not in page
        assert 'datetime="2030-01-07T10:00:00+01:00"' in page

    def test_a_cancelled_session_is_not_the_next(self, home: Home) -> None:
        off = home.meeting(1, title="Off", cancelled_at=MONDAY_9H)
        publish(off, cancelled_at=MONDAY_9H)
        invite(off, home.person, state=InvitationState.CANCELLED)
        invite(home.meeting(2, title="On"), home.person)

        page = home.page()

        assert "Next session: On" in page
        assert "Cancelled" in page

    def test_who_booked_another_date_reads_where_they_go(self, home: Home) -> None:
        old, new = home.two_groups()
        invite(old, home.person, state=InvitationState.CANCELLED)
        invite(new, home.person)

        for page in (home.page(), home.page(f"/schedule/{old.id}")):
            link = re.search(rf'<a href="/schedule/{new.id}">(You go to [^<]*)</a>', page)
            assert link
            assert link[1] == "You go to Koers – Groep B on Mon 21 Jan"
            assert "Other date" in page
            assert "Cancelled" not in page

    def test_a_date_that_went_by_is_where_their_place_was(self, app: Flask, home: Home) -> None:
        new, old = home.two_groups()
        invite(old, home.person, state=InvitationState.CANCELLED)
        invite(new, home.person)

        with time_machine.travel(MONDAY_9H + timedelta(days=9)):
            page = sign_in(app, home.person).get("/").text

        assert "Your place was at Koers – Groep A on Mon 14 Jan" in page

    def test_another_table_in_the_same_hours_moves_nothing(self, home: Home) -> None:
        old, new = home.two_groups(days=0)
        invite(old, home.person, state=InvitationState.CANCELLED)
        invite(new, home.person)

        page = home.page()

        assert "Groep A" not in page
        assert "Groep B" in page

    def test_a_session_that_goes_on_without_somebody_is_not_called_cancelled(
        self, home: Home
    ) -> None:
        invite(home.meeting(1, title="Off"), home.person, state=InvitationState.CANCELLED)

        page = home.page()

        assert "No longer for you" in page
        assert "Cancelled" not in page

    def test_an_option_is_marked_in_the_list_and_on_its_page(self, home: Home) -> None:
        meeting = home.meeting(1, title="Perhaps", tentative=True)
        publish(meeting, tentative=True)
        invite(meeting, home.person)

        assert home.page().count(">option</span>") == 2  # next, and in the list
        assert "This date is an option: it may still go." in home.page(f"/schedule/{meeting.id}")

    def test_after_the_last_session_the_page_says_so(self, app: Flask, home: Home) -> None:
        meeting = home.meeting(title="Kick-off")
        invite(meeting, home.person)
        mark(meeting.id, home.person.id, PresenceState.PRESENT, by=None, at=MONDAY_9H)
        db.session.commit()

        with time_machine.travel(MONDAY_9H + timedelta(days=1)):
            page = sign_in(app, home.person).get("/").text

        assert "You have had all sessions" in page
        assert "Was there" in page
        assert "4 of 4 hours" in page

    def test_what_is_due_is_beside_it(self, home: Home) -> None:
        make_assignment(home.cohort.programme, title="Publieke waarde")

        page = home.page()

        assert "Publieke waarde" in page
        assert "Date follows" in page

    def test_another_persons_session_is_not_found(self, home: Home) -> None:
        meeting = home.meeting()
        invite(meeting, make_enrolment(home.cohort).person)

        assert home.browser.get(f"/schedule/{meeting.id}").status_code == 404

    def test_a_page_costs_the_same_however_many_sessions(self, home: Home) -> None:
        def cost() -> int:
            bump(Person, [home.person.id])  # or the kept page would be shown
            db.session.commit()
            with counted_queries() as queries:
                home.page()
            return len(queries)

        module = make_module(home.cohort.programme)
        invite(home.meeting(1, module=module), home.person)
        with_one = cost()
        for round_ in (2, 3):
            invite(home.meeting(round_, module=module, round=round_), home.person)

        assert cost() == with_one


def test_an_unchanged_programme_is_not_made_again(home: Home) -> None:
    invite(home.meeting(), home.person)
    tag = home.browser.get("/").headers["ETag"]

    with counted_queries() as queries:
        again = home.browser.get("/", headers={"If-None-Match": tag})

    assert (again.status_code, len(queries)) == (304, 2)


class TestASession:
    def test_place_and_trainers(self, home: Home) -> None:
        meeting = home.meeting()
        publish(meeting, trainer_names="Joost van der Berg")
        invite(meeting, home.person)

        page = home.page(f"/schedule/{meeting.id}")

        assert "Plein 1, Enschede" in page
        assert "Joost van der Berg" in page

    def test_names_of_the_own_group_only(self, home: Home) -> None:
        mate = make_enrolment(home.cohort, make_person(surname="Tafelgenoot"))
        group = make_group(home.cohort, mate)
        of_group, plenary = home.meeting(1, group_id=group.id), home.meeting(2)
        for meeting in (of_group, plenary):
            invite(meeting, mate.person)
            invite(meeting, home.person)

        assert "Tafelgenoot" in home.page(f"/schedule/{of_group.id}")
        assert "Tafelgenoot" not in home.page(f"/schedule/{plenary.id}")

    def test_my_group_is_not_another_group(self, home: Home) -> None:
        mine = home.person
        make_group(
            home.cohort,
            make_enrolment(home.cohort, make_person(surname="Elders")),
            name="Groep 2",
        )
        own = make_enrolment(home.cohort, make_person(surname="Genoot"))
        enrolment = next(e for e in home.cohort.enrolments if e.person_id == mine.id)
        make_group(home.cohort, enrolment, own, name="Groep 1")

        page = home.page("/group")

        assert "Genoot" in page
        assert "Elders" not in page


class TestWhereRolesLand:
    def test_a_trainer_of_one_cohort_lands_there(self, app: Flask, home: Home) -> None:
        trainer = grant(make_person(), Role.TRAINER, home.cohort.organisation)

        answer = sign_in(app, trainer).get("/")

        assert answer.headers["Location"] == f"/cohorts/{home.cohort.id}"

    def test_a_trainer_of_several_lands_on_the_list(self, app: Flask, home: Home) -> None:
        make_cohort(programme=home.cohort.programme)
        trainer = grant(make_person(), Role.TRAINER, home.cohort.organisation)

        assert sign_in(app, trainer).get("/").headers["Location"] == "/cohorts"

    def test_hr_lands_on_the_reports(self, hr: FlaskClient) -> None:
        assert hr.get("/").headers["Location"].rstrip("/") == "/reports"

    def test_a_participant_has_no_page_of_everybodys_progress(self, home: Home) -> None:
        assert home.browser.get(f"/cohorts/{home.cohort.id}/progress").status_code == 403

    def test_hr_has_no_participants_pages(self, hr: FlaskClient) -> None:
        for url in ("/schedule", "/schedule/1", "/group"):
            assert hr.get(url).status_code == 403


def test_choosing_a_language_changes_pages_and_mails(home: Home) -> None:
    page = home.browser.post("/settings", data={"language": "nl"}, follow_redirects=True).text

    assert "Opgeslagen." in page
    assert db.session.get_one(Person, home.person.id).language == "nl"


class TestProgress:
    @pytest.fixture
    def trainer(self, app: Flask, home: Home) -> FlaskClient:
        return sign_in(app, grant(make_person(), Role.TRAINER, home.cohort.organisation))

    def test_everybody_with_hours_and_forecast(self, home: Home, trainer: FlaskClient) -> None:
        meeting = home.meeting()
        invite(meeting, home.person)
        mark(meeting.id, home.person.id, PresenceState.ABSENT, by=None, at=MONDAY_9H)
        db.session.commit()

        page = trainer.get(f"/cohorts/{home.cohort.id}/progress").text

        assert "out of reach" in page
        assert "0 / 4 hours" in page

    def test_only_those_with_a_forecast(self, home: Home, trainer: FlaskClient) -> None:
        url = f"/cohorts/{home.cohort.id}/progress"

        assert "Annelies" in trainer.get(f"{url}?forecast=reachable").text
        assert "Annelies" not in trainer.get(f"{url}?forecast=impossible").text

    def test_another_bureaus_cohort_is_not_found(self, trainer: FlaskClient) -> None:
        assert trainer.get(f"/cohorts/{make_cohort().id}/progress").status_code == 404

    def test_the_page_costs_the_same_however_many_people(
        self, home: Home, trainer: FlaskClient
    ) -> None:
        def cost() -> int:
            with counted_queries() as queries:
                assert trainer.get(f"/cohorts/{home.cohort.id}/progress").status_code == 200
            return len(queries)

        invite(home.meeting(), home.person)
        make_enrolment(home.cohort)
        with_two = cost()
        make_enrolment(home.cohort)

        assert cost() == with_two

    def test_the_command_prints_the_same(self, app: Flask, home: Home) -> None:
        meeting = home.meeting()
        invite(meeting, home.person)
        mark(meeting.id, home.person.id, PresenceState.LATE, by=None, at=MONDAY_9H, minutes=60)
        db.session.commit()
        words = [home.cohort.name, "--person", home.person.email, "--json"]
        db.session.rollback()

        result = app.test_cli_runner().invoke(args=["progress", *words])

        [person] = json.loads(result.stdout)["people"]
        assert person["domains"][0] == {
            "domain": "zelf",
            "hours_attended": 1.0,
            "hours_planned_so_far": 0,
            "hours_planned": 4.0,
            "hours_required": 3.2,
            "hours_attainable": 1.0,
            "share": 0.25,
            "assignments": 0,
            "handed_in": 0,
            "overdue": 0,
            "forecast": "impossible",
        }

    def test_who_does_not_take_part_is_named(self, app: Flask, home: Home) -> None:
        words = [home.cohort.name, "--person", "nobody@example.nl"]
        db.session.rollback()

        result = app.test_cli_runner().invoke(args=["progress", *words])

        assert (result.exit_code, result.stdout) == (1, "")
        assert "does not take part" in result.stderr
