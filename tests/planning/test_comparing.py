"""Two proposals side by side."""

from dataclasses import replace
from datetime import timedelta

from flask import Flask

from program.accounts.models import Role
from program.planning.actions import Wish
from program.planning.comparing import compare
from program.planning.problem import Limits
from program.planning.solver import solve
from tests.conftest import sign_in
from tests.factories import grant, make_person
from tests.planning.cases import DAY, small
from tests.planning.stored import plannable, solved

FEW = Limits(steps=500)


def test_a_plan_beside_itself_differs_in_nothing() -> None:
    problem = small()
    plan = solve(problem, FEW).plan
    found = compare(problem, plan, plan)
    assert (found.changes, found.people, found.one) == ((), (), found.other)


def test_what_moved_who_notices_and_what_it_costs_are_told() -> None:
    problem = small()
    plan = solve(problem, FEW).plan
    day = next(m for m in plan.meetings if m.module == DAY)
    late = replace(day, starts_at=day.begins + timedelta(days=70))
    other = replace(plan, meetings=tuple(late if m is day else m for m in plan.meetings))
    found = compare(problem, plan, other)
    assert [change.key for change in found.moved] == [(DAY, 1, day.group)]
    assert day.group is not None
    assert found.people == plan.groups[day.group]
    assert found.other.broken > found.one.broken == 0
    assert found.other.points["pace"] > found.one.points.get("pace", 0)
    assert "pace" in found.rules


def test_the_page_shows_two_proposals_of_this_cohort_only(app: Flask) -> None:
    cohort = plannable()
    one, other = solved(cohort), solved(cohort, Wish(seed=9, steps=150))
    planner = sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))
    address = f"/cohorts/{cohort.id}/plan/compare"
    page = planner.get(f"{address}?one={one.id}&other={other.id}")
    assert "Wat elk inhoudt" in page.text
    assert f"Voorstel {other.id}" in page.text
    assert "Kies twee verschillende voorstellen." in planner.get(address).text
    same = planner.get(f"{address}?one={one.id}&other={one.id}")
    assert "Kies twee verschillende voorstellen." in same.text
    assert planner.get(f"{address}?one=x&other=999").status_code == 200
