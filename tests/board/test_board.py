import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.board.cells import board_of
from program.cohorts.models import Cohort
from program.core.db import bump, db
from program.invitations.actions import Given, answer, release
from program.invitations.models import PartStat
from program.meetings.models import Meeting
from program.programmes.models import ModuleKind
from tests.conftest import sign_in
from tests.counting import counted_queries
from tests.factories import (
    MONDAY_9H,
    grant,
    make_cohort,
    make_enrolment,
    make_group,
    make_meeting,
    make_module,
    make_person,
    make_room,
    make_seat,
    make_venue,
    publish,
)
from tests.invitations.cohort import SOON, invitation


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return make_cohort()


@pytest.fixture
def planner(app: Flask, cohort: Cohort) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))


def held(cohort: Cohort, **given: object) -> Meeting:
    if "module" not in given:
        given["module"] = make_module(cohort.programme, trainers=0)
    if "room" not in given:
        given["room"] = make_room(venue=make_venue(organisation=cohort.organisation))
    return make_meeting(cohort, **given)


PAGES = ("", "/board", "/meetings", "/conflicts")


@pytest.mark.parametrize("page", PAGES)
def test_another_bureaus_cohort_is_not_there(
    planner: FlaskClient, cohort: Cohort, page: str
) -> None:
    assert planner.get(f"/cohorts/{cohort.id}{page}").status_code == 200
    assert planner.get(f"/cohorts/{make_cohort().id}{page}").status_code == 404


@pytest.mark.parametrize("who", ["participant", "hr"])
@pytest.mark.parametrize("page", PAGES)
def test_others_have_no_business_here(who: str, page: str, request: pytest.FixtureRequest) -> None:
    browser: FlaskClient = request.getfixturevalue(who)
    cohort_id = db.session.scalars(select(Cohort.id)).first()

    assert browser.get(f"/cohorts/{cohort_id}{page}").status_code == 403


@pytest.mark.parametrize("page", PAGES[1:])
def test_a_page_costs_few_statements_however_long(
    planner: FlaskClient, cohort: Cohort, page: str
) -> None:
    url = f"/cohorts/{cohort.id}{page}"

    def cost() -> int:
        with counted_queries() as queries:
            assert planner.get(url).status_code == 200
        return len(queries)

    held(cohort)
    with_one = cost()
    for days in range(3):
        meeting = held(cohort, starts_at=MONDAY_9H + timedelta(days=days), group=make_group(cohort))
        make_seat(meeting, make_enrolment(cohort).person)
        publish(meeting)
    bump(Cohort, [cohort.id])
    db.session.commit()

    assert cost() == with_one <= 4


@pytest.mark.usefixtures("each_app")
def test_groups_are_lines_and_modules_columns() -> None:
    cohort = make_cohort()
    a, b = make_group(cohort, name="Groep A"), make_group(cohort, name="Groep B")
    start = make_module(cohort.programme, kind=ModuleKind.PLENARY, title="Aftrap", position=1)
    koers = make_module(cohort.programme, title="Koers", position=2)
    plenary = held(cohort, module=start)
    of_a = held(cohort, module=koers, group=a)
    of_b = held(cohort, module=koers, group=b, room=of_a.room)
    table = make_module(cohort.programme, kind=ModuleKind.TABLES, title="Intervisie", position=3)
    held(cohort, module=table, title="Tafel 1")

    board = board_of(cohort)

    assert [column.title for column in board.columns] == ["Aftrap", "Koers"]
    assert [
        (line.name, [[c.id for c in inside] for inside in line.cells]) for line in board.lines
    ] == [
        ("Groep A", [[plenary.id], [of_a.id]]),
        ("Groep B", [[plenary.id], [of_b.id]]),
    ]
    assert [(line.name, len(line.cells)) for line in board.rounds] == [("3. Intervisie", 1)]


def test_a_double_room_is_shown_on_both_cells_with_a_link(
    planner: FlaskClient, cohort: Cohort
) -> None:
    first = held(cohort, title="Koers", group=make_group(cohort))
    second = held(cohort, room=first.room, group=make_group(cohort))

    page = planner.get(f"/cohorts/{cohort.id}/board").text

    assert page.count("⚠") == 2
    assert f'href="/cohorts/{cohort.id}/meetings/{first.id}">Koers' in page
    assert str(second.id) in page


def test_what_is_not_published_yet_is_counted(cohort: Cohort) -> None:
    same, moved, renamed, new = (
        held(cohort, starts_at=MONDAY_9H + timedelta(days=day)) for day in range(4)
    )
    for meeting in (same, moved, renamed):
        publish(meeting)
    moved.starts_at += timedelta(minutes=30)
    renamed.note = "Neem iets mee"
    held(cohort, cancelled_at=MONDAY_9H)  # nobody ever heard of it
    db.session.commit()

    assert board_of(cohort).changed == {moved.id, renamed.id, new.id}


def test_a_cancelled_meeting_is_a_change_until_it_is_published(cohort: Cohort) -> None:
    meeting = held(cohort)
    told = publish(meeting)
    meeting.cancelled_at = MONDAY_9H
    db.session.commit()

    assert board_of(cohort).changed == {meeting.id}
    told.cancelled_at = MONDAY_9H
    db.session.commit()
    assert board_of(cohort).changed == frozenset()


def form(meeting: Meeting, **given: object) -> dict[str, object]:
    return {
        "day": "2030-01-08",
        "start": "13:30",
        "minutes": "210",
        "room_id": str(meeting.room_id),
        "note": "",
    } | given


def test_a_planner_moves_a_meeting_in_local_time(planner: FlaskClient, cohort: Cohort) -> None:
    meeting = held(cohort)

    planner.post(f"/cohorts/{cohort.id}/meetings/{meeting.id}", data=form(meeting))

    db.session.refresh(meeting)
    assert meeting.starts_at.isoformat() == "2030-01-08T12:30:00+00:00"
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=210)


def test_a_warning_is_shown_first_and_saved_when_confirmed(
    planner: FlaskClient, cohort: Cohort
) -> None:
    meeting = held(cohort)
    url = f"/cohorts/{cohort.id}/meetings/{meeting.id}"
    new_year = form(meeting, day="2030-01-01")

    asked = planner.post(url, data=new_year)
    unchanged = db.session.scalar(select(Meeting.starts_at))
    planner.post(url, data=new_year | {"confirmed": "yes"})

    assert asked.status_code == 422
    assert 'name="confirmed"' in asked.text
    assert unchanged == MONDAY_9H
    assert str(db.session.scalar(select(Meeting.starts_at))).startswith("2030-01-01")


def test_a_double_room_is_refused_beside_its_field(planner: FlaskClient, cohort: Cohort) -> None:
    other = held(cohort, starts_at=MONDAY_9H + timedelta(days=1, hours=3))
    meeting = held(cohort)

    page = planner.post(
        f"/cohorts/{cohort.id}/meetings/{meeting.id}",
        data=form(meeting, room_id=str(other.room_id), confirmed="yes"),
    )

    assert page.status_code == 422
    assert 'id="room_id-error"' in page.text


def test_clashes_show_while_typing_and_nothing_is_saved(
    planner: FlaskClient, cohort: Cohort
) -> None:
    meeting = held(cohort)

    part = planner.get(
        f"/cohorts/{cohort.id}/meetings/{meeting.id}/clashes",
        query_string=form(meeting, day="2030-01-01"),
    )

    assert part.text.count("<li>") == 1
    assert db.session.scalar(select(Meeting.starts_at)) == MONDAY_9H


@pytest.mark.parametrize("day", ["2030-03-31", "2031-03-30"])
def test_a_time_that_the_clock_skips_is_refused(
    planner: FlaskClient, cohort: Cohort, day: str
) -> None:
    meeting = held(cohort)

    page = planner.post(
        f"/cohorts/{cohort.id}/meetings/{meeting.id}", data=form(meeting, day=day, start="02:30")
    )

    assert page.status_code == 422
    assert 'id="start-error"' in page.text


def test_a_module_is_locked_at_once(planner: FlaskClient, cohort: Cohort) -> None:
    meeting = held(cohort)
    other = held(cohort)

    planner.post(
        f"/cohorts/{cohort.id}/locks", data={"what": f"module-{meeting.module_id}", "on": "1"}
    )

    locked = select(Meeting.id).where(Meeting.locked_at.is_not(None))
    assert db.session.scalars(locked).all() == [meeting.id]
    assert other.locked_at is None


def test_a_meeting_is_cancelled_and_held_after_all(planner: FlaskClient, cohort: Cohort) -> None:
    meeting = held(cohort)
    url = f"/cohorts/{cohort.id}/meetings/{meeting.id}"

    planner.post(f"{url}/cancellation", data={"on": "1"})
    cancelled = db.session.scalar(select(Meeting.cancelled_at))
    planner.post(f"{url}/cancellation", data={"on": ""})

    assert cancelled is not None
    assert db.session.scalar(select(Meeting.cancelled_at)) is None
    assert planner.get(url).status_code == 200


def test_the_first_page_says_what_to_do_next(planner: FlaskClient, cohort: Cohort) -> None:
    url = f"/cohorts/{cohort.id}"

    nobody = planner.get(url).text
    make_enrolment(cohort)
    bump(Cohort, [cohort.id])
    db.session.commit()
    somebody = planner.get(url).text

    assert nobody != somebody
    assert 'aria-current="step"' in somebody


@pytest.mark.parametrize("of", ["trainers", "rooms"])
def test_an_agenda_shows_what_is_booked(planner: FlaskClient, cohort: Cohort, of: str) -> None:
    amber = grant(make_person(), Role.TRAINER, cohort.organisation)
    meeting = held(cohort, title="Koers", trainers=[amber])
    number = amber.id if of == "trainers" else meeting.room_id

    assert "Koers" in planner.get(f"/{of}/{number}/agenda").text


def test_an_answer_shows_at_the_boards_next_look(planner: FlaskClient, cohort: Cohort) -> None:
    meeting = held(cohort)
    people = [make_enrolment(cohort).person for _ in range(4)]
    for person in people:
        make_seat(meeting, person)
    release(cohort.id, by=people[0].id, at=SOON)
    db.session.commit()
    url = f"/cohorts/{cohort.id}/board"
    before = planner.get(url)
    said = (PartStat.ACCEPTED, PartStat.TENTATIVE, PartStat.DECLINED)
    for person, partstat in zip(people, said, strict=False):
        answer(invitation(meeting, person).id, Given(partstat, "link", SOON), by=None)
    db.session.commit()

    after = planner.get(url, headers={"If-None-Match": before.headers["ETag"]})

    assert shown_answers(before.text) == "?4 geen antwoord"
    assert after.status_code == 200
    assert shown_answers(after.text) == "✓1 komt,~1 misschien,✗1 komt niet,?1 geen antwoord"


def shown_answers(page: str) -> str:
    found = re.search(r'<span class="ans">(.*?)</span></a>', page)
    assert found
    return re.sub(r"<[^>]*>", "", found[1])


def test_the_dialog_of_a_cell_asks_for_the_answers_and_the_button(
    planner: FlaskClient, cohort: Cohort
) -> None:
    meeting = held(cohort)
    url = f"/cohorts/{cohort.id}/meetings/{meeting.id}"

    part = planner.get(url, headers={"HX-Request": "true"}).text

    assert f'hx-get="/meetings/{meeting.id}/answers/live"' in part
    assert f'hx-get="/meetings/{meeting.id}/reminder"' in part
