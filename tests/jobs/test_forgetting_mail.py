"""What came in by mail goes as the privacy page promises, by the nightly job."""

from datetime import datetime, timedelta
from email import message_from_bytes

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Role
from program.core.clock import now
from program.core.db import db
from program.invitations.actions import receive
from program.invitations.itip import bounce_address
from program.invitations.models import Answer, PartStat
from program.invitations.replies.message import octets
from program.jobs.housekeeping import tidy_up
from program.mail.models import IncomingMail
from program.mail.size import MAX_READ
from program.review.actions import decide
from program.review.jobs import suspend_refusing
from tests.conftest import sign_in
from tests.factories import grant, make_bureau, make_person
from tests.invitations.cohort import SOON, Scene, invitation, make_scene
from tests.invitations.incoming import Reply, plain, undelivered

CAME = SOON + timedelta(hours=1)
DAY = timedelta(days=1)
CANARY = "kanarie-4711"
ALIAS = "noor-kanarie-4711@thuis.example"
AWAY = "Auto-Submitted: auto-replied\n"


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Whose session is a year ahead, so that only the days since a message came count."""
    assert app.testing
    found = make_scene(people=1, meetings=1)
    meeting = found.meetings[0]
    meeting.starts_at, meeting.ends_at = CAME + 365 * DAY, CAME + 365.2 * DAY
    found.publish()
    return found


@pytest.fixture
def reply(scene: Scene) -> Reply:
    mine = invitation(scene.meetings[0], scene.people[0])
    stamp = CAME.strftime("%Y%m%dT%H%M%SZ")
    return Reply(mine.uid, mine.address, partstat="DECLINED", stamp=stamp, comment=CANARY)


@pytest.fixture
def raw(reply: Reply, request: pytest.FixtureRequest) -> bytes:
    stranger = Reply(reply.uid, ALIAS, partstat="DECLINED", stamp=reply.stamp)
    large = plain(CANARY).replace(b"text/plain", b"multipart/mixed; boundary=aa")
    photo = b"--aa\r\nContent-Type: image/jpeg\r\n\r\n" + CANARY.encode() * (MAX_READ // 10)
    raws = {
        "decline": reply.exchange(),
        "out of office": plain(f"Ik ben ziek, {CANARY}", headers=AWAY, subject=CANARY),
        "bounce": undelivered(f"{CANARY}@x.example"),
        "bounce of ours": undelivered(reply.address, to=bounce_address(reply.uid))
        + CANARY.encode(),
        "receipt": plain(CANARY).replace(b"text/plain", b"message/disposition-notification"),
        "junk": plain(CANARY, headers="Precedence: bulk\n"),
        "letter": plain(CANARY),
        "letter with photos": large + photo,
        "stranger": stranger.exchange(),
        "unreadable": CANARY.encode(),
    }
    return raws[request.param]


def arrived(raw: bytes) -> IncomingMail:
    receive(raw, via="command", at=CAME)
    db.session.commit()
    return db.session.scalars(select(IncomingMail)).one()


def tidied(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        tidy_up(now())
    db.session.commit()


def left() -> bool:
    """Whether the canary is anywhere in the database, also in the base64 of a mail."""
    db.session.expire_all()
    mails = db.session.scalars(select(IncomingMail.content)).all()
    parts = [octets(part) for mail in mails for part in message_from_bytes(mail).walk()]
    rows = [
        repr(tuple(row)).encode()
        for table in db.metadata.sorted_tables
        for row in db.session.execute(select(table))
    ]
    return any(CANARY.encode() in each for each in parts + rows)


SETTLED = ("decline", "out of office", "receipt", "junk")
FOR_A_PERSON = (
    "bounce", "bounce of ours", "letter", "letter with photos", "stranger", "unreadable",
)  # fmt: skip


@pytest.mark.parametrize("raw", SETTLED, indirect=True)
def test_what_needs_nobody_goes_after_a_month(raw: bytes) -> None:
    arrived(raw)
    for answer in db.session.scalars(select(Answer)):  # it stays until its session is over
        answer.comment = ""

    tidied(CAME + 29 * DAY)
    assert left()
    tidied(CAME + 31 * DAY)
    assert not left()


@pytest.mark.parametrize("raw", FOR_A_PERSON, indirect=True)
def test_what_nobody_looked_at_goes_after_a_quarter(raw: bytes) -> None:
    arrived(raw)

    tidied(CAME + 89 * DAY)
    assert left()
    tidied(CAME + 91 * DAY)
    assert not left()


@pytest.mark.parametrize("raw", FOR_A_PERSON, indirect=True)
def test_what_somebody_decided_about_goes_after_a_month(raw: bytes, scene: Scene) -> None:
    decide(arrived(raw).id, "done", by=scene.people[0].id, at=CAME + DAY)
    db.session.commit()

    tidied(CAME + 29 * DAY)
    assert left()
    tidied(CAME + 31 * DAY)
    assert not left()


@pytest.mark.parametrize("raw", ["decline", "bounce of ours", "stranger"], indirect=True)
def test_what_is_about_a_session_goes_when_that_is_over(raw: bytes, scene: Scene) -> None:
    scene.meetings[0].starts_at, scene.meetings[0].ends_at = CAME + 2 * DAY, CAME + 2.2 * DAY
    arrived(raw)

    tidied(CAME + 2.1 * DAY)
    assert left()
    tidied(CAME + 2.3 * DAY)
    assert not left()


@pytest.mark.usefixtures("each_app")
def test_a_letter_goes_from_each_database() -> None:
    arrived(plain(CANARY))
    tidied(CAME + 89 * DAY)
    assert left()
    tidied(CAME + 91 * DAY)

    assert not left()


def test_what_was_answered_stays(reply: Reply, scene: Scene) -> None:
    arrived(reply.exchange())

    tidied(CAME + 400 * DAY)

    (mail,) = db.session.scalars(select(IncomingMail))
    assert (mail.outcome, mail.applied, mail.uid) == ("answer", True, reply.uid)
    assert invitation(scene.meetings[0], scene.people[0]).partstat is PartStat.DECLINED


def test_what_was_thrown_away_counts_once_however_often_it_comes(reply: Reply) -> None:
    arrived(reply.exchange())
    tidied(CAME + 400 * DAY)

    again = receive(reply.exchange(), via="imap", at=CAME + 401 * DAY)

    assert not again.applied
    assert len(db.session.scalars(select(IncomingMail)).all()) == 1


def test_what_was_thrown_away_is_on_no_page(app: Flask) -> None:
    planner = make_person()
    grant(planner, Role.PLANNER, make_bureau())
    mail = arrived(plain(CANARY))
    client = sign_in(app, planner)
    assert CANARY in client.get("/review").text
    tidied(CAME + 91 * DAY)

    assert "onbekende afzender" not in client.get("/review").text
    assert "onbekende afzender" not in client.get("/mailbox/in").text
    assert client.get(f"/mailbox/in/{mail.id}").status_code == 404


def test_a_delivery_report_that_was_thrown_away_suspends_nobody(reply: Reply) -> None:
    """Nobody knows any more whether it was for good."""
    for n in range(2):
        late = undelivered(reply.address, to=bounce_address(reply.uid), status="4.4.1")
        receive(late + str(n).encode(), via="command", at=CAME)
    db.session.commit()
    tidied(CAME + 91 * DAY)

    assert suspend_refusing(CAME + 92 * DAY) == 0
