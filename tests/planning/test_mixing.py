"""The kernel that mixes tables counts as a slow recount does, and finds what can be found."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from program.planning.check import check
from program.planning.problem import Limits, Met, Module, Pair, Placed, Plan, Problem, Tables
from program.planning.rules import OFF, Rule
from program.planning.solver.clock import Clock
from program.planning.solver.groups import form_for
from program.planning.solver.mixing import mix
from program.planning.solver.mixing.find import Mixing, Rounds, find
from program.planning.solver.mixing.rotate import repeats, rotate
from program.planning.solver.mixing.search import anneal
from program.planning.solver.mixing.seating import (
    NEVER,
    Dates,
    Known,
    Link,
    Prices,
    Seating,
    WholeRounds,
)
from tests.planning.cases import TALK, people, problems, small
from tests.planning.folder import enschede

STEPS = 200_000


def on(_step: int, _steps: int, _cost: int) -> bool:
    return True


def slow_cost(
    known: Known,
    rounds: Sequence[Sequence[Sequence[int]]],
    prices: Prices,
    dates: Dates | None = None,
) -> int:
    """As the docstrings say it, pair by pair."""
    times: dict[tuple[int, int], int] = {}
    cost = 0
    every = [table for tables in rounds for table in tables]
    for number, table in enumerate(every):
        for pair in combinations(sorted(table), 2):
            met = times.setdefault(pair, known.met[pair[0] * known.people + pair[1]])
            cost += prices.again * met
            times[pair] += 1
        if known.works:
            common = [d for d in range(5) if all(known.works[i] >> d & 1 for i in table)]
            if dates is None or dates.days[number] < 0:
                cost += {0: prices.no_day, 1: prices.one_day}.get(len(common), 0)
    return cost + (slow_misfits(dates, rounds) * dates.misfit if dates else 0)


def slow_misfits(dates: Dates, rounds: Sequence[Sequence[Sequence[int]]]) -> int:
    """Once for who is away on the date of their table, once for each link that does not hold."""
    tables = sum(map(len, rounds))
    number, found = 0, 0
    days: list[dict[int, int]] = []
    for round_ in rounds:
        days.append({})
        for table in round_:
            found += sum(dates.away[i * tables + number] for i in table)
            days[-1] |= {i: dates.days[number] for i in table if dates.days[number] >= 0}
            number += 1
    for link in dates.links:
        for i in days[link.earlier].keys() & days[link.later].keys():
            gap = days[link.later][i] - days[link.earlier][i]
            found += gap < link.least or (link.most >= 0 and gap > link.most)
    return found


def copied(known: Known) -> Known:
    return replace(known, met=known.met[:])


@st.composite
def mixings(draw: st.DrawFn) -> Mixing:
    """Some people, some of whom miss a round, uneven tables, some locked, some who met before."""
    count = draw(st.integers(4, 14))
    rng = draw(st.randoms(use_true_random=False))
    known = Known.nothing(count)
    for one, other in combinations(range(count), 2):
        known.note(one, other, draw(st.sampled_from([0, 0, 0, 1, 2, NEVER])))
    if draw(st.booleans()):
        known.works = bytes(draw(st.sampled_from([31, 30, 15, 7, 24])) for _ in range(count))
    rounds = [dealt(rng, count, draw(st.integers(1, 4))) for _ in range(draw(st.integers(1, 4)))]
    tables = [(r, t) for r, found in enumerate(rounds) for t in range(len(found))]
    locked = frozenset(draw(st.sets(st.sampled_from(tables), max_size=2)))
    prices = Prices(10, draw(st.sampled_from([0, 400])), draw(st.sampled_from([0, 5])))
    dates = draw(st.none() | dated(rounds, count))
    return Mixing(known, rounds, prices, locked, draw(st.integers(0, 99)), dates)


@st.composite
def dated(draw: st.DrawFn, rounds: Rounds, count: int) -> Dates:
    """Some tables have a date, which does not suit everybody; rounds follow one another."""
    tables = sum(map(len, rounds))
    days = draw(st.lists(st.integers(-1, 40), min_size=tables, max_size=tables))
    away = bytes(draw(st.booleans()) for _ in range(count * tables))
    links = tuple(
        Link(r, r + 1, draw(st.integers(0, 14)), draw(st.sampled_from([-1, 20])))
        for r in range(len(rounds) - 1)
    )
    return Dates(days, away, links, 300)


def dealt(rng: Random, count: int, tables: int) -> list[list[int]]:
    there = rng.sample(range(count), rng.randint(1, count))
    return [there[t::tables] for t in range(tables)]


@settings(max_examples=150, deadline=None)
@given(mixings(), st.randoms(use_true_random=False))
def test_a_swap_costs_what_a_slow_recount_says(mixing: Mixing, rng: Random) -> None:
    seating = Seating(copied(mixing.known), mixing.rounds, mixing.prices, dates=mixing.dates)
    begin = 0
    for tables in mixing.rounds:
        seats = [(begin + n, t) for n, t in enumerate(t for t, x in enumerate(tables) for _ in x)]
        begin += len(seats)
        one, other = rng.choice(seats), rng.choice(seats)
        if one[1] == other[1]:
            continue
        before, worse = seating.cost, seating.worse(one[0], other[0])
        seating.swap(one[0], other[0])
        recounted = slow_cost(mixing.known, seating.rounds, mixing.prices, mixing.dates)
        assert (seating.cost, before + worse) == (recounted, recounted)


@settings(max_examples=100, deadline=None)
@given(mixings())
def test_after_the_search_everybody_sits_once_and_the_cost_is_right(mixing: Mixing) -> None:
    seating = Seating(
        copied(mixing.known),
        mixing.rounds,
        mixing.prices,
        seed=3,
        locked=mixing.locked,
        dates=mixing.dates,
    )
    before = seating.cost

    anneal(seating, 2_000, on)

    assert seating.cost <= before
    assert seating.cost == slow_cost(mixing.known, seating.rounds, mixing.prices, mixing.dates)
    for r, (tables, found) in enumerate(zip(mixing.rounds, seating.rounds, strict=True)):
        assert sorted(i for table in found for i in table) == sorted(i for t in tables for i in t)
        assert [len(table) for table in found] == [len(table) for table in tables]
        for t, table in enumerate(tables):
            assert (r, t) not in mixing.locked or found[t] == list(table)


@settings(max_examples=60, deadline=None)
@given(mixings())
def test_found_tables_are_never_worse_than_the_start(mixing: Mixing) -> None:
    found = find(mixing, 2_000, on)

    firmly = replace(mixing.prices, one_day=0)
    assert found.cost == slow_cost(mixing.known, found.rounds, firmly, mixing.dates)
    assert found.cost <= slow_cost(mixing.known, mixing.rounds, firmly, mixing.dates)
    assert find(mixing, 2_000, on) == found


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_changing_places_in_all_rounds_costs_what_a_recount_says(rng: Random, turns: int) -> None:
    known = Known.nothing(12)
    for one, other in combinations(range(12), 2):
        known.note(one, other, rng.choice([0, 0, 1, 3]))
    known.works = bytes(rng.choice([31, 7, 28]) for _ in range(12))
    rounds = rotate(4, 3, turns, seed=1, steps=STEPS, go_on=on).rounds
    prices = Prices(10, 400, 5)
    places = WholeRounds(copied(known), rounds, prices, seed=2)

    anneal(places, 2_000, on)

    price = sum(
        prices.again * known.met[one * 12 + other]
        for tables in places.rounds
        for table in tables
        for one, other in combinations(table, 2)
    )
    days = slow_cost(Known(12, bytearray(144), known.works), places.rounds, prices)
    days -= slow_cost(Known.nothing(12), places.rounds, prices)
    assert places.cost == price + days
    assert repeats(places.rounds) == repeats(rounds)


def every_round() -> list[list[list[int]]]:
    """All ways to seat six people at two tables of three."""
    seen = {
        frozenset((frozenset(order[:3]), frozenset(order[3:]))) for order in permutations(range(6))
    }
    return [[sorted(table) for table in tables] for tables in seen]


@pytest.mark.parametrize("seed", range(6))
def test_tiny_cases_are_as_good_as_trying_everything(seed: int) -> None:
    rng = Random(seed)  # noqa: S311  (repeatable)
    known = Known.nothing(6)
    for one, other in combinations(range(6), 2):
        known.note(one, other, rng.choice([0, 0, 0, 1, 2]))
    rounds, prices = every_round(), Prices(10)
    least = min(
        slow_cost(known, [one, other, third], prices)
        for one in rounds
        for other in rounds
        for third in rounds
    )

    found = find(Mixing(known, [rounds[0]] * 3, prices, seed=seed), 20_000, on)

    assert found.cost == least


def met_again(rounds: Rounds) -> int:
    return repeats(rounds)


def test_search_alone_seats_90_people_eight_times_without_a_repeat() -> None:
    rng = Random(1)  # noqa: S311
    start = [[order[t::15] for t in range(15)] for order in _orders(rng, 90, 8)]
    seating = Seating(Known.nothing(90), start, Prices(), seed=1)

    anneal(seating, 4_000_000, on)

    assert met_again(seating.rounds) == 0


def _orders(rng: Random, count: int, rounds: int) -> list[list[int]]:
    return [rng.sample(range(count), count) for _ in range(rounds)]


def test_eleven_rounds_come_from_the_bank_and_a_few_more_are_added() -> None:
    eleven = rotate(15, 6, 11, seed=1, steps=STEPS, go_on=on)
    more = rotate(18, 5, 20, seed=1, steps=STEPS, go_on=on)

    assert (eleven.repeats, eleven.source) == (0, "bank")
    assert 0 < more.repeats <= 150
    assert more.source == "bank and search"
    assert sorted(i for table in more.rounds[19] for i in table) == list(range(90))


def test_five_thousand_people_meet_nobody_twice_in_twelve_rounds() -> None:
    assert rotate(834, 6, 12, seed=1, steps=2_000_000, go_on=on).repeats == 0


def test_uneven_tables_come_from_the_bank_too() -> None:
    sizes = [6] * 13 + [5] * 2
    order = list(range(88))
    start = [[order[sum(sizes[:t]) : sum(sizes[: t + 1])] for t in range(15)]] * 10

    found = find(Mixing(Known.nothing(88), start, seed=1), STEPS, on)

    assert (found.cost, found.source) == (0, "bank")
    assert [[len(table) for table in tables] for tables in found.rounds] == [sizes] * 10


def test_who_misses_a_round_is_seated_in_the_others() -> None:
    rng = Random(5)  # noqa: S311
    start = []
    for order in _orders(rng, 90, 6):
        there = order[: rng.randint(76, 90)]
        start.append([there[t::15] for t in range(15)])

    found = find(Mixing(Known.nothing(90), start, seed=1), 2_000_000, on)

    assert met_again(found.rounds) == 0
    for tables, before in zip(found.rounds, start, strict=True):
        assert {i for t in tables for i in t} == {i for t in before for i in t}


def mixed(problem: Problem, steps: int = STEPS) -> tuple[tuple[Tables, ...], int]:
    rng, clock = Random(1), Clock(Limits(), lambda _progress: True)  # noqa: S311
    groups = form_for(problem, Limits(steps=2_000), clock).groups
    return mix(problem, groups, rng, steps, clock)


def test_ninety_with_managers_and_mates_have_six_perfect_rounds() -> None:
    managed = tuple(
        replace(person, manager=person.id + 37 if person.id <= 17 else None)
        for person in people(90)
    )
    module = Module(TALK, "Talk", "tables", 180, rounds=6)
    problem = small(people=managed, modules=(module,), group_count=6, table_size=6)

    tables, cost = mixed(problem, 1_800_000)

    assert cost == 0
    assert repeats([list(map(list, round_.tables)) for round_ in tables]) == 0


def test_the_enschede_tables_repeat_nobody_and_seat_no_mates_together() -> None:
    _tables, cost = mixed(enschede(), 1_800_000)

    assert cost == 0


def test_people_who_are_kept_apart_never_share_a_table() -> None:
    pairs = tuple(Pair(one, other) for one, other in ((1, 2), (1, 7), (3, 4), (8, 12)))

    tables, _cost = mixed(small(pairs=pairs))

    together = {pair for t in tables for table in t.tables for pair in combinations(table, 2)}
    assert together & {(pair.one, pair.other) for pair in pairs} == set()


def test_whoever_met_before_meets_others_now() -> None:
    module = Module(TALK, "Talk", "tables", 180)
    met = tuple(
        Met(one, other, 1)
        for table in ((1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12))
        for one, other in combinations(table, 2)
    )
    loose = (Rule("tables.mates", OFF),)
    problem = small(modules=(module,), met=met, rules=loose)

    tables, _cost = mixed(problem)

    together = {pair for table in tables[0].tables for pair in combinations(table, 2)}
    assert together & {(pair.one, pair.other) for pair in met} == set()


def test_locked_tables_keep_their_people_and_the_rest_is_mixed_around_them() -> None:
    locked = Tables(TALK, 1, ((1, 2, 3, 4), (), ()))
    kept = Placed(TALK, 1, 0, None, 180, kept=True)

    tables, _cost = mixed(small(tables=(locked,), kept=(kept,)))

    assert tables[0].tables[0] == (1, 2, 3, 4)
    assert sorted(i for table in tables[0].tables for i in table) == list(range(1, 13))


@settings(max_examples=30, deadline=None)
@given(problems())
def test_tables_of_any_problem_pass_the_checker(problem: Problem) -> None:
    tables, _cost = mixed(problem, 1_000)
    clock = Clock(Limits(), lambda _progress: True)
    groups = form_for(problem, Limits(steps=2_000), clock).groups
    report = check(problem, Plan(groups, tables, ()))

    assert {"table.member", "table.size", "table.round"} & {b.rule for b in report.broken} == set()


def test_the_command_writes_the_rounds_and_says_where_they_come_from(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    command = [sys.executable, "-m", "program.planning", "rotate", "8", "4", "5", str(out)]

    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    rounds = json.loads(out.read_text())
    assert json.loads(told) == {"rounds": 5, "repeats": 0, "source": "bank"} | {
        "seconds": json.loads(told)["seconds"]
    }
    assert [sorted(i for table in tables for i in table) for tables in rounds] == [
        list(range(32))
    ] * 5
    assert repeats(rounds) == 0


def test_whoever_stops_the_search_gets_the_best_so_far() -> None:
    told: list[int] = []

    def two(_step: int, _steps: int, cost: int) -> bool:
        told.append(cost)
        return len(told) < 3

    found = rotate(9, 10, 4, seed=1, steps=100_000_000, go_on=two)

    assert len(told) < 12
    assert [len(tables) for tables in found.rounds] == [9] * 4
