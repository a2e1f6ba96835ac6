"""What planners type about meetings and places."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from program.accounts.models import Role
from program.core.db import db
from program.meetings.models import Meeting, Venue
from tests.conftest import sign_in
from tests.factories import (
    grant,
    make_cohort,
    make_enrolment,
    make_meeting,
    make_person,
    make_room,
    make_seat,
    make_venue,
)

ONE = datetime(2030, 10, 27, 0, 30, tzinfo=UTC)  # 2:30, summer time; an hour later 2:30 again


def test_on_the_autumn_night_is_asked_which_of_the_two_is_meant(app: Flask) -> None:
    cohort = make_cohort()
    meeting = make_meeting(cohort, room=None)
    trainer = sign_in(app, grant(make_person(), Role.TRAINER, cohort.organisation))
    where = f"/cohorts/{cohort.id}/meetings/{meeting.id}"
    typed = {"day": "2030-10-27", "start": "02:30", "minutes": "60", "room_id": "0"}
    typed["confirmed"] = "yes"

    asked = trainer.post(where, data=typed)
    assert (asked.status_code, 'name="second"' in asked.text) == (422, True)

    for second, moment in (("0", ONE), ("1", ONE + timedelta(hours=1))):
        assert trainer.post(where, data=typed | {"second": second}).status_code == 302
        assert db.session.get_one(Meeting, meeting.id).starts_at == moment
        assert trainer.get(where).status_code == 200


def test_a_link_to_join_is_a_page_and_no_script(app: Flask) -> None:
    venue = make_venue(online=True)
    trainer = sign_in(app, grant(make_person(), Role.TRAINER, venue.organisation))
    typed = {"name": "Online", "online": "y", "join_url": "javascript://x.nl/%0aalert(1)"}

    assert trainer.post(f"/venues/{venue.id}", data=typed).status_code == 422
    assert db.session.get_one(Venue, venue.id).join_url == ""


def test_a_room_stays_large_enough_for_who_is_expected(app: Flask) -> None:
    room = make_room()
    cohort = make_cohort()
    meeting = make_meeting(cohort, room=room)
    for _ in range(2):
        make_seat(meeting, make_enrolment(cohort).person)
    trainer = sign_in(app, grant(make_person(), Role.TRAINER, room.venue.organisation))

    for capacity, status in (("1", 422), ("2", 302)):
        typed = {"name": room.name, "capacity": capacity}
        assert trainer.post(f"/rooms/{room.id}", data=typed).status_code == status
