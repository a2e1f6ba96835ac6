"""The groups of a whole plan: what is spread, who is kept together, apart or in a group."""

from collections import Counter
from dataclasses import replace

from program.planning.group_question import asked
from program.planning.problem import Limits, Pair, Person, Problem
from program.planning.solver.clock import Clock
from program.planning.solver.groups import form_for
from tests.planning.cases import small


def groups_of(problem: Problem) -> tuple[tuple[int, ...], ...]:
    limits = Limits(steps=2_000)
    return form_for(problem, limits, Clock(limits, lambda _progress: True)).groups


def test_whatever_else_is_known_of_people_is_spread_as_well() -> None:
    problem = small()
    places = {person.id: "EW"[person.id > 6] for person in problem.people}
    people = tuple(replace(p, attributes={"place": places[p.id]}) for p in problem.people)

    groups = groups_of(replace(problem, people=people))

    assert [Counter(places[p] for p in group) for group in groups] == [{"E": 3, "W": 3}] * 2


def test_named_pairs_are_together_or_apart_and_who_is_pinned_is_there() -> None:
    pairs = (Pair(1, 2, together=True), Pair(3, 4))

    groups = groups_of(small(pairs=pairs, pinned=((5, 1),)))

    group_of = {person: g for g, people in enumerate(groups) for person in people}
    assert group_of[1] == group_of[2]
    assert group_of[3] != group_of[4]
    assert group_of[5] == 1


def test_nobody_is_with_their_manager_who_takes_part() -> None:
    problem = small()
    people = (replace(problem.people[0], manager=2), *problem.people[1:])

    assert asked(replace(problem, people=people)).apart == ((1, 2),)


def test_groups_that_stand_have_room_for_who_came_later_only() -> None:
    standing = ((1, 2, 3, 4, 5, 6, 7), (8, 9, 10, 11))

    groups = groups_of(small(groups=standing))

    assert groups == ((1, 2, 3, 4, 5, 6, 7), (8, 9, 10, 11, 12))


def test_without_people_there_is_one_empty_group() -> None:
    assert groups_of(small(people=())) == ((),)


def test_more_groups_than_people_are_not_made() -> None:
    alone: tuple[Person, ...] = small().people[:1]

    assert groups_of(small(people=alone)) == ((1,),)
