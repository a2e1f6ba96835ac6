"""The page "Mix": what planners see of a proposal of groups, and do with it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.cohorts.models import Cohort, Enrolment, GroupMembership, Pair
from program.core.db import db
from program.planning.actions import improve, move_people
from program.planning.mix import Mix
from program.planning.models import PlanRun, RunKind, RunState
from tests.conftest import sign_in
from tests.factories import grant, make_person
from tests.planning.grouping.mixing import done, proposed
from tests.planning.stored import plannable, solved

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return plannable()


@pytest.fixture
def planner(app: Flask, cohort: Cohort) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))


def groups_of(run: PlanRun) -> list[list[int]]:
    db.session.refresh(run)
    return [list(people) for people in (run.proposal or {})["groups"]]


def sent(run: PlanRun, do: str, *people: int, version: int = 0, to: int = 0) -> dict[str, object]:
    return {"version": version, "do": do, "to": to, "person": list(people)}


def address(cohort: Cohort, more: str = "") -> str:
    return f"/cohorts/{cohort.id}/mix{more}"


def test_at_first_the_page_asks_what_to_spread(planner: FlaskClient, cohort: Cohort) -> None:
    page = planner.get(address(cohort)).text

    assert 'name="spread-department"' in page
    assert 'name="spread-organisation"' not in page  # one client: nothing to spread
    assert 'id="arrangement"' not in page


def test_what_is_ticked_is_asked_of_the_planner(planner: FlaskClient, cohort: Cohort) -> None:
    form = {"spread-gender": "on", "weight-gender": "4", "weight-department": "2", "groups": 4,
            "least": 1, "most": 3, "seed": 7}  # fmt: skip

    answer = planner.post(address(cohort), data=form)

    run = db.session.scalars(select(PlanRun)).one()
    problem = run.question["problem"]
    assert answer.status_code == 302
    assert (run.kind, run.seed, run.state) == (RunKind.GROUPS, 7, RunState.QUEUED)
    assert problem["attributes"] == [{"key": "gender", "weight": 4}]
    assert problem["sizes"] == [{"least": 1, "most": 3}] * 4


def test_sizes_that_do_not_hold_everybody_are_refused_beside_the_field(
    planner: FlaskClient, cohort: Cohort
) -> None:
    form = {"spread-gender": "on", "groups": 2, "least": 1, "most": 3, "seed": 1}

    answer = planner.post(address(cohort), data=form)

    assert answer.status_code == 422
    assert "2 groepen van 1 tot 3 mensen" in answer.text


def test_a_proposal_is_shown_as_groups_with_how_good_they_are(
    planner: FlaskClient, cohort: Cohort
) -> None:
    proposed(cohort)

    page = planner.get(address(cohort)).text

    assert "Dit is de best mogelijke verdeling." in page
    assert len(re.findall(r'class="card mixcard"', page)) == 2
    assert len(re.findall(r'name="person"', page)) == 8
    assert 'aria-label="A 2, B 2"' in page  # the department in each group


def test_a_move_without_scripts_comes_back_to_the_page(
    planner: FlaskClient, cohort: Cohort
) -> None:
    run = proposed(cohort)
    person = groups_of(run)[0][0]

    answer = planner.post(
        address(cohort, f"/{run.id}/arrangement"), data=sent(run, "move", person, to=1)
    )

    assert answer.location == address(cohort, f"?run={run.id}#arrangement")
    assert person in groups_of(run)[1]
    page = planner.get(answer.location).text
    assert "3 mensen, terwijl er 4 gevraagd zijn." in page


def test_a_move_with_scripts_brings_the_groups_only(planner: FlaskClient, cohort: Cohort) -> None:
    run = proposed(cohort)
    person = groups_of(run)[0][0]

    answer = planner.post(
        address(cohort, f"/{run.id}/arrangement"),
        data=sent(run, "move", person, to=1), headers=HTMX,
    )  # fmt: skip

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith("<section")
    assert "Verplaatst." in answer.text


def test_who_moves_after_somebody_else_sees_their_groups_first(
    planner: FlaskClient, cohort: Cohort
) -> None:
    run = proposed(cohort)
    first, second = groups_of(run)[0][:2]
    move_people(run, [first], 1, version=0, by=None)
    db.session.commit()

    answer = planner.post(
        address(cohort, f"/{run.id}/arrangement"),
        data=sent(run, "move", second, to=1), headers=HTMX,
    )  # fmt: skip

    assert answer.status_code == 422
    assert "Iemand anders" in answer.text
    assert second in groups_of(run)[0]


def test_who_is_pinned_is_marked_until_unpinned(planner: FlaskClient, cohort: Cohort) -> None:
    run = proposed(cohort)
    person = groups_of(run)[0][0]
    where = address(cohort, f"/{run.id}/arrangement")

    pinned = planner.post(where, data=sent(run, "pin", person), headers=HTMX).text
    free = planner.post(where, data=sent(run, "unpin", person, version=1), headers=HTMX).text

    assert pinned.count('class="pinned"') == 1
    assert free.count('class="pinned"') == 0


def test_the_planner_goes_on_from_here(planner: FlaskClient, cohort: Cohort) -> None:
    run = proposed(cohort)

    planner.post(address(cohort, f"/{run.id}/improvement"))

    better = db.session.scalars(select(PlanRun).order_by(PlanRun.id.desc())).first()
    assert better is not None
    assert better.based_on_id == run.id
    assert better.question["problem"]["start"] == groups_of(run)


def test_while_the_planner_works_the_page_follows_it(planner: FlaskClient, cohort: Cohort) -> None:
    planner.post(address(cohort), data={"spread-gender": "on", "groups": 2, "seed": 1})

    assert 'id="progress"' in planner.get(address(cohort)).text


def test_accepted_groups_are_the_learning_groups(planner: FlaskClient, cohort: Cohort) -> None:
    run = proposed(cohort)

    answer = planner.post(address(cohort, f"/{run.id}/acceptance"), data={"version": 0})

    assert answer.location == f"/cohorts/{cohort.id}/groups"
    assert len(list(db.session.scalars(select(GroupMembership)))) == 8
    assert 'name="do"' not in planner.get(address(cohort)).text  # it is done: no more moves


def test_groups_that_changed_meanwhile_are_not_accepted(
    planner: FlaskClient, cohort: Cohort
) -> None:
    run = proposed(cohort)
    move_people(run, groups_of(run)[0][:1], 1, version=0, by=None)
    db.session.commit()

    answer = planner.post(address(cohort, f"/{run.id}/acceptance"), data={"version": 0})

    assert answer.status_code == 422
    assert list(db.session.scalars(select(GroupMembership))) == []


def test_a_pair_is_named_shown_and_forgotten(planner: FlaskClient, cohort: Cohort) -> None:
    run = proposed(cohort)
    person = groups_of(run)[0][:2]
    numbers = db.session.scalars(select(Enrolment.id).where(Enrolment.person_id.in_(person))).all()

    planner.post(
        address(cohort, "/pairs"),
        data={"one_id": numbers[0], "other_id": numbers[1], "kind": "apart"},
    )

    page = planner.get(address(cohort)).text
    assert "mogen niet in één groep" in page  # the proposal is seen in the light of it at once
    pair = db.session.scalars(select(Pair)).one()
    planner.post(address(cohort, f"/pairs/{pair.id}/removal"))
    assert db.session.scalars(select(Pair)).all() == []


def test_nobody_is_a_pair_with_themselves(planner: FlaskClient, cohort: Cohort) -> None:
    number = db.session.scalars(select(Enrolment.id)).first()

    answer = planner.post(
        address(cohort, "/pairs"), data={"one_id": number, "other_id": number, "kind": "apart"}
    )

    assert answer.status_code == 422
    assert "Kies twee verschillende mensen." in answer.text


def test_a_proposal_of_groups_is_no_plan(planner: FlaskClient, cohort: Cohort) -> None:
    run = proposed(cohort)
    plan = f"/cohorts/{cohort.id}/plan"

    assert planner.get(f"{plan}/{run.id}").location == address(cohort, f"?run={run.id}")
    assert planner.post(f"{plan}/{run.id}/acceptance").status_code == 404
    assert f"{plan}/{run.id}" not in planner.get(plan).text


def test_a_plan_is_no_proposal_of_groups(planner: FlaskClient, cohort: Cohort) -> None:
    run = solved(cohort)

    assert planner.get(address(cohort, f"?run={run.id}")).status_code == 404


def test_what_is_said_counts_from_the_best_possible(cohort: Cohort) -> None:
    run = proposed(cohort)
    one = groups_of(run)[0][0]
    alike = next(
        person
        for person in groups_of(run)[1]
        if _values(run, person)["gender"] != _values(run, one)["gender"]
    )
    better = Mix(run, ())
    run.proposal = (run.proposal or {}) | {
        "groups": [
            [alike if p == one else p for p in groups_of(run)[0]],
            [one if p == alike else p for p in groups_of(run)[1]],
        ]
    }

    worse = Mix(run, ())

    assert better.is_best
    assert not worse.is_best
    assert worse.above == pytest.approx(
        100 * (worse.judged.cost - better.judged.cost) / better.judged.cost
    )


def _values(run: PlanRun, person: int) -> dict[str, str]:
    people = run.question["problem"]["people"]
    return next(dict(row["values"]) for row in people if row["id"] == person)


def test_the_newest_proposal_is_shown_first(planner: FlaskClient, cohort: Cohort) -> None:
    first = proposed(cohort)
    second = done(improve(first, at=first.created_at, by=None))

    assert address(cohort, f"/{second.id}/acceptance") in planner.get(address(cohort)).text
    earlier = planner.get(address(cohort, f"?run={first.id}")).text
    assert address(cohort, f"/{first.id}/acceptance") in earlier
