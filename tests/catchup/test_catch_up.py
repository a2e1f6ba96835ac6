"""Who says no is offered another session, books it with one press, or waits in line."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from flask import Flask
from sqlalchemy import func, select

from program.attendance.actions import add_guest
from program.catchup import actions
from program.catchup.actions.booking import Press
from program.catchup.links import token_of
from program.catchup.models import SeatOffer, SeatOfferState
from program.catchup.options import effect_of, options_of
from program.cohorts.models import Absence, AbsenceSource
from program.core.audit import AuditEntry
from program.core.db import db
from program.core.errors import Refusal
from program.invitations import links as answer_links
from program.invitations.actions import changes, release
from program.invitations.models import InvitationState, PartStat
from program.invitations.replies.message import octets
from program.mail.models import OutgoingMail
from program.meetings.models import Room, Seat, SeatReason
from program.planning.actions.swapping import accept_swaps, offer
from tests.catchup.scene import (
    LATER,
    SOON,
    Scene,
    declines,
    invited,
    look,
    make_scene,
    says,
    seated,
    subjects,
    waiting,
)
from tests.conftest import sign_in
from tests.factories import make_cohort, make_meeting, make_person, make_seat, stored
from tests.invitations.cohort import sent_to
from tests.invitations.letters import calendar_in

pytestmark = pytest.mark.usefixtures("app")
PRESS = Press(LATER, "link", origin="link")


@pytest.fixture
def scene(app: Flask) -> Scene:
    assert app.testing
    return make_scene()


def mail_of(address: str, subject: str) -> str:
    mail = db.session.scalars(
        select(OutgoingMail).where(
            OutgoingMail.recipient == address, OutgoingMail.subject == subject
        )
    ).one()
    parts = message_from_bytes(mail.content).walk()
    plain = next(part for part in parts if part.get_content_type() == "text/plain")
    return octets(plain).decode()


def test_a_no_is_followed_by_a_mail_with_the_other_sessions(scene: Scene) -> None:
    person = scene.groups[0][0]
    mine = declines(scene.days[0], person)

    look()

    text = mail_of(person.email, "Andere datum voor Dag")
    assert "maandag 14 januari 2030, 10:00–14:00" in text
    assert text.count(f"/catch-up/{token_of(mine.uid)}?to=") == 2
    assert "buiten bereik (hoogstens 0)" in text


def test_it_is_mailed_once_however_often_we_look_or_they_say_so(scene: Scene) -> None:
    person = scene.groups[0][0]
    declines(scene.days[0], person)
    look()
    declines(scene.days[0], person, LATER + timedelta(minutes=1))
    says(PartStat.ACCEPTED, scene.days[0], person, LATER + timedelta(minutes=2))
    look(LATER + timedelta(minutes=2))
    declines(scene.days[0], person, LATER + timedelta(minutes=3))
    look(LATER + timedelta(minutes=3))

    assert subjects(person).count("Andere datum voor Dag") == 1


def test_who_comes_gets_no_such_mail(scene: Scene) -> None:
    says(PartStat.ACCEPTED, scene.days[0], scene.groups[0][0])

    assert look() == 0


def test_what_they_are_absent_for_is_not_offered(scene: Scene) -> None:
    person, day = scene.groups[0][0], scene.days[1]
    stored(Absence(person_id=person.id, source=AbsenceSource.LIST, starts_at=day.starts_at,
                   ends_at=day.ends_at))  # fmt: skip

    found = options_of(declines(scene.days[0], person), at=LATER)

    assert [option.id for option in found] == [scene.days[2].id]


def test_what_clashes_with_a_session_of_another_programme_is_not_offered(scene: Scene) -> None:
    person = scene.groups[0][0]
    elsewhere = make_meeting(make_cohort(), starts_at=scene.days[2].starts_at)
    make_seat(elsewhere, person)

    found = options_of(declines(scene.days[0], person), at=LATER)

    assert [option.id for option in found] == [scene.days[1].id]


def test_a_session_that_the_draft_moves_is_not_offered(scene: Scene) -> None:
    scene.days[1].starts_at += timedelta(hours=1)
    db.session.commit()

    found = options_of(declines(scene.days[0], scene.groups[0][0]), at=LATER)

    assert [option.id for option in found] == [scene.days[2].id]


def test_the_norm_tells_what_missing_and_coming_elsewhere_do(scene: Scene) -> None:
    mine = declines(scene.days[0], scene.groups[0][0])
    option = options_of(mine, at=LATER)[0]

    ((domain, effect),) = effect_of(mine, option, at=LATER)

    assert (domain.key, effect.required, effect.without, effect.with_it) == ("opgave", 192, 0, 240)
    assert (effect.reachable_without, effect.reachable_with) == (False, True)


def test_one_press_moves_the_seat_and_tells_the_calendar_both(each_app: Flask) -> None:
    assert each_app.testing
    scene = make_scene()
    person = scene.groups[0][0]
    mine = declines(scene.days[0], person)
    look()

    actions.book(mine.id, scene.days[1].id, PRESS)
    db.session.commit()

    assert person.id in seated(scene.days[1])
    assert person.id not in seated(scene.days[0])
    assert sent_to_calendar(person.email) == [
        ("REQUEST", 0), ("REQUEST", 0), ("CANCEL", 1),
    ]  # fmt: skip
    assert invited(scene.days[0], person).state is InvitationState.CANCELLED
    assert invited(scene.days[1], person).partstat is PartStat.ACCEPTED


def sent_to_calendar(address: str) -> list[tuple[str, int]]:
    mails = db.session.scalars(
        select(OutgoingMail).where(
            OutgoingMail.recipient == address, OutgoingMail.key.like("invitation:%")
        ).order_by(OutgoingMail.id)
    )  # fmt: skip
    found = []
    for mail in mails:
        facts = dict(
            line.split(":", 1) for line in calendar_in(mail.content).decode().split("\r\n")
            if line.startswith(("METHOD:", "SEQUENCE:"))
        )  # fmt: skip
        found.append((facts["METHOD"], int(facts["SEQUENCE"])))
    return found


def test_after_a_press_a_release_has_nothing_more_to_tell(scene: Scene) -> None:
    mine = declines(scene.days[0], scene.groups[0][0])
    actions.book(mine.id, scene.days[1].id, PRESS)
    db.session.commit()

    assert changes(scene.cohort.id, at=LATER).is_empty


def test_a_press_tells_nothing_of_the_draft(scene: Scene) -> None:
    scene.days[0].title = scene.days[1].note = "Geheim"
    db.session.commit()
    person = scene.groups[0][0]
    actions.book(declines(scene.days[0], person).id, scene.days[1].id, PRESS)
    db.session.commit()

    assert "Geheim" not in "".join(m[1] for m in sent_to(person))


def test_who_comes_elsewhere_and_declines_that_too_can_come_back(scene: Scene) -> None:
    person = scene.groups[0][0]
    actions.book(declines(scene.days[0], person).id, scene.days[1].id, PRESS)
    db.session.commit()
    again = declines(scene.days[1], person, LATER + timedelta(minutes=5))

    actions.book(again.id, scene.days[0].id, Press(LATER + timedelta(minutes=6), "link"))
    db.session.commit()

    assert person.id in seated(scene.days[0])
    assert sent_to_calendar(person.email)[3:] == [("REQUEST", 2), ("CANCEL", 1)]


def test_a_press_is_in_the_journal_with_who_and_how(scene: Scene) -> None:
    person = scene.groups[0][0]
    press = Press(LATER, "link", by=person.id, origin="link")
    actions.book(declines(scene.days[0], person).id, scene.days[1].id, press)
    db.session.commit()

    rows = db.session.execute(
        select(AuditEntry.action, AuditEntry.actor, AuditEntry.origin)
        .where(AuditEntry.action.like("seat.%"))
    ).all()  # fmt: skip
    assert [tuple(row) for row in rows] == [
        ("seat.released", f"person:{person.id}", "link"),
        ("seat.given", f"person:{person.id}", "link"),
    ]


def test_who_comes_cannot_book_elsewhere(scene: Scene) -> None:
    mine = says(PartStat.ACCEPTED, scene.days[0], scene.groups[0][0])

    with pytest.raises(Refusal, match="Meld u eerst af"):
        actions.book(mine.id, scene.days[1].id, PRESS)


def test_the_second_press_on_the_same_link_changes_nothing(scene: Scene) -> None:
    person = scene.groups[0][0]
    mine = declines(scene.days[0], person)
    actions.book(mine.id, scene.days[1].id, PRESS)
    db.session.commit()

    with pytest.raises(Refusal):
        actions.book(mine.id, scene.days[2].id, PRESS)
    db.session.rollback()
    assert person.id in seated(scene.days[1])
    assert person.id not in seated(scene.days[2])


# waiting in line


@pytest.fixture
def full(app: Flask) -> Scene:
    """Two groups of two people; the second one's room is full."""
    assert app.testing
    return make_scene(sizes=(2, 2), room_for=2)


def both_wait(scene: Scene) -> list[int]:
    found = []
    for n, person in enumerate(scene.groups[0]):
        mine = declines(scene.days[0], person)
        actions.wait(mine.id, scene.days[1].id, Press(LATER + timedelta(seconds=n), "link"))
        db.session.commit()
        found.append(mine.id)
    return found


def leaves(scene: Scene, at_day: int = 1) -> None:
    """One of the other group gives up the seat."""
    seat = db.session.scalars(
        select(Seat).where(
            Seat.meeting_id == scene.days[at_day].id,
            Seat.person_id == scene.groups[at_day][0].id,
        )
    ).one()
    seat.released_at = LATER
    db.session.commit()


def offers() -> list[tuple[int, SeatOfferState]]:
    db.session.expire_all()
    rows = db.session.execute(
        select(Seat.person_id, SeatOffer.state).join(Seat).order_by(SeatOffer.id)
    )
    return [(person, state) for person, state in rows]


def test_what_is_full_can_be_waited_for_and_not_booked(full: Scene) -> None:
    mine = declines(full.days[0], full.groups[0][0])

    with pytest.raises(Refusal):
        actions.book(mine.id, full.days[1].id, PRESS)
    actions.wait(mine.id, full.days[1].id, PRESS)
    db.session.commit()

    assert waiting(full.days[1]) == [full.groups[0][0].id]
    assert full.groups[0][0].id in seated(full.days[0])


def test_nobody_is_offered_a_seat_while_it_is_full(full: Scene) -> None:
    both_wait(full)

    look()

    assert offers() == []


def test_a_seat_that_comes_free_is_held_for_the_first_in_line(full: Scene) -> None:
    both_wait(full)
    leaves(full)

    look()

    first = full.groups[0][0]
    assert offers() == [(first.id, SeatOfferState.OPEN)]
    assert "Er is een plaats voor u: Dag" in subjects(first)
    assert "Er is een plaats voor u: Dag" not in subjects(full.groups[0][1])


def test_a_held_seat_is_not_for_another(full: Scene) -> None:
    mine = both_wait(full)
    leaves(full)
    look()

    with pytest.raises(Refusal):
        actions.book(mine[1], full.days[1].id, PRESS)


def test_a_held_seat_that_a_guest_took_is_not_booked_over(full: Scene) -> None:
    mine = both_wait(full)
    leaves(full)
    look()
    make_seat(full.days[1], make_person())

    with pytest.raises(Refusal):
        actions.book(mine[0], full.days[1].id, PRESS)

    assert len(seated(full.days[1])) == 2


def test_who_it_is_held_for_books_it(full: Scene) -> None:
    mine = both_wait(full)
    leaves(full)
    look()

    actions.book(mine[0], full.days[1].id, PRESS)
    db.session.commit()
    look(LATER + timedelta(hours=1))

    assert full.groups[0][0].id in seated(full.days[1])
    assert offers() == [(full.groups[0][0].id, SeatOfferState.TAKEN)]
    assert waiting(full.days[1]) == [full.groups[0][1].id]


def test_after_a_day_it_goes_to_the_next_in_line(full: Scene) -> None:
    both_wait(full)
    leaves(full)
    look()

    look(LATER + timedelta(hours=23))
    assert len(offers()) == 1
    look(LATER + timedelta(hours=24))

    assert offers() == [
        (full.groups[0][0].id, SeatOfferState.LAPSED),
        (full.groups[0][1].id, SeatOfferState.OPEN),
    ]
    assert waiting(full.days[1]) == [full.groups[0][1].id]


def test_the_closer_it_comes_the_shorter_a_seat_is_held(full: Scene) -> None:
    both_wait(full)
    leaves(full)
    at = full.days[1].starts_at - timedelta(hours=4)

    look(at)

    assert db.session.scalars(select(SeatOffer.ends_at)).all() == [at + timedelta(hours=1)]


def test_who_comes_after_all_leaves_the_line_to_the_next(full: Scene) -> None:
    both_wait(full)
    leaves(full)
    look()
    says(PartStat.ACCEPTED, full.days[0], full.groups[0][0], LATER + timedelta(minutes=5))

    look(LATER + timedelta(minutes=5))

    assert waiting(full.days[1]) == [full.groups[0][1].id]
    assert offers() == [
        (full.groups[0][0].id, SeatOfferState.WITHDRAWN),
        (full.groups[0][1].id, SeatOfferState.OPEN),
    ]


def test_two_runners_offer_one_seat_once(full: Scene) -> None:
    both_wait(full)
    leaves(full)

    look()
    look()

    assert len(offers()) == 1


def test_who_got_the_seat_from_a_planner_keeps_it_when_the_offer_ends(full: Scene) -> None:
    both_wait(full)
    leaves(full)
    look()
    first = full.groups[0][0]

    seen = offer(full.cohort, at=LATER)
    accept_swaps(full.cohort, seen.hash, at=LATER, by=full.trainer.id)
    db.session.commit()
    assert first.id in seated(full.days[1])
    look(LATER + timedelta(hours=25))

    assert first.id in seated(full.days[1])
    assert offers()[0] == (first.id, SeatOfferState.TAKEN)


def test_who_waits_and_comes_all_the_same_is_no_guest_when_it_is_full(full: Scene) -> None:
    both_wait(full)
    db.session.get_one(Room, full.days[1].room_id).capacity = 2
    db.session.commit()

    with pytest.raises(Refusal):
        add_guest(full.days[1].id, full.groups[0][0].id, by=full.trainer.id, at=LATER)


def test_nobody_reads_what_a_planner_has_in_mind(app: Flask, scene: Scene) -> None:
    person = scene.groups[0][0]
    mine = declines(scene.days[0], person)
    scene.days[0].title = "Geheim"
    scene.days[0].starts_at += timedelta(hours=1)
    db.session.commit()

    page = app.test_client().get(f"/catch-up/{token_of(mine.uid)}").text
    look()

    assert "Dag" in page
    assert "Geheim" not in page
    assert "10:00–14:00" in mail_of(person.email, "Andere datum voor Dag")


def test_a_title_and_a_name_of_two_lines_stop_no_mail(scene: Scene) -> None:
    person = scene.groups[0][0]
    scene.days[0].title, person.given_name = "Dag\ntwee", "Noor\r\nBcc: x@example.nl"
    release(scene.cohort.id, by=scene.trainer.id, at=SOON)
    declines(scene.days[0], person)

    look()

    assert "Andere datum voor Dag twee" in subjects(person)


# pages


def test_looking_at_the_link_changes_nothing_and_pressing_books(app: Flask, scene: Scene) -> None:
    person = scene.groups[0][0]
    mine = declines(scene.days[0], person)
    stranger, link = app.test_client(), f"/catch-up/{token_of(mine.uid)}"
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))

    page = stranger.get(f"{link}?to={scene.days[2].id}")

    assert page.status_code == 200
    assert page.text.index("21 januari") < page.text.index("14 januari")
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before
    done = stranger.post(link, data={"press": f"book:{scene.days[2].id}"}, follow_redirects=True)
    assert "In plaats daarvan komt u" in done.text
    assert person.id in seated(scene.days[2])


def test_the_link_to_answer_does_not_book(app: Flask, scene: Scene) -> None:
    mine = declines(scene.days[0], scene.groups[0][0])

    done = app.test_client().post(
        f"/catch-up/{answer_links.token_of(mine.uid)}", data={"press": f"book:{scene.days[1].id}"}
    )

    assert done.status_code == 404


def test_the_page_that_takes_a_no_leads_to_the_other_sessions(app: Flask, scene: Scene) -> None:
    mine = invited(scene.days[0], scene.groups[0][0])
    link = f"/answer/{answer_links.token_of(mine.uid)}"
    browser = app.test_client()

    said = browser.post(link, data={"choice": "declined", "sequence": "0"}, follow_redirects=True)

    other = f"/catch-up/after/{answer_links.token_of(mine.uid)}"
    assert other in said.text
    assert "Deze plaats boeken" in browser.get(other, follow_redirects=True).text


def test_my_own_page_books_for_me_only(app: Flask, scene: Scene) -> None:
    me, colleague = scene.groups[0]
    mine = declines(scene.days[0], me)
    page = f"/my/catch-up/{mine.id}"

    assert sign_in(app, colleague).get(page).status_code == 404
    browser = sign_in(app, me)
    browser.post(page, data={"press": f"book:{scene.days[1].id}"})

    assert me.id in seated(scene.days[1])


def test_what_is_full_is_refused_beside_the_buttons(app: Flask, scene: Scene) -> None:
    mine = declines(scene.days[0], scene.groups[0][0])
    browser = sign_in(app, scene.groups[0][0])

    said = browser.post(f"/my/catch-up/{mine.id}", data={"press": "book:999999"})

    assert said.status_code == 422
    assert 'role="alert"' in said.text


def test_a_press_is_seen_as_a_swap_in_the_plan(scene: Scene) -> None:
    person = scene.groups[0][0]
    actions.book(declines(scene.days[0], person).id, scene.days[1].id, PRESS)
    db.session.commit()

    seat = db.session.scalars(
        select(Seat).where(Seat.person_id == person.id, Seat.meeting_id == scene.days[1].id)
    ).one()
    assert seat.reason is SeatReason.SWAP
