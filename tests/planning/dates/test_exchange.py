"""Questions in the exchange format: read, solved, written, and judged apart from the solver."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from program.planning.problem import Limits
from program.planning.solver.dates.recount import recount, total_cost
from program.planning.solver.dates.search import search
from program.planning.solver.exchange import is_exchange, judge, model_of, rows_of
from program.planning.solver.model import Calendar, Model, Place
from tests.planning.dates.exchange_cases import exchange_question

Rows = list[dict[str, int]]


def solved(question: dict[str, Any], steps: int = 40_000) -> Rows:
    found = search(model_of(question), Limits(steps=steps), lambda _progress: True)
    return rows_of(question, found.calendar)


def anywhere(model: Model, seed: int) -> Calendar:
    """A calendar without sense: any open day, any trainer."""
    dice = Random(seed)  # noqa: S311
    places = []
    for meeting in model.meetings:
        option = dice.randrange(len(meeting.options))
        open_days = meeting.options[option].open
        day = dice.choice([d for d in range(model.days) if open_days >> d & 1])
        places.append(Place(day, option, 0, (dice.choice(meeting.trainers).number,)))
    return tuple(places)


def test_a_question_is_solved_without_breaking_a_rule() -> None:
    question = exchange_question()

    hard, cost = judge(question, solved(question))

    assert hard == 0
    assert cost > 0


def times(question: dict[str, Any], many: int) -> dict[str, Any]:
    """The same, where all points are so many."""
    groups = [
        group | {"absent": [points * many for points in group["absent"]]}
        for group in question["groups"]
    ]
    weights = {name: points * many for name, points in question["weights"].items()}
    return question | {"groups": groups, "weights": weights}


def test_the_same_wishes_in_very_large_points_lead_to_as_good_a_plan() -> None:
    question, many = exchange_question(), 10**8

    hard, cost = judge(times(question, many), solved(times(question, many)))

    assert (hard, cost) == (0, many * judge(question, solved(question))[1])


def test_points_and_days_without_end_break_no_rule_and_stop_no_work() -> None:
    question = times(exchange_question(), 10**12)
    rules = question["rules"] | {"window": 2**31 - 1, "max_gap": 10**12}

    assert judge(question, solved(question | {"rules": rules}, 4_000))[0] == 0


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_judge_and_the_slow_count_agree_on_any_calendar(seed: int) -> None:
    question = exchange_question(seed % 10)
    model = model_of(question)
    calendar = anywhere(model, seed)

    counted = recount(model, calendar)

    judged = judge(question, rows_of(question, calendar))
    assert judged == (counted.breaches, total_cost(model, counted))


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": 0},  # a plenary
        {"day": 79},  # not a day of this module
        {"trainer": 2},  # not qualified
    ],
)
def test_the_judge_sees_what_is_wrong_with_a_row(wrong: dict[str, int]) -> None:
    question = exchange_question()
    question["trainers"][2]["days"] = [1] * len(question["days"])
    rows = solved(question)

    rows[0] |= wrong

    assert judge(question, rows)[0] > 0


def test_the_judge_misses_a_meeting_that_is_not_there() -> None:
    question = exchange_question()

    assert judge(question, solved(question)[1:])[0] > 0


def test_a_problem_of_ours_is_not_taken_for_an_exchange_question() -> None:
    assert is_exchange(exchange_question())
    assert not is_exchange({"starts_on": "2031-01-01", "modules": []})


def test_whom_nobody_can_replace_breaks_the_rule_instead_of_stopping_the_work() -> None:
    question = exchange_question()
    for trainer in question["trainers"]:
        trainer["domains"][0] = 0

    hard, _cost = judge(question, solved(question))

    assert hard == 2 * len(question["groups"])  # two modules of that domain


def test_the_command_solves_a_question_and_says_what_it_comes_to(tmp_path: Path) -> None:
    question, plan = tmp_path / "question.json", tmp_path / "plan.json"
    question.write_text(json.dumps(exchange_question()), "utf-8")

    done = _command("solve", str(question), str(plan), "--steps", "30000", "--seed", "3")

    said = json.loads(done.stdout)
    rows = json.loads(plan.read_text("utf-8"))
    assert (done.returncode, said["hard"], said["steps"]) == (0, 0, 30_000)
    assert judge(exchange_question(), rows) == (0, said["cost"])
    assert said["bound"] <= said["cost"]


def test_the_command_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys, program.planning.__main__; "
        "print([m for m in ('numpy', 'ortools', 'sqlalchemy', 'flask') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "program.planning", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
