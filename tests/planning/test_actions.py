from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from program.cohorts.models import Cohort, Enrolment, Group, GroupKind, GroupMembership
from program.core.audit import AuditEntry
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.models import Meeting, MeetingTrainer, Seat, SeatReason
from program.planning.actions import (
    NothingToPlan,
    PlanOutdated,
    Wish,
    accept,
    ask_to_cancel,
    pose,
    set_rule,
)
from program.planning.models import PlanRun, RunState
from program.planning.rules import WISH, Rule
from tests.factories import make_cohort, make_enrolment, make_seat, publish
from tests.planning.stored import AT, FEW, make_participant, plannable, solved


def planned(cohort: Cohort, wish: Wish = FEW, *, at: datetime = AT) -> PlanRun:
    run = solved(cohort, wish, at=at)
    accept(run, at=at, by=None)
    db.session.commit()
    return run


def meetings(cohort: Cohort) -> list[Meeting]:
    wanted = select(Meeting).where(Meeting.cohort_id == cohort.id).order_by(Meeting.id)
    return list(db.session.scalars(wanted))


def count(column: InstrumentedAttribute[int]) -> int:
    return db.session.scalar(select(func.count(column))) or 0


def state() -> tuple[int, ...]:
    columns = (Meeting.id, Seat.id, MeetingTrainer.id, Group.id, GroupMembership.id, AuditEntry.id)
    return tuple(count(column) for column in columns)


def learning() -> dict[int, int]:
    """Who (by enrolment) is in which learning group."""
    rows = db.session.execute(
        select(GroupMembership.enrolment_id, GroupMembership.group_id)
        .join(Group)
        .where(Group.kind == GroupKind.LEARNING)
    )
    return {row.enrolment_id: row.group_id for row in rows}


@pytest.mark.usefixtures("each_app")
def test_an_accepted_plan_becomes_groups_tables_meetings_and_seats() -> None:
    cohort = plannable()

    planned(cohort)

    rows = meetings(cohort)
    assert sorted(row.title for row in rows) == [
        "Aftrap", "Dag", "Dag", "Intervisie 1", "Intervisie 1", "Intervisie 2", "Intervisie 2",
        "Webinar",
    ]  # fmt: skip
    assert {len(row.trainers) for row in rows} == {1}
    assert all(row.room for row in rows)
    assert [len(row.seats) for row in rows if row.group_id is None] == [8, 8]
    assert {len(row.seats) for row in rows if row.group_id} == {4}
    kinds = db.session.scalars(select(Group.kind)).all()
    assert Counter(kinds) == {GroupKind.LEARNING: 2, GroupKind.TABLE: 4}
    names = db.session.scalars(select(Group.name).where(Group.kind == GroupKind.LEARNING))
    assert sorted(names) == ["Groep 1", "Groep 2"]


@pytest.mark.usefixtures("app")
def test_times_are_on_the_wall_of_the_cohort() -> None:
    cohort = plannable()

    planned(cohort)

    first = meetings(cohort)[0]
    assert first.starts_at in {
        datetime(2030, 1, 7, 8, 30, tzinfo=UTC), datetime(2030, 1, 7, 12, 30, tzinfo=UTC),
    }  # fmt: skip


@pytest.mark.usefixtures("each_app")
def test_accepting_twice_changes_nothing_more() -> None:
    cohort = plannable()
    run = planned(cohort)
    before, version = state(), cohort.version

    accept(run, at=AT, by=None)
    db.session.commit()

    assert (state(), cohort.version) == (before, version)


@pytest.mark.usefixtures("app")
def test_accepting_raises_the_versions_of_cohort_and_people() -> None:
    cohort = plannable()
    person = cohort.enrolments[0].person
    run = solved(cohort)
    before = cohort.version, person.version

    accept(run, at=AT, by=None)
    db.session.commit()

    assert (cohort.version, person.version) > before


@pytest.mark.usefixtures("app")
def test_a_plan_for_a_cohort_that_changed_since_is_refused() -> None:
    cohort = plannable()
    run = solved(cohort)
    make_participant(cohort)

    with pytest.raises(PlanOutdated, match="Plan opnieuw"):
        accept(run, at=AT, by=None)


@pytest.mark.usefixtures("each_app")
def test_planning_again_keeps_groups_and_the_numbers_of_meetings() -> None:
    cohort = plannable()
    planned(cohort)
    groups = learning()
    ids = [row.id for row in meetings(cohort)]
    starts = [row.starts_at for row in meetings(cohort)]
    fridays = Rule("weekday.preferred", WISH, 500, {"weekdays": 0b10000})
    set_rule(cohort, fridays, at=AT, by=None)

    planned(cohort)

    assert [row.id for row in meetings(cohort)] == ids
    assert [row.starts_at for row in meetings(cohort)] != starts
    assert learning() == groups
    assert count(Seat.id) == 8 * 5


@pytest.mark.usefixtures("each_app")
def test_a_locked_meeting_stays_with_its_people_room_and_trainer() -> None:
    cohort = plannable()
    planned(cohort)
    locked = next(row for row in meetings(cohort) if row.title == "Intervisie 1")
    locked.starts_at += timedelta(days=1)
    locked.ends_at += timedelta(days=1)
    locked.locked_at = AT
    db.session.commit()

    def facts() -> tuple[object, ...]:
        db.session.expire_all()
        people = sorted(seat.person_id for seat in locked.seats)
        return locked.starts_at, locked.room_id, [t.id for t in locked.trainers], people

    before = facts()
    planned(cohort, Wish(seed=9, steps=200))

    assert facts() == before


@pytest.mark.usefixtures("app")
def test_a_meeting_without_a_place_is_cancelled_when_people_knew_of_it_and_gone_when_not() -> None:
    cohort = plannable()
    planned(cohort)
    known = next(row for row in meetings(cohort) if row.title == "Webinar")
    publish(known)
    cohort.ends_on = date(2030, 1, 8)  # one day for the group day, none for what follows it
    db.session.commit()

    planned(cohort)

    db.session.expire_all()
    assert known.cancelled_at == AT
    assert {row.title for row in meetings(cohort)} == {"Aftrap", "Dag", "Webinar"}


@pytest.mark.usefixtures("app")
def test_a_seat_by_swap_survives_and_one_given_up_at_a_plenary_stays_free() -> None:
    cohort = plannable()
    planned(cohort)
    day = next(row for row in meetings(cohort) if row.title == "Dag")
    guest = next(e.person for e in cohort.enrolments
                 if e.person_id not in {seat.person_id for seat in day.seats})  # fmt: skip
    swap = make_seat(day, guest, reason=SeatReason.SWAP)
    plenary = next(row for row in meetings(cohort) if row.title == "Aftrap")
    plenary.seats[0].released_at = AT
    given_up = plenary.seats[0]
    db.session.commit()

    planned(cohort, Wish(seed=3, steps=200))

    db.session.expire_all()
    assert swap.released_at is None
    assert given_up.released_at == AT


@pytest.mark.usefixtures("app")
def test_a_newcomer_gets_a_group_and_seats_from_their_first_day() -> None:
    cohort = plannable()
    planned(cohort)
    enrolment = make_enrolment(cohort, since_on=date(2030, 1, 20))

    planned(cohort)

    mine = db.session.scalars(select(Seat).where(Seat.person_id == enrolment.person_id)).all()
    assert sorted(seat.meeting.title for seat in mine) == sorted(
        row.title
        for row in meetings(cohort)
        if row.starts_at.date() >= date(2030, 1, 20)
        and (row.group_id is None or any(m.enrolment_id == enrolment.id
                                         for m in (row.group.memberships if row.group else [])))
    )  # fmt: skip
    assert len(mine) > 0


@pytest.mark.usefixtures("app")
def test_mixing_anew_fills_the_same_groups_with_others() -> None:
    cohort = plannable()
    planned(cohort)

    planned(cohort, Wish(seed=4, steps=200, mix=True))

    learning = select(Group).where(Group.kind == GroupKind.LEARNING)
    assert [len(group.memberships) for group in db.session.scalars(learning)] == [4, 4]
    assert count(Enrolment.id) == 8


@pytest.mark.usefixtures("app")
def test_groups_that_have_a_locked_meeting_are_not_mixed() -> None:
    cohort = plannable()
    planned(cohort)
    next(row for row in meetings(cohort) if row.title == "Dag").locked_at = AT
    db.session.commit()

    with pytest.raises(Refusal, match="vaststaan"):
        pose(cohort, Wish(mix=True), at=AT, by=None)


@pytest.mark.usefixtures("app")
def test_what_lies_behind_us_is_left_as_it_is_once_people_were_told() -> None:
    cohort = plannable()
    planned(cohort)
    for row in meetings(cohort):
        publish(row)
    halfway = datetime(2030, 2, 20, 12, tzinfo=UTC)
    past = {row.id: row.starts_at for row in meetings(cohort) if row.starts_at < halfway}

    planned(cohort, Wish(seed=8, steps=200), at=halfway)

    rows = meetings(cohort)
    assert {row.id: row.starts_at for row in rows if row.id in past} == past
    assert all(row.starts_at > halfway for row in rows if row.id not in past)


@pytest.mark.usefixtures("app")
def test_nobody_or_nothing_to_plan_is_said_so() -> None:
    with pytest.raises(NothingToPlan, match="niemand"):
        pose(make_cohort(), FEW, at=AT, by=None)
    cohort = make_cohort()
    make_participant(cohort)
    with pytest.raises(NothingToPlan, match="geen modules"):
        pose(cohort, FEW, at=AT, by=None)


@pytest.mark.usefixtures("app")
def test_one_plan_at_a_time_is_made_for_a_cohort() -> None:
    cohort = plannable()
    run = pose(cohort, FEW, at=AT, by=None)

    with pytest.raises(Refusal, match="al een planning"):
        pose(cohort, FEW, at=AT, by=None)

    ask_to_cancel(run, at=AT, by=None)
    assert run.state == RunState.CANCELLED
    assert pose(cohort, FEW, at=AT, by=None).state == RunState.QUEUED


@pytest.mark.usefixtures("app")
def test_a_plan_without_a_proposal_cannot_be_accepted() -> None:
    run = pose(plannable(), FEW, at=AT, by=None)

    with pytest.raises(Refusal, match="geen voorstel"):
        accept(run, at=AT, by=None)


@pytest.mark.usefixtures("app")
def test_two_cohorts_of_one_bureau_share_trainers_and_rooms_but_not_at_one_time() -> None:
    first = plannable()
    planned(first)
    second = make_cohort(
        programme=first.programme, starts_on=first.starts_on, ends_on=first.ends_on,
        group_count=1, table_size=4,
    )  # fmt: skip
    for _number in range(4):
        make_participant(second)

    run = planned(second)

    assert run.report is not None
    rules = {found["rule"] for found in run.report["broken"]}
    assert rules <= {"room.none", "trainer.none"}
    taken = [(row.room_id, row.starts_at) for row in [*meetings(first), *meetings(second)]
             if row.room_id]  # fmt: skip
    assert len(taken) == len(set(taken))


@pytest.mark.usefixtures("app")
def test_who_stops_a_run_that_was_just_taken_up_lets_it_come_to_its_best_so_far() -> None:
    run = pose(plannable(), FEW, at=AT, by=None)
    db.session.commit()
    assert run.state == RunState.QUEUED  # as this session has it
    _meanwhile(run, RunState.RUNNING)

    ask_to_cancel(run, at=AT, by=None)

    assert (run.state, run.cancel_asked_at, run.finished_at) == (RunState.RUNNING, AT, None)


@pytest.mark.usefixtures("app")
def test_a_run_that_was_just_done_is_not_said_to_be_stopped() -> None:
    run = pose(plannable(), FEW, at=AT, by=None)
    db.session.commit()
    assert run.state == RunState.QUEUED
    _meanwhile(run, RunState.DONE)

    ask_to_cancel(run, at=AT, by=None)

    assert (run.state, run.cancel_asked_at) == (RunState.DONE, None)


@pytest.mark.usefixtures("app")
def test_stopping_twice_is_written_down_once() -> None:
    run = pose(plannable(), FEW, at=AT, by=None)
    run.state = RunState.RUNNING

    for _time in range(2):
        ask_to_cancel(run, at=AT, by=None)

    stopped = select(func.count(AuditEntry.id)).where(AuditEntry.action == "plan.stopped")
    assert db.session.scalar(stopped) == 1


def _meanwhile(run: PlanRun, state: RunState) -> None:
    """As the runner does, which this session does not know of."""
    db.session.execute(
        update(PlanRun).where(PlanRun.id == run.id).values(state=state),
        execution_options={"synchronize_session": False},
    )
