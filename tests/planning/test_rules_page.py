import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.cohorts.models import Cohort
from program.core.audit import AuditEntry
from program.core.db import db
from program.planning import queries
from program.planning.account import costs_by_rule
from program.planning.actions import ask_to_cancel, pose
from program.planning.models import PlanRule
from program.planning.rulebook import Rulebook
from program.planning.rules import HARD, KINDS, WISH, Rule
from program.programmes.models import Module
from tests.conftest import sign_in
from tests.factories import grant, make_person
from tests.planning.stored import AT, FEW, plannable, solved


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return plannable()


@pytest.fixture
def planner(app: Flask, cohort: Cohort) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))


def stored() -> list[PlanRule]:
    return list(db.session.scalars(select(PlanRule).order_by(PlanRule.id)))


def lines() -> list[str]:
    wanted = select(AuditEntry.action).where(AuditEntry.action.like("plan.rule%"))
    return list(db.session.scalars(wanted.order_by(AuditEntry.id)))


def row_of(page: str, key: str) -> str:
    """What stands in the row of one rule."""
    anchor = "rule-" + key.replace(".", "-")
    return re.split(r"<li id=\"rule-", page.split(f'<li id="{anchor}"')[1])[0]


def test_every_rule_is_on_the_page_once() -> None:
    sections = Rulebook((), {}).sections

    on_page = [line.key for section in sections for line in section.lines]
    always = sum(len(section.always) for section in sections)
    assert len(on_page) == len(set(on_page))
    assert len(on_page) + always == len(KINDS)


def test_a_rule_says_how_it_is_set(planner: FlaskClient, cohort: Cohort) -> None:
    page = planner.get(f"/cohorts/{cohort.id}/plan/rules").text

    row = row_of(page, "parallel.window")
    assert "Wens" in row
    assert "binnen 28 dagen" in row
    assert "Altijd:" in page


def test_a_changed_rule_is_kept_marked_and_written_down_once(
    planner: FlaskClient, cohort: Cohort
) -> None:
    page = planner.post(
        f"/cohorts/{cohort.id}/plan/rules",
        data={"rule": "parallel.window", "state": "wish", "matters": "12", "days": "14"},
        follow_redirects=True,
    ).text

    (rule,) = stored()
    assert (rule.state, rule.weight, rule.value) == ("wish", 12, {"days": 14})
    assert "telt veel, binnen 14 dagen" in row_of(page, "parallel.window")
    assert "Opgeslagen" in row_of(page, "parallel.window")
    assert "1 regel staat anders dan gewoonlijk" in page
    assert lines() == ["plan.rule_set"]


def test_exact_points_go_before_the_level(planner: FlaskClient, cohort: Cohort) -> None:
    planner.post(
        f"/cohorts/{cohort.id}/plan/rules",
        data={"rule": "person.missed", "state": "wish", "matters": "40", "weight": "37"},
    )
    page = planner.get(f"/cohorts/{cohort.id}/plan/rules?rule=person.missed").text

    assert stored()[0].weight == 37
    assert "37 punten" in row_of(page, "person.missed")
    assert "zoals nu: 37 punten" in row_of(page, "person.missed")


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("parallel.window", {"state": "wish", "matters": "6", "days": "many"}),
        ("parallel.window", {"state": "wish", "matters": "6", "days": "0"}),
        ("parallel.weekday", {"state": "wish", "matters": "40", "percent": "101"}),
        ("person.missed", {"state": "hard", "matters": "40"}),
        ("person.missed", {"state": "wish", "matters": "40", "weight": "-3"}),
        ("weekday.preferred", {"state": "wish", "matters": "20"}),  # on no weekday at all
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    planner: FlaskClient, cohort: Cohort, key: str, typed: dict[str, str]
) -> None:
    answer = planner.post(f"/cohorts/{cohort.id}/plan/rules", data=typed | {"rule": key})

    assert answer.status_code == 422
    assert 'class="error"' in row_of(answer.text, key)
    assert stored() == []


def test_weekdays_are_ticked(planner: FlaskClient, cohort: Cohort) -> None:
    page = planner.post(
        f"/cohorts/{cohort.id}/plan/rules",
        data={
            "rule": "weekday.preferred",
            "state": "wish",
            "matters": "20",
            "weekdays": ["1", "3"],
        },
        follow_redirects=True,
    ).text

    assert stored()[0].value == {"weekdays": 0b01010}
    assert "di do" in row_of(page, "weekday.preferred")


def test_a_rule_is_otherwise_for_one_module_and_as_usual_again(
    planner: FlaskClient, cohort: Cohort
) -> None:
    module = db.session.scalars(select(Module).where(Module.title == "Dag")).one()
    address = f"/cohorts/{cohort.id}/plan/rules"
    data = {
        "rule": "parallel.window",
        "state": "off",
        "matters": "6",
        "days": "28",
        "module": str(module.id),
    }

    page = planner.post(address, data=data, follow_redirects=True).text
    assert re.search(r"Dag:\s*<b>Uit</b>", row_of(page, "parallel.window"))
    assert [row.module_id for row in stored()] == [module.id]

    planner.post(f"{address}/usual", data={"rule": "parallel.window", "module": str(module.id)})
    assert stored() == []
    assert lines() == ["plan.rule_set", "plan.rule_reset"]


@pytest.mark.parametrize("key", ["room.size", "no.such", "order"])
def test_a_rule_that_cannot_be_set_is_refused(
    planner: FlaskClient, cohort: Cohort, key: str
) -> None:
    answer = planner.post(f"/cohorts/{cohort.id}/plan/rules", data={"rule": key, "state": "off"})

    assert answer.status_code == 422
    assert "kan niet zo worden ingesteld" in answer.text
    assert stored() == []


def test_the_cost_of_a_wish_in_the_last_plan_stands_beside_it() -> None:
    book = Rulebook(
        (Rule("pace", HARD),), {}, costs_by_rule({"cost_by_rule": {"person.missed": 80.2}})
    )

    assert book.line("person.missed").cost == 80
    assert book.line("room.price").cost == 0
    assert book.line("tables.again").cost is None  # not counted with the dates
    assert Rulebook((), {}, costs_by_rule(None)).line("pace").cost is None
    assert book.line("person.missed").rule.state == WISH


def test_a_plan_that_was_stopped_while_it_waited_does_not_hide_the_last_one(
    planner: FlaskClient, cohort: Cohort
) -> None:
    run = solved(cohort)
    run.proposal = (run.proposal or {}) | {"cost_by_rule": {"person.missed": 80.2}}
    ask_to_cancel(pose(cohort, FEW, at=AT, by=None), at=AT, by=None)
    db.session.commit()

    page = planner.get(f"/cohorts/{cohort.id}/plan/rules").text

    assert "80 punten in de laatste planning" in row_of(page, "person.missed")
    assert db.session.scalars(queries.last_plan(cohort.id)).one() == run
