"""A cohort once more from another day: rows, page and command."""

import json
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Role
from program.cohorts.models import ClosedPart, Cohort, Enrolment, Group, GroupMembership
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.models import Meeting, Seat
from program.planning.actions import accept, ask_to_cancel, set_rule
from program.planning.anchoring import anchored
from program.planning.jobs import solve_next
from program.planning.models import PlanRule, PlanRun, RunState
from program.planning.problem import Limits, Problem
from program.planning.rules import OFF, Rule
from program.planning.wire import from_json, to_json
from program.programmes.actions import remove_module
from program.rerun.actions import Again, copy_cohort, write_copy
from program.rerun.jobs import write_copies
from program.rerun.words import Outcome
from tests.conftest import sign_in
from tests.factories import grant, make_cohort, make_person
from tests.planning.stored import AT, plannable, solved

YEAR = date(2031, 1, 6)  # the Monday 52 weeks later


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    cohort = plannable()
    accept(solved(cohort), at=AT, by=None)
    db.session.commit()
    return cohort


def meetings(cohort_id: int) -> list[Meeting]:
    wanted = select(Meeting).where(Meeting.cohort_id == cohort_id)
    return list(db.session.scalars(wanted.order_by(Meeting.title, Meeting.starts_at)))


def copied(cohort: Cohort, **given: bool) -> Cohort:
    return written(copy_cohort(cohort, Again("Nog eens", YEAR, **given), at=AT, by=None)).cohort


def written(run: PlanRun) -> PlanRun:
    """As the job and the runner would have, but here and now."""
    problem = from_json(Problem, run.question["problem"])
    run.proposal = to_json(anchored(problem, Limits(steps=4_000)))
    run.state = RunState.DONE
    db.session.commit()
    write_copies(AT)
    return run


def count(kind: type[Enrolment | Group], cohort: Cohort) -> int:
    return db.session.query(kind).filter_by(cohort_id=cohort.id).count()


def test_the_copy_has_the_same_meetings_on_the_same_weekdays(cohort: Cohort) -> None:
    made = copied(cohort)
    old, new = meetings(cohort.id), meetings(made.id)
    assert [m.title for m in new] == [m.title for m in old]
    same = [n.starts_at - o.starts_at == timedelta(weeks=52) for o, n in zip(old, new, strict=True)]
    assert sum(same) >= len(old) - 2  # but for holidays of the new year
    assert made.ends_on - made.starts_on == cohort.ends_on - cohort.starts_on
    assert made.programme_id != cohort.programme_id


def test_nobody_takes_part_and_no_name_is_kept(cohort: Cohort) -> None:
    run = written(copy_cohort(cohort, Again("Nog eens", YEAR), at=AT, by=None))
    assert count(Enrolment, run.cohort) == 0
    assert db.session.query(Seat).join(Meeting).filter_by(cohort_id=run.cohort_id).count() == 0
    assert {person["name"] for person in run.question["problem"]["people"]} == {""}


def test_with_people_groups_tables_and_seats_are_as_they_were(cohort: Cohort) -> None:
    made = copied(cohort, with_people=True)
    assert (count(Enrolment, made), count(Group, made)) == (8, count(Group, cohort))

    def seats(of: Cohort) -> list[tuple[str, list[int]]]:
        return sorted((m.title, sorted(s.person_id for s in m.seats)) for m in meetings(of.id))

    assert seats(made) == seats(cohort)
    rows = select(GroupMembership.id).join(Group).where(Group.cohort_id == made.id)
    assert len(db.session.scalars(rows).all()) == 3 * 8


def test_rules_and_the_day_that_was_fixed_come_along(cohort: Cohort) -> None:
    module = next(m for m in cohort.programme.modules if m.title == "Dag")
    set_rule(cohort, Rule("gap.most", OFF, 10, {}, module.id), at=AT, by=None)
    db.session.commit()
    made = copied(cohort)
    new = {m.title: m for m in made.programme.modules}
    rows = db.session.scalars(select(PlanRule).where(PlanRule.cohort_id == made.id)).all()
    assert [(row.key, row.module_id) for row in rows] == [("gap.most", new["Dag"].id)]
    start = next(m for m in meetings(made.id) if m.title == "Aftrap")
    assert new["Aftrap"].fixed_on == start.starts_at.date()


def test_a_session_on_a_new_holiday_moves_and_the_outcome_says_so(cohort: Cohort) -> None:
    webinar = next(m for m in meetings(cohort.id) if m.title == "Webinar")
    webinar.starts_at = webinar.starts_at.replace(month=4, day=22, hour=14)  # 51 weeks on: Easter
    webinar.ends_at = webinar.starts_at + timedelta(minutes=90)
    db.session.commit()
    run = written(copy_cohort(cohort, Again("Nog eens", date(2030, 12, 30)), at=AT, by=None))
    outcome = Outcome(run)
    line = next(line for line in outcome.lines if line.title == "Webinar")
    assert line.reasons == ("Vrije dag: Tweede paasdag.",)
    assert outcome.kept + len(outcome.lines) == 8


def test_a_name_that_is_taken_or_nothing_to_copy_is_refused(cohort: Cohort) -> None:
    with pytest.raises(Refusal) as taken:
        copy_cohort(cohort, Again(cohort.name, YEAR), at=AT, by=None)
    db.session.rollback()
    assert taken.value.field == "name"
    with pytest.raises(Refusal):
        copy_cohort(make_cohort(), Again("Nog eens", YEAR), at=AT, by=None)


def test_the_page_copies_and_tells_what_was_lost(app: Flask, cohort: Cohort) -> None:
    planner = sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))
    address = f"/cohorts/{cohort.id}/copy"
    wrong = planner.post(address, data={"name": cohort.name, "starts_on": "2031-01-06"})
    assert wrong.status_code == 422
    answer = planner.post(address, data={"name": "Nog eens", "starts_on": "2031-01-06"})
    page = planner.get(answer.headers["Location"])
    assert 'id="progress"' in page.text
    assert "hele weken opgeschoven" not in page.text
    solve_next(AT)
    write_copies(AT)
    page = planner.get(answer.headers["Location"])
    assert "hele weken opgeschoven" in page.text
    number = int(answer.headers["Location"].rpartition("/")[2])
    made = db.session.get_one(PlanRun, number).cohort_id
    plain = planner.get(f"/cohorts/{made}/plan/{number}")
    assert plain.headers["Location"] == answer.headers["Location"]
    assert planner.get(f"/cohorts/{cohort.id}/copy/999").status_code == 404


def test_own_closed_days_come_along_on_the_same_weekday(cohort: Cohort) -> None:
    db.session.add(ClosedPart(cohort_id=cohort.id, day=date(2030, 3, 4), parts=4, name="Raad"))
    db.session.commit()
    made = copied(cohort)
    rows = db.session.scalars(select(ClosedPart).where(ClosedPart.cohort_id == made.id)).all()
    assert [(row.day, row.parts, row.name) for row in rows] == [(date(2031, 3, 3), 4, "Raad")]


def test_it_is_written_once(cohort: Cohort) -> None:
    run = written(copy_cohort(cohort, Again("Nog eens", YEAR), at=AT, by=None))
    before = [(m.id, m.starts_at) for m in meetings(run.cohort_id)]
    assert write_copies(AT) == 0
    write_copy(run, at=AT)
    assert [(m.id, m.starts_at) for m in meetings(run.cohort_id)] == before


def test_a_copy_that_was_stopped_before_it_began_says_so(app: Flask, cohort: Cohort) -> None:
    run = copy_cohort(cohort, Again("Nog eens", YEAR), at=AT, by=None)
    ask_to_cancel(run, at=AT, by=None)
    db.session.commit()
    assert write_copies(AT) == 0
    planner = sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))
    page = planner.get(f"/cohorts/{run.cohort_id}/copy/{run.id}")
    assert "het rooster niet" in page.text


def test_a_programme_that_changed_meanwhile_gets_no_schedule_and_hinders_no_other_copy(
    app: Flask, cohort: Cohort
) -> None:
    run = copy_cohort(cohort, Again("Nog eens", YEAR), at=AT, by=None)
    module = next(m for m in run.cohort.programme.modules if m.title == "Webinar")
    remove_module(module, by=None)
    other = copy_cohort(cohort, Again("En weer", YEAR), at=AT, by=None)
    written(run)
    written(other)

    planner = sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))
    page = planner.get(f"/cohorts/{run.cohort_id}/copy/{run.id}")
    assert "programma is veranderd" in page.text
    assert (meetings(run.cohort_id), run.accepted_at) == ([], None)
    assert other.accepted_at is not None


def test_by_command_it_is_told_in_json(app: Flask, cohort: Cohort) -> None:
    result = app.test_cli_runner().invoke(
        args=["cohort", "copy", cohort.name, "Nog eens", "--starts-on", "2031-01-06", "--json"]
    )
    facts = json.loads(result.stdout)
    assert facts["kept"] + len(facts["lost"]) == 8
    assert len(meetings(facts["cohort"])) == 8
