from typing import Any

import pytest
from sqlalchemy import select

from program.cohorts.models import Cohort
from program.core.audit import AuditEntry
from program.core.db import db
from program.core.errors import Refusal
from program.planning.actions.ruling import reset_rule, set_rule
from program.planning.models import PlanRule
from program.planning.rules import HARD, OFF, WISH, Rule
from tests.factories import make_cohort, make_module, make_programme
from tests.planning.stored import AT

WIDER = Rule("parallel.window", WISH, 6, {"days": 35})


def ruled(cohort: Cohort, rule: Rule) -> None:
    set_rule(cohort, rule, at=AT, by=None)
    db.session.commit()


def remembered() -> list[tuple[str, int | None, str, int, dict[str, Any]]]:
    rows = db.session.scalars(select(PlanRule).order_by(PlanRule.id))
    return [(row.key, row.module_id, row.state, row.weight, row.value) for row in rows]


def noted() -> list[str]:
    wanted = select(AuditEntry.action).where(AuditEntry.action.like("plan.rule%"))
    return list(db.session.scalars(wanted.order_by(AuditEntry.id)))


@pytest.mark.usefixtures("each_app")
def test_a_rule_that_is_set_twice_is_as_it_was_set_last() -> None:
    cohort = make_cohort()

    ruled(cohort, Rule("day.school", OFF))
    ruled(cohort, Rule("day.school", WISH, 90))

    assert remembered() == [("day.school", None, "wish", 90, {})]
    assert noted() == ["plan.rule_set", "plan.rule_set"]


@pytest.mark.usefixtures("app")
def test_a_rule_for_a_module_stands_beside_the_one_for_all() -> None:
    programme = make_programme()
    module = make_module(programme)
    cohort = make_cohort(programme=programme)

    ruled(cohort, WIDER)
    ruled(cohort, Rule("parallel.window", OFF, module=module.id))

    assert [(key, of) for key, of, *_rest in remembered()] == [
        ("parallel.window", None), ("parallel.window", module.id),
    ]  # fmt: skip


@pytest.mark.usefixtures("app")
def test_a_rule_as_usual_need_not_be_remembered() -> None:
    cohort = make_cohort()
    ruled(cohort, WIDER)

    ruled(cohort, Rule("parallel.window", WISH, 6, {"days": 28}))

    assert remembered() == []
    assert noted() == ["plan.rule_set", "plan.rule_reset"]


@pytest.mark.usefixtures("app")
def test_a_rule_that_was_set_can_be_forgotten_again() -> None:
    cohort = make_cohort()
    ruled(cohort, WIDER)

    reset_rule(cohort, "parallel.window", at=AT, by=None)
    reset_rule(cohort, "parallel.window", at=AT, by=None)
    db.session.commit()

    assert remembered() == []
    assert noted() == ["plan.rule_set", "plan.rule_reset"]


@pytest.mark.usefixtures("app")
def test_setting_what_is_set_already_changes_nothing() -> None:
    cohort = make_cohort()
    ruled(cohort, WIDER)
    version = db.session.get_one(Cohort, cohort.id, populate_existing=True).version

    ruled(cohort, WIDER)

    assert db.session.get_one(Cohort, cohort.id, populate_existing=True).version == version
    assert noted() == ["plan.rule_set"]


@pytest.mark.usefixtures("app")
def test_pages_of_the_cohort_are_made_anew() -> None:
    cohort = make_cohort()
    version = cohort.version

    ruled(cohort, WIDER)

    assert db.session.get_one(Cohort, cohort.id, populate_existing=True).version == version + 1


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Rule("no.such.rule", OFF), "state"),
        (Rule("trainer.away", OFF), "state"),
        (Rule("day.school", WISH, 0), "weight"),
        (Rule("day.school", WISH, 1_000_000), "weight"),
        (Rule("day.school", HARD, 1, {"days": 3}), "days"),
        (Rule("parallel.window", HARD, 1, {"days": "a week"}), "days"),
        (Rule("parallel.window", HARD, 1, {"days": -1}), "days"),
        (Rule("parallel.window", HARD, 1, module=1_000_000), "module"),
    ],
)
@pytest.mark.usefixtures("app")
def test_a_wrong_setting_is_refused_beside_its_field(rule: Rule, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        set_rule(make_cohort(), rule, at=AT, by=None)

    assert refused.value.field == field


@pytest.mark.usefixtures("app")
def test_a_module_of_another_programme_is_refused() -> None:
    cohort = make_cohort()
    foreign = make_module(make_programme())

    with pytest.raises(Refusal):
        set_rule(cohort, Rule("gap.most", OFF, module=foreign.id), at=AT, by=None)
