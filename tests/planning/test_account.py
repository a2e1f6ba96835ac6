from flask import Flask

from program.planning.account import Account
from tests.planning.stored import make_participant, plannable, solved


def test_the_rules_hold_all_points_of_a_plan(app: Flask) -> None:
    cohort = plannable()
    make_participant(cohort, working_days=0b11110)  # misses what is fixed on a Monday
    with app.test_request_context("/"):
        account = Account(solved(cohort))

        assert sum(entry.points for entry in account.rules) == account.total > 0
        assert [e.points for e in account.rules] == sorted(
            (e.points for e in account.rules), reverse=True
        )


def test_who_misses_a_session_is_named_with_why(app: Flask) -> None:
    cohort = plannable()
    away = make_participant(cohort, working_days=0b11110)
    with app.test_request_context("/"):
        people = {entry.name: entry for entry in Account(solved(cohort)).people}

    assert people[away.name].points >= 40
    assert any("Aftrap" in why for why in people[away.name].why)
