"""The planning problem as plain data: what the solver reads and writes.

Times are wall times where the cohort is, without zone; days are dates. Whoever asks turns rows
into a `Problem` and a `Plan` back into rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from program.planning.rules import Rule

WHOLE = frozenset({"plenary", "webinar"})  # everybody together
BY_GROUP = frozenset({"group", "visit"})  # each learning group by itself
TABLES = "tables"  # small tables, mixed anew each round
PLANNED = WHOLE | BY_GROUP | {TABLES}  # "open" has its own enrolment

ROUND_GAP_DAYS = 14  # between two rounds of one module, for the same person
ORDER_GAP_DAYS = 1  # after an earlier module, when the programme says no more

NOON, AFTER_WORK = time(13, 30), time(18)  # they part the day in morning, afternoon and evening


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment until a moment, as the clock on the wall says it."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    department: str = ""
    gender: str = ""
    job_title: str = ""
    manager: int | None = None  # when the own manager takes part too
    working_days: int = 31  # bit 0 is Monday
    busy: tuple[Span, ...] = ()
    step_free: bool = False  # needs a room without steps
    home: int | None = None  # the venue they travel from
    attributes: Mapping[str, str] = field(default_factory=dict)  # whatever else may be balanced


@dataclass(frozen=True, slots=True)
class Trainer:
    id: int
    name: str
    working_days: int = 31
    max_per_week: int = 5
    domains: frozenset[str] = frozenset()
    busy: tuple[Span, ...] = ()
    engaged: tuple[Span, ...] = ()  # meetings of other cohorts: busy, and they count in the week
    senior: bool = True  # a junior gives no meeting alone


@dataclass(frozen=True, slots=True)
class Room:
    id: int
    name: str
    capacity: int
    price_cents: int = 0  # per day
    online: bool = False
    busy: tuple[Span, ...] = ()
    venue: int = 0
    step_free: bool = True


@dataclass(frozen=True, slots=True)
class Travel:
    """How many minutes it takes from one venue to the other, either way."""

    one: int
    other: int
    minutes: int


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day (or part of it) on which meetings are not wanted, and by which rule."""

    on: date
    rule: str  # "day.public", "day.optional", "day.school", "day.council" or "day.own"
    name: str
    parts: int = 7  # bits: morning, afternoon, evening


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who must be in one learning group, or never at one table or in one group."""

    one: int
    other: int
    together: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """Two people, and how many times they really met before: at a table, or with their group."""

    one: int
    other: int
    times: int
    in_group: int = 0


@dataclass(frozen=True, slots=True)
class Module:
    id: int
    title: str
    kind: str
    minutes: int
    rounds: int = 1
    fixed_on: date | None = None
    after: int | None = None
    min_gap_days: int | None = None
    max_gap_days: int | None = None
    online: bool = False
    trainers: int = 1
    domains: frozenset[str] = frozenset()
    evening: bool = False  # held after office hours

    @property
    def is_online(self) -> bool:
        return self.online or self.kind == "webinar"


@dataclass(frozen=True, slots=True)
class Tables:
    """One round of a module that mixes: who sits at which table, and who does what there.

    Tasks are per table, in the order case, chair, observer; a small table has fewer.
    """

    module: int
    round: int
    tables: tuple[tuple[int, ...], ...]
    tasks: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A meeting with its moment, room and trainers; without a moment, why it has none.

    `group` numbers the learning group, or the table in its round; none is everybody.
    """

    module: int
    round: int
    group: int | None
    starts_at: datetime | None
    minutes: int
    room: int | None = None
    trainers: tuple[int, ...] = ()
    kept: bool = False  # it stood already, and the solver may not touch it
    why: str = ""

    @property
    def begins(self) -> datetime:
        if self.starts_at is None:
            raise ValueError("This meeting has no place.")
        return self.starts_at

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Problem:
    starts_on: date
    ends_on: date
    people: tuple[Person, ...]
    trainers: tuple[Trainer, ...]
    rooms: tuple[Room, ...]
    modules: tuple[Module, ...]
    group_count: int = 6
    table_size: int = 6
    from_on: date | None = None  # nothing new before this day; earlier meetings are kept ones
    closed: Mapping[date, str] = field(default_factory=dict)
    groups: tuple[tuple[int, ...], ...] = ()  # learning groups that stand already
    tables: tuple[Tables, ...] = ()  # tables of kept meetings; an empty one may be made anew
    kept: tuple[Placed, ...] = ()
    rules: tuple[Rule, ...] = ()  # as far as they are set otherwise than usual
    special: tuple[SpecialDay, ...] = ()
    travel: tuple[Travel, ...] = ()
    pairs: tuple[Pair, ...] = ()
    pinned: tuple[tuple[int, int], ...] = ()  # person, learning group
    met: tuple[Met, ...] = ()
    standing: tuple[Placed, ...] = ()  # what was there before: changing it has a price (repair)
    accepted: Mapping[int, int] = field(
        default_factory=dict
    )  # place in `standing`: how many said yes


@dataclass(frozen=True, slots=True)
class Plan:
    groups: tuple[tuple[int, ...], ...]
    tables: tuple[Tables, ...]
    meetings: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Steps define the result; seconds only stop the work."""

    seed: int = 1
    steps: int = 60_000
    seconds: float = 30


@dataclass(frozen=True, slots=True)
class Progress:
    phase: str  # "groups", "tables", "calendar"
    step: int
    steps: int
    broken: int  # rules that do not hold yet
    cost: float
    bound: float  # no plan of this phase can be cheaper


@dataclass(frozen=True, slots=True)
class Proposal:
    plan: Plan
    cost: Mapping[str, float]  # by phase
    bound: Mapping[str, float]
    seed: int
    steps: int
    stopped: bool = False  # by the clock or by a person, before all steps were done
    cost_by_rule: Mapping[str, float] = field(default_factory=dict)
