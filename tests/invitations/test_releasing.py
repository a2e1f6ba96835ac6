"""A release tells everyone what changed, once, and nobody anything else."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from program.core.audit import AuditEntry
from program.core.db import db
from program.invitations.actions import ChangedMeanwhile, Given, answer, changes, refuse_unseen
from program.invitations.models import Invitation, InvitationState, PartStat, Release
from program.mail.models import OutgoingMail
from program.meetings.models import Meeting, MeetingTrainer, PublishedMeeting, Seat, SeatReason
from tests.counting import counted_queries
from tests.factories import MONDAY_9H, make_enrolment, make_room, make_seat, make_venue, stored
from tests.invitations.cohort import SOON, Scene, header, invitation, last_mail, make_scene, sent_to
from tests.invitations.judges.wire import mail_faults, unfolded
from tests.invitations.letters import NASTY, calendar_in

pytestmark = pytest.mark.usefixtures("each_app")

LATER = SOON + timedelta(hours=1)


def accept(scene: Scene) -> None:
    for meeting in scene.meetings:
        for person in scene.people:
            given = Given(PartStat.ACCEPTED, "page", SOON + timedelta(minutes=5))
            answer(invitation(meeting, person).id, given, by=person.id)
    db.session.commit()


def test_everyone_gets_one_request_per_seat() -> None:
    scene = make_scene()

    done = scene.publish()

    for person in (*scene.people, scene.trainer):
        assert sent_to(person) == [
            ("REQUEST", "Intervisie 1 – Groep 1", 0),
            ("REQUEST", "Intervisie 2 – Groep 1", 0),
        ]
    assert (done.number, done.counts["new"], done.counts["meetings"]) == (1, 6, 2)
    assert db.session.scalars(select(PublishedMeeting.venue_name)).all() == ["De Spinnerij"] * 2


def test_a_release_without_changes_sends_nothing_and_leaves_no_trace() -> None:
    scene = make_scene()
    scene.publish()

    done = scene.publish(at=LATER)

    assert (done.number, done.changes.is_empty) == (None, True)
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 6
    assert db.session.scalar(select(func.count()).select_from(Release)) == 1


def test_moving_one_meeting_sends_one_update_to_its_people_and_nothing_else() -> None:
    scene = make_scene()
    make_seat(scene.meetings[0], stranger := make_enrolment(scene.cohort).person)
    scene.publish()
    accept(scene)
    moved = scene.meetings[1]
    moved.starts_at += timedelta(days=1)
    moved.ends_at += timedelta(days=1)

    done = scene.publish(at=LATER)

    for person in (*scene.people, scene.trainer):
        assert sent_to(person)[2:] == [("REQUEST", "Intervisie 2 – Groep 1", 1)]
    assert len(sent_to(stranger)) == 1
    assert (done.counts["moved"], len(done.changes.letters)) == (3, 3)
    answered = [
        (invitation(meeting, person).partstat, invitation(meeting, person).sequence)
        for meeting in scene.meetings
        for person in scene.people
    ]
    assert answered == [(PartStat.ACCEPTED, 0)] * 2 + [(PartStat.NEEDS_ACTION, 1)] * 2


def test_another_building_asks_again_and_another_room_does_not() -> None:
    scene = make_scene()
    scene.publish()
    accept(scene)
    first, second = scene.meetings
    first.room = make_room(venue=make_venue())
    assert second.room is not None
    second.room = make_room(venue=second.room.venue, name="Zaal 2")

    done = scene.publish(at=LATER, tell=frozenset({second.id}))

    assert (done.counts["moved"], done.counts["changed"]) == (3, 3)
    person = scene.people[0]
    assert (invitation(first, person).sequence, invitation(first, person).partstat) == (
        1,
        PartStat.NEEDS_ACTION,
    )
    after = invitation(second, person)
    assert (after.sequence, after.partstat) == (0, PartStat.ACCEPTED)
    assert b"PARTSTAT=ACCEPTED;RSVP=FALSE" in unfolded(calendar_in(last_mail(person).content))


@pytest.mark.parametrize("change", ["title", "note", "trainer"])
def test_words_that_are_told_on_request_keep_the_sequence(change: str) -> None:
    scene = make_scene(meetings=1)
    scene.publish()
    meeting, person = scene.meetings[0], scene.people[0]
    before = invitation(meeting, person).stamped_at
    if change == "trainer":
        db.session.delete(db.session.scalars(select(MeetingTrainer)).one())
    else:
        setattr(meeting, change, "Iets anders")

    done = scene.publish(at=LATER, tell=frozenset({meeting.id}))

    after = invitation(meeting, person)
    assert (after.sequence, after.revision) == (0, 2)
    assert after.stamped_at > before
    assert done.counts["changed"] == (2 if change == "trainer" else 3)
    assert done.counts["cancelled"] == (1 if change == "trainer" else 0)


def test_a_cancelled_meeting_disappears_from_calendars() -> None:
    scene = make_scene()
    scene.publish()
    scene.meetings[0].cancelled_at = LATER

    scene.publish(at=LATER)

    assert sent_to(scene.people[0])[2:] == [("CANCEL", "Intervisie 1 – Groep 1", 1)]
    assert invitation(scene.meetings[0], scene.people[0]).state is InvitationState.CANCELLED
    assert last_mail(scene.people[0]).subject == "Vervallen: Intervisie 1 – Groep 1"
    assert scene.publish(at=LATER + timedelta(hours=1)).number is None


def test_who_gives_up_a_seat_is_the_only_one_who_hears_of_it() -> None:
    scene = make_scene(meetings=1)
    scene.publish()
    seat = db.session.scalars(select(Seat).where(Seat.person_id == scene.people[0].id)).one()
    seat.released_at = LATER

    done = scene.publish(at=LATER)

    assert [sent_to(person)[1:] for person in scene.people] == [
        [("CANCEL", "Intervisie 1 – Groep 1", 1)],
        [],
    ]
    assert done.counts["meetings"] == 0


def test_who_comes_back_gets_the_same_appointment_anew() -> None:
    scene = make_scene(meetings=1)
    scene.publish()
    person = scene.people[0]
    uid = invitation(scene.meetings[0], person).uid
    seat = db.session.scalars(select(Seat).where(Seat.person_id == person.id)).one()
    seat.released_at = LATER
    scene.publish(at=LATER)
    db.session.get_one(Seat, seat.id).released_at = None

    scene.publish(at=LATER + timedelta(hours=1))

    assert [gist[::2] for gist in sent_to(person)] == [
        ("REQUEST", 0),
        ("CANCEL", 1),
        ("REQUEST", 2),
    ]
    assert invitation(scene.meetings[0], person).uid == uid


def test_who_waits_for_a_seat_is_not_invited() -> None:
    scene = make_scene(meetings=1)
    make_seat(
        scene.meetings[0], waiting := make_enrolment(scene.cohort).person, reason=SeatReason.WAITING
    )

    scene.publish()

    assert sent_to(waiting) == []


def test_a_draft_that_was_cancelled_before_anyone_knew_is_never_told() -> None:
    scene = make_scene()
    scene.meetings[0].cancelled_at = SOON

    scene.publish()

    assert [summary for _m, summary, _s in sent_to(scene.people[0])] == ["Intervisie 2 – Groep 1"]
    assert db.session.scalar(select(func.count()).select_from(PublishedMeeting)) == 1


def test_two_changes_within_a_second_get_rising_stamps() -> None:
    scene = make_scene(meetings=1)
    stamps = []
    for n in range(3):
        db.session.get_one(Meeting, scene.meetings[0].id).note = f"{n}"
        told = frozenset({scene.meetings[0].id})
        scene.publish(at=SOON + timedelta(milliseconds=n), tell=told)
        stamps.append(invitation(scene.meetings[0], scene.people[0]).stamped_at)

    assert stamps == [SOON + timedelta(seconds=n) for n in range(3)]


def test_who_cannot_be_reached_is_named_and_invited_once_that_is_mended() -> None:
    scene = make_scene(meetings=1)
    person = scene.people[0]
    person.email = "afspraken@leergang.example"  # the organizer: Exchange would bin it

    done = scene.publish()

    assert [due.person_id for due in done.changes.unreachable] == [person.id]
    assert done.counts["new"] == 2
    person.email = "mended@example.nl"
    scene.publish(at=LATER)
    assert sent_to(person) == [("REQUEST", "Intervisie 1 – Groep 1", 0)]


def test_sessions_in_the_past_are_told_unless_asked_otherwise() -> None:
    scene = make_scene()
    after_first = MONDAY_9H + timedelta(days=1)

    planned = changes(scene.cohort.id, at=after_first)
    done = scene.publish(at=after_first, silent_past=True)

    assert (planned.past, len(planned.letters)) == (3, 6)
    assert (done.counts["silent"], done.counts["new"]) == (3, 3)
    assert sent_to(scene.people[0]) == [("REQUEST", "Intervisie 2 – Groep 1", 0)]
    assert invitation(scene.meetings[0], scene.people[0]).revision == 0
    assert scene.publish(at=after_first + timedelta(hours=1), silent_past=True).number is None


def test_a_message_is_right_on_the_wire_whatever_people_typed() -> None:
    scene = make_scene(people=1, meetings=len(NASTY))
    for meeting, text in zip(scene.meetings, NASTY, strict=True):
        storable = "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")
        meeting.title, meeting.note = storable[:200], storable
    scene.people[0].given_name = NASTY[2]

    scene.publish()

    for mail in db.session.scalars(select(OutgoingMail)):
        assert mail_faults(mail.content) == [], mail.subject


def test_messages_of_an_invitation_leave_in_order_and_refer_to_the_first() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    first = last_mail(scene.people[0])
    scene.meetings[0].note = "Neem pen en papier mee."
    scene.publish(at=LATER, tell=frozenset({scene.meetings[0].id}))

    second = last_mail(scene.people[0])
    assert (first.lane, first.position, second.lane, second.position) == (
        first.lane,
        1,
        first.lane,
        2,
    )
    assert header(second, "In-Reply-To") == f"<{first.message_id}>"
    assert header(first, "In-Reply-To") == "None"
    uid = invitation(scene.meetings[0], scene.people[0]).uid
    assert second.envelope_from == f"bounce+{uid}"
    assert first.lane == uid


def test_everyone_reads_their_own_language() -> None:
    scene = make_scene(meetings=1)
    scene.people[0].language = "en"

    scene.publish(note="Tot dan!")

    assert [last_mail(person).subject for person in scene.people] == [
        "Invitation: Intervisie 1 – Groep 1",
        "Uitnodiging: Intervisie 1 – Groep 1",
    ]


def test_a_release_raises_versions_and_leaves_one_audit_line() -> None:
    scene = make_scene(meetings=1)
    versions = [scene.cohort.version, scene.people[0].version, scene.trainer.version]

    scene.publish()

    after = [scene.cohort.version, scene.people[0].version, scene.trainer.version]
    assert [b - a for a, b in zip(versions, after, strict=True)] == [1, 1, 1]
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "schedule.released")
    ).one()
    assert (entry.object, entry.actor) == (
        f"cohort:{scene.cohort.id}",
        f"person:{scene.trainer.id}",
    )


def test_a_release_costs_as_many_statements_for_many_as_for_few() -> None:
    few, many = make_scene(people=1, meetings=1), make_scene(people=6, meetings=4)

    with counted_queries() as for_few:
        few.publish()
    with counted_queries() as for_many:
        many.publish()

    assert len(for_many) == len(for_few)


def test_who_has_a_seat_and_trains_too_is_invited_once() -> None:
    scene = make_scene(meetings=1)
    make_seat(scene.meetings[0], scene.trainer)

    scene.publish()

    assert len(sent_to(scene.trainer)) == 1
    assert invitation(scene.meetings[0], scene.trainer).as_trainer is False


def test_a_new_trainer_is_told_as_trainer() -> None:
    scene = make_scene(meetings=1)
    scene.publish()
    colleague = make_enrolment(scene.cohort).person
    stored(MeetingTrainer(meeting_id=scene.meetings[0].id, person_id=colleague.id))

    scene.publish(at=LATER)

    assert [gist[0] for gist in sent_to(colleague)] == ["REQUEST"]
    assert invitation(scene.meetings[0], colleague).as_trainer is True
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 4


def test_a_draft_that_went_and_came_back_between_releases_is_not_told() -> None:
    scene = make_scene(people=1, meetings=1)
    scene.publish()
    for minutes in (30, -30):
        scene.meetings[0].starts_at += timedelta(minutes=minutes)
        db.session.commit()

    assert scene.publish(at=LATER).number is None
    assert len(sent_to(scene.people[0])) == 1


def test_what_the_planner_did_not_see_is_refused() -> None:
    scene = make_scene(people=1, meetings=1)
    seen = changes(scene.cohort.id, at=SOON).fingerprint()
    scene.meetings[0].title = "Anders"
    db.session.commit()

    with pytest.raises(ChangedMeanwhile):
        refuse_unseen(scene.cohort.id, seen, at=SOON)
