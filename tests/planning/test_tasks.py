"""Everybody brings a case, chairs and observes equally often."""

from collections import Counter
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from program.planning.solver.mixing.rotate import rotate
from program.planning.solver.mixing.tasks import TASKS, shared_tasks

Rounds = list[list[list[int]]]


def turns(rounds: Rounds, tasks: list[list[tuple[int, ...]]], task: int) -> list[int]:
    count = Counter(people[task] for found in tasks for people in found if len(people) > task)
    return [count[person] for person in sorted({p for r in rounds for t in r for p in t})]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.integers(3, 6), st.integers(1, 9), st.randoms(use_true_random=False))
def test_at_even_tables_nobody_has_two_turns_more_than_another(
    tables: int, size: int, count: int, rng: Random
) -> None:
    rounds = []
    for _ in range(count):
        order = rng.sample(range(tables * size), tables * size)
        rounds.append([order[t * size : (t + 1) * size] for t in range(tables)])

    tasks = shared_tasks(rounds)

    for task in range(TASKS):
        each = turns(rounds, tasks, task)
        assert max(each) - min(each) <= 1
    for found, seated in zip(tasks, rounds, strict=True):
        for people, table in zip(found, seated, strict=True):
            assert len(set(people)) == len(people) == TASKS
            assert set(people) <= set(table)


@pytest.mark.parametrize(
    ("seed", "tables", "count"),
    [(1091, 3, 5), (1759, 4, 7), (4130, 6, 4), (7324, 6, 5), (8006, 6, 8)],  # were uneven once
)
def test_tables_of_three_leave_no_choice_and_still_share_evenly(
    seed: int, tables: int, count: int
) -> None:
    rng, people = Random(seed), range(3 * tables)  # noqa: S311  (repeatable)
    orders = [rng.sample(people, len(people)) for _ in range(count)]
    rounds = [[order[t : t + 3] for t in people[::3]] for order in orders]

    tasks = shared_tasks(rounds)

    for task in range(TASKS):
        each = turns(rounds, tasks, task)
        assert max(each) - min(each) <= 1


def test_ninety_people_in_six_rounds_have_each_task_once() -> None:
    rounds = rotate(15, 6, 6, seed=1, steps=100_000, go_on=lambda *_: True).rounds

    tasks = shared_tasks(rounds)

    assert [turns(rounds, tasks, task) for task in range(TASKS)] == [[1] * 90] * TASKS


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_uneven_tables_share_a_task_as_evenly_as_trying_everything(rng: Random) -> None:
    rounds: Rounds = []
    for _ in range(3):
        there = rng.sample(range(6), rng.randint(3, 6))
        cut = rng.randint(1, len(there) - 1)
        rounds.append([there[:cut], there[cut:]])

    first = turns(rounds, shared_tasks(rounds), 0)

    places = [table for tables in rounds for table in tables]
    best = min(sum(n * n for n in Counter(chosen).values()) for chosen in product(*places))
    assert sum(n * n for n in first) == best


def test_what_was_done_before_stays_and_counts() -> None:
    rounds = [[[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [4, 5, 6]]]

    tasks = shared_tasks(rounds, {(0, 0): (1, 2, 3), (0, 1): (4, 5, 6)})

    assert tasks[0] == [(1, 2, 3), (4, 5, 6)]
    assert tasks[1][0][0] != 1
    assert tasks[1][0][1] != 2
    assert [max(turns(rounds, tasks, task)) for task in range(TASKS)] == [1, 1, 1]


def test_a_small_table_has_as_many_tasks_as_people() -> None:
    assert shared_tasks([[[7], [8, 9], []]]) == [[(7,), (8, 9), ()]]
