"""Who missed a session catches up at one of another group, and the hours count."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from program.accounts.models import Person, Role
from program.attendance.actions import mark
from program.attendance.ledger import parts_by_person
from program.attendance.models import PresenceState
from program.attendance.norm import Norm, Progress, progress
from program.catchup import actions
from program.catchup.actions.booking import FOR_THEM, Press
from program.catchup.options import effect_of, options_of
from program.cohorts.models import Enrolment
from program.core.db import db
from program.core.errors import Refusal
from program.invitations.models import Invitation, InvitationState, PartStat
from program.meetings.models import Seat, SeatReason
from program.planning.actions.swapping import accept_swaps, offer
from tests.catchup.scene import LATER, Scene, declines, invited, look, make_scene, seated, waiting
from tests.conftest import sign_in
from tests.factories import MONDAY_9H, grant, make_bureau, make_person
from tests.invitations.cohort import sent_to

pytestmark = pytest.mark.usefixtures("app")
AFTER = MONDAY_9H + timedelta(hours=6)  # of the first day; the others are weeks ahead
PRESS = Press(AFTER, "page")


@pytest.fixture
def scene(app: Flask) -> Scene:
    assert app.testing
    return make_scene()


def marked(scene: Scene, state: PresenceState, day: int = 0) -> Invitation:
    person = scene.groups[0][0]
    meeting = scene.days[day]
    mark(meeting.id, person.id, state, by=scene.trainer.id, at=meeting.ends_at)
    db.session.commit()
    return invited(meeting, person)


def offered(invitation: Invitation) -> list[int]:
    return [option.id for option in options_of(invitation, at=AFTER)]


@pytest.mark.parametrize("state", [PresenceState.ABSENT, PresenceState.EXCUSED])
def test_who_was_absent_is_offered_what_is_still_to_come(
    scene: Scene, state: PresenceState
) -> None:
    assert offered(marked(scene, state)) == [day.id for day in scene.days[1:]]


def test_who_was_there_is_offered_nothing_whatever_they_answered(scene: Scene) -> None:
    declines(scene.days[0], scene.groups[0][0])

    assert offered(marked(scene, PresenceState.LATE)) == []


def test_while_no_roll_was_kept_who_said_no_was_absent(scene: Scene) -> None:
    first, second = scene.groups[0]

    assert len(offered(declines(scene.days[0], first))) == 2
    assert offered(invited(scene.days[0], second)) == []


def standing(scene: Scene, person: Person) -> Progress:
    (domain,) = {d for part in parts(scene, person) for d in part.weights}
    (found,) = progress([domain], parts(scene, person), (), norm=Norm(), today=AFTER.date())
    return found


def parts(scene: Scene, person: Person):  # type: ignore[no-untyped-def]
    return parts_by_person(scene.cohort, at=AFTER)[person.id]


def test_one_press_seats_them_there_and_the_hours_add_to_the_same_domain(scene: Scene) -> None:
    person = scene.groups[0][0]
    mine = marked(scene, PresenceState.ABSENT)
    before = standing(scene, person)

    actions.book(mine.id, scene.days[1].id, PRESS)
    db.session.commit()
    after = standing(scene, person)

    assert person.id in seated(scene.days[0]) & seated(scene.days[1])
    assert (before.required, before.attainable) == (192, 0)
    assert (after.required, after.attainable) == (192, 240)
    assert [gist[0] for gist in sent_to(person)] == ["REQUEST", "REQUEST"]
    assert invited(scene.days[1], person).partstat is PartStat.ACCEPTED
    assert invited(scene.days[0], person).state is InvitationState.INVITED


def test_what_it_means_for_the_norm_is_said_beforehand(scene: Scene) -> None:
    mine = marked(scene, PresenceState.ABSENT)
    option = options_of(mine, at=AFTER)[0]

    ((_domain, effect),) = effect_of(mine, option, at=AFTER)

    assert (effect.required, effect.without, effect.with_it) == (192, 0, 240)


def test_nobody_catches_up_twice_for_one_session(scene: Scene) -> None:
    mine = marked(scene, PresenceState.ABSENT)
    actions.book(mine.id, scene.days[1].id, PRESS)
    db.session.commit()

    assert offered(mine) == []
    with pytest.raises(Refusal):
        actions.book(mine.id, scene.days[2].id, PRESS)


def reason_at(scene: Scene, day: int) -> SeatReason:
    rows = db.session.query(Seat).filter_by(
        meeting_id=scene.days[day].id, person_id=scene.groups[0][0].id
    )
    return rows.one().reason


def test_who_cannot_come_to_that_either_still_makes_up_at_the_next(scene: Scene) -> None:
    actions.book(marked(scene, PresenceState.ABSENT).id, scene.days[1].id, PRESS)
    db.session.commit()
    again = declines(scene.days[1], scene.groups[0][0], AFTER + timedelta(hours=1))

    actions.book(again.id, scene.days[2].id, Press(AFTER + timedelta(hours=2), "page"))

    assert reason_at(scene, 2) is SeatReason.CATCH_UP


def test_a_planner_who_swaps_it_lets_it_make_up_as_well(scene: Scene) -> None:
    actions.book(marked(scene, PresenceState.ABSENT).id, scene.days[1].id, PRESS)
    db.session.commit()
    declines(scene.days[1], scene.groups[0][0], AFTER + timedelta(hours=1))

    at = AFTER + timedelta(hours=2)
    accept_swaps(scene.cohort, offer(scene.cohort, at=at).hash, at=at, by=None)

    assert reason_at(scene, 2) is SeatReason.CATCH_UP


def test_who_waits_for_a_seat_to_catch_up_gets_the_first_one(app: Flask) -> None:
    full = make_scene(sizes=(1, 2), room_for=2)
    person = full.groups[0][0]
    mine = marked(full, PresenceState.ABSENT)
    actions.wait(mine.id, full.days[1].id, PRESS)
    db.session.commit()
    assert waiting(full.days[1]) == [person.id]

    db.session.query(Seat).filter_by(person_id=full.groups[1][0].id).one().released_at = AFTER
    db.session.commit()
    look(AFTER)
    actions.book(mine.id, full.days[1].id, Press(AFTER + timedelta(hours=1), "link"))

    assert reason_at(full, 1) is SeatReason.CATCH_UP


def test_beside_a_missed_session_stands_a_link_until_it_is_made_good(
    app: Flask, scene: Scene
) -> None:
    mine = marked(scene, PresenceState.ABSENT)
    page = f"/my/catch-up/{mine.id}"
    with time_machine.travel(AFTER, tick=False):
        browser = sign_in(app, scene.groups[0][0])
        before = browser.get("/schedule").text
        shown = browser.get(page).text
        booked = browser.post(
            page, data={"press": f"book:{scene.days[1].id}"}, follow_redirects=True
        ).text
        after = browser.get("/schedule").text

    assert page in before
    assert "U was er niet op maandag 7 januari 2030" in shown
    assert "de uren tellen voor hetzelfde domein" in shown
    assert "In plaats daarvan komt u" in booked
    assert page not in after


def where(scene: Scene) -> str:
    enrolment = db.session.query(Enrolment).filter_by(person_id=scene.groups[0][0].id).one()
    return f"/cohorts/{scene.cohort.id}/people/{enrolment.id}"


def test_a_trainer_books_for_them_and_they_answer_themselves(app: Flask, scene: Scene) -> None:
    person = scene.groups[0][0]
    mine = marked(scene, PresenceState.ABSENT)
    page = f"{where(scene)}/catch-up"
    with time_machine.travel(AFTER, tick=False):
        browser = sign_in(app, scene.trainer)
        assert page in browser.get(where(scene)).text
        shown = browser.get(page).text
        done = browser.post(
            page, data={"press": f"book:{mine.id}:{scene.days[1].id}"}, follow_redirects=True
        ).text

    assert f"book:{mine.id}:{scene.days[2].id}" in shown
    assert "Niets in te halen" in done
    assert reason_at(scene, 1) is SeatReason.CATCH_UP
    assert invited(scene.days[1], person).partstat is PartStat.NEEDS_ACTION


def test_a_trainer_books_nothing_for_who_is_not_on_that_page(app: Flask, scene: Scene) -> None:
    other = declines(scene.days[0], scene.groups[0][1])
    browser = sign_in(app, scene.trainer)

    data = {"press": f"book:{other.id}:{scene.days[1].id}"}

    assert browser.post(f"{where(scene)}/catch-up", data=data).status_code == 404
    assert scene.groups[0][1].id not in seated(scene.days[1])


def test_a_trainer_of_another_bureau_sees_no_such_page(app: Flask, scene: Scene) -> None:
    stranger = grant(make_person(), Role.TRAINER, make_bureau())

    assert sign_in(app, stranger).get(f"{where(scene)}/catch-up").status_code == 404


def test_before_it_begins_a_trainer_books_for_who_said_no(app: Flask, scene: Scene) -> None:
    mine = declines(scene.days[0], scene.groups[0][0])

    actions.book(mine.id, scene.days[1].id, Press(LATER, FOR_THEM, by=scene.trainer.id))

    assert reason_at(scene, 1) is SeatReason.SWAP
