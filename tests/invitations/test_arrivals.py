"""Messages are kept first and read later, so nothing that happens in between loses one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from program.core.db import db
from program.invitations import jobs
from program.invitations.actions import settle
from program.invitations.itip import bounce_address
from program.invitations.jobs import read_arrived
from program.invitations.models import Answer, PartStat
from program.invitations.replies import Reading
from program.jobs.doors import keeping
from program.mail import arrivals
from program.mail.models import IncomingMail
from tests.invitations.cohort import SOON, Scene, invitation, make_scene
from tests.invitations.incoming import Reply, plain, undelivered

LATER = SOON + timedelta(hours=1)


@pytest.fixture
def scene(each_app: Flask) -> Scene:
    assert each_app.testing
    found = make_scene(people=1, meetings=1)
    found.publish()
    return found


def arrived(raw: bytes, **more: object) -> IncomingMail:
    mail = arrivals.keep(raw, via="lmtp", at=LATER, **more)  # type: ignore[arg-type]
    db.session.commit()
    return mail


def answer(scene: Scene, partstat: str = "ACCEPTED") -> bytes:
    invited = invitation(scene.meetings[0], scene.people[0])
    stamp = LATER.strftime("%Y%m%dT%H%M%SZ")
    return Reply(invited.uid, invited.address, partstat=partstat, stamp=stamp).exchange()


def partstat(scene: Scene) -> PartStat:
    return invitation(scene.meetings[0], scene.people[0]).partstat


def test_what_arrived_is_read_and_counts_from_its_arrival(scene: Scene) -> None:
    arrived(answer(scene))
    assert partstat(scene) == PartStat.NEEDS_ACTION

    assert (read_arrived(), read_arrived()) == (1, 0)

    assert partstat(scene) == PartStat.ACCEPTED
    assert db.session.scalars(select(Answer.received_at)).all() == [LATER]


def test_a_message_that_arrives_twice_is_kept_once_with_every_recipient(scene: Scene) -> None:
    raw = answer(scene)
    arrived(raw, sent_to=["a@leergang.example"])
    arrived(raw, sent_to=["b@leergang.example", "a@leergang.example"])

    (mail,) = db.session.scalars(select(IncomingMail)).all()
    assert mail.sent_to == "a@leergang.example b@leergang.example"


def test_a_message_that_comes_by_four_doors_at_once_is_kept_once(each_app: Flask) -> None:
    keep = keeping(each_app)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda door: keep(plain("Hoi"), [f"{door}@b.example"]), range(4)))

    (mail,) = db.session.scalars(select(IncomingMail)).all()
    assert sorted(mail.sent_to.split()) == [f"{door}@b.example" for door in range(4)]


def test_a_report_is_about_the_address_it_was_sent_to(scene: Scene) -> None:
    uid = invitation(scene.meetings[0], scene.people[0]).uid
    mail = arrived(undelivered("x@enschede.example"), sent_to=[bounce_address(uid)])

    read_arrived()

    db.session.refresh(mail)
    assert (mail.outcome, mail.uid) == ("bounce", uid)


def test_what_was_not_committed_is_read_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived(answer(scene))

    def away(*_given: object, **_named: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("gone"))

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "settle", away)
        with pytest.raises(OperationalError):
            read_arrived()
    assert partstat(scene) == PartStat.NEEDS_ACTION

    assert read_arrived() == 1
    assert partstat(scene) == PartStat.ACCEPTED


def test_a_message_that_breaks_us_is_put_aside_and_holds_up_no_other(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, good = arrived(plain("Hoi")), arrived(answer(scene))

    def breaks_once(mail_id: int, reading: Reading) -> object:
        if mail_id == poison.id and reading.outcome == "human":
            raise ValueError("no")
        return settle(mail_id, reading)

    monkeypatch.setattr(jobs, "settle", breaks_once)

    assert read_arrived() == 2
    db.session.expire_all()
    assert (poison.outcome, good.outcome) == ("quarantined", "answer")
    assert poison.content == plain("Hoi")


def test_reading_stops_between_two_messages_when_asked(scene: Scene) -> None:
    arrived(answer(scene))
    stop = Event()
    stop.set()

    assert read_arrived(stop) == 0
