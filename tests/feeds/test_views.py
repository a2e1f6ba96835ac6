import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Person
from program.core.db import bump, db
from program.feeds.actions import hashed, new_link
from program.feeds.models import FeedKey
from program.invitations.models import InvitationState
from tests.counting import counted_queries
from tests.english import sign_in
from tests.factories import (
    MONDAY_9H,
    make_cohort,
    make_enrolment,
    make_group,
    make_meeting,
    make_module,
    publish,
)
from tests.feeds.test_ics import read
from tests.home.test_views import invite


class Feed:
    def __init__(self, app: Flask) -> None:
        self.cohort = make_cohort()
        self.person = make_enrolment(self.cohort).person
        secret = new_link(self.person.id, app.config["SECRET_KEY"], by=None, at=MONDAY_9H)
        db.session.commit()
        self.url = f"/calendar/{secret}.ics"
        self.secret = secret
        self.client = app.test_client()

    def events(self) -> list[Any]:
        answer = self.client.get(self.url)
        assert answer.status_code == 200
        return list(read(answer.data).walk("VEVENT"))


@pytest.fixture
def feed(app: Flask) -> Feed:
    return Feed(app)


class TestTheFeed:
    def test_it_holds_what_was_published(self, feed: Feed) -> None:
        meeting = make_meeting(feed.cohort, title="Kick-off")
        invitation = invite(meeting, feed.person)

        [event] = feed.events()

        assert (event["UID"], event["SUMMARY"]) == (invitation.uid, "Kick-off")
        assert event["LOCATION"].endswith("Plein 1, Enschede")

    def test_a_trainers_sessions_are_in_theirs(self, feed: Feed) -> None:
        invite(make_meeting(feed.cohort), feed.person, as_trainer=True)

        assert len(feed.events()) == 1

    def test_drafts_and_others_are_not_in_it(self, feed: Feed) -> None:
        make_meeting(feed.cohort, title="Draft")
        invite(make_meeting(feed.cohort), make_enrolment(feed.cohort).person)

        assert feed.events() == []

    def test_unchanged_costs_one_query_and_no_body(self, feed: Feed) -> None:
        version = feed.client.get(feed.url).headers["ETag"]

        with counted_queries() as queries:
            again = feed.client.get(feed.url, headers={"If-None-Match": version})

        assert (again.status_code, again.data, len(queries)) == (304, b"", 1)

    def test_a_tag_that_a_proxy_made_weak_is_known_too(self, feed: Feed) -> None:
        version = feed.client.get(feed.url).headers["ETag"]

        again = feed.client.get(feed.url, headers={"If-None-Match": f"W/{version}"})

        assert again.status_code == 304

    def test_who_does_not_come_any_more_reads_no_note(self, feed: Feed) -> None:
        meeting = make_meeting(feed.cohort)
        publish(meeting, note="De code is 1234")
        invite(meeting, feed.person, state=InvitationState.CANCELLED)

        with time_machine.travel(MONDAY_9H - timedelta(days=1)):
            [event] = feed.events()

        assert "1234" not in str(event)

    def test_whole_costs_two_queries_however_long(self, feed: Feed) -> None:
        for _ in range(3):
            invite(make_meeting(feed.cohort), feed.person)

        with counted_queries() as queries:
            feed.events()

        assert len(queries) == 2

    def test_a_change_makes_it_new(self, feed: Feed) -> None:
        version = feed.client.get(feed.url).headers["ETag"]
        bump(Person, [feed.person.id])
        db.session.commit()

        assert feed.client.get(feed.url, headers={"If-None-Match": version}).status_code == 200

    def test_it_says_how_it_may_be_kept(self, feed: Feed) -> None:
        headers = feed.client.get(feed.url).headers

        assert headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert headers["Cache-Control"] == "private, max-age=300"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"

    def test_a_cancelled_session_stays_until_the_day_after(self, feed: Feed) -> None:
        meeting = make_meeting(feed.cohort, title="Kick-off", cancelled_at=MONDAY_9H)
        publish(meeting, cancelled_at=MONDAY_9H - timedelta(days=5))
        invite(meeting, feed.person, state=InvitationState.CANCELLED)

        with time_machine.travel(MONDAY_9H + timedelta(hours=20)):
            [event] = feed.events()
        with time_machine.travel(MONDAY_9H + timedelta(days=2)):
            later = feed.events()

        assert event["STATUS"] == "CANCELLED"
        assert event["SUMMARY"] == "Vervallen: Kick-off"
        assert later == []

    def test_who_booked_another_date_has_only_that_one(self, feed: Feed) -> None:
        module = make_module(feed.cohort.programme)
        old, new = (
            make_meeting(feed.cohort, title=title, module=module, group=make_group(feed.cohort))
            for title in ("Old", "New")
        )
        invite(old, feed.person, state=InvitationState.CANCELLED)
        invite(new, feed.person)

        assert [event["SUMMARY"] for event in feed.events()] == ["New"]


class TestTheSecret:
    def test_only_its_hash_is_kept(self, feed: Feed) -> None:
        assert db.session.scalars(select(FeedKey.secret_hash)).all() == [hashed(feed.secret)]
        assert len(feed.secret) == 27  # 160 bits

    def test_a_new_link_ends_the_old_one(self, app: Flask, feed: Feed) -> None:
        browser = sign_in(app, feed.person)

        page = browser.post("/calendar-link", follow_redirects=True).text

        assert feed.client.get(feed.url).status_code == 404
        link = re.search(r'value="http://localhost:5000(/calendar/[^"]+)"', page)
        assert link
        assert feed.client.get(link[1]).status_code == 200

    def test_the_page_shows_link_and_code_again(self, app: Flask, feed: Feed) -> None:
        with app.app_context():
            page = sign_in(app, feed.person).get("/calendar-link").text

        assert feed.url in page
        assert "webcal://" in page
        assert "<svg" in page

    def test_ending_it_ends_it(self, app: Flask, feed: Feed) -> None:
        sign_in(app, feed.person).post("/calendar-link/end")

        assert feed.client.get(feed.url).status_code == 404

    def test_an_unknown_secret_is_not_found(self, feed: Feed) -> None:
        assert feed.client.get("/calendar/guess.ics").status_code == 404

    def test_who_left_has_no_feed(self, feed: Feed) -> None:
        feed.person.deactivated_at = MONDAY_9H
        db.session.commit()

        assert feed.client.get(feed.url).status_code == 404


class TestOneAppointment:
    def test_my_own_session_as_a_file(self, app: Flask, feed: Feed) -> None:
        meeting = make_meeting(feed.cohort, title="Kick-off")
        invite(meeting, feed.person)

        file = sign_in(app, feed.person).get(f"/meetings/{meeting.id}/calendar.ics")

        calendar: Any = read(file.data)
        assert calendar["METHOD"] == "PUBLISH"
        assert calendar.walk("VEVENT")[0]["SUMMARY"] == "Kick-off"
        assert b"ATTENDEE" not in file.data

    def test_somebody_elses_session_is_not_found(
        self, feed: Feed, participant: FlaskClient
    ) -> None:
        meeting = make_meeting(feed.cohort)
        invite(meeting, feed.person)

        assert participant.get(f"/meetings/{meeting.id}/calendar.ics").status_code == 404


def test_the_link_by_command(app: Flask, feed: Feed) -> None:
    email = feed.person.email
    db.session.rollback()

    def run(*words: str) -> str:
        return app.test_cli_runner().invoke(args=["feed", *words]).stdout

    assert feed.secret in run("link", email)
    assert feed.secret not in run("rotate", email)
    assert run("show", email).startswith("BEGIN:VCALENDAR")
