"""What the big mail programs send, by each of the three doors, has the outcome it should have.

The shapes are our own. With ITIP_SAMPLES=FOLDER the samples of the same names in that folder are
used as well: messages as others recorded them, with fixed addresses and UID.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from program.core.db import db
from program.invitations.models import Answer, PartStat
from program.mail.models import IncomingMail, OutgoingMail
from program.meetings.models import Meeting, Seat
from tests.invitations.cohort import Scene, invitation, last_mail, make_scene
from tests.invitations.doors import Bring, by_command, by_imap, by_lmtp
from tests.invitations.incoming import Reply, plain, undelivered
from tests.mail.dovecot import INSTALLED, Dovecot, dovecot

UID, FIRST_ID = "s1842-p0391@leergang.example.nl", "inv-s1842-p0391-0@leergang.example.nl"
ORGANIZER = "afspraak+s1842.p0391.k7f3q9x2m4@leergang.example.nl"
NOEL = "n.ozturk@enschede.example.nl"
GMAIL, ICLOUD = "noor.devries@gmail.example", "noor@icloud.example"
ARRIVED = datetime(2026, 12, 1, 12, tzinfo=UTC)
SAMPLES = os.environ.get("ITIP_SAMPLES", "")
ABOUT = f"In-Reply-To: <{FIRST_ID}>\n"


def reply(address: str = NOEL, partstat: str = "ACCEPTED", **more: str) -> Reply:
    domain = address.rpartition("@")[2]
    vouched = f"Authentication-Results: mx.leergang.example.nl; dkim=pass header.d={domain}\n"
    answer = Reply(UID, address, partstat, stamp="20261124T101500Z", headers=vouched)
    return replace(answer, organizer=ORGANIZER, **more)  # type: ignore[arg-type]


def undeliverable(status: str) -> bytes:
    raw = undelivered(NOEL, to="bounce+x@leergang.example.nl", status=status)
    return raw.replace(b"first@leergang.example", FIRST_ID.encode())


@dataclass(frozen=True)
class Case:
    file: str
    ours: Callable[[], bytes]
    outcome: str
    partstat: str = "NEEDS-ACTION"
    address: str = NOEL
    comment: str = ""
    sequence: int = 0  # of the invitation, when the answer arrives

    @property
    def counts(self) -> bool:
        return self.partstat != "NEEDS-ACTION"


CASES = (
    Case("B01-exchange-accept", reply().exchange, "answer", "ACCEPTED"),
    Case("B02-exchange-decline",
         reply(partstat="DECLINED", comment="Helaas\\, raadsvergadering").exchange,
         "answer", "DECLINED", comment="Helaas, raadsvergadering"),
    Case("B05-gmail-accept", reply(GMAIL).google, "answer", "ACCEPTED", GMAIL),
    Case("B07-apple-accept", reply(ICLOUD).apple, "answer", "ACCEPTED", ICLOUD),
    Case("B08-thunderbird-accept", reply().thunderbird, "answer", "ACCEPTED"),
    Case("B13-delegated", reply(partstat="DELEGATED").thunderbird, "delegation"),
    Case("C02-oldseq", reply().exchange, "answer", sequence=1),
    Case("D01-ooo-exchange",
         lambda: plain("Ik ben afwezig.", subject="Automatisch antwoord: Leergang",
                       headers=f"{ABOUT}X-Auto-Response-Suppress: All\n"),
         "out-of-office"),
    Case("D03-dsn-5.1.1", lambda: undeliverable("5.1.1"), "bounce"),
    Case("D05-ndr-exchange", lambda: undeliverable("5.4.1"), "bounce"),
    Case("D08-human", lambda: plain("Ik kom, maar later.", headers=ABOUT), "human"),
    Case("E01-counter", reply(partstat="TENTATIVE", method="COUNTER").exchange, "counter",
         "TENTATIVE"),
    Case("F10-xss", reply(partstat="DECLINED", comment="<script>alert(1)</script>").exchange,
         "answer", "DECLINED", comment="<script>alert(1)</script>"),
)  # fmt: skip
BY_NAME = {case.file: case for case in CASES}


@pytest.fixture(params=["ours", "samples"])
def source(request: pytest.FixtureRequest) -> str:
    if request.param == "samples" and not SAMPLES:
        pytest.skip("ITIP_SAMPLES names no folder with samples.")
    return str(request.param)


def message(case: Case, source: str) -> bytes:
    return case.ours() if source == "ours" else (Path(SAMPLES) / f"{case.file}.eml").read_bytes()


@pytest.fixture(scope="module")
def imap_server() -> Iterator[Dovecot]:
    if not INSTALLED:
        pytest.skip("Dovecot is not installed here.")
    with dovecot() as running:
        yield running


@pytest.fixture(params=["command", "lmtp", "imap"])
def bring(
    request: pytest.FixtureRequest, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bring]:
    monkeypatch.setattr("program.jobs.doors.now", lambda: ARRIVED)
    monkeypatch.setattr("program.cli.mail.now", lambda: ARRIVED)
    app.config["MAIL_ADDRESS"] = ORGANIZER
    if request.param == "command":
        yield by_command(app, tmp_path)
    elif request.param == "imap":
        yield by_imap(request.getfixturevalue("imap_server"))
    else:
        with by_lmtp(app) as door:
            yield door


def invited(case: Case) -> Scene:
    """One person, invited under the UID and the Message-ID of the samples."""
    scene = make_scene(people=1, meetings=1)
    scene.people[0].email = case.address
    scene.publish()
    ours = invitation(scene.meetings[0], scene.people[0])
    sent = last_mail(scene.people[0])
    ours.uid, ours.sequence = UID, case.sequence
    sent.lane, sent.message_id = UID, FIRST_ID
    db.session.commit()
    return scene


def kept_of(scene: Scene) -> tuple[object, ...]:
    """What no message may change."""
    db.session.rollback()
    return (
        db.session.scalars(select(Meeting.starts_at)).all(),
        db.session.scalars(select(Seat.person_id)).all(),
        db.session.scalar(select(func.count()).select_from(OutgoingMail)),
        [person.email for person in scene.people],
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_a_message_has_its_outcome_by_each_door(bring: Bring, source: str, case: Case) -> None:
    scene = invited(case)
    before = kept_of(scene)

    mail = bring(message(case, source))

    assert (mail.outcome, mail.applied) == (case.outcome, case.counts)
    assert (mail.uid, mail.address, mail.flagged) == (UID, case.address, False)
    assert invitation(scene.meetings[0], scene.people[0]).partstat == case.partstat
    assert kept_of(scene) == before
    answers = db.session.scalars(select(Answer)).all()
    assert [each.applied for each in answers] == [case.counts] * (
        case.outcome in {"answer", "counter"}
    )
    assert all(case.comment in each.comment for each in answers)


@pytest.mark.parametrize("order", list(permutations((0, 1))), ids=["in order", "late"])
def test_the_newer_answer_counts_in_whichever_order_they_arrive(
    bring: Bring, source: str, order: tuple[int, int]
) -> None:
    scene = invited(BY_NAME["B01-exchange-accept"])
    newer = replace(reply(partstat="DECLINED"), stamp="20261125T090000Z").exchange
    older = replace(reply(), stamp="20261124T090000Z").exchange
    two = (Case("C05-1", newer, "answer"), Case("C05-2", older, "answer"))

    for number in order:
        assert bring(message(two[number], source)).outcome == "answer"

    ours = invitation(scene.meetings[0], scene.people[0])
    assert ours.partstat == PartStat.DECLINED
    assert db.session.scalar(select(func.count()).select_from(IncomingMail)) == 2
