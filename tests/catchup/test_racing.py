"""Fifty people press at the same moment; a seat goes to the next while the first one presses."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Person
from program.catchup import actions
from program.catchup.actions.booking import Press
from program.catchup.links import token_of
from program.catchup.models import SeatOffer, SeatOfferState
from program.core.db import db
from program.core.errors import Refusal
from program.invitations.models import Invitation, PartStat
from program.meetings.models import Meeting, Room, Seat
from tests.catchup.scene import LATER, Scene, declines, look, make_scene, says, seated, waiting

PRESSES, FREE = 50, 7


def together(app: Flask, presses: Sequence[Callable[[], object]]) -> list[object]:
    """What each gives, or how it was refused; all of them begin at the same moment."""
    ready, found = Barrier(len(presses)), list[object]()

    def run(press: Callable[[], object]) -> None:
        with app.app_context():
            ready.wait()
            try:
                found.append(press())
            except Refusal as refusal:
                db.session.rollback()
                found.append(refusal)
            db.session.remove()

    threads = [Thread(target=run, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    db.session.expire_all()
    return found


def test_of_fifty_clicks_on_the_links_as_many_book_as_there_are_seats(each_app: Flask) -> None:
    scene = make_scene(sizes=(PRESSES // 2, 1), room_for=PRESSES)
    to, own = scene.days[1].id, scene.days[0].id
    room = db.session.get_one(Room, scene.days[1].room_id)
    room.capacity = 1 + 1 + FREE  # the trainer and who is there already
    db.session.commit()
    links = [f"/catch-up/{token_of(declines(scene.days[0], p).uid)}" for p in scene.groups[0]]
    db.session.rollback()

    def click(link: str) -> Callable[[], object]:
        client = each_app.test_client()
        return lambda: client.post(link, data={"press": f"book:{to}"}).status_code

    with time_machine.travel(LATER, tick=True):
        said = together(each_app, [click(link) for link in links for _twice in range(2)])

    come = seated(db.session.get_one(Meeting, to))
    stay = seated(db.session.get_one(Meeting, own))
    assert (len(come), len(stay)) == (1 + FREE, PRESSES // 2 - FREE)
    assert come.isdisjoint(stay)
    assert (said.count(302), said.count(422)) == (FREE, PRESSES - FREE)


@pytest.fixture
def held(each_app: Flask) -> tuple[Scene, Person, Person]:
    """Two people wait; the free seat is held for the first."""
    scene = make_scene(sizes=(2, 2), room_for=2)
    first, second = scene.groups[0]
    for n, person in enumerate((first, second)):
        mine = declines(scene.days[0], person)
        actions.wait(mine.id, scene.days[1].id, Press(LATER + timedelta(seconds=n), "link"))
        db.session.commit()
    gone = select(Seat).where(Seat.person_id == scene.groups[1][0].id)
    db.session.scalars(gone).one().released_at = LATER
    db.session.commit()
    look()
    return scene, first, second


def invitation_of(scene: Scene, person: Person) -> int:
    mine = select(Invitation.id).where(
        Invitation.person_id == person.id, Invitation.meeting_id == scene.days[0].id
    )
    return db.session.scalars(mine).one()


def test_who_books_while_the_offer_ends_has_the_seat_or_it_is_for_the_next(
    each_app: Flask, held: tuple[Scene, Person, Person]
) -> None:
    scene, first, second = held
    end = LATER + timedelta(hours=24)
    mine, to = invitation_of(scene, first), scene.days[1].id
    people = first.id, second.id
    db.session.rollback()

    def book() -> None:
        actions.book(mine, to, Press(end, "link"))
        db.session.commit()

    def runner() -> None:
        actions.end_offers(at=end)
        db.session.commit()
        actions.fill_line(to, at=end)
        db.session.commit()

    together(each_app, [book, runner])

    day = db.session.get_one(Meeting, to)
    offers = db.session.execute(select(Seat.person_id, SeatOffer.state).join(SeatOffer.seat)).all()
    taken = {tuple(row) for row in offers}
    if people[0] in seated(day):
        assert taken in (
            {(people[0], SeatOfferState.TAKEN)},
            {(people[0], SeatOfferState.LAPSED)},  # out of line, and the seat was still free
        )
        assert waiting(day) == [people[1]]
    else:
        assert taken == {(people[0], SeatOfferState.LAPSED), (people[1], SeatOfferState.OPEN)}
    assert len(seated(day)) + taken.__len__() <= 4


def test_a_seat_that_just_came_free_is_for_who_waits_not_for_who_presses_first(app: Flask) -> None:
    scene = make_scene(sizes=(2, 2), room_for=2)
    first, second = scene.groups[0]
    waits, quick = (declines(scene.days[0], person).id for person in (first, second))
    to = scene.days[1].id
    actions.wait(waits, to, Press(LATER, "link"))
    db.session.commit()
    gone = select(Seat).where(Seat.person_id == scene.groups[1][0].id)
    db.session.scalars(gone).one().released_at = LATER
    db.session.commit()

    with pytest.raises(Refusal):
        actions.book(quick, to, Press(LATER, "link"))
    db.session.rollback()
    actions.book(waits, to, Press(LATER, "link"))

    assert first.id in seated(scene.days[1])


def test_who_takes_the_no_back_before_anybody_looked_waits_no_longer(app: Flask) -> None:
    scene = make_scene(sizes=(1, 2), room_for=2)
    person = scene.groups[0][0]
    actions.wait(declines(scene.days[0], person).id, scene.days[1].id, Press(LATER, "link"))
    db.session.commit()
    says(PartStat.ACCEPTED, scene.days[0], person, LATER + timedelta(seconds=2))

    look(LATER + timedelta(seconds=3))

    assert waiting(scene.days[1]) == []
