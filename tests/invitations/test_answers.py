"""Answers, by whichever way and in whichever order they come."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from program.core.db import db
from program.core.errors import Refusal
from program.invitations.actions import Given, answer
from program.invitations.models import Answer, Invitation, PartStat
from tests.invitations.cohort import SOON, Scene, invitation, make_scene

CHOICES = [PartStat.ACCEPTED, PartStat.TENTATIVE, PartStat.DECLINED]
MINUTE = timedelta(minutes=1)


def published() -> tuple[Scene, Invitation]:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    return scene, invitation(scene.meetings[0], scene.people[0])


def mailed(partstat: PartStat, *, minutes: int, sequence: int = 0, ahead: int = 0) -> Given:
    at = SOON + minutes * MINUTE
    return Given(partstat, "mail", at, sequence=sequence, stamp=at + ahead * MINUTE)


@pytest.mark.usefixtures("each_app")
def test_an_answer_counts_and_raises_the_versions_of_the_pages_that_show_it() -> None:
    scene, invited = published()
    versions = scene.cohort.version, scene.people[0].version

    kept = answer(invited.id, Given(PartStat.ACCEPTED, "page", SOON + MINUTE), by=invited.person_id)
    db.session.commit()

    assert (kept.applied, kept.why) == (True, "It counts.")
    assert (invited.partstat, invited.answered_via) == (PartStat.ACCEPTED, "page")
    assert (scene.cohort.version, scene.people[0].version) == (versions[0] + 1, versions[1] + 1)


@pytest.mark.usefixtures("each_app")
def test_an_answer_to_the_old_date_is_remembered_and_does_not_count() -> None:
    scene, invited = published()
    scene.meetings[0].starts_at += timedelta(hours=1)
    scene.publish(at=SOON + 10 * MINUTE)

    kept = answer(invited.id, mailed(PartStat.ACCEPTED, minutes=20), by=None)

    assert (kept.applied, invited.partstat) == (False, PartStat.NEEDS_ACTION)
    assert kept.why == "It answers an earlier date; the session was moved since."


@pytest.mark.usefixtures("each_app")
def test_a_client_that_counts_up_by_itself_has_not_seen_the_next_date() -> None:
    scene, invited = published()
    answer(invited.id, mailed(PartStat.ACCEPTED, minutes=5, sequence=7), by=None)
    assert invited.partstat == PartStat.ACCEPTED
    scene.meetings[0].starts_at += timedelta(hours=1)
    scene.publish(at=SOON + 10 * MINUTE)

    answer(invited.id, mailed(PartStat.DECLINED, minutes=4), by=None)

    assert invitation(scene.meetings[0], scene.people[0]).partstat == PartStat.NEEDS_ACTION


@pytest.mark.usefixtures("each_app")
def test_a_clock_that_is_years_ahead_does_not_block_later_answers() -> None:
    _scene, invited = published()

    answer(invited.id, mailed(PartStat.ACCEPTED, minutes=1, ahead=60 * 24 * 1000), by=None)
    answer(invited.id, mailed(PartStat.DECLINED, minutes=2), by=None)

    assert invited.partstat == PartStat.DECLINED


@pytest.mark.usefixtures("each_app")
def test_of_two_answers_within_a_second_the_later_arrival_counts() -> None:
    _scene, invited = published()
    first = mailed(PartStat.ACCEPTED, minutes=1)

    answer(invited.id, first, by=None)
    later = replace(first, partstat=PartStat.DECLINED, received_at=SOON + 2 * MINUTE)
    answer(invited.id, later, by=None)

    assert invited.partstat == PartStat.DECLINED


@pytest.mark.usefixtures("each_app")
def test_what_the_old_address_answered_does_not_stand_in_the_way_of_the_new_one() -> None:
    scene, invited = published()
    answer(invited.id, mailed(PartStat.DECLINED, minutes=9), by=None)
    scene.people[0].email = "juist@enschede.example"
    scene.publish(at=SOON + 10 * MINUTE)

    kept = answer(invited.id, mailed(PartStat.ACCEPTED, minutes=12, ahead=-5), by=None)

    assert (kept.applied, invited.partstat) == (True, PartStat.ACCEPTED)


@pytest.mark.usefixtures("each_app")
def test_after_a_cancellation_an_answer_changes_nothing() -> None:
    scene, invited = published()
    scene.meetings[0].cancelled_at = SOON
    scene.publish(at=SOON + MINUTE)

    kept = answer(invited.id, mailed(PartStat.ACCEPTED, minutes=2, sequence=1), by=None)

    assert (kept.applied, kept.why) == (False, "The session was cancelled for this person.")


@pytest.mark.usefixtures("app")
def test_only_accept_maybe_and_decline_are_answers() -> None:
    _scene, invited = published()

    with pytest.raises(Refusal):
        answer(invited.id, Given(PartStat.NEEDS_ACTION, "page", SOON), by=None)


one_database = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
answers = st.builds(
    mailed,
    st.sampled_from(CHOICES),
    minutes=st.integers(0, 6),
    sequence=st.integers(0, 3),
    ahead=st.integers(-4, 4),
)


@one_database
@given(st.lists(answers, min_size=1, max_size=5).flatmap(
    lambda some: st.tuples(st.just(some), st.permutations(some + some[:2]))
))  # fmt: skip
def test_any_order_and_repetition_of_answers_ends_in_the_same_state(
    app: Flask, orders: tuple[list[Given], list[Given]]
) -> None:
    found = db.session.scalars(select(Invitation)).first()
    if found is None:
        _scene, found = published()
    ends = []
    for order in orders:
        db.session.execute(delete(Answer))
        found.partstat, found.answered_at, found.answered_stamp = PartStat.NEEDS_ACTION, None, None
        for each in order:
            answer(found.id, each, by=None)
        ends.append((found.partstat, found.answered_at, found.answered_stamp))
    db.session.rollback()

    assert ends[0] == ends[1]
