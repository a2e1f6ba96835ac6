"""Feeds of a cohort and of a group, for who runs it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from program.accounts.models import RoleGrant
from program.core.db import db
from program.feeds.models import FeedKey
from tests.conftest import sign_in
from tests.counting import counted_queries
from tests.feeds.test_ics import read
from tests.invitations.cohort import SOON, Scene, invitation, make_scene

LATER = SOON + timedelta(hours=1)


@pytest.fixture
def scene(app: Flask) -> Scene:
    scene = make_scene(people=1)
    scene.meetings[1].group_id = None
    scene.publish()
    return scene


@pytest.fixture
def browser(app: Flask, scene: Scene) -> FlaskClient:
    return sign_in(app, scene.trainer)


def link(browser: FlaskClient, scene: Scene, **given: Any) -> str:
    where = f"/cohorts/{scene.cohort.id}/calendar-links"
    page = browser.post(where, data=given, follow_redirects=True).text
    return (
        "/calendar/cohort/" + page.rpartition("/calendar/cohort/")[2].partition(".ics")[0] + ".ics"
    )


def events(browser: FlaskClient, where: str) -> list[Any]:
    answer = browser.get(where)
    assert answer.status_code == 200
    return list(read(answer.data).walk("VEVENT"))


def test_a_cohort_feed_holds_all_and_a_group_feed_its_own(
    browser: FlaskClient, scene: Scene
) -> None:
    whole = link(browser, scene)
    group = link(browser, scene, group=scene.meetings[0].group_id)

    assert [str(e["SUMMARY"]) for e in events(browser, whole)] == [
        "Intervisie 1 – Groep 1",
        "Intervisie 2",
    ]
    assert [str(e["SUMMARY"]) for e in events(browser, group)] == ["Intervisie 1 – Groep 1"]


def test_a_trainer_sees_the_uid_of_the_invitation(browser: FlaskClient, scene: Scene) -> None:
    found = events(browser, link(browser, scene))

    uids = [invitation(meeting, scene.trainer).uid for meeting in scene.meetings]
    assert [event["UID"] for event in found] == uids


def test_an_unchanged_cohort_feed_costs_one_query(browser: FlaskClient, scene: Scene) -> None:
    where = link(browser, scene)
    stranger = browser.application.test_client()
    version = stranger.get(where).headers["ETag"]

    with counted_queries() as queries:
        again = stranger.get(where, headers={"If-None-Match": version})
    scene.meetings[0].starts_at -= timedelta(hours=1)
    scene.publish(at=LATER)

    assert (again.status_code, len(queries)) == (304, 1)
    assert stranger.get(where, headers={"If-None-Match": version}).status_code == 200


def test_a_cancelled_session_goes_the_day_after_and_an_option_is_tentative(
    browser: FlaskClient, scene: Scene
) -> None:
    where = link(browser, scene)
    first, second = scene.meetings
    first.cancelled_at, second.tentative = LATER, True
    scene.publish(at=LATER)

    with time_machine.travel(first.ends_at + timedelta(hours=2)):
        there = [str(e["STATUS"]) for e in events(browser, where)]
    with time_machine.travel(first.ends_at + timedelta(days=2)):
        later = [str(e["STATUS"]) for e in events(browser, where)]

    assert there == ["CANCELLED", "TENTATIVE"]
    assert later == ["TENTATIVE"]


def test_who_no_longer_runs_the_cohort_sees_nothing(browser: FlaskClient, scene: Scene) -> None:
    where = link(browser, scene)
    db.session.execute(delete(RoleGrant).where(RoleGrant.person_id == scene.trainer.id))
    db.session.commit()

    assert browser.get(where).status_code == 404


def test_a_link_is_renewed_and_ended_apart_from_one_s_own(
    browser: FlaskClient, scene: Scene
) -> None:
    browser.post("/calendar-link")
    first = link(browser, scene)
    second = link(browser, scene)
    status = [browser.get(where).status_code for where in (first, second)]
    browser.post(f"/cohorts/{scene.cohort.id}/calendar-links", data={"end": "1"})

    assert status == [404, 200]
    assert browser.get(second).status_code == 404
    own = select(FeedKey.revoked_at).where(FeedKey.cohort_id.is_(None))
    assert db.session.scalars(own).all() == [None]


def test_the_secret_of_a_cohort_opens_no_personal_feed(browser: FlaskClient, scene: Scene) -> None:
    secret = link(browser, scene).rpartition("/")[2]

    assert browser.get(f"/calendar/{secret}").status_code == 404
