"""Places by least cost, and swaps to parallel meetings."""

from datetime import date, datetime, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from program.planning.placing import placed
from program.planning.problem import Person, Span
from program.planning.swaps import Ask, Follows, Held, Round, absentees, swap

MONDAY = date(2030, 1, 7)
DAY, TALK = (1, 1), (2, 1)


def when(days: int, hour: int = 9) -> Span:
    start = datetime(2030, 1, 7, hour) + timedelta(days=days)  # noqa: DTZ001  (wall time)
    return Span(start, start + timedelta(hours=3))


def away(days: int) -> tuple[Span, ...]:
    start = datetime(2030, 1, 7) + timedelta(days=days)  # noqa: DTZ001  (wall time)
    return (Span(start, start + timedelta(days=1)),)


def held(
    number: int, days: int, people: set[int], *, seats: int = 4, turn: tuple[int, int] = DAY
) -> Held:
    return Held(number, turn, when(days), seats, frozenset(people))


def around(
    *meetings: Held, busy: dict[int, tuple[Span, ...]] | None = None, **rest: object
) -> Round:
    busy = busy or {}
    ids = {person for meeting in meetings for person in meeting.people}
    people = {n: Person(n, f"Person {n}", busy=busy.get(n, ())) for n in ids}
    return Round(meetings, people, **rest)  # type: ignore[arg-type]


choices = st.lists(
    st.dictionaries(st.integers(0, 2), st.integers(0, 5), max_size=3), max_size=5
)  # fmt: skip


@given(choices, st.fixed_dictionaries({place: st.integers(0, 2) for place in range(3)}))
def test_no_other_way_to_place_people_is_better(
    line: list[dict[int, int]], free: dict[int, int]
) -> None:
    """As many as can be; of those ways the one for the first in line; of those the cheapest."""
    possible = [
        way
        for way in product(*([*choice, None] for choice in line))
        if all(way.count(place) <= free[place] for place in free)
    ]

    def worth(way: tuple[int | None, ...]) -> tuple[int, list[bool], int]:
        cost = sum(line[who][place] for who, place in enumerate(way) if place is not None)
        return sum(p is not None for p in way), [p is not None for p in way], -cost

    assert worth(tuple(placed(line, free))) == max(map(worth, possible))


def test_who_is_away_goes_to_the_parallel_meeting() -> None:
    asked = around(held(1, 0, {1, 2}), held(2, 1, {3}), busy={1: away(0)})
    found = swap(asked, absentees(asked))
    assert [(s.person, s.from_, s.to) for s in found.swaps] == [(1, 1, 2)]
    assert (found.expected, found.absent_before, found.absent_after) == (3, 1, 0)


def test_two_absentees_change_places_though_both_rooms_are_full() -> None:
    asked = around(
        held(1, 0, {1, 2}, seats=2), held(2, 1, {3, 4}, seats=2), busy={1: away(0), 3: away(1)}
    )
    found = swap(asked, absentees(asked))
    assert [(s.person, s.to) for s in found.swaps] == [(1, 2), (3, 1)]


def test_the_last_seat_is_for_the_first_in_line_and_the_other_waits() -> None:
    asked = around(held(1, 0, {1, 2, 5}), held(2, 1, {3}, seats=2))
    found = swap(asked, [Ask(1, 1, asked=1), Ask(2, 1, asked=2), Ask(5, 1, asked=3, priority=1)])
    assert [(s.person, s.to) for s in found.swaps] == [(5, 2)]
    assert [(w.person, w.to, w.number) for w in found.waiting] == [(1, 2, 1), (2, 2, 2)]


def test_who_missed_more_hours_goes_before_who_asked_first() -> None:
    asked = around(held(1, 0, {1, 2}), held(2, 1, {3}, seats=2))
    found = swap(asked, [Ask(1, 1, asked=1), Ask(2, 1, asked=2, missed_minutes=60)])
    assert [s.person for s in found.swaps] == [2]


def test_nobody_goes_to_a_meeting_at_the_time_of_another_one_of_theirs() -> None:
    asked = around(held(1, 0, {1}), held(2, 1, {3}), held(9, 1, {1}, turn=TALK), busy={1: away(0)})
    found = swap(asked, absentees(asked))
    assert [ask.person for ask in found.without] == [1]


def test_the_order_and_the_days_between_hold_after_a_swap_too() -> None:
    follows = (Follows(DAY, TALK, least=10, most=20),)
    plan = (held(1, 0, {1}), held(2, 15, {2}), held(8, 10, {1, 2}, turn=TALK, seats=2))
    assert swap(around(*plan, follows=follows), [Ask(1, 1)]).swaps == ()
    assert len(swap(around(*plan), [Ask(1, 1)]).swaps) == 1


def test_whom_only_the_days_between_keep_away_swaps_the_session_after_it_too() -> None:
    follows = (Follows(DAY, TALK, least=10),)
    plan = (
        held(1, 0, {1, 9}),
        held(2, 3, {2}),
        held(8, 11, {1}, turn=TALK),
        held(9, 21, {9}, turn=TALK),
    )
    asked = around(*plan, follows=follows, busy={1: away(0)})
    found = swap(asked, absentees(asked))
    assert [(s.person, s.from_, s.to) for s in found.swaps] == [(1, 1, 2), (1, 8, 9)]
    assert (found.absent_before, found.absent_after) == (1, 0)
    both = around(*plan, follows=follows, busy={1: (*away(0), *away(11))})
    found = swap(both, absentees(both))
    assert [(s.person, s.from_, s.to) for s in found.swaps] == [(1, 1, 2), (1, 8, 9)]
    assert (found.absent_before, found.absent_after) == (2, 0)


def test_people_who_are_kept_apart_do_not_meet_by_a_swap() -> None:
    plan = (held(1, 0, {1, 2}), held(2, 1, {3}))
    apart = frozenset({(1, 3), (1, 2)})
    found = swap(around(*plan, apart=apart), [Ask(1, 1), Ask(2, 1)])
    assert [(s.person, s.to) for s in found.swaps] == [(2, 2)]


def test_a_meeting_that_began_is_no_choice() -> None:
    plan = (held(1, 3, {1}), held(2, 0, {2}))
    found = swap(around(*plan, not_before=when(1).starts_at), [Ask(1, 1)])
    assert found.swaps == ()


def test_who_stays_keeps_the_own_seat_so_no_room_is_too_full() -> None:
    follows = (Follows(DAY, TALK, least=5),)
    plan = (
        held(1, 0, {1, 2}, seats=2),
        held(2, 1, {3, 4}, seats=2),
        held(8, 5, {3}, turn=TALK),
        held(9, 10, {1, 2, 4}, turn=TALK),
    )
    asked = around(*plan, follows=follows)
    found = swap(asked, [Ask(1, 1), Ask(3, 2)])  # 3 could go to 1 only, 1 could go to 2
    assert [(s.person, s.to) for s in found.swaps] == [(1, 2), (3, 1)]
    alone = swap(around(*plan, follows=follows), [Ask(1, 1)])
    assert alone.swaps == ()
    assert [(w.person, w.to) for w in alone.waiting] == [(1, 2)]


@given(st.data())
def test_no_meeting_ever_has_more_people_than_seats(data: st.DataObject) -> None:
    people = {n: data.draw(st.integers(0, 2)) for n in range(1, 9)}
    meetings = tuple(
        held(m, m, {p for p, at in people.items() if at == m}, seats=data.draw(st.integers(2, 4)))
        for m in range(3)
    )
    busy = {p: away(data.draw(st.integers(0, 3))) for p in people}
    asked = around(*meetings, busy=busy)
    found = swap(asked, absentees(asked))
    for meeting in meetings:
        gone = sum(s.from_ == meeting.id for s in found.swaps)
        come = sum(s.to == meeting.id for s in found.swaps)
        before = len(meeting.people)
        assert come == 0 or before - gone + come <= meeting.seats
