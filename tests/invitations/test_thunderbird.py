"""The life of an invitation, played in a real Thunderbird."""

import shutil
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from program.core.db import db
from program.invitations.actions import Given, answer
from program.invitations.models import PartStat
from program.mail.models import OutgoingMail
from tests.factories import make_room
from tests.invitations.cohort import SOON, invitation, make_scene
from tests.invitations.judges.thunderbird import played, running

HOUR = timedelta(hours=1)


@pytest.fixture
def messages(app: Flask) -> list[bytes]:
    """Invited and accepted, moved and accepted, another room, cancelled."""
    scene = make_scene(people=1, meetings=1)
    meeting, person = scene.meetings[0], scene.people[0]
    scene.publish()
    answer(invitation(meeting, person).id, Given(PartStat.ACCEPTED, "mail", SOON), by=None)
    meeting.starts_at, meeting.ends_at = meeting.starts_at + HOUR, meeting.ends_at + HOUR
    scene.publish(at=SOON + HOUR)
    answer(invitation(meeting, person).id, Given(PartStat.ACCEPTED, "mail", SOON + HOUR), by=None)
    assert meeting.room is not None
    meeting.room = make_room(venue=meeting.room.venue, name="Zaal 2")
    scene.publish(at=SOON + 2 * HOUR, tell=frozenset({meeting.id}))
    meeting.cancelled_at = SOON
    scene.publish(at=SOON + 3 * HOUR)
    mine = select(OutgoingMail.content).where(OutgoingMail.recipient == person.email)
    return list(db.session.scalars(mine.order_by(OutgoingMail.id)))


@pytest.mark.slow
def test_thunderbird_asks_moves_minds_the_room_and_lets_go(messages: list[bytes]) -> None:
    if not shutil.which("thunderbird"):
        pytest.skip("Thunderbird is not installed (Debian: thunderbird)")
    with running() as thunderbird:
        invited, moved, room, gone = played(thunderbird, messages, answer="ACCEPTED")

    assert (invited["action"], moved["action"]) == ("REQUEST", "REQUEST:UPDATE")
    assert (room["action"], gone["action"]) == ("REQUEST:UPDATE-MINOR", "CANCEL")
    for asked in (invited, moved):
        assert {"imipAcceptButton", "imipDeclineButton"} <= set(asked["buttons"])
        assert asked["stored"]["partstat"] == "ACCEPTED"
    assert invited["stored"]["start"] != moved["stored"]["start"] == room["stored"]["start"]
    assert "Zaal 2" in room["stored"]["location"]
    assert room["stored"]["partstat"] == "ACCEPTED"
    assert gone["stored"] is None
