import json
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from program.planning.solver.rotations import stored
from program.planning.solver.rotations.bounds import forced_repeats, most_rounds, published
from program.planning.solver.rotations.shapes import Round

SHORT = Path(__file__).with_name("short_of_published.json")
CELLS = [(g, k) for g in range(2, 21) for k in range(2, 21) if g * k <= 150]

rotation = cache(stored)


def meetings(rounds: list[Round]) -> list[tuple[int, int]]:
    return [pair for tables in rounds for table in tables for pair in combinations(table, 2)]


def test_every_round_seats_everybody_once_at_tables_of_the_size_asked() -> None:
    for tables, size in CELLS:
        for seated in rotation(tables, size):
            assert {len(table) for table in seated} == {size}
            assert sorted(p for table in seated for p in table) == list(range(tables * size))


def test_no_two_people_meet_twice() -> None:
    for tables, size in CELLS:
        met = [frozenset(pair) for pair in meetings(rotation(tables, size))]
        assert len(met) == len(set(met)), (tables, size)


def test_no_rotation_has_more_rounds_than_can_be() -> None:
    for tables, size in CELLS:
        assert 1 <= len(rotation(tables, size)) <= most_rounds(tables, size)


def test_the_rounds_are_as_many_as_published_but_for_what_is_known_to_fall_short() -> None:
    ours = {f"{g}x{k}": (len(rotation(g, k)), published(g, k)) for g, k in CELLS}
    short = {cell: list(pair) for cell, pair in ours.items() if pair[1] and pair[0] < pair[1]}

    assert short == json.loads(SHORT.read_text())


@pytest.mark.parametrize(
    ("tables", "size", "rounds"),
    [
        (20, 2, 39),
        (15, 6, 14),
        (20, 6, 18),
        (17, 5, 21),
        (18, 5, 18),
        (20, 5, 21),
        (8, 4, 10),
        (13, 3, 19),
        (15, 8, 17),
        (6, 15, 1),
    ],
)
def test_what_is_promised_is_there(tables: int, size: int, rounds: int) -> None:
    assert len(rotation(tables, size)) == rounds


def test_a_rotation_is_the_same_every_time() -> None:
    assert stored(13, 5) == stored(13, 5)


def test_fewer_tables_than_seats_force_repeats_from_the_second_round_on() -> None:
    assert (forced_repeats(6, 15, 1), forced_repeats(6, 15, 4)) == (0, 432)


def test_more_rounds_than_there_are_companions_force_repeats() -> None:
    assert (forced_repeats(4, 4, 5), forced_repeats(4, 4, 6)) == (0, 24)
