"""Lists of people to make groups of: large and lifelike, or small and random."""

from collections import defaultdict
from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from program.planning.grouping import Attribute, GroupProblem, Member, Sizes, even_sizes

KEYS = ("department", "gender", "seniority", "location", "age")
DEPARTMENTS = "ABCDEFGHIJKL"
PART_TIME = 0.55
REPORTS = 12  # one manager to so many people


def municipal(people: int, groups: int, seed: int = 1) -> GroupProblem:
    """Twelve departments of unequal size with managers, four places, people who work part-time."""
    rng = Random(seed)  # noqa: S311  (repeatable)
    members = tuple(_member(number, rng) for number in range(people))
    together = tuple(
        (n, n + people // 2) for n in rng.sample(range(people // 2), max(2, people // 150))
    )
    return GroupProblem(
        people=members,
        attributes=tuple(Attribute(key) for key in KEYS),
        sizes=even_sizes(people, groups),
        together=together,
        apart=tuple(pair for pair in _managed(members, rng) if pair not in together),
    )


def _member(number: int, rng: Random) -> Member:
    return Member(
        number,
        {
            "department": DEPARTMENTS[min(rng.randrange(12), rng.randrange(12))],
            "gender": rng.choices("VMX", (52, 47, 1))[0],
            "seniority": rng.choices("123", (30, 50, 20))[0],
            "location": rng.choices("NESW", (4, 3, 2, 1))[0],
            "age": rng.choices("abcd", (2, 3, 3, 2))[0],
        },
        31 & ~(1 << rng.randrange(5)) if rng.random() < PART_TIME else 31,
    )


def _managed(members: tuple[Member, ...], rng: Random) -> list[tuple[int, int]]:
    by_department: dict[str, list[int]] = defaultdict(list)
    for member in members:
        by_department[member.values["department"]].append(member.id)
    return [
        (rng.choice(people[: max(1, len(people) // REPORTS)]), person)
        for people in by_department.values()
        for person in people[max(1, len(people) // REPORTS) :]
        if rng.random() < 1 / 2
    ]


@st.composite
def small_lists(draw: st.DrawFn, most: int = 12) -> GroupProblem:
    """Any mix of sizes, weights, part-timers, pairs and pins, also ones that contradict."""
    people = tuple(
        Member(
            number,
            {"team": draw(st.sampled_from("ABC")), "gender": draw(st.sampled_from("VM"))},
            draw(st.sampled_from([31, 31, 15, 30, 1, 0])),
        )
        for number in range(draw(st.integers(2, most)))
    )
    count = draw(st.integers(1, 4))
    pairs = st.tuples(st.integers(0, len(people) - 1), st.integers(0, len(people) - 1))
    different = pairs.filter(lambda pair: pair[0] != pair[1])
    pinned = draw(st.dictionaries(
        st.integers(0, len(people) - 1), st.integers(0, count - 1), max_size=2
    ))  # fmt: skip
    return GroupProblem(
        people=people,
        attributes=(Attribute("team", draw(st.integers(0, 3))), Attribute("gender")),
        sizes=tuple(_wider(size, draw) for size in even_sizes(len(people), count)),
        together=tuple(draw(st.lists(different, max_size=2))),
        apart=tuple(draw(st.lists(different, max_size=3))),
        pinned=tuple(pinned.items()),
        off_weight=draw(st.sampled_from([0, 1, 50])),
    )


def _wider(size: Sizes, draw: st.DrawFn) -> Sizes:
    return replace(
        size, least=max(0, size.least - draw(st.integers(0, 2))),
        most=size.most + draw(st.integers(0, 1)),
    )  # fmt: skip
