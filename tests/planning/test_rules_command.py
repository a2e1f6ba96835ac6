import json

from flask import Flask

from program.core.db import db
from program.planning.models import PlanRule
from tests.planning.stored import plannable


def stored() -> list[PlanRule]:
    return list(db.session.scalars(db.select(PlanRule)))


def test_the_rules_of_a_cohort_are_printed(app: Flask) -> None:
    cohort = plannable()

    result = app.test_cli_runner().invoke(args=["plan", "rules", cohort.name, "--json"])

    rules = {rule["rule"]: rule for rule in json.loads(result.output)["rules"]}
    assert rules["parallel.window"]["value"] == {"days": 28}
    assert rules["room.size"]["state"] == "hard"
    assert not any(rule["changed"] for rule in rules.values())


def test_a_rule_is_set_and_what_is_not_named_stays(app: Flask) -> None:
    cohort = plannable()
    runner = app.test_cli_runner()

    set_value = runner.invoke(
        args=["plan", "rule", cohort.name, "parallel.window", "--value", "days=14"]
    )
    runner.invoke(args=["plan", "rule", cohort.name, "parallel.window", "--weight", "9"])

    assert "binnen 14 dagen" in set_value.output
    (rule,) = stored()
    assert (rule.state, rule.weight, rule.value) == ("wish", 9, {"days": 14})


def test_a_rule_is_as_usual_again(app: Flask) -> None:
    cohort = plannable()
    runner = app.test_cli_runner()
    runner.invoke(args=["plan", "rule", cohort.name, "pace", "--state", "off"])

    runner.invoke(args=["plan", "rule", cohort.name, "pace", "--usual"])

    assert stored() == []


def test_what_cannot_be_is_refused_in_a_sentence(app: Flask) -> None:
    cohort = plannable()
    runner = app.test_cli_runner()

    wrong = [
        runner.invoke(args=["plan", "rule", cohort.name, "pace", "--state", "hard"]),
        runner.invoke(args=["plan", "rule", cohort.name, "parallel.window", "--value", "days"]),
        runner.invoke(args=["plan", "rule", cohort.name, "parallel.window", "--value", "weeks=2"]),
    ]

    assert [result.exit_code for result in wrong] == [1, 1, 1]
    assert "NAME=NUMBER" in wrong[1].output
    assert stored() == []
