"""Groups are as balanced as can be, and what must hold does."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings

from program.planning.grouping import (
    Attribute,
    GroupProblem,
    Groups,
    Impossible,
    Member,
    Sizes,
    even_sizes,
)
from program.planning.judging import judge
from program.planning.problem import Limits, Progress
from program.planning.solver.groups import form
from tests.planning.grouping.lists import municipal, small_lists

slow = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
FEW = Limits(seed=1, steps=20_000)


def lettered(letters: str, groups: int, **more: object) -> GroupProblem:
    """One person per letter; people with the same letter are spread."""
    people = tuple(Member(n, {"team": letter}) for n, letter in enumerate(letters))
    problem = GroupProblem(people, (Attribute("team"),), even_sizes(len(letters), groups))
    return replace(problem, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("people", "groups"), [(90, 6), (300, 20)])
def test_a_municipal_list_is_spread_as_well_as_can_be(people: int, groups: int) -> None:
    problem = municipal(people, groups)

    found = form(problem)

    assert judge(problem, found.groups).broken == ()
    assert (found.broken, found.cost) == (0, found.bound)
    assert found.optimal


def test_a_thousand_people_come_close_to_the_best_possible() -> None:
    problem = municipal(1000, 66)

    found = form(problem, Limits(seed=1, steps=1_500_000))

    assert judge(problem, found.groups).broken == ()
    assert found.gap <= 0.1


def test_the_same_seed_and_steps_give_the_same_groups() -> None:
    problem = municipal(300, 20)

    first, again, other = (form(problem, Limits(seed, 30_000)) for seed in (5, 5, 6))

    assert first.groups == again.groups
    assert first.groups != other.groups


@slow
@given(small_lists())
def test_what_is_said_of_groups_is_what_the_checker_finds(problem: GroupProblem) -> None:
    found = form(problem, FEW)
    judged = judge(problem, found.groups)

    assert sorted(p for people in found.groups for p in people) == [p.id for p in problem.people]
    assert found.cost == judged.cost
    assert bool(found.broken) == bool(judged.broken)
    assert found.broken or found.cost >= found.bound


@slow
@given(small_lists(most=6))
def test_no_other_groups_of_a_few_people_are_better(problem: GroupProblem) -> None:
    found = form(problem, FEW)

    everything = [judge(problem, groups) for groups in _all_groups(problem)]
    sound = [judged.cost for judged in everything if not judged.broken]

    assert bool(sound) == (not found.broken)
    if sound:
        assert (found.cost, found.bound <= found.cost) == (min(sound), True)


@pytest.mark.parametrize("seed", range(1, 6))
def test_people_who_work_on_one_day_only_find_each_other(seed: int) -> None:
    rows = (("M", 1), ("V", 31), ("V", 31), ("M", 1), ("V", 31), ("V", 30))
    problem = GroupProblem(
        tuple(Member(n, {"gender": gender}, days) for n, (gender, days) in enumerate(rows)),
        (Attribute("gender"),),
        (Sizes(3, 4), Sizes(2, 3)),
    )

    found = form(problem, replace(FEW, seed=seed))

    assert found.cost == min(
        judged.cost
        for judged in (judge(problem, groups) for groups in _all_groups(problem))
        if not judged.broken
    )


def _all_groups(problem: GroupProblem) -> list[Groups]:
    ids, count = [person.id for person in problem.people], len(problem.sizes)
    return [
        tuple(
            tuple(p for p, g in zip(ids, chosen, strict=True) if g == group)
            for group in range(count)
        )
        for chosen in product(range(count), repeat=len(ids))
        if _fits(problem, chosen)
    ]


def _fits(problem: GroupProblem, chosen: tuple[int, ...]) -> bool:
    """Only groups of a size that was asked: the bound is about those."""
    return all(
        size.least <= chosen.count(group) <= size.most for group, size in enumerate(problem.sizes)
    )


def test_people_who_stay_together_are_in_one_group_and_others_make_room() -> None:
    problem = lettered("AABBCCDD", 2, together=((0, 1), (1, 2)))

    found = form(problem, FEW)

    assert any({0, 1, 2} <= set(people) for people in found.groups)
    assert [len(people) for people in found.groups] == [4, 4]


def test_who_is_pinned_stays_and_the_rest_is_arranged_around_them() -> None:
    problem = lettered("AAABBBCCC", 3, pinned=((0, 2), (1, 2)))

    found = form(problem, FEW)

    assert set(found.groups[2]) > {0, 1}
    assert found.optimal  # the bound knows of the pins


def test_a_latecomer_joins_the_group_that_misses_one_like_them() -> None:
    standing = ((0, 1, 2), (3, 4, 5))
    problem = lettered(
        "ABCABBC",
        2,
        sizes=(Sizes(3, 4), Sizes(3, 4)),
        pinned=tuple((person, g) for g, people in enumerate(standing) for person in people),
    )

    assert form(problem, FEW).groups == ((0, 1, 2), (3, 4, 5, 6))


def test_every_group_gets_a_weekday_on_which_all_work() -> None:
    tuesdays, fridays = 0b11101, 0b01111  # off on those
    people = tuple(
        Member(n, {"team": "AB"[n % 2]}, (tuesdays, fridays, 0b00010, 0b10000)[n // 3])
        for n in range(12)
    )
    problem = GroupProblem(people, (Attribute("team"),), even_sizes(12, 2))

    found = form(problem, FEW)

    assert judge(problem, found.groups).off == (0, 0)


def test_of_equal_groups_those_with_a_second_good_weekday_are_chosen() -> None:
    people = tuple(Member(n, {}, 0b00011 if n < 4 else 0b00101) for n in range(8))
    problem = GroupProblem(people, (), even_sizes(8, 2), second_days=True)

    found = form(problem, FEW)

    assert sorted(found.groups) == [(0, 1, 2, 3), (4, 5, 6, 7)]


def test_groups_to_improve_are_left_alone_when_they_cannot_be_better() -> None:
    start = ((0, 3, 4), (1, 2, 5))
    problem = lettered("AABBCC", 2, start=start)

    found = form(problem, FEW)

    assert found.groups == start
    assert found.steps == 0


def test_groups_to_improve_get_the_sizes_that_were_asked() -> None:
    problem = lettered("AABBCC", 2, start=((0,), (1, 2, 3, 4, 5)), pinned=((1, 1),))

    found = form(problem, FEW)

    assert (found.broken, [len(people) for people in found.groups]) == (0, [3, 3])


def test_who_says_stop_gets_the_best_so_far() -> None:
    told: list[Progress] = []

    def stop(progress: Progress) -> bool:
        told.append(progress)
        return len(told) < 3

    problem = municipal(300, 20)
    found = form(problem, Limits(seed=1, steps=5_000_000), stop)

    assert found.stopped
    assert judge(problem, found.groups).cost == found.cost


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"sizes": (Sizes(1, 2), Sizes(1, 2))}, "hold 2 to 4 people"),
        ({"sizes": (Sizes(4, 2), Sizes(1, 9))}, "not a range"),
        ({"sizes": ()}, "no groups"),
        ({"apart": ((0, 99),)}, "Person 99"),
        ({"pinned": ((0, 2),)}, "not there"),
        ({"pinned": ((0, 0), (0, 1))}, "pinned twice"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(Impossible, match=why):
        form(lettered("AABBCC", 2, **wrong), FEW)
