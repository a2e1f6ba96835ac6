"""What releases really send, kind after kind, before judges that are not ours."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from program.core.db import db
from program.invitations.actions import undo
from program.mail.models import OutgoingMail
from tests.factories import MONDAY_9H, make_enrolment, make_room, make_seat, make_venue
from tests.invitations.cohort import SOON, Scene, make_scene
from tests.invitations.judges.outside import icaljs_verdicts, libical_complaints, libical_judge
from tests.invitations.judges.wire import mail_faults
from tests.invitations.letters import NASTY, calendar_in

HOUR = timedelta(hours=1)


def nasty_scene() -> Scene:
    """A session for every nasty text; some online, some an option, all with a place on a map."""
    scene = make_scene(people=1, meetings=len(NASTY))
    online = make_room(
        venue=make_venue(
            name="Teams", online=True, join_url="https://teams.microsoft.com/l/a?b=1,2"
        )
    )
    for n, (meeting, text) in enumerate(zip(scene.meetings, NASTY, strict=True)):
        storable = "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")
        meeting.title, meeting.note, meeting.tentative = storable[:200], storable, n % 3 == 0
        if n % 2:
            meeting.room = online
        elif meeting.room is not None:
            meeting.room.venue.latitude, meeting.room.venue.longitude = 52.2215, 6.8937
    scene.people[0].surname = NASTY[1]
    return scene


def move(scene: Scene) -> None:
    for meeting in scene.meetings:
        meeting.starts_at += HOUR
        meeting.ends_at += HOUR


def reword(scene: Scene) -> None:
    for meeting in scene.meetings:
        meeting.note = f"{meeting.note} {meeting.note}"


def settle(scene: Scene) -> None:
    for meeting in scene.meetings:
        meeting.tentative = False


def readdress(scene: Scene) -> None:
    scene.people[0].email = "elsewhere@example.nl"


def join(scene: Scene) -> None:
    newcomer = make_enrolment(scene.cohort).person
    for meeting in scene.meetings:
        make_seat(meeting, newcomer)


def go_back(scene: Scene) -> None:
    undo(scene.cohort.id, 6, by=None, at=SOON)


def cancel(scene: Scene) -> None:
    for meeting in scene.meetings:
        meeting.cancelled_at = MONDAY_9H


STEPS: list[Callable[[Scene], None]] = [
    lambda scene: None, move, reword, settle, readdress, join, go_back, cancel,
]  # fmt: skip


def everything_sent(scene: Scene) -> list[bytes]:
    words = frozenset(meeting.id for meeting in scene.meetings)
    for n, step in enumerate(STEPS):
        step(scene)
        assert scene.publish(at=SOON + n * HOUR, tell=words, note=NASTY[1]).number == n + 1
    return list(db.session.scalars(select(OutgoingMail.content).order_by(OutgoingMail.id)))


def test_every_kind_of_message_of_a_release_is_right(app: Flask, tmp_path: Path) -> None:
    sent = everything_sent(nasty_scene())

    # new, moved, reworded; to the old and the new address; joined, gone, cancelled; four options
    assert len(sent) == len(NASTY) * (2 + 2 + 2 + 2 + 1 + 1 + 2) + 4 * 2
    assert [faults for raw in sent if (faults := mail_faults(raw))] == []
    calendars = []
    for n, raw in enumerate(sent):
        path = tmp_path / f"{n}.ics"
        path.write_bytes(calendar_in(raw))
        calendars.append(str(path))
    assert libical_complaints(libical_judge(tmp_path), calendars) == ""
    assert [v["problems"] for v in icaljs_verdicts(calendars) if v["problems"]] == []
    joined = b"".join(re.sub(rb"\r\n ", b"", calendar_in(raw)) for raw in sent)
    for kind in (
        b"STATUS:TENTATIVE",
        b"CONFERENCE;",
        b"GEO:52.2215",
        b"METHOD:CANCEL",
        b"URL:https://teams",
    ):
        assert kind in joined
