"""What happens at the same moment, on a database where writers do not queue for one lock."""

from threading import Thread
from time import sleep

from flask import Flask
from sqlalchemy import text, update

from program.cohorts.models import Cohort
from program.core.db import db
from program.invitations.actions import Given, answer
from program.invitations.models import Invitation, PartStat
from tests.invitations.cohort import SOON, invitation, make_scene

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def until_somebody_waits() -> None:
    for _ in range(100):
        with db.engine.connect() as looking:  # anew: within a transaction it stays as first seen
            if looking.scalar(text(WAITS)):
                return
        sleep(0.05)
    raise AssertionError("Nobody waits.")


def test_an_answer_during_a_release_waits_for_it_and_stands_in_nobody_s_way(
    postgres_app: Flask,
) -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    invited = invitation(scene.meetings[0], scene.people[0]).id
    cohort = scene.cohort.id
    db.session.commit()

    def answers() -> None:
        with postgres_app.app_context():
            answer(invited, Given(PartStat.ACCEPTED, "page", SOON), by=None)
            db.session.commit()

    with db.engine.connect() as release:
        release.execute(text("SET LOCAL lock_timeout = '3s'"))
        release.execute(update(Cohort).where(Cohort.id == cohort).values(id=cohort))
        answering = Thread(target=answers)
        answering.start()
        until_somebody_waits()
        release.execute(update(Invitation).where(Invitation.id == invited).values(id=invited))
        release.commit()
    answering.join(5)

    assert db.session.get_one(Invitation, invited).partstat is PartStat.ACCEPTED
