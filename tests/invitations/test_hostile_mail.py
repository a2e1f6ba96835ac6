"""Whatever arrives: an outcome, the original kept, and nothing changed but by a true answer."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from random import Random
from time import process_time

import pytest
from flask import Flask
from sqlalchemy import func, select

from program.core.db import db
from program.invitations.actions import settle
from program.invitations.itip import bounce_address
from program.invitations.models import Invitation
from program.invitations.replies import Outcome
from program.invitations.replies.apart import MEMORY, SECONDS, Apart
from program.mail import arrivals
from program.mail.models import IncomingMail, OutgoingMail
from program.mail.size import MAX_MESSAGE
from program.meetings.models import Meeting
from tests.invitations.cohort import SOON, Scene, invitation, make_scene
from tests.invitations.hostile import bombs, damaged, good_ones, large_bombs

LATER = SOON + timedelta(hours=1)
LONG = os.environ.get("LONG_TESTS") == "1"
ODD_LETTERS = ("halves of characters", "an address of zeros", "numbers without an end")


@dataclass
class Bench:
    """A published schedule, a reader, and what it must not do to it."""

    scene: Scene
    reader: Apart
    uid: str
    address: str

    def state(self) -> dict[object, object]:
        answers = db.session.execute(select(Invitation.id, Invitation.partstat))
        meetings = db.session.execute(select(Meeting.id, Meeting.starts_at))
        sent = db.session.scalar(select(func.count()).select_from(OutgoingMail))
        return {
            **{("answer", each): stat for each, stat in answers},
            **{("meeting", each): at for each, at in meetings},
            "sent": sent,
        }

    def cost_of(self, raw: bytes) -> tuple[str, float, int]:
        """Read it, do what it asks, look what changed, and undo it. Seconds and octets."""
        first = self.reader.pid
        before_seconds = self.reader.spent.seconds if first else 0.0
        began = process_time()
        lean = arrivals.readable(raw)
        ours = process_time() - began
        reading = self.reader.read(lean, our_domain="leergang.example")
        spent = self.reader.spent
        seconds = ours + spent.seconds - (before_seconds if self.reader.pid == first else 0.0)
        before = self.state()
        mail = arrivals.keep(raw, via="lmtp", at=LATER)
        found = settle(mail.id, reading)
        db.session.flush()
        self.nothing_wrong(raw, before)
        assert isinstance(found.outcome, Outcome)
        assert arrivals.original(mail) == raw
        db.session.rollback()
        return found.outcome.value, seconds, spent.memory

    def nothing_wrong(self, raw: bytes, before: dict[object, object]) -> None:
        db.session.expire_all()
        changed = {key: now for key, now in self.state().items() if before[key] != now}
        ours = invitation(self.scene.meetings[0], self.scene.people[0])
        assert set(changed) <= {("answer", ours.id)}
        for partstat in changed.values():
            assert says(raw, self.uid, self.address, f"PARTSTAT={partstat}"), raw


def says(raw: bytes, *words: str) -> bool:
    """Whether one part of the message holds all these words, read as simply as can be."""
    texts = [_text(part) for part in message_from_bytes(raw).walk()]
    return any(all(word.lower() in text for word in words) for text in texts)


def _text(part: object) -> str:
    payload = part.get_payload(decode=True)  # type: ignore[attr-defined]
    octets = payload if isinstance(payload, bytes) else b""
    plain = octets.replace(b"\x00", b"").decode("utf-8", "replace")
    return re.sub(r"\r?\n[ \t]", "", plain).lower()


@pytest.fixture
def reader() -> Iterator[Apart]:
    reader = Apart()
    yield reader
    reader.close()


def bench_on(app: Flask, reader: Apart) -> Bench:
    assert app.testing
    scene = make_scene(people=2, meetings=1)
    scene.people[0].email = "n.ozturk@enschede.example"
    scene.publish()
    ours = invitation(scene.meetings[0], scene.people[0])
    return Bench(scene, reader, ours.uid, ours.address)


def test_no_bomb_costs_more_than_we_give_or_changes_anything(app: Flask, reader: Apart) -> None:
    bench = bench_on(app, reader)
    (good, *_) = good_ones(bench.uid, bench.address, "20261123T101500Z", "x@y")
    for name, raw in bombs(bench.uid, bench.address).items():
        outcome, seconds, memory = bench.cost_of(raw)

        print(f"{name}: {outcome}, {seconds:.2f} s, {memory / 1e6:.0f} MB")  # noqa: T201
        assert seconds <= SECONDS * 1.1, name
        assert memory <= MEMORY, name
        assert bench.cost_of(good)[0] == "answer", name


def test_no_large_bomb_either(app: Flask, reader: Apart) -> None:
    bench = bench_on(app, reader)
    for name, raw in large_bombs(bench.uid, bench.address).items():
        assert 18e6 < len(raw) <= MAX_MESSAGE, name
        outcome, seconds, memory = bench.cost_of(raw)

        print(f"{name}: {outcome}, {seconds:.2f} s, {memory / 1e6:.0f} MB")  # noqa: T201
        assert seconds <= SECONDS * 1.1, name
        assert memory <= MEMORY, name


@pytest.mark.parametrize("name", ODD_LETTERS)
def test_letters_that_a_database_cannot_hold_are_no_trouble(
    each_app: Flask, reader: Apart, name: str
) -> None:
    bench = bench_on(each_app, reader)

    assert bench.cost_of(bombs(bench.uid, bench.address)[name])[0] in list(Outcome)


def test_damaged_messages_have_an_outcome_and_change_nothing_they_do_not_say(
    each_app: Flask, reader: Apart
) -> None:
    survives(bench_on(each_app, reader), 150, seed=2027)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not LONG, reason="takes some five minutes; LONG_TESTS=1 runs it")
def test_ten_thousand_damaged_messages(each_app: Flask, reader: Apart) -> None:
    survives(bench_on(each_app, reader), 10_000, seed=20270114)


def survives(bench: Bench, number: int, *, seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    stamp = LATER.strftime("%Y%m%dT%H%M%SZ")
    good = good_ones(bench.uid, bench.address, stamp, bounce_address(bench.uid))
    outcomes: Counter[str] = Counter()
    most, peak = 0.0, 0
    for each in range(number):
        outcome, seconds, memory = bench.cost_of(damaged(good[each % len(good)], good, chance))
        outcomes[outcome] += 1
        most, peak = max(most, seconds), max(peak, memory)
    print(dict(outcomes), f"at most {most:.3f} s and {peak / 1e6:.0f} MB")  # noqa: T201
    assert most <= SECONDS * 1.1
    assert peak <= MEMORY
    assert {"answer", "bounce", "human"} <= set(outcomes)  # they are not all rubbish
    assert db.session.scalar(select(func.count()).select_from(IncomingMail)) == 0
