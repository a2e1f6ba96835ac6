"""Small planning problems, plain and random."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from program.planning.problem import Module, Person, Problem, Room, Span, Trainer

START = date(2030, 1, 7)  # a Monday

KICK_OFF, DAY, TALK, WEBINAR = 1, 2, 3, 4


def people(count: int, **given: Any) -> tuple[Person, ...]:
    return tuple(
        Person(
            id=n,
            name=f"Person {n}",
            department="AB"[n % 2],
            gender="VM"[n // 2 % 2],
            job_title="XYZ"[n % 3],
            **given,
        )
        for n in range(1, count + 1)
    )


def small(**given: Any) -> Problem:
    """Twelve people in two groups, a kick-off, a group day, two rounds at tables, a webinar."""
    row: dict[str, Any] = {
        "starts_on": START,
        "ends_on": START + timedelta(days=120),
        "people": people(12),
        "trainers": (
            Trainer(101, "Tess", domains=frozenset({"zelf"})),
            Trainer(102, "Tom", domains=frozenset({"zelf", "opgave"})),
        ),
        "rooms": (
            Room(201, "Hall", 40, price_cents=90_000),
            Room(202, "Room", 8),
            Room(203, "Online", 100, online=True),
        ),
        "modules": (
            Module(KICK_OFF, "Kick-off", "plenary", 240, fixed_on=START),
            Module(DAY, "Day", "group", 420, after=KICK_OFF, domains=frozenset({"zelf"})),
            Module(TALK, "Talk", "tables", 180, rounds=2, after=DAY, max_gap_days=60),
            Module(WEBINAR, "Webinar", "webinar", 90, after=DAY, domains=frozenset({"opgave"})),
        ),
        "group_count": 2,
        "table_size": 4,
        "closed": {START + timedelta(days=14): "Closed"},
    }
    return Problem(**row | given)


def away(first: date, days: int = 1) -> Span:
    start = datetime(first.year, first.month, first.day)  # noqa: DTZ001  (wall time)
    return Span(start, start + timedelta(days=days))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Any mix of part-timers, absences, managers, few or no trainers and rooms, short periods."""
    count = draw(st.integers(1, 14))
    length = draw(st.integers(0, 90))
    persons = tuple(
        replace(
            person,
            manager=draw(st.none() | st.integers(1, count)),
            working_days=draw(st.sampled_from([31, 15, 23, 30, 7, 1, 0])),
            busy=draw(_spans(length)),
        )
        for person in people(count)
    )
    trainers = tuple(
        Trainer(
            id=100 + n,
            name=f"Trainer {n}",
            working_days=draw(st.sampled_from([31, 21, 3])),
            max_per_week=draw(st.integers(1, 3)),
            domains=frozenset(draw(st.sets(st.sampled_from(["zelf", "opgave"])))),
            busy=draw(_spans(length)),
            engaged=draw(_spans(length)),
        )
        for n in range(draw(st.integers(0, 3)))
    )
    rooms = tuple(
        Room(200 + n, f"Room {n}", draw(st.integers(1, 30)), online=draw(st.booleans()))
        for n in range(draw(st.integers(0, 4)))
    )
    return small(
        people=persons,
        trainers=trainers,
        rooms=rooms,
        modules=draw(_modules(length)),
        ends_on=START + timedelta(days=length),
        group_count=draw(st.integers(1, 3)),
        table_size=draw(st.integers(1, 5)),
        closed=dict.fromkeys(draw(st.sets(_days(length), max_size=10)), "Closed"),
    )


def _days(length: int) -> st.SearchStrategy[date]:
    return st.integers(0, length).map(lambda n: START + timedelta(days=n))


def _spans(length: int) -> st.SearchStrategy[tuple[Span, ...]]:
    span = st.tuples(_days(length), st.integers(1, 5)).map(lambda drawn: away(*drawn))
    return st.lists(span, max_size=3).map(tuple)


@st.composite
def _modules(draw: st.DrawFn, length: int) -> tuple[Module, ...]:
    kinds = st.sampled_from(["plenary", "group", "tables", "webinar", "visit", "open"])
    return tuple(
        Module(
            id=n,
            title=f"Module {n}",
            kind=draw(kinds),
            minutes=draw(st.sampled_from([60, 180, 240, 420])),
            rounds=draw(st.integers(1, 2)),
            fixed_on=draw(st.none() | st.none() | _days(length + 20)),
            after=draw(st.none() | st.integers(1, n - 1)) if n > 1 else None,
            min_gap_days=draw(st.none() | st.integers(0, 20)),
            max_gap_days=draw(st.none() | st.integers(20, 40)),
            online=draw(st.booleans()),
            trainers=draw(st.integers(0, 2)),
            domains=frozenset(draw(st.sets(st.sampled_from(["zelf", "opgave"])))),
        )
        for n in range(1, draw(st.integers(1, 5)) + 1)
    )
