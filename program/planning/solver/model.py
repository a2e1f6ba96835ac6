"""The calendar question in numbers: one form for every source, read by kernel, proof and reasons.

Days are numbered from 0 over all calendar days of the period, so that gaps are differences; a set
of days is a whole number with bit 0 for the first day. A day has parts (morning, afternoon,
evening). Meetings, trainers, rooms and rules are known by their place in the model's lists.

Nothing is decided here. `recount` says slowly what a calendar breaks and costs, the kernel finds
one, `explain` says why there is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Bits = int
PARTS = 3  # morning, afternoon, evening
MORNING, AFTERNOON, EVENING = 1, 2, 4


@dataclass(frozen=True, slots=True)
class RuleRef:
    """One rule as it applies somewhere: "gap.most" after module 11, "trainer.away" of trainer 3.

    The reasons name these. Several rows, arcs or resources may share one.
    """

    key: str
    facts: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """What each day costs (points), or how often it breaks a hard rule."""

    rule: int
    hard: bool
    values: tuple[int, ...]  # one per day


@dataclass(frozen=True, slots=True)
class Option:
    """A time of day at which a meeting can start."""

    parts: int  # bits: which parts of the day it takes
    load: int  # what it counts for a trainer's load: half-days
    open: Bits  # the days that can be chosen at all
    rows: tuple[int, ...]  # places in Model.rows; their values add up
    minute: int = 0  # since midnight; for whoever turns it into a moment


@dataclass(frozen=True, slots=True)
class Usable:
    """A trainer or room that a meeting can have, and what that costs (change, rent, travel)."""

    number: int
    cost: int = 0
    hard: int = 0  # hard rules broken by it (a skill that lacks, when nobody has it)
    # How they come about: (rule, amount); those of the cost first, then those that are broken.
    rules: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a meeting is: a day, one of its options, a room (-1: none), its trainers."""

    day: int
    option: int
    room: int = -1
    trainers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    options: tuple[Option, ...]
    crew: int  # how many trainers it needs
    trainers: tuple[Usable, ...]
    rooms: tuple[Usable, ...]  # empty: it needs none
    family: int = -1  # whose trainers should be few: a group, or a group in a domain
    fixed: Place | None = None  # it stands, and may not be moved
    hint: Place | None = None  # where it stood before: a good place to start
    people: int = 0
    crew_rule: int = 0
    room_rule: int = 0


@dataclass(frozen=True, slots=True)
class Arc:
    """`after` comes at least `least` and at most `most` days after `before`."""

    before: int
    after: int
    least: int
    most: int | None
    least_rule: int
    most_rule: int
    most_weight: int = 0  # points per day too many; 0: hard


@dataclass(frozen=True, slots=True)
class Apart:
    """Two meetings that share people: never on one day."""

    one: int
    other: int
    rule: int


@dataclass(frozen=True, slots=True)
class Parallel:
    """Meetings of one module and round, among which people can swap."""

    meetings: tuple[int, ...]
    window: int | None  # days from the first to the last
    window_rule: int
    window_weight: int = 0  # points per day more; 0: hard
    most_on_weekday: int | None = None
    weekday_rule: int = 0
    weekday_weight: int = 0  # points per meeting more; 0: hard


@dataclass(frozen=True, slots=True)
class Trainer:
    away: tuple[Bits, Bits, Bits]  # per part of the day
    away_rule: int
    per_week: int | None = None  # meetings
    week_rule: int = 0
    week_weight: int = 0  # points per meeting more; 0: hard
    engaged: Mapping[int, int] = field(default_factory=dict)  # week: meetings elsewhere
    senior: bool = True
    share: int = 1  # how much of the work is theirs, against the others


@dataclass(frozen=True, slots=True)
class Room:
    """One room, or a pool of equal rooms."""

    free: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]  # per part, per day: how many
    rule: int
    venue: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """Points."""

    another_trainer: int = 0  # per trainer that a family meets
    heaviest_load: int = 0  # times the load of the trainer with most
    uneven_load: int = 0  # times the sum over trainers of load * load // share
    junior_alone: int = 0  # per meeting; see Model.senior_hard
    continuity_rule: int = 0
    load_rule: int = 0
    senior_rule: int = 0


@dataclass(frozen=True, slots=True)
class Model:
    days: int
    weekday: tuple[int, ...]  # per day, 0 is Monday
    week: tuple[int, ...]  # per day
    rules: tuple[RuleRef, ...]
    rows: tuple[Row, ...]
    meetings: tuple[Meeting, ...]
    trainers: tuple[Trainer, ...] = ()
    rooms: tuple[Room, ...] = ()
    arcs: tuple[Arc, ...] = ()
    apart: tuple[Apart, ...] = ()
    parallel: tuple[Parallel, ...] = ()
    weights: Weights = field(default_factory=Weights)
    constant: int = 0  # points that every calendar costs
    senior_hard: bool = False  # a junior may not give a meeting alone
    travel: tuple[tuple[int, ...], ...] = ()  # points for a trainer in both venues on one day
    too_far: tuple[tuple[bool, ...], ...] = ()  # venues that no trainer does on one day
    travel_rule: int = 0


Calendar = tuple[Place | None, ...]  # per meeting; none: it has no place
