"""What a planner may keep silent, what must be told, and how a release is undone."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from program.attendance.ledger import parts_by_person
from program.core.db import db
from program.core.errors import Refusal
from program.invitations import links
from program.invitations.actions import Given, answer, changes, undo
from program.invitations.changes import Facts
from program.invitations.models import Invitation, InvitationState, PartStat, Release
from program.invitations.queries import world_of
from program.mail.models import OutgoingMail
from program.meetings.actions.moving import set_option
from program.meetings.models import Meeting, MeetingTrainer, PublishedMeeting, Seat, SeatReason
from tests.conftest import sign_in
from tests.factories import make_enrolment, make_room, make_seat, stored
from tests.invitations.cohort import SOON, Scene, invitation, last_mail, make_scene, sent_to
from tests.invitations.judges.wire import unfolded
from tests.invitations.letters import calendar_in

pytestmark = pytest.mark.usefixtures("each_app")

LATER = SOON + timedelta(hours=1)
LAST = SOON + timedelta(hours=2)


def sent() -> int:
    return db.session.scalar(select(func.count()).select_from(OutgoingMail)) or 0


def told(scene: Scene) -> PublishedMeeting:
    db.session.expire_all()
    chosen = select(PublishedMeeting).where(PublishedMeeting.meeting_id == scene.meetings[0].id)
    return db.session.scalars(chosen).one()


def change(scene: Scene, what: str) -> None:
    meeting = scene.meetings[0]
    room = meeting.room
    assert room is not None
    if what == "trainer":
        stored(
            MeetingTrainer(meeting_id=meeting.id, person_id=make_enrolment(scene.cohort).person_id)
        )
    elif what == "room":
        meeting.room = make_room(venue=room.venue, name="Zaal 2")
    elif what == "address":
        room.venue.address = "Spinnerijstraat 17, 7511 RG Enschede"
    elif what == "link":
        room.venue.online, room.venue.join_url = True, "https://teams.microsoft.com/l/1"
    elif what == "option":
        set_option(scene.cohort, [meeting.id], on=True, by=None)
    else:
        setattr(meeting, what, "Iets anders")
    db.session.commit()


@pytest.mark.parametrize("what", ["title", "note", "trainer"])
def test_words_change_on_the_pages_without_a_message(what: str) -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    before = invitation(scene.meetings[0], scene.people[0])
    known = (before.sequence, before.revision, before.stamped_at)
    change(scene, what)

    done = scene.publish(at=LATER)

    assert len(sent_to(scene.people[0])) == 1
    assert done.counts["silent"] == 2
    assert told(scene).revision == 2
    after = invitation(scene.meetings[0], scene.people[0])
    assert (after.sequence, after.revision, after.stamped_at) == known
    assert scene.publish(at=LAST).number is None


def test_another_room_in_the_building_is_told_and_asks_nobody_again() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    change(scene, "room")

    done = scene.publish(at=LATER)

    assert done.counts["changed"] == 2
    assert sent_to(scene.people[0])[1:] == [("REQUEST", "Intervisie 1 – Groep 1", 0)]
    assert "Zaal 2" in unfolded(calendar_in(last_mail(scene.people[0]).content)).decode()


def test_a_planner_may_keep_another_room_silent() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    change(scene, "room")

    done = scene.publish(at=LATER, tell=frozenset())

    assert done.counts["silent"] == 2
    assert len(sent_to(scene.people[0])) == 1


@pytest.mark.parametrize("what", ["address", "link", "option"])
def test_what_people_must_know_is_always_told(what: str) -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    change(scene, what)

    planned = changes(scene.cohort.id, at=LATER)

    assert planned.optional == set()
    assert [due.silent for due in planned.due] == [False, False]


def test_a_new_time_is_told_with_the_words_that_changed_too() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    change(scene, "note")
    scene.meetings[0].ends_at += timedelta(hours=1)

    scene.publish(at=LATER)

    assert sent_to(scene.people[0])[1:] == [("REQUEST", "Intervisie 1 – Groep 1", 1)]
    assert "Iets anders" in unfolded(calendar_in(last_mail(scene.people[0]).content)).decode()


def test_who_joins_after_a_silent_change_reads_it_at_once() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    change(scene, "note")
    scene.publish(at=LATER)
    make_seat(scene.meetings[0], newcomer := make_enrolment(scene.cohort).person)

    scene.publish(at=LAST)

    assert sent_to(newcomer) == [("REQUEST", "Intervisie 1 – Groep 1", 0)]
    assert "Iets anders" in unfolded(calendar_in(last_mail(newcomer).content)).decode()
    assert len(sent_to(scene.people[0])) == 1


def test_an_option_is_tentative_in_calendars_until_it_is_definite() -> None:
    scene = make_scene(people=1, meetings=1)
    person = scene.people[0]
    change(scene, "option")
    scene.publish()
    option = unfolded(calendar_in(last_mail(person).content))
    given = Given(PartStat.ACCEPTED, "page", LATER)
    answer(invitation(scene.meetings[0], person).id, given, by=person.id)
    set_option(scene.cohort, [scene.meetings[0].id], on=False, by=None)

    scene.publish(at=LAST)

    definite = unfolded(calendar_in(last_mail(person).content))
    assert (b"STATUS:TENTATIVE" in option, b"STATUS:CONFIRMED" in definite) == (True, True)
    assert b"BUSYSTATUS:TENTATIVE" in option
    after = invitation(scene.meetings[0], person)
    assert (after.sequence, after.partstat) == (0, PartStat.ACCEPTED)


def test_a_building_with_a_place_on_the_map_shows_it() -> None:
    scene = make_scene(people=1, meetings=1)
    room = scene.meetings[0].room
    assert room is not None
    room.venue.latitude, room.venue.longitude = 52.2215, 6.8937

    scene.publish()

    calendar = unfolded(calendar_in(last_mail(scene.people[0]).content)).decode()
    place = "De Spinnerij, Zaal 1, Spinnerijstraat 15, 7511 RG Enschede"
    assert "GEO:52.221500;6.893700" in calendar
    assert f'X-TITLE="{place}":geo:52.221500,6.893700' in calendar
    assert "LOCATION:" + place.replace(",", "\\,") in calendar


def test_a_new_address_is_invited_and_the_old_one_told_farewell() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    person = scene.people[0]
    old, uid = person.email, invitation(scene.meetings[0], person).uid
    person.email = "corrected@example.nl"

    done = scene.publish(at=LATER)

    assert sent_to(person) == [("REQUEST", "Intervisie 1 – Groep 1", 0)]
    person.email = old
    assert sent_to(person)[1:] == [("CANCEL", "Intervisie 1 – Groep 1", 1)]
    assert last_mail(person).lane == uid
    assert (done.counts["new"], done.counts["cancelled"]) == (1, 1)


def test_who_reads_the_old_address_can_no_longer_answer() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    person = scene.people[0]
    uid = invitation(scene.meetings[0], person).uid
    person.email = "corrected@example.nl"
    scene.publish(at=LATER)

    after = invitation(scene.meetings[0], person)
    assert after.uid != uid
    assert (after.address, after.state) == ("corrected@example.nl", "invited")
    assert links.uid_of(links.token_of(uid)) != after.uid
    assert scene.publish(at=LAST).number is None


def test_an_undo_of_a_move_moves_back_after_a_preview() -> None:
    scene = make_scene(people=1)
    scene.publish()
    meeting = scene.meetings[0]
    first = meeting.starts_at
    meeting.starts_at, meeting.ends_at = (
        first + timedelta(days=1),
        first + timedelta(days=1, hours=3),
    )
    scene.publish(at=LATER)
    before = sent()

    back = undo(scene.cohort.id, 2, by=scene.trainer.id, at=LAST)
    db.session.commit()
    planned = changes(scene.cohort.id, at=LAST)

    assert (back.meetings, sent()) == (1, before)
    assert [(due.kind, due.meeting_id) for due in planned.letters] == [("moved", meeting.id)] * 2
    scene.publish(at=LAST)
    assert told(scene).starts_at == first
    assert sent_to(scene.people[0])[-1] == ("REQUEST", "Intervisie 1 – Groep 1", 2)


def test_an_undo_gives_back_a_seat_and_a_session_that_was_cancelled() -> None:
    scene = make_scene()
    scene.publish()
    seat = db.session.scalars(select(Seat).where(Seat.person_id == scene.people[0].id)).all()[1]
    seat.released_at = scene.meetings[0].cancelled_at = LATER
    scene.publish(at=LATER)

    undo(scene.cohort.id, 2, by=None, at=LAST)
    scene.publish(at=LAST)

    assert [gist[0] for gist in sent_to(scene.people[0])] == [
        "REQUEST", "REQUEST", "CANCEL", "CANCEL", "REQUEST", "REQUEST",
    ]  # fmt: skip
    assert [gist[0] for gist in sent_to(scene.people[1])] == [
        "REQUEST",
        "REQUEST",
        "CANCEL",
        "REQUEST",
    ]


def test_an_undo_takes_back_a_seat_and_a_trainer_that_were_new() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    make_seat(scene.meetings[0], newcomer := make_enrolment(scene.cohort).person)
    colleague = make_enrolment(scene.cohort).person
    stored(MeetingTrainer(meeting_id=scene.meetings[0].id, person_id=colleague.id))
    scene.publish(at=LATER)

    undo(scene.cohort.id, 2, by=None, at=LAST)
    scene.publish(at=LAST)

    for person in (newcomer, colleague):
        assert [gist[0] for gist in sent_to(person)] == ["REQUEST", "CANCEL"]
    assert len(sent_to(scene.people[0])) == 1


def test_a_seat_that_comes_back_counts_for_the_norm_also_when_they_waited_there() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    seat = db.session.scalars(select(Seat)).one()
    seat.released_at = LATER
    scene.publish(at=LATER)
    seat.reason, seat.released_at = SeatReason.WAITING, None
    db.session.commit()

    undo(scene.cohort.id, 2, by=None, at=LAST)

    parts = parts_by_person(scene.cohort, at=LAST)[scene.people[0].id]
    assert [part.catch_up for part in parts] == [False]


def test_an_undo_of_a_later_release_restores_what_was_told_with_one_message_each() -> None:
    scene = make_scene(people=3, meetings=3)
    scene.publish()
    before = facts(scene)
    moved, roomless, gone = scene.meetings
    moved.starts_at, moved.ends_at = (each + timedelta(hours=2) for each in ends(moved))
    moved.title, moved.note = "Anders", "Ook anders"
    roomless.room_id = make_room(name="Elders").id
    gone.cancelled_at = LATER
    for seat in db.session.scalars(select(Seat).where(Seat.person_id == scene.people[0].id)):
        seat.released_at = LATER
    db.session.commit()
    scene.publish(at=LATER, tell=frozenset({moved.id}))
    told_before = per_invitation()

    undo(scene.cohort.id, 2, by=None, at=LAST)
    scene.publish(at=LAST)

    assert facts(scene) == before
    messages = {lane: n - told_before[lane] for lane, n in per_invitation().items()}
    assert set(messages.values()) == {1}
    states = {(i.meeting_id, i.person_id): i.state for i in db.session.scalars(select(Invitation))}
    assert set(states.values()) == {InvitationState.INVITED}
    assert changes(scene.cohort.id, at=LAST).is_empty


def ends(meeting: Meeting) -> tuple[datetime, datetime]:
    return meeting.starts_at, meeting.ends_at


def facts(scene: Scene) -> dict[int, Facts]:
    db.session.expire_all()
    return world_of(scene.cohort.id, organizer="x@leergang.example").told


def per_invitation() -> dict[str, int]:
    rows = db.session.execute(
        select(OutgoingMail.lane, func.count().label("n")).group_by(OutgoingMail.lane)
    )
    return {row.lane: row.n for row in rows}


def test_the_undo_of_an_undo_is_the_release_again() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    undo(scene.cohort.id, 1, by=None, at=LATER)
    scene.publish(at=LATER)
    undo(scene.cohort.id, 2, by=None, at=LAST)
    scene.publish(at=LAST)

    assert [gist[0] for gist in sent_to(scene.people[0])] == ["REQUEST", "CANCEL", "REQUEST"]
    assert told(scene).cancelled_at is None


def test_an_undo_leaves_what_was_held() -> None:
    scene = make_scene(people=1)
    scene.publish()
    between = scene.meetings[0].ends_at + timedelta(days=1)

    back = undo(scene.cohort.id, 1, by=None, at=between)

    assert back.meetings == 1
    assert [bool(meeting.cancelled_at) for meeting in scene.meetings] == [False, True]


def test_only_the_last_release_can_be_undone() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    change(scene, "title")
    scene.publish(at=LATER)

    with pytest.raises(Refusal):
        undo(scene.cohort.id, 1, by=None, at=LAST)


def test_an_undo_never_books_a_room_twice() -> None:
    scene = make_scene(people=1)
    scene.publish()
    first, second = scene.meetings
    taken = (first.starts_at, first.ends_at)
    first.starts_at += timedelta(days=2)
    first.ends_at += timedelta(days=2)
    scene.publish(at=LATER)
    second.starts_at, second.ends_at = taken
    db.session.commit()

    with pytest.raises(Refusal, match="Intervisie"):
        undo(scene.cohort.id, 2, by=None, at=LAST)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Release)) == 2


def test_who_undoes_the_first_release_reads_that_everything_is_cancelled(app: Flask) -> None:
    scene = make_scene(people=2)
    scene.publish()
    browser = sign_in(app, scene.trainer)
    first = db.session.scalars(select(Release.id)).one()
    where = f"/cohorts/{scene.cohort.id}/release"

    page = browser.get(f"{where}/{first}/undo").text
    browser.post(f"{where}/{first}/undo")
    planned = changes(scene.cohort.id, at=LATER)

    assert "terugdraaien zegt het hele programma af" in page
    assert "2 bijeenkomsten nog niet op het programma" in page
    assert "krijgen 3 mensen afzeggingen" in page
    assert {due.kind for due in planned.letters} == {"cancelled"}
    assert len(planned.letters) == 6


def test_who_undoes_a_move_reads_of_no_cancellation(
    planned: tuple[FlaskClient, Scene],
) -> None:
    browser, scene = planned
    scene.publish(at=LATER)
    last = db.session.scalars(select(Release.id).order_by(Release.id.desc())).all()[0]

    page = browser.get(f"/cohorts/{scene.cohort.id}/release/{last}/undo").text

    assert "afzegging" not in page


@pytest.fixture
def planned(app: Flask) -> tuple[FlaskClient, Scene]:
    """A title that changed and a session that moved, to be published by its trainer."""
    scene = make_scene(people=1)
    scene.publish()
    change(scene, "note")
    scene.meetings[1].ends_at += timedelta(hours=1)
    db.session.commit()
    return sign_in(app, scene.trainer), scene


def test_the_planner_chooses_looks_and_publishes(planned: tuple[FlaskClient, Scene]) -> None:
    browser, scene = planned
    where = f"/cohorts/{scene.cohort.id}/release"
    chosen = {"tell": str(scene.meetings[0].id), "look": "1"}

    first = browser.get(where).text
    looked = browser.post(where, data=chosen).text
    before = sent()
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', looked)
    assert seen
    del chosen["look"]
    browser.post(where, data=chosen | {"seen": seen[1]})

    assert "Geen bericht: de pagina’s tonen het" in first
    assert "Geen bericht: de pagina’s tonen het" not in looked
    assert re.search(r'name="tell"[^>]*checked', looked)
    assert (before, sent()) == (4, 8)


def test_words_stay_without_a_tick_when_somebody_joins(
    planned: tuple[FlaskClient, Scene],
) -> None:
    browser, scene = planned
    make_seat(scene.meetings[0], make_enrolment(scene.cohort).person)

    page = browser.get(f"/cohorts/{scene.cohort.id}/release").text

    assert 'name="tell"' in page
    assert not re.search(r'name="tell"[^>]*checked', page)


def test_another_room_stands_ticked_and_is_silent_without_the_tick(
    planned: tuple[FlaskClient, Scene],
) -> None:
    browser, scene = planned
    scene.publish(at=LATER)
    scene.meetings[1].room = make_room(venue=make_room().venue, name="Zaal 2")
    change(scene, "room")
    where = f"/cohorts/{scene.cohort.id}/release"
    first, before = browser.get(where).text, sent()
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', first)
    assert seen

    browser.post(where, data={"seen": seen[1]})

    ticked = re.findall(r'name="tell"\s+value="(\d+)"\s+checked', first)
    assert ticked == [str(scene.meetings[0].id)]
    assert sent() - before == 2  # of the other building only: one trainer, one participant


def test_the_undo_shows_what_goes_back_and_sends_nothing(
    planned: tuple[FlaskClient, Scene],
) -> None:
    browser, scene = planned
    scene.publish(at=LATER)
    where = f"/cohorts/{scene.cohort.id}/release"
    link = re.search(rf'href="({where}/\d+/undo)"', browser.get(where).text)
    assert link
    before = sent()

    page = browser.get(link[1]).text
    after = browser.post(link[1], follow_redirects=True).text

    assert "2 bijeenkomsten gaan terug" in page
    assert "Het concept is terug" in after
    assert sent() == before
    assert [due.kind for due in changes(scene.cohort.id, at=LAST).letters] == ["moved"] * 2
