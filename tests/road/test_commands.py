"""The whole road by commands on PostgreSQL, with mail through a real SMTP server to a sink.

From the municipality's folder to HR's export: what automation would do, on the real cohort.
"""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

from program.demo.dates import FOLDER
from tests.conftest import postgres_copy
from tests.invitations.judges.outside import icaljs_verdicts, libical_complaints, libical_judge
from tests.invitations.judges.wire import mail_faults
from tests.mail.sink import Sink, smtp_sink

COHORT = "Enschede 2019"
pytestmark = pytest.mark.slow


def calendar_texts(sink: Sink, since: int = 0) -> list[tuple[str, str]]:
    return [(to, calendar_of(parsed(raw))) for to, raw in sink.accepted[since:]]


def parsed(raw: bytes) -> Message:
    return BytesParser().parsebytes(raw)


def calendar_of(mail: Message) -> str:
    (part,) = (p for p in mail.walk() if p.get_content_type() == "text/calendar")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def line_of(calendar: str, name: str) -> str:
    unfolded = calendar.replace("\r\n ", "")
    return next(ln for ln in unfolded.splitlines() if ln.startswith((f"{name}:", f"{name};")))


@dataclass
class Town:
    """A deployment of its own: a database, a mail server, and the commands."""

    environment: dict[str, str]
    sink: Sink
    plan: Any = None
    invited: int = 0  # how many messages the first release sent

    def flask(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            env=self.environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{' '.join(words)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.flask(*words, "--json"))

    def post(self, *, until: int, seconds: float = 240) -> None:
        """Let a runner send until the sink holds that many messages, then stop it kindly."""
        runner = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "runner"], env=self.environment
        )
        deadline = time.monotonic() + seconds
        while len(self.sink.accepted) < until and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.2)  # one too many would come now
        runner.send_signal(signal.SIGTERM)
        assert runner.wait(timeout=30) == 0


@pytest.fixture(scope="module")
def town(postgres: str) -> Generator[Town]:
    with smtp_sink() as sink, postgres_copy(postgres) as database:
        yield Town(
            os.environ
            | {
                "DATABASE_URL": database,
                "SECRET_KEY": "road",
                "MAIL_URL": sink.url,
                "PUBLIC_URL": "http://localhost:5000",
            },
            sink,
        )


@pytest.fixture(scope="module")
def loaded(town: Town) -> Town:
    town.json("intake", "load", str(FOLDER), "--cohort", COHORT)
    return town


@pytest.fixture(scope="module")
def planned(loaded: Town) -> Town:
    loaded.plan = loaded.json("plan", COHORT, "--seconds", "30", "--seed", "1")
    return loaded


@pytest.fixture(scope="module")
def released(planned: Town) -> Town:
    planned.json("release", COHORT)
    planned.post(until=1530 + 141)
    planned.invited = len(planned.sink.accepted)
    return planned


def test_the_folder_is_loaded_as_it_was_meant(loaded: Town) -> None:
    cohort = loaded.json("cohort", "show", COHORT)

    assert cohort["people"] == 90


def test_every_meeting_of_the_programme_is_planned_without_a_broken_rule(planned: Town) -> None:
    plan = planned.plan
    kinds = Counter(meeting["kind"] for meeting in planned.json("meetings", "list", COHORT))

    assert (plan["unplaced"], plan["broken"]) == ([], [])
    assert kinds == {"group": 48, "tables": 90, "plenary": 2, "webinar": 1}


def test_everybody_gets_one_request_for_each_seat(released: Town) -> None:
    requests: Counter[tuple[str, str]] = Counter()
    for recipient, calendar in calendar_texts(released.sink)[: released.invited]:
        assert "METHOD:REQUEST" in calendar
        requests[recipient, line_of(calendar, "UID")] += 1
    seats = released.json("invitations", "list", COHORT)

    assert set(requests.values()) == {1}
    assert {(s["address"], f"UID:{s['uid']}") for s in seats} == set(requests)
    assert sum("@enschede.example" in to for to, _uid in requests) == 1530


def test_no_judge_has_anything_against_a_message(released: Town, tmp_path: Path) -> None:
    paths = []
    for n, (_to, raw) in enumerate(released.sink.accepted):
        assert mail_faults(raw) == []
        paths.append(tmp_path / f"{n}.ics")
        paths[-1].write_bytes(calendar_of(parsed(raw)).encode())

    assert libical_complaints(libical_judge(tmp_path), paths) == ""
    assert [verdict for verdict in icaljs_verdicts(paths) if verdict["problems"]] == []


def test_a_moved_meeting_sends_one_update_to_its_people_and_nothing_to_others(
    released: Town,
) -> None:
    meeting = next(m for m in released.json("meetings", "list", COHORT) if m["kind"] == "group")
    people = {
        i["address"]
        for i in released.json("invitations", "list", COHORT)
        if i["meeting_id"] == meeting["id"]
    }
    before = len(released.sink.accepted)

    released.flask("meetings", "move", str(meeting["id"]), "--start", "10:15", "--force")
    released.json("release", COHORT)
    released.post(until=before + len(people))

    updates = calendar_texts(released.sink, since=before)
    assert Counter(to for to, _ in updates) == dict.fromkeys(people, 1)
    assert {line_of(calendar, "SEQUENCE") for _, calendar in updates} == {"SEQUENCE:1"}


def test_an_answer_from_a_calendar_shows_in_the_list(released: Town, tmp_path: Path) -> None:
    recipient, raw = released.sink.accepted[0]
    reply = tmp_path / "reply.eml"
    reply.write_bytes(reply_to(raw, recipient, "ACCEPTED"))

    outcome = released.json("mail", "receive", str(reply))
    invitation = next(
        i
        for i in released.json("invitations", "list", COHORT, "--person", recipient)
        if i["uid"] == outcome["uid"]
    )

    assert (outcome["outcome"], outcome["applied"]) == ("answer", True)
    assert invitation["partstat"] == "ACCEPTED"


def reply_to(raw: bytes, sender: str, partstat: str) -> bytes:
    """As an Exchange server answers: no ORGANIZER, one ATTENDEE, the event echoed."""
    invitation = calendar_of(parsed(raw))
    lines = [
        "BEGIN:VCALENDAR", "METHOD:REPLY", "PRODID:Microsoft Exchange Server 2010", "VERSION:2.0",
        "BEGIN:VEVENT", f"ATTENDEE;PARTSTAT={partstat}:mailto:{sender}",
        line_of(invitation, "UID"), line_of(invitation, "SEQUENCE"),
        "SUMMARY:Geaccepteerd: Leergang", "DTSTAMP:20300101T090000Z",
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    head = (
        f"From: {sender}\r\nTo: afspraken@leergang.example\r\nSubject: Geaccepteerd\r\n"
        "Message-ID: <reply@enschede.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/calendar; charset=utf-8; method=REPLY\r\n\r\n"
    )
    return (head + "\r\n".join(lines)).encode()


def test_hr_gets_presence_and_hours_of_its_own_people(released: Town, tmp_path: Path) -> None:
    meeting = released.json("meetings", "list", COHORT)[0]
    someone = released.json("attendance", "roll", str(meeting["id"]))["people"][0]["email"]
    released.flask("attendance", "mark", str(meeting["id"]), someone, "late", "--minutes", "200")
    released.flask("attendance", "rest", str(meeting["id"]), "present")
    out = tmp_path / "export.csv"

    released.flask(
        "report", "attendance", COHORT, "--organisation", "Gemeente Enschede",
        "--as-of", "2031-01-01", "--format", "csv", "--out", str(out),
    )  # fmt: skip

    rows = list(csv.reader(io.StringIO(out.read_text("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + 1530
    assert sum("200" in row or "3,33" in row for row in rows) == 1
