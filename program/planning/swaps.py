"""People who cannot come to a meeting go to a parallel one, where there is a seat. Pure.

Meetings of one module and round are parallel: who is absent at the own one can come to another.
Round after round, in the order of the dates, as many as possible get a seat; when seats are few,
the first in line gets it and the others wait.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from program.planning.placing import placed
from program.planning.problem import Person, Span

Turn = tuple[int, int]  # a module and its round
NEAR = 7  # days that make no difference when a parallel meeting is chosen


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
    return not any(_overlap(busy, when) for busy in person.busy)


def _overlap(one: Span, other: Span) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def swap(around: Round, asks: Sequence[Ask]) -> Swaps:
    """The best way to seat everybody who asks at a parallel meeting."""
    swapping = _Swapping(around)
    by_turn: dict[Turn, list[Ask]] = defaultdict(list)
    for ask in asks:
        by_turn[swapping.held[ask.meeting].turn].append(ask)
    for turn in sorted(by_turn, key=swapping.first_on):
        swapping.seat(sorted(by_turn[turn], key=in_line))
    return swapping.result(len(asks))


@dataclass
class _Swapping:
    around: Round
    swaps: list[Swap] = field(default_factory=list)
    waiting: list[Wait] = field(default_factory=list)
    without: list[Ask] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.held = {meeting.id: meeting for meeting in self.around.meetings}
        self.people = {meeting.id: set(meeting.people) for meeting in self.around.meetings}
        self.parallel: dict[Turn, list[Held]] = defaultdict(list)
        self.at: dict[int, dict[Turn, Held]] = defaultdict(dict)  # person: where they come
        for meeting in self.around.meetings:
            self.parallel[meeting.turn].append(meeting)
            for person in meeting.people:
                self.at[person][meeting.turn] = meeting
        self.before: dict[Turn, list[Follows]] = defaultdict(list)
        self.after: dict[Turn, list[Follows]] = defaultdict(list)
        for follows in self.around.follows:
            self.before[follows.after].append(follows)
            self.after[follows.before].append(follows)

    def first_on(self, turn: Turn) -> tuple[datetime, Turn]:
        return min(meeting.when.starts_at for meeting in self.parallel[turn]), turn

    def seat(self, line: Sequence[Ask]) -> None:
        """All who ask for one module and round, the first in line first."""
        for ask in line:
            self.people[ask.meeting].discard(ask.person)
        choices = [dict(self._choices(ask)) for ask in line]
        places = self._places(line, choices)
        numbers: dict[int, int] = defaultdict(int)
        for ask, choice, place in zip(line, choices, places, strict=True):
            if place is not None and not self._apart(ask.person, place):
                self._move(ask, place)
                continue
            self.people[ask.meeting].add(ask.person)  # they keep the seat that they have
            if choice:
                self._wait(ask, choice, numbers)
            else:
                self.without.append(ask)

    def _places(
        self, line: Sequence[Ask], choices: Sequence[Mapping[int, int]]
    ) -> list[int | None]:
        """Who goes leaves a seat, who stays keeps it: until no meeting has too many."""
        turn = self.held[line[0].meeting].turn
        stays: set[int] = set()  # places in line
        while True:
            free = {m.id: m.seats - len(self.people[m.id]) for m in self.parallel[turn]}
            for place in stays:
                free[line[place].meeting] -= 1
            found = placed(choices, free)
            new = [n for n, place in enumerate(found) if place is None and n not in stays]
            staying = Counter(line[n].meeting for n in new)
            come = Counter(found)
            given_away = [n for n in new if 0 < come[m := line[n].meeting] > free[m] - staying[m]]
            if not given_away:
                return found
            stays.update(given_away)

    def _choices(self, ask: Ask) -> Iterator[tuple[int, int]]:
        """Parallel meetings that this person can come to, and how far each is from the own one."""
        own = self.held[ask.meeting]
        for meeting in self.parallel[own.turn]:
            if meeting.id != own.id and self._suits(ask.person, meeting):
                days = abs((meeting.when.starts_at.date() - own.when.starts_at.date()).days)
                yield meeting.id, max(0, days - NEAR)

    def _suits(self, person: int, meeting: Held) -> bool:
        around = self.around
        if around.not_before is not None and meeting.when.starts_at < around.not_before:
            return False
        if person in self.people[meeting.id] or not can_come(around.people[person], meeting.when):
            return False
        if self._apart(person, meeting.id):
            return False
        others = [held for turn, held in self.at[person].items() if turn != meeting.turn]
        if any(_overlap(held.when, meeting.when) for held in others):
            return False
        return self._in_order(person, meeting)

    def _apart(self, person: int, meeting: int) -> bool:
        return bool(self.around.apart) and any(
            _pair(person, other) in self.around.apart for other in self.people[meeting]
        )

    def _in_order(self, person: int, meeting: Held) -> bool:
        here = meeting.when.starts_at.date()
        return all(
            _fits(self._day(person, follows.before), here, follows)
            for follows in self.before[meeting.turn]
        ) and all(
            _fits(here, self._day(person, follows.after), follows)
            for follows in self.after[meeting.turn]
        )

    def _day(self, person: int, turn: Turn) -> date | None:
        held = self.at[person].get(turn)
        return held.when.starts_at.date() if held else None

    def _move(self, ask: Ask, place: int) -> None:
        self.people[place].add(ask.person)
        self.at[ask.person][self.held[place].turn] = self.held[place]
        self.swaps.append(Swap(ask.person, ask.meeting, place))

    def _wait(self, ask: Ask, choice: Mapping[int, int], numbers: dict[int, int]) -> None:
        """In the shortest line, of equally short ones at the nearest."""
        place = min(choice, key=lambda one: (numbers[one], choice[one], one))
        numbers[place] += 1
        self.waiting.append(Wait(ask.person, ask.meeting, place, numbers[place]))

    def result(self, asked: int) -> Swaps:
        return Swaps(
            swaps=tuple(self.swaps),
            waiting=tuple(self.waiting),
            without=tuple(self.without),
            expected=sum(len(meeting.people) for meeting in self.around.meetings),
            absent_before=asked,
            absent_after=asked - len(self.swaps),
        )


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _fits(first: date | None, then: date | None, follows: Follows) -> bool:
    if first is None or then is None:
        return True
    gap = then - first
    if gap < timedelta(days=follows.least):
        return False
    return follows.most is None or gap <= timedelta(days=follows.most)
