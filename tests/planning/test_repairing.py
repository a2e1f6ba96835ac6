"""Repairs as planners ask for them, and what becomes of the rows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from program.accounts.models import Person, RoleGrant
from program.cohorts.models import Absence, Cohort, GroupMembership
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.models import Meeting, MeetingTrainer, Room, RoomClosure, Seat
from program.planning.actions import Happening, Wish, accept, note_happening, repair
from program.planning.models import PlanRun, RunKind
from program.planning.question import question_about
from tests.factories import publish
from tests.planning.stored import AT, FEW, make_participant, make_trainer, plannable, solved

pytestmark = pytest.mark.usefixtures("app")
MEND = replace(FEW, repair=True)
STARTS = date(2030, 1, 7)


def drafted() -> Cohort:
    cohort = plannable()
    accept(solved(cohort), at=AT, by=None)
    db.session.commit()
    return cohort


def told(cohort: Cohort) -> None:
    for meeting in meetings():
        publish(meeting)


def meetings() -> list[Meeting]:
    return list(db.session.scalars(select(Meeting).order_by(Meeting.id)))


def places() -> dict[int, tuple[object, ...]]:
    return {m.id: (m.starts_at, m.ends_at, m.room_id) for m in meetings()}


def crews() -> dict[int, set[int]]:
    rows = db.session.execute(select(MeetingTrainer.meeting_id, MeetingTrainer.person_id)).all()
    return {number: {p for m, p in rows if m == number} for number, _person in rows}


def trainer_of(meeting: Meeting) -> Person:
    return db.session.get_one(Person, min(crews()[meeting.id]))


def test_another_trainer_takes_over_and_nothing_else_changes() -> None:
    cohort = drafted()
    make_trainer(cohort.organisation)
    ill = trainer_of(meetings()[0])
    before, crew = places(), crews()
    happened = Happening(STARTS, STARTS + timedelta(days=365), people=[ill])
    note_happening(cohort, happened, at=AT, by=None)
    run = solved(cohort, MEND)
    assert run.report is not None
    assert run.report["broken"] == []
    accept(run, at=AT, by=None)
    db.session.commit()
    assert places() == before
    assert all(ill.id not in people for people in crews().values())
    assert {m: p for m, p in crews().items() if ill.id not in crew[m]} == {
        m: p for m, p in crew.items() if ill.id not in p
    }
    assert run.kind == RunKind.REPAIR


def test_what_happened_is_noted_once() -> None:
    cohort = drafted()
    person = trainer_of(meetings()[0])
    rooms = list(db.session.scalars(select(Room).where(Room.name == "Zaal")))
    happened = Happening(STARTS, STARTS + timedelta(days=3), people=[person], rooms=rooms)
    for _twice in range(2):
        note_happening(cohort, happened, at=AT, by=None)
        db.session.commit()
    assert db.session.query(Absence).count() == 1
    assert db.session.query(RoomClosure).count() == 1


@pytest.mark.parametrize(("first", "last"), [(STARTS, STARTS - timedelta(days=1)),
                                             (date(2029, 1, 1), date(2029, 1, 2))])  # fmt: skip
def test_days_that_are_over_or_the_wrong_way_round_are_refused(first: date, last: date) -> None:
    with pytest.raises(Refusal) as refused:
        note_happening(plannable(), Happening(first, last), at=AT, by=None)
    assert refused.value.field == "last_on"


def test_a_trainer_who_leaves_gives_nothing_from_that_day() -> None:
    cohort = drafted()
    leaver = trainer_of(meetings()[0])
    on = STARTS + timedelta(days=60)
    note_happening(cohort, Happening(on, on, people=[leaver], leaves=True), at=AT, by=None)
    db.session.commit()
    grants = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == leaver.id)).all()
    assert [grant.until_on for grant in grants] == [on]
    known = question_about(cohort, on=AT.date()).problem.trainers
    (busy,) = next(t.busy for t in known if t.id == leaver.id)
    assert busy.starts_at.date() == on
    assert busy.ends_at.date() == cohort.ends_on + timedelta(days=1)


def test_once_people_were_told_planning_again_changes_nothing_that_holds() -> None:
    cohort = drafted()
    told(cohort)
    before, crew = places(), crews()
    run = solved(cohort, FEW)
    accept(run, at=AT, by=None)
    db.session.commit()
    assert run.kind == RunKind.REPAIR
    assert (places(), crews()) == (before, crew)


@pytest.mark.parametrize("wish", [replace(FEW, afresh=True), replace(FEW, mix=True)])
def test_unless_the_planner_asks_to_plan_afresh(wish: Wish) -> None:
    cohort = drafted()
    told(cohort)
    assert solved(cohort, wish).kind == RunKind.PLAN


def test_a_newcomer_gets_seats_also_at_what_is_locked() -> None:
    cohort = drafted()
    for meeting in meetings():
        meeting.locked_at = AT
    late = make_participant(cohort)
    accept(solved(cohort, MEND), at=AT, by=None)
    db.session.commit()
    mine = select(Meeting).join(Seat).where(Seat.person_id == late.id)
    by_group = [m.title for m in db.session.scalars(mine) if m.group_id]
    assert sorted(by_group) == ["Dag", "Intervisie 1", "Intervisie 2"]
    assert len({m.group_id for m in db.session.scalars(mine) if m.group_id}) == 3


def test_who_stays_at_a_table_keeps_the_same_membership() -> None:
    cohort = drafted()
    before = set(db.session.scalars(select(GroupMembership.id)))
    make_participant(cohort)
    accept(solved(cohort, MEND), at=AT, by=None)
    db.session.commit()
    assert before < set(db.session.scalars(select(GroupMembership.id)))


def test_a_repair_says_what_it_was_asked() -> None:
    cohort = drafted()
    run: PlanRun = repair(cohort, FEW, at=AT, by=None)
    assert run.kind == RunKind.REPAIR
    assert len(run.question["problem"]["standing"]) == len(meetings())
