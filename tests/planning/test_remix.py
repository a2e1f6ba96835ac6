"""The rounds to come, mixed anew: whoever met meets others, and dates stay where they can."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from flask import Flask

from program.accounts.models import Role
from program.cohorts.models import Cohort, Group, GroupKind, TableTask
from program.core.db import db
from program.meetings.models import Meeting
from program.planning.actions import NothingToPlan, Wish, accept, pose
from program.planning.check import check
from program.planning.models import PlanRun, RunKind
from program.planning.problem import Limits, Met, Plan, Problem
from program.planning.remix import remix
from program.planning.solver import solve
from tests.english import sign_in
from tests.factories import grant, make_person
from tests.planning.cases import TALK, small
from tests.planning.stored import AT, plannable, solved

FEW = Limits(steps=2_000)


def standing(**given: object) -> tuple[Problem, Plan]:
    """A plan that stands, and the question what to do now."""
    problem = small(**given)
    plan = solve(problem, FEW).plan
    asked = replace(
        problem, groups=plan.groups, tables=plan.tables, standing=plan.meetings,
        from_on=problem.starts_on,
    )  # fmt: skip
    return asked, plan


def pairs(plan: Plan) -> set[tuple[int, int]]:
    found = {(a, b) for mix in plan.tables for t in mix.tables for a, b in combinations(t, 2)}
    return {(min(pair), max(pair)) for pair in found}


def test_whoever_met_already_sits_with_others_and_every_rule_holds() -> None:
    asked, plan = standing()
    first = plan.tables[0].tables[0]
    group_of = {person: g for g, group in enumerate(plan.groups) for person in group}
    met = [p for p in combinations(first, 2) if group_of[p[0]] != group_of[p[1]]][:2]
    asked = replace(asked, met=tuple(Met(one, other, 3) for one, other in met))

    anew = remix(asked, FEW).plan

    assert pairs(anew) & set(met) == set()
    report = check(asked, anew)
    assert (report.broken, report.unplaced) == ((), ())


def test_groups_and_what_is_for_everybody_stays_where_it_is() -> None:
    asked, plan = standing()

    anew = remix(asked, replace(FEW, seed=9)).plan

    before = {(m.module, m.round, m.group): m.starts_at for m in plan.meetings}
    after = {(m.module, m.round, m.group): m.starts_at for m in anew.meetings}
    assert anew.groups == plan.groups
    assert before.keys() == after.keys()
    assert all(after[key] == before[key] for key in before if key[0] != TALK)


def test_the_dates_of_tables_stay_when_everybody_can_always_come() -> None:
    asked, plan = standing(ends_on=date(2030, 1, 7) + timedelta(days=300))

    anew = remix(asked, FEW).plan

    moved = set(plan.meetings) ^ set(anew.meetings)
    assert len(moved) <= 2


def test_tables_that_are_over_or_locked_keep_their_people() -> None:
    asked, plan = standing()
    kept = tuple(replace(m, kept=True) for m in plan.meetings if (m.module, m.round) == (TALK, 1))
    rest = tuple(m for m in plan.meetings if (m.module, m.round) != (TALK, 1))

    anew = remix(replace(asked, kept=kept, standing=rest), FEW).plan

    assert anew.tables[0] == plan.tables[0]


def test_the_same_seed_gives_the_same_tables() -> None:
    asked, _plan = standing()

    assert remix(asked, FEW).plan == remix(asked, FEW).plan


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    cohort = plannable()
    accept(solved(cohort), at=AT, by=None)
    db.session.commit()
    return cohort


def test_asked_for_and_accepted_it_changes_the_draft_of_the_tables_only(cohort: Cohort) -> None:
    times = {m.id: m.starts_at for m in db.session.query(Meeting) if m.group_id is None}
    run = pose(cohort, Wish(tables=True, steps=200), at=AT, by=None)
    problem = run.question["problem"]

    assert run.kind == RunKind.TABLES
    assert {m["module"] for m in problem["standing"]} >= {
        mix["module"] for mix in problem["tables"]
    }
    assert {m.id: m.starts_at for m in db.session.query(Meeting) if m.group_id is None} == times


def test_an_accepted_plan_stores_who_does_what_at_each_table(cohort: Cohort) -> None:
    tables = db.session.query(Group).filter_by(kind=GroupKind.TABLE).all()

    for table in tables:
        tasks = sorted(m.task for m in table.memberships if m.task is not None)
        assert tasks == sorted(TableTask)
    assert len(tables) == 4


def test_without_tables_to_come_there_is_nothing_to_mix(app: Flask) -> None:
    with pytest.raises(NothingToPlan):
        pose(plannable(), Wish(tables=True), at=AT, by=None)


def test_the_button_asks_for_it_and_shows_the_run(app: Flask, cohort: Cohort) -> None:
    number = cohort.id
    trainer = sign_in(app, grant(make_person(), Role.TRAINER, cohort.organisation))

    page = trainer.get(f"/cohorts/{number}/plan/tables")
    answer = trainer.post(f"/cohorts/{number}/plan/tables", data={"seed": "4", "from_on": ""})

    run = db.session.query(PlanRun).order_by(PlanRun.id.desc()).first()
    assert page.status_code == 200
    assert run is not None
    assert (run.kind, run.seed) == (RunKind.TABLES, 4)
    assert answer.headers["Location"].endswith(f"/plan/{run.id}")


def test_nothing_to_mix_is_said_on_the_page(app: Flask) -> None:
    cohort = plannable()
    trainer = sign_in(app, grant(make_person(), Role.TRAINER, cohort.organisation))

    answer = trainer.post(f"/cohorts/{cohort.id}/plan/tables", data={"seed": "1"})

    assert answer.status_code == 422
    assert "Make a plan first" in answer.get_data(as_text=True)
