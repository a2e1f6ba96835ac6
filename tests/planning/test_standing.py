"""What stands already, as the planner reads it."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Role
from program.cohorts.models import Cohort
from program.core.db import db
from program.invitations.models import Invitation, PartStat
from program.meetings.actions.venues import close_room, open_room
from program.meetings.models import Meeting, Room, RoomClosure
from program.planning.actions import accept
from program.planning.problem import Problem
from program.planning.question import question_about
from program.programmes.models import Module
from tests.conftest import sign_in
from tests.factories import grant, make_person, stored
from tests.planning.stored import AT, plannable, solved

pytestmark = pytest.mark.usefixtures("app")
TODAY = date(2029, 11, 5)


def standing(people: int = 8) -> tuple[int, Problem]:
    """A drafted cohort, and the question how to repair it."""
    cohort = plannable(people)
    accept(solved(cohort), at=AT, by=None)
    db.session.commit()
    return cohort.id, question_about(cohort, on=TODAY, repair=True).problem


def test_a_repair_is_told_all_meetings_and_tables_that_stand() -> None:
    _cohort, problem = standing()
    assert len(problem.standing) == db.session.query(Meeting).count()
    assert problem.kept == ()
    assert [len(mix.tables) for mix in problem.tables] == [2, 2]
    assert sum(len(table) for table in problem.tables[0].tables) == 8


def test_what_lies_behind_or_is_locked_is_kept() -> None:
    cohort_id, problem = standing()
    cohort = db.session.get_one(Cohort, cohort_id)
    first = min(problem.standing, key=lambda meeting: meeting.begins)
    last = db.session.scalars(select(Meeting).order_by(Meeting.starts_at.desc())).first()
    assert last is not None
    last.locked_at = AT
    db.session.commit()
    from_on = first.begins.date() + timedelta(days=1)
    told = question_about(cohort, on=TODAY, from_on=from_on, repair=True).problem
    assert len(told.kept) == 2
    assert len(told.standing) == len(problem.standing) - 2


def test_who_said_yes_is_counted_but_does_not_outdate_a_proposal() -> None:
    _cohort, problem = standing()
    meeting = db.session.scalars(
        select(Meeting).join(Module).where(Module.title == "Webinar")
    ).one()
    before = question_about(meeting.cohort, on=TODAY, repair=True)
    for said in (PartStat.ACCEPTED, PartStat.ACCEPTED, PartStat.DECLINED):
        person = make_person()
        stored(
            Invitation(
                meeting_id=meeting.id, person_id=person.id, uid=f"{person.id}@example.nl",
                address=person.email, stamped_at=AT, starts_at=meeting.starts_at, partstat=said,
                answered_at=AT,
            )
        )  # fmt: skip
    after = question_about(meeting.cohort, on=TODAY, repair=True)
    (place,) = after.problem.accepted
    assert problem.standing[place].module == meeting.module_id
    assert after.problem.accepted[place] == 2
    assert after.hash == before.hash


def test_a_closed_room_is_busy_until_it_is_opened() -> None:
    cohort = plannable()
    room = db.session.scalars(select(Room).where(Room.name == "Zaal")).one()
    closure = close_room(room, first_on=date(2030, 2, 1), last_on=date(2030, 2, 3), by=None)
    again = close_room(room, first_on=date(2030, 2, 1), last_on=date(2030, 2, 3), by=None)
    db.session.commit()

    def busy() -> list[str]:
        rooms = question_about(cohort, on=TODAY).problem.rooms
        return [str(span.starts_at) for each in rooms if each.id == room.id for span in each.busy]

    assert closure.id == again.id
    assert busy() == ["2030-02-01 00:00:00"]
    open_room(closure, by=None)
    db.session.commit()
    assert busy() == []


def test_a_room_is_closed_and_opened_on_its_page(app: Flask) -> None:
    cohort = plannable()
    planner = sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))
    room = db.session.scalars(select(Room).where(Room.name == "Zaal")).one()
    here = f"/rooms/{room.id}"
    wrong = planner.post(
        f"{here}/closures", data={"first_on": "2030-02-03", "last_on": "2030-02-01"}
    )
    assert wrong.status_code == 422
    planner.post(f"{here}/closures", data={"first_on": "2030-02-01", "last_on": "2030-02-03"})
    number = db.session.scalars(select(RoomClosure.id)).one()
    assert f"{here}/closures/{number}/removal" in planner.get(here).text
    assert planner.post(f"{here}/closures/{number}/removal").status_code == 302
    assert db.session.scalars(select(RoomClosure.id)).all() == []
