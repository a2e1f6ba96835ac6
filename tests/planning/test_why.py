"""Asking why a plan is not right: by itself, on its page, by command; and doing what helps."""

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select

from program.accounts.models import Role
from program.cohorts.models import Cohort
from program.core.audit import AuditEntry
from program.core.db import db
from program.core.errors import Refusal
from program.planning.actions import Wish, pose
from program.planning.actions.asking_why import ask_why
from program.planning.actions.easing import ease
from program.planning.jobs import claim, solve_next, work_on
from program.planning.models import PlanRule, PlanRun, RunKind, RunState
from program.planning.why import Why
from program.programmes.models import Module
from tests.conftest import sign_in
from tests.factories import grant, make_person
from tests.planning.stored import AT, plannable, solved

FEW = Wish(steps=300, seconds=20)


def impossible() -> Cohort:
    """The day for the groups must come within three days of the kick-off on a Friday."""
    cohort = plannable()
    kick_off, day = _modules(cohort)[:2]
    kick_off.fixed_on = date(2030, 1, 11)
    day.min_gap_days, day.max_gap_days = 1, 2
    db.session.commit()
    return cohort


def _modules(cohort: Cohort) -> list[Module]:
    wanted = select(Module).where(Module.programme_id == cohort.programme_id)
    return list(db.session.scalars(wanted.order_by(Module.position)))


def runs(kind: RunKind) -> list[PlanRun]:
    return list(db.session.scalars(select(PlanRun).where(PlanRun.kind == kind)))


def explained(cohort: Cohort) -> PlanRun:
    run = solved(cohort, FEW)
    asked = ask_why(run.id, at=AT, by=None)
    assert asked is not None
    claim(asked.id, AT)
    number = asked.id
    db.session.commit()
    work_on(number)
    return db.session.get_one(PlanRun, number, populate_existing=True)


def planner_of(app: Flask, cohort: Cohort) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.TRAINER, cohort.organisation))


@pytest.mark.usefixtures("app")
def test_a_plan_with_broken_rules_is_explained_by_itself() -> None:
    run = pose(impossible(), FEW, at=AT, by=None)
    number = run.id
    db.session.commit()

    assert solve_next()
    assert solve_next()

    (asked,) = runs(RunKind.REASONS)
    assert (asked.based_on_id, asked.state) == (number, RunState.DONE)
    assert asked.reasons
    assert asked.reasons["troubles"]


@pytest.mark.usefixtures("app")
def test_a_plan_in_which_every_rule_holds_is_not_explained() -> None:
    pose(plannable(), FEW, at=AT, by=None)
    db.session.commit()

    solve_next()

    assert runs(RunKind.REASONS) == []


@pytest.mark.usefixtures("app")
def test_the_reasons_stand_in_nobodys_way() -> None:
    cohort = impossible()
    ask_why(solved(cohort, FEW).id, at=AT, by=None)
    db.session.commit()

    again = pose(cohort, FEW, at=AT, by=None)

    assert again.kind == RunKind.PLAN


@pytest.mark.usefixtures("each_app")
def test_why_is_asked_once() -> None:
    run = solved(impossible(), FEW)

    first, second = ask_why(run.id, at=AT, by=None), ask_why(run.id, at=AT, by=None)
    db.session.commit()

    assert first is second
    assert len(runs(RunKind.REASONS)) == 1
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.why_asked"))
    assert len(noted.all()) == 1


@pytest.mark.usefixtures("app")
def test_the_reasons_are_told_in_dutch_and_in_english() -> None:
    asked = explained(impossible())

    with force_locale("nl"):
        (dutch, *_more) = Why(asked).troubles
    with force_locale("en"):
        (english, *_more) = Why(asked).troubles

    assert dutch.head == "Deze regels gaan niet samen. Zodra één ervan wijkt, kan het wel:"
    assert dutch.rules == [
        "Dag minstens 1 dagen na Aftrap", "Dag hoogstens 2 dagen na Aftrap",
        "Aftrap ligt vast op vr 11 jan 2030",
    ]  # fmt: skip
    assert "Dag at most 2 days after Aftrap" in english.rules
    assert "Sta 3 dagen in plaats van 2 toe tussen Aftrap en Dag" in [w.what for w in dutch.ways]
    assert "Allow 3 days instead of 2 between Aftrap and Dag" in [w.what for w in english.ways]
    assert any(way.outcome.startswith("Dan kan aan alle regels") for way in dutch.ways)


def way_of(run: PlanRun, deed: str, key: str) -> int:
    ways: list[dict[str, Any]] = (run.reasons or {})["troubles"][0]["ways"]
    return next(n for n, w in enumerate(ways) if (w["deed"], w["rule"]["key"]) == (deed, key))


@pytest.mark.usefixtures("app")
def test_a_gap_is_made_wider_in_the_programme() -> None:
    asked = explained(impossible())

    ease(asked, 0, way_of(asked, "wider", "gap.most"), at=AT, by=None)
    db.session.commit()

    day = _modules(asked.cohort)[1]
    assert (day.min_gap_days, day.max_gap_days) == (1, 3)


@pytest.mark.usefixtures("app")
def test_a_module_that_is_eased_stays_as_it_is_otherwise() -> None:
    asked = explained(impossible())
    day = _modules(asked.cohort)[1]
    day.evening, day.online, day.trainers = True, True, 2
    db.session.commit()
    before = _columns(day)

    ease(asked, 0, way_of(asked, "wider", "gap.most"), at=AT, by=None)
    db.session.commit()

    assert _columns(day) == before | {"max_gap_days": 3}


def _columns(module: Module) -> dict[str, Any]:
    return {column.key: getattr(module, column.key) for column in Module.__table__.columns}


@pytest.mark.usefixtures("app")
def test_a_rule_becomes_a_wish_for_the_module() -> None:
    asked = explained(impossible())

    ease(asked, 0, way_of(asked, "wish", "gap.most"), at=AT, by=None)
    db.session.commit()

    (rule,) = db.session.scalars(select(PlanRule)).all()
    day = _modules(asked.cohort)[1]
    assert (rule.key, rule.module_id, rule.state) == ("gap.most", day.id, "wish")


@pytest.mark.usefixtures("app")
def test_a_fixed_date_is_let_go_of() -> None:
    asked = explained(impossible())

    ease(asked, 0, way_of(asked, "free", "day.fixed"), at=AT, by=None)
    db.session.commit()

    assert _modules(asked.cohort)[0].fixed_on is None


@pytest.mark.usefixtures("app")
def test_advice_that_is_not_there_is_refused() -> None:
    asked = explained(impossible())

    with pytest.raises(Refusal):
        ease(asked, 7, 0, at=AT, by=None)


def test_the_page_names_the_rules_and_what_would_help(app: Flask) -> None:
    asked = explained(impossible())
    client = planner_of(app, asked.cohort)

    text = client.get(f"/cohorts/{asked.cohort_id}/plan/{asked.based_on_id}/reasons").text

    assert "Dag hoogstens 2 dagen na Aftrap" in text
    assert "Doe dit en plan opnieuw" in text
    assert "bewezen" in text


def test_one_button_does_it_and_plans_again(app: Flask) -> None:
    asked = explained(impossible())
    client = planner_of(app, asked.cohort)

    answer = client.post(
        f"/cohorts/{asked.cohort_id}/plan/{asked.based_on_id}/reasons/way",
        data={"trouble": 0, "way": way_of(asked, "wider", "gap.most")},
    )

    again = runs(RunKind.PLAN)[-1]
    assert answer.location.endswith(f"/plan/{again.id}")
    assert (again.state, again.based_on_id) == (RunState.QUEUED, asked.based_on_id)
    assert _modules(asked.cohort)[1].max_gap_days == 3


def test_a_page_without_reasons_offers_to_look_for_them(app: Flask) -> None:
    run = solved(impossible(), FEW)
    client, page = planner_of(app, run.cohort), f"/cohorts/{run.cohort_id}/plan/{run.id}/reasons"

    assert "Zoek uit waarom" in client.get(page).text
    client.post(page)

    assert [asked.based_on_id for asked in runs(RunKind.REASONS)] == [run.id]
    assert "De redenen worden gezocht" in client.get(page).text


def test_the_question_itself_leads_to_its_answer(app: Flask) -> None:
    run = solved(impossible(), FEW)
    asked = ask_why(run.id, at=AT, by=None)
    db.session.commit()
    assert asked is not None

    answer = planner_of(app, run.cohort).get(f"/cohorts/{run.cohort_id}/plan/{asked.id}")

    assert answer.location.endswith(f"/plan/{run.id}/reasons")


def test_who_stops_the_search_for_reasons_can_ask_again(app: Flask) -> None:
    run = solved(impossible(), FEW)
    ask_why(run.id, at=AT, by=None)
    db.session.commit()
    client, page = planner_of(app, run.cohort), f"/cohorts/{run.cohort_id}/plan/{run.id}/reasons"
    (asked,) = runs(RunKind.REASONS)

    client.post(f"/cohorts/{run.cohort_id}/plan/{asked.id}/cancellation")
    assert "Zoek uit waarom" in client.get(page).text
    client.post(page)

    assert [each.state for each in runs(RunKind.REASONS)] == [RunState.CANCELLED, RunState.QUEUED]


def test_a_right_plan_has_nothing_to_explain(app: Flask) -> None:
    run = solved(plannable())
    client, page = planner_of(app, run.cohort), f"/cohorts/{run.cohort_id}/plan/{run.id}/reasons"

    assert "er valt niets te verklaren" in client.get(page).text
    assert client.post(page).status_code == 422


def test_by_command_it_is_told_and_the_exit_code_says_so(app: Flask) -> None:
    cohort = impossible()
    solved(cohort, FEW)
    runner = app.test_cli_runner()

    told = runner.invoke(args=["plan", "explain", str(cohort.id), "--language", "en", "--json"])

    assert told.exit_code == 1
    (problem, *_more) = json.loads(told.stdout)["problems"]
    assert "Dag at most 2 days after Aftrap" in problem["rules"]
    assert any(way["helps"] for way in problem["ways"])
