"""What does not fit in a schedule: found in plain data, without database or Flask.

The planners' live list. It shares nothing with the solver or its checker, on purpose.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    ROOM = "room"  # in use by another meeting
    TRAINER = "trainer"  # is at another meeting
    PERSON = "person"  # is expected at another meeting
    CAPACITY = "capacity"  # more people than the room holds
    CLOSED = "closed"  # a holiday
    TRAINER_OFF = "trainer_off"  # does not work on that weekday
    TRAINER_AWAY = "trainer_away"  # absent
    TRAINER_BUSY = "trainer_busy"  # more meetings in the week than agreed
    OFF = "off"  # people who do not work on that weekday
    AWAY = "away"  # people who are absent
    ORDER = "order"  # before the module that it comes after
    TOO_SOON = "too_soon"
    TOO_LATE = "too_late"
    NO_ROOM = "no_room"
    NO_TRAINER = "no_trainer"  # fewer trainers than the module needs


#: never to be saved, whoever asks; the others are warnings
HARD = frozenset({Kind.ROOM, Kind.TRAINER, Kind.PERSON, Kind.CAPACITY})


@dataclass(frozen=True, slots=True)
class Rule:
    """What a module asks of its meetings."""

    title: str
    after_id: int | None = None
    least_days: int | None = None
    most_days: int | None = None
    trainers: int = 1
    online: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A meeting: when, where, by whom, for whom. `day`: on the wall there."""

    id: int
    starts_at: datetime
    ends_at: datetime
    day: date
    module_id: int = 0
    round: int = 1
    room_id: int | None = None
    trainers: tuple[int, ...] = ()
    people: frozenset[int] = frozenset()
    ours: bool = True  # of the cohort that is looked at


@dataclass(frozen=True)
class Facts:
    """What is known of people, rooms, modules and days."""

    rules: Mapping[int, Rule] = field(default_factory=dict)
    capacity: Mapping[int, int] = field(default_factory=dict)  # by room
    working_days: Mapping[int, int] = field(default_factory=dict)  # by person; bit 0 is Monday
    max_per_week: Mapping[int, int] = field(default_factory=dict)  # by trainer
    absences: Mapping[int, Sequence[tuple[datetime, datetime]]] = field(default_factory=dict)
    closed: Mapping[date, str] = field(default_factory=dict)

    @cached_property
    def off(self) -> list[frozenset[int]]:
        """For each weekday who does not work on it."""
        return [
            frozenset(p for p, days in self.working_days.items() if not days >> weekday & 1)
            for weekday in range(7)
        ]


@dataclass(frozen=True)
class Conflict:
    """One thing that does not fit. The first of the meetings is the one to look at."""

    kind: Kind
    meetings: tuple[int, ...]
    people: tuple[int, ...] = ()
    number: int = 0  # people, days or meetings too many, as the kind has it

    @property
    def hard(self) -> bool:
        return self.kind in HARD


def conflicts(slots: Sequence[Slot], facts: Facts) -> list[Conflict]:
    """Everything that does not fit, hard things first; meetings of others count only as such."""
    ours = [slot for slot in slots if slot.ours]
    found = [
        *_double_rooms(slots),
        *_double_people(slots),
        *(c for slot in ours for c in _within(slot, facts)),
        *_busy_weeks(slots, facts),
        *_sequence(ours, facts),
    ]
    return sorted(found, key=lambda conflict: not conflict.hard)


def of_meeting(found: Iterable[Conflict], meeting_id: int) -> list[Conflict]:
    return [conflict for conflict in found if meeting_id in conflict.meetings]


def _overlaps(slots: Iterable[Slot]) -> Iterable[tuple[Slot, Slot]]:
    """Pairs that are on at the same moment; touching ends do not count."""
    going_on: list[Slot] = []
    for slot in sorted(slots, key=lambda s: (s.starts_at, s.id)):
        going_on = [other for other in going_on if other.ends_at > slot.starts_at]
        yield from ((other, slot) for other in going_on)
        going_on.append(slot)


def _pair(one: Slot, other: Slot) -> tuple[int, ...]:
    """Ours first."""
    return (one.id, other.id) if one.ours else (other.id, one.id)


def _double_rooms(slots: Sequence[Slot]) -> Iterable[Conflict]:
    by_room: defaultdict[int, list[Slot]] = defaultdict(list)
    for slot in slots:
        if slot.room_id is not None:
            by_room[slot.room_id].append(slot)
    for inside in by_room.values():
        for one, other in _overlaps(inside):
            if one.ours or other.ours:
                yield Conflict(Kind.ROOM, _pair(one, other))


def _double_people(slots: Sequence[Slot]) -> Iterable[Conflict]:
    """Pairs of meetings that share people. Meetings that overlap are few, so look at those."""
    for one, other in _overlaps(slots):
        if not (one.ours or other.ours):
            continue
        trainers = {*one.trainers, *other.trainers}
        both = (one.people | set(one.trainers)) & (other.people | set(other.trainers))
        for kind, who in ((Kind.TRAINER, both & trainers), (Kind.PERSON, both - trainers)):
            if who:
                yield Conflict(kind, _pair(one, other), tuple(sorted(who)), len(who))


def _within(slot: Slot, facts: Facts) -> Iterable[Conflict]:
    """What one meeting shows by itself."""
    here = (slot.id,)
    room = facts.capacity.get(slot.room_id or 0)
    if room is not None and len(slot.people) > room:
        yield Conflict(Kind.CAPACITY, here, number=len(slot.people))
    if slot.day in facts.closed:
        yield Conflict(Kind.CLOSED, here)
    rule = facts.rules.get(slot.module_id)
    if rule is not None and slot.room_id is None and not rule.online:
        yield Conflict(Kind.NO_ROOM, here)
    if rule is not None and len(slot.trainers) < rule.trainers:
        yield Conflict(Kind.NO_TRAINER, here, number=rule.trainers - len(slot.trainers))
    yield from _cannot_come(slot, facts)


def _cannot_come(slot: Slot, facts: Facts) -> Iterable[Conflict]:
    trainers = frozenset(slot.trainers)
    off = facts.off[slot.day.weekday()]
    for everybody, day_off, away in (
        (trainers, Kind.TRAINER_OFF, Kind.TRAINER_AWAY),
        (slot.people - trainers, Kind.OFF, Kind.AWAY),
    ):
        for kind, who in ((day_off, everybody & off), (away, _absent(slot, everybody, facts))):
            if who:
                yield Conflict(kind, (slot.id,), tuple(sorted(who)), len(who))


def _absent(slot: Slot, everybody: frozenset[int], facts: Facts) -> frozenset[int]:
    return frozenset(
        person
        for person in everybody & facts.absences.keys()
        if any(s < slot.ends_at and slot.starts_at < e for s, e in facts.absences[person])
    )


def _busy_weeks(slots: Sequence[Slot], facts: Facts) -> Iterable[Conflict]:
    weeks: defaultdict[tuple[int, int, int], list[Slot]] = defaultdict(list)
    for slot in slots:
        year, week, _ = slot.day.isocalendar()
        for trainer in slot.trainers:
            weeks[trainer, year, week].append(slot)
    for (trainer, _year, _week), inside in weeks.items():
        most = facts.max_per_week.get(trainer)
        if most is None or len(inside) <= most:
            continue
        if ours := sorted(((s.starts_at, s.id) for s in inside if s.ours), reverse=True):
            meetings = tuple(meeting_id for _, meeting_id in ours)
            yield Conflict(Kind.TRAINER_BUSY, meetings, (trainer,), len(inside))


def _sequence(slots: Sequence[Slot], facts: Facts) -> Iterable[Conflict]:
    """Order of, and days between, modules that come after each other, for each person."""
    wanted = {rule.after_id for rule in facts.rules.values() if rule.after_id}
    last = _last_of(slots, wanted)
    for slot in slots:
        rule = facts.rules.get(slot.module_id)
        if rule is None or rule.after_id is None:
            continue
        broken: defaultdict[tuple[Kind, int, int], list[int]] = defaultdict(list)
        for person in slot.people:
            before = last.get((rule.after_id, person))
            kind = before and _broken(slot, before, rule)
            if before and kind:
                days = (slot.day - before.day).days
                broken[kind, before.id, days].append(person)
        for (kind, before_id, days), who in broken.items():
            yield Conflict(kind, (slot.id, before_id), tuple(sorted(who)), days)


def _last_of(slots: Sequence[Slot], modules: set[int]) -> dict[tuple[int, int], Slot]:
    """The last meeting of a module that a person comes to."""
    last: dict[tuple[int, int], Slot] = {}
    for slot in sorted(slots, key=lambda s: s.starts_at):
        if slot.module_id in modules:
            last.update({(slot.module_id, person): slot for person in slot.people})
    return last


def _broken(slot: Slot, before: Slot, rule: Rule) -> Kind | None:
    if slot.starts_at < before.ends_at:
        return Kind.ORDER
    days = (slot.day - before.day).days
    if rule.least_days is not None and days < rule.least_days:
        return Kind.TOO_SOON
    if rule.most_days is not None and days > rule.most_days and slot.round == 1:
        return Kind.TOO_LATE
    return None
