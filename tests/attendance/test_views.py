import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.attendance.actions import mark
from program.attendance.models import Presence, PresenceState
from program.attendance.queries import CURRENT
from program.core.db import db
from program.meetings.models import Meeting
from tests.counting import counted_queries
from tests.english import sign_in
from tests.factories import (
    MONDAY_9H,
    grant,
    make_bureau,
    make_cohort,
    make_enrolment,
    make_meeting,
    make_person,
    make_seat,
)


class Roll:
    """A meeting with people expected, and a trainer at the door."""

    def __init__(self, app: Flask, names: tuple[str, ...] = ("Aaij", "Bos", "Çelik")) -> None:
        self.cohort = make_cohort()
        self.meeting = make_meeting(self.cohort)
        self.people = [make_person(surname=name) for name in names]
        for person in self.people:
            make_enrolment(self.cohort, person)
            make_seat(self.meeting, person)
        self.url = f"/meetings/{self.meeting.id}/roll"
        self.trainer = self.another_trainer(app)

    def another_trainer(self, app: Flask) -> FlaskClient:
        person = grant(make_person(surname="Trainer"), Role.TRAINER, self.cohort.organisation)
        return sign_in(app, person)

    def tap(self, i: int, state: str, **more: object) -> tuple[int, str]:
        page = self.trainer.post(
            f"{self.url}/{self.people[i].id}/mark", data={"state": state} | more
        )
        return page.status_code, page.text

    def counting(self) -> list[str]:
        db.session.rollback()
        found = dict(
            db.session.execute(select(Presence.person_id, Presence.state).where(CURRENT)).all()
        )
        return [found[person.id].value if person.id in found else "" for person in self.people]


@pytest.fixture
def roll(app: Flask) -> Roll:
    return Roll(app)


def counts(page: str) -> list[int]:
    return [int(n) for n in re.findall(r"<b>(\d+)</b>", page)]


class TestTheRoll:
    def test_the_roll_lists_who_is_expected_by_name(self, roll: Roll) -> None:
        page = roll.trainer.get(roll.url).text

        assert re.findall(r"Noor (\w+)</a>", page) == ["Aaij", "Bos", "Çelik"]
        assert counts(page) == [0, 0, 0, 3]

    def test_a_tap_is_saved_and_answers_with_the_counts(self, roll: Roll) -> None:
        status, page = roll.tap(1, "late")

        assert (status, counts(page)) == (200, [0, 1, 0, 2])
        assert roll.counting() == ["", "late", ""]

    def test_the_same_tap_sent_twice_is_one(self, roll: Roll) -> None:
        roll.tap(0, "late", stamp="phone.1")
        roll.tap(0, "present", stamp="phone.2")

        assert roll.tap(0, "late", stamp="phone.1")[0] == 200
        assert roll.counting() == ["present", "", ""]

    def test_a_tap_on_an_outdated_roll_shows_both_versions(self, app: Flask, roll: Roll) -> None:
        roll.tap(0, "late", stamp="desk.1", seen=0)
        roll.trainer = roll.another_trainer(app)

        status, page = roll.tap(0, "absent", stamp="phone.1", seen=0)

        assert status == 409
        assert "Noor Trainer marked late at" in page
        assert "you chose absent." in page
        assert roll.counting() == ["late", "", ""]

    def test_a_tap_without_a_state_is_refused_in_words(self, roll: Roll) -> None:
        status, page = roll.tap(0, "dancing")

        assert status == 422
        assert "Choose present, late or absent." in page

    def test_the_rest_at_once_and_back(self, roll: Roll) -> None:
        roll.tap(0, "absent")

        page = roll.trainer.post(f"{roll.url}/rest", follow_redirects=True).text

        assert roll.counting() == ["absent", "present", "present"]
        stamp = re.search(r'name="stamp" value="([^"]+)"', page)
        assert stamp
        roll.trainer.post(f"{roll.url}/undo", data={"stamp": stamp[1]})
        assert roll.counting() == ["absent", "", ""]

    def test_searching_works_without_script_and_accents(self, roll: Roll) -> None:
        page = roll.trainer.get(roll.url, query_string={"q": "celik"}).text

        assert re.findall(r"Noor (\w+)</a>", page) == ["Çelik"]
        assert counts(page) == [0, 0, 0, 3]


class TestWithoutScript:
    def test_the_form_saves_what_was_changed_only(self, roll: Roll) -> None:
        mark(roll.meeting.id, roll.people[0].id, PresenceState.EXCUSED, by=None, at=MONDAY_9H)
        db.session.commit()
        chosen = {f"p{roll.people[0].id}": "absent", f"p{roll.people[2].id}": "late"}

        roll.trainer.post(roll.url, data=chosen | {"seen": 99})

        assert roll.counting() == ["excused", "", "late"]

    def test_the_form_names_what_another_marked_meanwhile(self, app: Flask, roll: Roll) -> None:
        chosen = {f"p{person.id}": "present" for person in roll.people}
        roll.tap(1, "absent")
        roll.trainer = roll.another_trainer(app)

        page = roll.trainer.post(roll.url, data=chosen | {"seen": 0})

        assert page.status_code == 409
        assert "Noor Bos: Noor Trainer marked absent at" in page.text
        assert roll.counting() == ["present", "absent", "present"]


class TestOnePerson:
    def test_left_early_with_minutes(self, roll: Roll) -> None:
        url = f"{roll.url}/{roll.people[0].id}"

        page = roll.trainer.post(
            url, data={"state": "left_early", "minutes": 90}, follow_redirects=True
        )

        assert "left early, 90 minutes attended" in page.text
        assert roll.counting() == ["left_early", "", ""]

    def test_more_minutes_than_the_session_are_refused_beside_the_field(self, roll: Roll) -> None:
        page = roll.trainer.post(
            f"{roll.url}/{roll.people[0].id}", data={"state": "late", "minutes": 900}
        )

        assert page.status_code == 422
        assert "This session takes 240 minutes" in page.text

    def test_earlier_marks_stay_readable(self, roll: Roll) -> None:
        roll.tap(0, "absent")
        roll.tap(0, "present")

        page = roll.trainer.get(f"{roll.url}/{roll.people[0].id}").text

        assert page.index("yes") < page.index("no, corrected")

    def test_a_guest_gets_a_place_and_is_present(self, roll: Roll) -> None:
        guest = make_enrolment(roll.cohort).person

        roll.trainer.post(f"{roll.url}/guests", data={"person": guest.id})

        roll.people.append(guest)
        assert roll.counting() == ["", "", "", "present"]


class TestWhoMayNot:
    @pytest.mark.parametrize("path", ["", "/guests"])
    def test_a_trainer_of_another_bureau_finds_nothing(
        self, roll: Roll, trainer: FlaskClient, path: str
    ) -> None:
        assert trainer.get(roll.url + path).status_code == 404
        assert trainer.post(f"{roll.url}/rest").status_code == 404
        assert roll.counting() == ["", "", ""]

    def test_a_trainer_of_another_cohort_of_the_bureau_finds_nothing(
        self, app: Flask, roll: Roll
    ) -> None:
        bureau = roll.cohort.organisation
        other = make_cohort(programme=roll.cohort.programme)
        person = grant(make_person(), Role.TRAINER, bureau, cohort_id=other.id)

        assert sign_in(app, person).get(roll.url).status_code == 404

    @pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.HR])
    def test_participants_and_hr_keep_no_roll(self, app: Flask, roll: Roll, role: Role) -> None:
        person = grant(make_person(), role, roll.cohort.clients[0])
        browser = sign_in(app, person)

        assert browser.get(roll.url).status_code == 403
        assert browser.post(f"{roll.url}/{roll.people[0].id}/mark").status_code == 403
        assert browser.get(f"/cohorts/{roll.cohort.id}/attendance").status_code == 403

    def test_somebody_elses_meeting_and_none_look_the_same(self, roll: Roll) -> None:
        elsewhere = make_meeting(make_cohort())

        for meeting_id in (elsewhere.id, 99999):
            assert roll.trainer.get(f"/meetings/{meeting_id}/roll").status_code == 404


class TestTheIndex:
    def test_the_index_tells_which_rolls_are_not_complete(self, app: Flask, roll: Roll) -> None:
        roll.tap(0, "present")
        with time_machine.travel(MONDAY_9H + timedelta(days=1)):
            page = roll.another_trainer(app).get(f"/cohorts/{roll.cohort.id}/attendance").text

        assert "Not complete yet" in page
        assert "1 / 3" in page

    def test_a_session_to_come_is_not_there(self, app: Flask, roll: Roll) -> None:
        with time_machine.travel(MONDAY_9H - timedelta(days=1)):
            page = roll.another_trainer(app).get(f"/cohorts/{roll.cohort.id}/attendance").text

        assert "No session has begun yet" in page

    def test_another_bureaus_cohort_is_not_found(self, roll: Roll, trainer: FlaskClient) -> None:
        assert trainer.get(f"/cohorts/{roll.cohort.id}/attendance").status_code == 404


def cost(browser: FlaskClient, url: str) -> int:
    with counted_queries() as queries:
        assert browser.get(url).status_code == 200
    return len(queries)


def test_a_roll_takes_two_statements_however_long_it_is(app: Flask) -> None:
    short, long = Roll(app, ("Bos",)), Roll(app, tuple(f"Bos{i}" for i in range(20)))

    assert cost(short.trainer, short.url) == cost(long.trainer, long.url) == 2


def test_the_index_costs_the_same_however_many_rolls(app: Flask, roll: Roll) -> None:
    def add() -> Meeting:
        meeting = make_meeting(roll.cohort)
        make_seat(meeting, roll.people[0])
        return meeting

    with time_machine.travel(MONDAY_9H + timedelta(days=1)):
        url = f"/cohorts/{roll.cohort.id}/attendance"
        browser = roll.another_trainer(app)
        with_one = cost(browser, url)
        add()
        add()
        assert cost(browser, url) == with_one


def test_a_roll_of_nobody_says_what_to_do(app: Flask) -> None:
    cohort = make_cohort(organisation=(bureau := make_bureau()))
    browser = sign_in(app, grant(make_person(), Role.TRAINER, bureau))

    page = browser.get(f"/meetings/{make_meeting(cohort).id}/roll").text

    assert "Nobody is expected at this session yet" in page
