"""What there is to know about swaps, and what comes of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from program.planning.problem import Person, Span

Turn = tuple[int, int]  # a module and its round


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting, and who is expected there now."""

    id: int
    turn: Turn
    when: Span
    seats: int  # for participants
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody who cannot come to a meeting where they are expected."""

    person: int
    meeting: int
    asked: int = 0  # the earlier they asked, the smaller
    missed_minutes: int = 0  # so far: who missed more goes first
    priority: int = 0  # a planner's own: the larger goes first


@dataclass(frozen=True, slots=True)
class Follows:
    """One module and round comes so many days after another, for the same person."""

    before: Turn
    after: Turn
    least: int
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """All that decides who can swap."""

    meetings: tuple[Held, ...]
    people: Mapping[int, Person]
    follows: tuple[Follows, ...] = ()
    apart: frozenset[tuple[int, int]] = frozenset()  # never at one meeting, the smaller first
    not_before: datetime | None = None  # a meeting that began is no choice


@dataclass(frozen=True, slots=True)
class Swap:
    person: int
    from_: int
    to: int


@dataclass(frozen=True, slots=True)
class Wait:
    """No seat now: the number in line for a meeting that this person could come to."""

    person: int
    from_: int
    to: int
    number: int


@dataclass(frozen=True, slots=True)
class Swaps:
    swaps: tuple[Swap, ...] = ()
    waiting: tuple[Wait, ...] = ()
    without: tuple[Ask, ...] = ()  # no parallel meeting suits
    expected: int = 0  # seats in all
    absent_before: int = 0
    absent_after: int = 0

    @property
    def share_before(self) -> float:
        return self.absent_before / self.expected if self.expected else 0.0

    @property
    def share_after(self) -> float:
        return self.absent_after / self.expected if self.expected else 0.0


def in_line(ask: Ask) -> tuple[int, int, int, int]:
    """Who goes first: by the planner's number, then who missed most, then who asked first."""
    return -ask.priority, -ask.missed_minutes, ask.asked, ask.person


def absentees(around: Round) -> tuple[Ask, ...]:
    """Everybody who, by working days and absences, cannot come to where they are expected."""
    return tuple(
        Ask(person, meeting.id)
        for meeting in around.meetings
        for person in sorted(meeting.people)
        if person in around.people and not can_come(around.people[person], meeting.when)
    )


def can_come(person: Person, when: Span) -> bool:
    if not person.working_days >> when.starts_at.weekday() & 1:
        return False
    return not any(overlap(busy, when) for busy in person.busy)


def overlap(one: Span, other: Span) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def fits(first: date | None, then: date | None, follows: Follows) -> bool:
    if first is None or then is None:
        return True
    gap = then - first
    if gap < timedelta(days=follows.least):
        return False
    return follows.most is None or gap <= timedelta(days=follows.most)
