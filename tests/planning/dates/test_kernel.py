"""The kernel counts as the slow count does, and the same question gives the same answer."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from program.planning.problem import Limits, Progress
from program.planning.solver.dates.bound import cheap_bound
from program.planning.solver.dates.kernel import Heat, Kernel
from program.planning.solver.dates.packing import MOST_TRAINERS, Packed
from program.planning.solver.dates.recount import Count, recount, total_cost
from program.planning.solver.dates.search import search
from program.planning.solver.model import (
    Calendar,
    Meeting,
    Model,
    Option,
    Place,
    Trainer,
    Usable,
)
from tests.planning.dates.cases import question

seeds = st.integers(0, 10**9)


def go_on(_progress: Progress) -> bool:
    return True


def constant_breaches(model: Model, calendar: Calendar) -> int:
    """Too few trainers, or no room for a fixed meeting: the same wherever it is."""
    lacking = 0
    for meeting, place in zip(model.meetings, calendar, strict=True):
        if place is not None:
            lacking += max(0, meeting.crew - len(place.trainers))
            lacking += bool(meeting.rooms) and place.room < 0
    return lacking


def order(model: Model, calendar: Calendar) -> tuple[int, int]:
    count = recount(model, calendar)
    return count.breaches, total_cost(model, count)


@settings(max_examples=80, deadline=None)
@given(seed=seeds, steps=st.integers(0, 60))
def test_after_any_moves_the_running_cost_is_the_slow_count(seed: int, steps: int) -> None:
    model = question(seed)
    packed = Packed(model)
    with Kernel(packed, seed) as kernel:
        kernel.start(3)
        kernel.shake(steps)
        calendar = packed.calendar(kernel.places(best=False))
        sums = kernel.now

    counted = recount(model, calendar)

    assert sums.cost + model.constant == total_cost(model, counted)
    assert (sums.strain == 0) == (counted.breaches == constant_breaches(model, calendar))


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_the_kernel_counts_broken_rules_as_the_slow_count_does(seed: int) -> None:
    model = question(seed)
    packed = Packed(model)
    with Kernel(packed, seed) as kernel:
        kernel.start(3)
        kernel.shake(20)
        calendar = packed.calendar(kernel.places(best=False))
        broken = kernel.broken

    assert broken == recount(model, calendar).breaches - constant_breaches(model, calendar)


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_a_found_calendar_is_told_as_the_slow_count_has_it(seed: int) -> None:
    model = question(seed)

    found = search(model, Limits(seed=seed, steps=3000), go_on)

    counted = recount(model, found.calendar)
    assert (found.broken, found.costs) == (counted.broken, counted.cost)
    assert found.cost == total_cost(model, counted)


def test_a_session_has_as_many_trainers_as_the_programme_may_ask() -> None:
    crowd = _crowd(MOST_TRAINERS, fixed=False)

    assert len(_places_of(crowd)[0].trainers) == MOST_TRAINERS == 20


def test_a_session_that_stands_keeps_any_number_of_trainers() -> None:
    crowd = _crowd(MOST_TRAINERS + 5, fixed=True)

    assert len(_places_of(crowd)[0].trainers) == MOST_TRAINERS + 5


def _crowd(number: int, *, fixed: bool) -> Model:
    """Five meetings that need all trainers there are; the first may stand."""
    everybody = tuple(Usable(n) for n in range(number))
    free = Meeting((Option(1, 1, (1 << 20) - 1, ()),), number, everybody, (), family=0)
    stands = replace(free, fixed=Place(0, 0, -1, tuple(range(number))))
    others = (replace(free, crew=1, trainers=everybody[:2]),) * 4
    model = question(1, days=20)
    trainers = tuple(Trainer((0, 0, 0), 0) for _ in everybody)
    return replace(
        model, meetings=(stands if fixed else free, *others), trainers=trainers, rooms=(),
        arcs=(), apart=(), parallel=(), travel=(), too_far=(),
    )  # fmt: skip


def _places_of(model: Model) -> list[Place]:
    found = search(model, Limits(steps=4_000), go_on)
    return [place for place in found.calendar if place is not None]


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_what_has_an_open_day_gets_a_place_on_one_and_nothing_else_does(seed: int) -> None:
    model = question(seed)

    found = search(model, Limits(seed=seed, steps=2000), go_on)

    for meeting, place in zip(model.meetings, found.calendar, strict=True):
        if meeting.fixed is not None:
            assert place == meeting.fixed
        elif place is None:
            assert not any(option.open for option in meeting.options)
        else:
            assert meeting.options[place.option].open >> place.day & 1
            assert len(set(place.trainers)) == min(meeting.crew, len(meeting.trainers))


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_the_same_seed_and_steps_give_the_same_calendar(seed: int) -> None:
    model = question(seed, meetings=14)
    limits = Limits(seed=seed, steps=4000)

    assert search(model, limits, go_on) == search(model, limits, go_on)


@settings(max_examples=20, deadline=None)
@given(seed=seeds, slices=st.lists(st.integers(1, 1500), min_size=1, max_size=8))
def test_in_however_many_slices_the_calendar_is_the_same(seed: int, slices: list[int]) -> None:
    model = question(seed, meetings=14)

    assert _in_slices(model, seed, slices) == _in_slices(model, seed, [5000])


def _in_slices(model: Model, seed: int, slices: list[int]) -> list[int]:
    with Kernel(Packed(model), seed) as kernel:
        kernel.start(3)
        kernel.plan(5000, Heat(600, 60, 8, 900))
        for steps in slices:
            kernel.run(steps)
        kernel.run(5000)
        return list(kernel.places(best=False))


def test_who_stops_it_gets_the_best_so_far() -> None:
    told: list[Progress] = []

    def stop_soon(progress: Progress) -> bool:
        told.append(progress)
        return len(told) < 4

    model = question(5, meetings=20)
    found = search(model, Limits(seed=1, steps=10**12), stop_soon)

    assert found.stopped
    assert 0 < found.steps < 10**9
    assert found.steps == told[-1].step
    assert found.cost == told[-1].cost
    assert all(a.broken >= b.broken for a, b in pairwise(told))


@pytest.mark.parametrize("seed", range(12))
def test_of_a_tiny_question_it_finds_the_best_calendar(seed: int) -> None:
    model = question(seed, meetings=3, days=5, most=2)

    found = search(model, Limits(seed=seed, steps=20_000), go_on)

    assert order(model, found.calendar) == min(order(model, each) for each in _all(model))


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_no_calendar_costs_less_than_the_bound(seed: int) -> None:
    model = question(seed, meetings=3, days=5, most=2)

    assert cheap_bound(model) <= min(order(model, each)[1] for each in _all(model))


def _all(model: Model) -> Iterator[Calendar]:
    return product(*map(_places, model.meetings))


def _places(meeting: Meeting) -> list[Place | None]:
    if meeting.fixed is not None:
        return [meeting.fixed]
    crews = {
        tuple(sorted(chosen))
        for chosen in product((one.number for one in meeting.trainers), repeat=_crew(meeting))
        if len(set(chosen)) == len(chosen)
    }
    found: list[Place | None] = [
        Place(day, number, room, crew)
        for number, option in enumerate(meeting.options)
        for day in range(option.open.bit_length())
        if option.open >> day & 1
        for room in ([one.number for one in meeting.rooms] or [-1])
        for crew in crews
    ]
    return found or [None]


def _crew(meeting: Meeting) -> int:
    return min(meeting.crew, len(meeting.trainers))


def test_counting_says_which_rule_is_broken_and_how_often() -> None:
    model = question(11)
    calendar = search(model, Limits(seed=1, steps=100), go_on).calendar

    counted = recount(model, calendar)

    assert isinstance(counted, Count)
    assert all(amount > 0 for amount in (*counted.broken.values(), *counted.cost.values()))
