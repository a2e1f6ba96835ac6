from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from program.meetings.clashes import HARD, Facts, Kind, Rule, Slot, conflicts

MONDAY = datetime(2030, 1, 7, 9, tzinfo=UTC)


def slot(number: int, *, hours: float = 0, last: float = 4, **given: object) -> Slot:
    starts_at = MONDAY + timedelta(hours=hours)
    return Slot(
        id=number,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=last),
        day=starts_at.date(),
        **given,  # type: ignore[arg-type]
    )


def kinds(slots: list[Slot], facts: Facts | None = None) -> list[Kind]:
    return [conflict.kind for conflict in conflicts(slots, facts or Facts())]


def test_a_room_is_never_double() -> None:
    found = conflicts([slot(1, room_id=5), slot(2, hours=3, room_id=5)], Facts())

    assert [(c.kind, c.meetings, c.hard) for c in found] == [(Kind.ROOM, (1, 2), True)]


def test_touching_ends_do_not_clash() -> None:
    assert kinds([slot(1, room_id=5), slot(2, hours=4, room_id=5)]) == []


def test_a_trainer_is_never_double_not_even_as_a_participant() -> None:
    assert kinds([slot(1, trainers=(7,)), slot(2, people=frozenset({7}))]) == [Kind.TRAINER]


def test_people_at_two_meetings_are_told_as_one_conflict() -> None:
    one, two = slot(1, people=frozenset({1, 2, 3})), slot(2, people=frozenset({2, 3, 4}))

    found = conflicts([one, two], Facts())

    assert [(c.kind, c.people, c.number) for c in found] == [(Kind.PERSON, (2, 3), 2)]


def test_meetings_of_others_clash_with_ours_and_not_with_each_other() -> None:
    others = [slot(n, room_id=5, ours=False) for n in (2, 3)]

    found = conflicts([slot(1, room_id=5), *others], Facts())

    assert sorted(c.meetings for c in found) == [(1, 2), (1, 3)]


def test_a_room_holds_so_many() -> None:
    facts = Facts(capacity={5: 2})

    assert kinds([slot(1, room_id=5, people=frozenset({1, 2}))], facts) == []
    assert kinds([slot(1, room_id=5, people=frozenset({1, 2, 3}))], facts) == [Kind.CAPACITY]


def test_who_does_not_work_or_is_absent_is_named() -> None:
    facts = Facts(
        working_days={1: 0b11110, 2: 0b11111, 9: 0b11110},
        absences={2: [(MONDAY, MONDAY + timedelta(days=1))]},
    )

    found = conflicts([slot(1, people=frozenset({1, 2, 3}), trainers=(9,))], facts)

    assert {(c.kind, c.people) for c in found} == {
        (Kind.OFF, (1,)),
        (Kind.AWAY, (2,)),
        (Kind.TRAINER_OFF, (9,)),
    }


def test_a_holiday_is_a_warning() -> None:
    found = conflicts([slot(1)], Facts(closed={date(2030, 1, 7): "Kerst"}))

    assert [(c.kind, c.hard) for c in found] == [(Kind.CLOSED, False)]


def test_a_trainer_gives_so_many_in_a_week() -> None:
    slots = [slot(n, hours=24 * n, trainers=(9,)) for n in range(3)]

    found = conflicts(slots, Facts(max_per_week={9: 2}))

    assert [(c.kind, c.number, c.meetings) for c in found] == [(Kind.TRAINER_BUSY, 3, (2, 1, 0))]


RULES = {1: Rule("Een"), 2: Rule("Twee", after_id=1, least_days=14, most_days=70)}


def after(days: int) -> list[Kind]:
    people = frozenset({1})
    first = slot(1, module_id=1, people=people, trainers=(8,), room_id=1)
    then = slot(2, module_id=2, hours=24 * days, people=people, trainers=(9,), room_id=1)
    return kinds([first, then], Facts(rules=RULES))


def test_order_and_days_between_modules_are_kept_for_each_person() -> None:
    assert after(-1) == [Kind.ORDER]
    assert after(13) == [Kind.TOO_SOON]
    assert after(14) == []
    assert after(70) == []
    assert after(71) == [Kind.TOO_LATE]


def test_what_is_missing_is_told() -> None:
    facts = Facts(rules={1: Rule("Een", trainers=2)})

    assert kinds([slot(1, module_id=1, trainers=(4,))], facts) == [Kind.NO_ROOM, Kind.NO_TRAINER]


meetings = st.lists(
    st.builds(
        lambda hours, last, room, trainers, people: (hours, last, room, trainers, people),
        st.integers(0, 30),
        st.integers(1, 6),
        st.integers(1, 3),
        st.frozensets(st.integers(100, 103), max_size=2),
        st.frozensets(st.integers(1, 6), max_size=4),
    ),
    max_size=12,
)


@given(meetings)
def test_double_bookings_are_those_that_comparing_all_pairs_finds(
    drawn: list[tuple[int, int, int, frozenset[int], frozenset[int]]],
) -> None:
    slots = [
        slot(n, hours=h, last=last, room_id=room, trainers=tuple(sorted(t)), people=p)
        for n, (h, last, room, t, p) in enumerate(drawn)
    ]
    wanted: Counter[tuple[Kind, frozenset[int]]] = Counter()
    for one, two in combinations(slots, 2):
        if one.starts_at < two.ends_at and two.starts_at < one.ends_at:
            pair = frozenset({one.id, two.id})
            wanted[Kind.ROOM, pair] += one.room_id == two.room_id
            wanted[Kind.TRAINER, pair] += bool({*one.trainers} & {*two.trainers})
            wanted[Kind.PERSON, pair] += bool(one.people & two.people)

    found = Counter(
        (c.kind, frozenset(c.meetings)) for c in conflicts(slots, Facts()) if c.kind in HARD
    )

    assert found == +wanted
