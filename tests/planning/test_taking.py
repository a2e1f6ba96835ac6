from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from program.cohorts.models import Cohort, Group, GroupMembership
from program.core.audit import AuditEntry
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.models import Meeting
from program.planning.actions import PlanOutdated, accept, lock_and_go_on, take
from program.planning.check.findings import Key
from program.planning.check.meetings import key_of
from program.planning.models import PlanRun, RunKind, RunState
from program.planning.problem import Plan
from program.planning.wire import from_json, to_json
from program.programmes.models import Module
from tests.factories import publish
from tests.planning.stored import AT, FEW, make_participant, plannable, solved

BY = None


def meetings() -> list[Meeting]:
    return list(db.session.scalars(select(Meeting).order_by(Meeting.id)))


def plan_of(run: PlanRun) -> Plan:
    assert run.proposal
    return from_json(Plan, run.proposal["plan"])


def keys_of(run: PlanRun, title: str) -> list[Key]:
    """The meetings of the module of that name."""
    module = db.session.scalars(select(Module).where(Module.title == title)).one().id
    return [key_of(meeting) for meeting in plan_of(run).meetings if meeting.module == module]


def shifted(run: PlanRun, key: Key, days: int) -> None:
    """The same proposal with one meeting on another day."""
    plan = plan_of(run)
    moved = [
        replace(m, starts_at=m.begins + timedelta(days=days)) if key_of(m) == key else m
        for m in plan.meetings
    ]
    run.proposal = (run.proposal or {}) | {"plan": to_json(replace(plan, meetings=tuple(moved)))}
    db.session.commit()


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return plannable()


def test_only_what_was_ticked_becomes_the_draft(cohort: Cohort) -> None:
    run = solved(cohort)

    take(run, keys_of(run, "Aftrap"), at=AT, by=BY)

    assert [meeting.title for meeting in meetings()] == ["Aftrap"]
    assert db.session.scalars(select(Group)).all() == []
    assert run.accepted_at is None
    assert run.taken == [list(keys_of(run, "Aftrap")[0])]


def test_learning_groups_come_along_with_the_first_of_their_sessions(cohort: Cohort) -> None:
    run = solved(cohort)

    take(run, keys_of(run, "Dag")[:1], at=AT, by=BY)

    assert len(meetings()) == 1
    assert len(db.session.scalars(select(GroupMembership)).all()) == 8


def test_the_rest_can_be_taken_later_and_then_the_plan_is_accepted(cohort: Cohort) -> None:
    run = solved(cohort)
    every = {key_of(meeting) for meeting in plan_of(run).meetings}
    first = set(keys_of(run, "Aftrap") + keys_of(run, "Dag"))

    take(run, first, at=AT, by=BY)
    kept = {meeting.id for meeting in meetings()}
    take(run, every - first, at=AT, by=BY)

    assert len(meetings()) == 8
    assert kept < {meeting.id for meeting in meetings()}
    assert run.accepted_at is not None
    lines = select(AuditEntry.action).where(AuditEntry.action == "plan.part_accepted")
    assert len(db.session.scalars(lines).all()) == 2


def test_taking_a_part_and_then_all_is_the_same_as_taking_all(cohort: Cohort) -> None:
    run = solved(cohort)

    take(run, keys_of(run, "Dag"), at=AT, by=BY)
    accept(run, at=AT, by=BY)

    assert len(meetings()) == 8
    assert len(db.session.scalars(select(GroupMembership)).all()) == 8 * 3  # a group, two tables


def test_one_table_of_a_round_that_is_mixed_anew_cannot_be_taken_alone(cohort: Cohort) -> None:
    run = solved(cohort)
    (first, *_others) = keys_of(run, "Intervisie")

    with pytest.raises(Refusal, match="worden opnieuw gemengd"):
        take(run, [first], at=AT, by=BY)

    db.session.rollback()
    assert meetings() == []


def asked_once_more(first: PlanRun, cohort: Cohort) -> PlanRun:
    """A new run that proposes what stands since the first was accepted."""
    accept(first, at=AT, by=BY)
    run = solved(cohort)
    run.proposal = first.proposal
    db.session.commit()
    return run


def test_what_breaks_a_rule_with_what_stands_is_refused_and_named(cohort: Cohort) -> None:
    run = asked_once_more(solved(cohort), cohort)
    before = {meeting.id: meeting.starts_at for meeting in meetings()}
    days = {key_of(meeting): meeting.begins.date() for meeting in plan_of(run).meetings}
    (webinar,) = keys_of(run, "Webinar")
    group_days = keys_of(run, "Dag")
    # past the webinar that stands, which comes after them; in the proposal it moves along
    shift = (days[webinar] - min(days[key] for key in group_days)).days // 7 * 7 + 7
    for key in [*group_days, webinar]:
        shifted(run, key, shift)

    with pytest.raises(Refusal, match="past niet bij wat er staat") as refused:
        take(run, group_days, at=AT, by=BY)

    db.session.rollback()
    assert "Webinar" in str(refused.value)
    assert {meeting.id: meeting.starts_at for meeting in meetings()} == before


def test_what_is_ticked_goes_where_the_proposal_says_and_the_rest_stays(cohort: Cohort) -> None:
    run = asked_once_more(solved(cohort), cohort)
    (webinar,) = keys_of(run, "Webinar")
    shifted(run, webinar, 7)
    before = {meeting.id: meeting.starts_at for meeting in meetings()}

    take(run, [webinar], at=AT, by=BY)

    moved = [m for m in meetings() if m.starts_at != before[m.id]]
    assert [meeting.title for meeting in moved] == ["Webinar"]
    assert run.accepted_at is not None  # nothing is left that differs


def test_nothing_ticked_is_refused(cohort: Cohort) -> None:
    with pytest.raises(Refusal, match="Vink"):
        take(solved(cohort), [], at=AT, by=BY)


def test_a_part_of_an_outdated_plan_is_refused(cohort: Cohort) -> None:
    run = solved(cohort)
    make_participant(cohort)

    with pytest.raises(PlanOutdated):
        take(run, keys_of(run, "Aftrap"), at=AT, by=BY)


def test_locked_sessions_stay_while_the_rest_is_planned_again(cohort: Cohort) -> None:
    run = solved(cohort)
    (kick_off,) = keys_of(run, "Aftrap")

    new = lock_and_go_on(run, [kick_off], at=AT, by=BY)

    (meeting,) = meetings()
    assert meeting.locked_at is not None
    assert (new.state, new.based_on_id) == (RunState.QUEUED, run.id)
    kept = new.question["problem"]["kept"]
    assert [(k["module"], k["round"], k["group"]) for k in kept] == [kick_off]


def test_a_plan_that_was_asked_afresh_goes_on_afresh(cohort: Cohort) -> None:
    """Not as a repair, which would keep all that stands."""
    accept(solved(cohort), at=AT, by=BY)
    told()
    run = solved(cohort, replace(FEW, seed=2, afresh=True))

    new = lock_and_go_on(run, keys_of(run, "Aftrap"), at=AT, by=BY)

    assert (new.kind, new.seed) == (RunKind.PLAN, 2)


def test_days_that_went_by_get_no_session_any_more(cohort: Cohort) -> None:
    asked_at = datetime(2030, 1, 8, 9, tzinfo=UTC)
    accept(solved(cohort), at=AT, by=BY)
    told()
    run = solved(cohort, replace(FEW, afresh=True), at=asked_at)
    first = min(m.begins for m in plan_of(run).meetings if not m.kept)

    with pytest.raises(PlanOutdated):
        accept(run, at=first.replace(tzinfo=UTC) + timedelta(days=1), by=BY)
    db.session.rollback()
    accept(run, at=asked_at, by=BY)


def told() -> None:
    for meeting in meetings():
        publish(meeting)
