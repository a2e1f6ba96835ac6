"""`python -m program.planning groups`: a file of people in, a file of groups out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from program.planning.grouping import Impossible, Sizes
from program.planning.people_file import PeopleFile

ROOT = Path(__file__).parents[3]
PEOPLE: list[dict[str, Any]] = [
    {"id": f"p{n}", "attributes": {"team": "ABC"[n % 3]}, "working_days": [0, 1, 2, 3]}
    for n in range(12)
]
ASKED: dict[str, Any] = {"people": PEOPLE, "groups": 2}


def run(folder: Path, asked: Any, *more: str) -> "subprocess.CompletedProcess[str]":
    (folder / "people.json").write_text(json.dumps(asked), "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "program.planning", "groups", folder / "people.json",
         folder / "out.json", *more],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip


def test_groups_are_written_with_the_ids_of_the_file_and_a_line_says_how_good(
    tmp_path: Path,
) -> None:
    done = run(tmp_path, ASKED | {"apart": [["p0", "p1"]]}, "--seed", "3")

    told, written = json.loads(done.stdout), json.loads((tmp_path / "out.json").read_text())
    assert (done.returncode, told["broken"], told["optimal"]) == (0, 0, True)
    assert told["cost"] == told["bound"] == 24  # two groups with two of each of three teams
    placed = [person for people in written["groups"] for person in people]
    assert sorted(placed) == sorted(person["id"] for person in PEOPLE)
    assert written["weekdays"] == [[0, 1, 2, 3], [0, 1, 2, 3]]


def test_what_cannot_hold_is_named_and_the_exit_code_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, ASKED | {"apart": [["p0", "p1"]], "together": [["p1", "p0"]]})

    broken = json.loads((tmp_path / "out.json").read_text())["broken"]
    assert done.returncode == 1
    assert broken == [{"rule": "group.together", "one": "p0", "other": "p1"}]


def test_a_file_that_makes_no_sense_is_refused_with_a_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, ASKED | {"sizes": [1, 2]})

    assert (done.returncode, done.stderr) == (
        2, "The groups hold 2 to 4 people, and there are 12.\n",
    )  # fmt: skip


def test_the_command_loads_neither_the_web_nor_a_solver_library() -> None:
    heavy = ["flask", "sqlalchemy", "numpy", "ortools", "pandas"]
    code = "import sys, program.planning.__main__; print([m for m in {} if m in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-c", code.format(heavy)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("more", "sizes"),
    [
        ({}, (Sizes(6, 6),) * 2),
        ({"groups": 5}, (Sizes(2, 3),) * 5),
        ({"sizes": [5, 7]}, (Sizes(5, 7),) * 2),
        ({"groups": None, "sizes": [3, 5]}, (Sizes(3, 5),) * 3),
        ({"sizes": [[4, 4], [8, 8]]}, (Sizes(4, 4), Sizes(8, 8))),
    ],
)
def test_sizes_are_for_all_groups_or_for_each(
    more: dict[str, Any], sizes: tuple[Sizes, ...]
) -> None:
    assert PeopleFile(ASKED | more).problem.sizes == sizes


@pytest.mark.parametrize(
    ("heavy", "told"),
    [
        ({"attributes": {"team": 10**10}}, "0 to 1000"),
        ({"attributes": {"team": -1}}, "0 to 1000"),
        ({"common_weekday": 10**10}, "0 to 100000"),
    ],
)
def test_a_weight_that_cannot_be_counted_with_is_refused(
    tmp_path: Path, heavy: dict[str, Any], told: str
) -> None:
    done = run(tmp_path, ASKED | heavy)

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_groups_without_a_largest_size_are_made(tmp_path: Path) -> None:
    done = run(tmp_path, ASKED | {"sizes": [1, 10**10], "attributes": {"team": 1_000}})

    assert (done.returncode, json.loads(done.stdout)["optimal"]) == (0, True)


def test_nobody_may_be_with_the_own_manager_when_both_take_part() -> None:
    people = [{"id": 1, "manager": 2}, {"id": 2, "manager": 99}, {"id": 3, "manager": 3}]

    assert PeopleFile(people).problem.apart == ((0, 1),)


@pytest.mark.parametrize(
    "wrong",
    [
        "text",
        {},
        {"people": [{"name": "no id"}]},
        {"people": [{"id": 1}, {"id": "1"}]},
        {"people": [{"id": 1}], "apart": [[1, 2]]},
        {"people": [{"id": 1}], "sizes": []},
    ],
)
def test_a_wrong_file_says_what_is_wrong(wrong: Any) -> None:
    with pytest.raises(Impossible):
        PeopleFile(wrong)
