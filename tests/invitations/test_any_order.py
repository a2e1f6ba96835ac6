"""Answers by all doors, in any order and however often: the same state in the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from program.core.db import db
from program.invitations.actions import receive
from program.invitations.links import token_of
from program.invitations.models import Answer, Invitation, PartStat
from program.invitations.views import answering
from program.mail.models import IncomingMail
from tests.conftest import sign_in
from tests.invitations.cohort import SOON, Scene, invitation, make_scene
from tests.invitations.incoming import Reply

CHOICES = [PartStat.ACCEPTED, PartStat.TENTATIVE, PartStat.DECLINED]
MINUTE = timedelta(minutes=1)
MOVED = SOON + MINUTE


@dataclass(frozen=True)
class Said:
    """One answer: by which door, when it came in, of which date it speaks."""

    door: str
    partstat: PartStat
    minutes: int
    sequence: int
    ahead: int  # the clock of who sends it, minutes

    @property
    def at(self) -> datetime:
        return MOVED + self.minutes * MINUTE


said = st.builds(
    Said,
    st.sampled_from(["mail", "link", "page"]),
    st.sampled_from(CHOICES),
    minutes=st.integers(0, 2),
    sequence=st.sampled_from([1, 1, 1, 0]),
    ahead=st.integers(-2, 2),
)
orders = st.lists(said, min_size=2, max_size=4).flatmap(
    lambda some: st.tuples(st.just(some), st.permutations(some + some[:2]))
)


class Doors:
    """Each as people and their programs use it."""

    def __init__(self, app: Flask, scene: Scene) -> None:
        self.invited = invitation(scene.meetings[0], scene.people[0])
        self.link = f"/answer/{token_of(self.invited.uid)}"
        self.page = f"/invitations/{self.invited.id}/answer"
        self.stranger: FlaskClient = app.test_client()
        self.browser = sign_in(app, scene.people[0])
        self.reply = Reply(self.invited.uid, self.invited.address)

    def bring(self, said: Said) -> None:
        if said.door == "mail":
            receive(self._mailed(said), via="command", at=said.at)
            db.session.commit()
            return
        data = {"choice": said.partstat.lower(), "sequence": str(said.sequence)}
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(answering, "now", lambda: said.at)
            if said.door == "link":
                self.stranger.post(self.link, data=data)
            else:
                self.browser.post(self.page, data=data)

    def _mailed(self, said: Said) -> bytes:
        stamp = f"{said.at + said.ahead * MINUTE:%Y%m%dT%H%M%SZ}"
        return Reply(
            self.reply.uid, self.reply.address, said.partstat, said.sequence, stamp,
            comment=str(said.minutes),  # another message, for it came at another time
        ).google()  # fmt: skip

    def ends(self, order: Sequence[Said]) -> tuple[object, ...]:
        db.session.execute(delete(Answer))
        db.session.execute(delete(IncomingMail))
        mine = db.session.get_one(Invitation, self.invited.id)
        mine.partstat, mine.answered_via = PartStat.NEEDS_ACTION, ""
        mine.answered_at = mine.answered_stamp = mine.answered_sequence = None
        db.session.commit()
        for each in order:
            self.bring(each)
        db.session.expire_all()
        return (
            mine.partstat, mine.answered_at, mine.answered_via, mine.answered_stamp,
            mine.answered_sequence,
        )  # fmt: skip


def moved_once() -> Scene:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    scene.meetings[0].starts_at += timedelta(hours=1)
    scene.publish(at=MOVED)
    return scene


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None
)
@given(orders)
def test_any_order_and_repetition_through_all_doors_ends_in_the_same_state(
    app: Flask, orders: tuple[list[Said], list[Said]]
) -> None:
    doors: Doors = app.extensions.setdefault("doors", None) or Doors(app, moved_once())
    app.extensions["doors"] = doors

    first, other = (doors.ends(order) for order in orders)

    assert first == other


def test_each_door_lets_an_answer_in(app: Flask) -> None:
    doors = Doors(app, moved_once())

    for door in ("mail", "link", "page"):
        state = doors.ends([Said(door, PartStat.DECLINED, 1, 1, 0)])
        assert state[:3] == (PartStat.DECLINED, MOVED + MINUTE, door)
        assert doors.ends([Said(door, PartStat.DECLINED, 1, 0, 0)])[0] == PartStat.NEEDS_ACTION
    assert db.session.scalars(select(Answer.applied)).all() == [False]
