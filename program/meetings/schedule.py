"""The whole schedule of a cohort in two statements: its meetings, and what is known around them.

Rows and numbers, no ORM objects: the board, the conflict list and every move read this.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache, cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from program.accounts.models import Membership, Person, Role, RoleGrant
from program.cohorts.closed_days import closed_days
from program.cohorts.models import (
    Absence,
    Cohort,
    Enrolment,
    Group,
    GroupKind,
    TrainerProfile,
)
from program.core.db import UtcDateTime, db
from program.meetings.clashes import Conflict, Facts, Kind, Rule, Slot, conflicts
from program.meetings.models import Meeting, MeetingTrainer, Room, Seat, SeatReason, Venue
from program.programmes.models import Domain, Module, ModuleDomain, ModuleKind

WHOLE = frozenset({ModuleKind.PLENARY, ModuleKind.WEBINAR, ModuleKind.OPEN})  # for everybody


@dataclass(frozen=True)
class Schedule:
    """Rows as `slot_rows` gives them, the same as slots, and what is known around them."""

    cohort: Cohort
    rows: Sequence[Any]  # a module without meetings has a row without a meeting
    slots: Mapping[int, Slot]  # of meetings that go on, those of other cohorts included
    facts: Facts
    names: Mapping[int, str]
    groups: Sequence[tuple[int, str]]  # learning groups
    elsewhere: Mapping[int, str]  # the cohort of each meeting of others
    rooms: Mapping[int, str]
    domains: Sequence[tuple[int, str]]  # position and title

    @cached_property
    def clashes(self) -> list[Conflict]:
        """Everything that does not fit, who misses a meeting for everybody included."""
        return conflicts(list(self.slots.values()), self.facts)

    @cached_property
    def conflicts(self) -> list[Conflict]:
        return [found for found in self.clashes if not self._is_missing(found)]

    @cached_property
    def missing(self) -> list[Conflict]:
        """Who cannot come to a meeting for everybody: no day suits all, so no fault of the plan."""
        return [found for found in self.clashes if self._is_missing(found)]

    def _is_missing(self, found: Conflict) -> bool:
        row = self.by_id.get(found.meetings[0])
        return found.kind in {Kind.OFF, Kind.AWAY} and row is not None and row.kind in WHOLE

    @cached_property
    def by_id(self) -> Mapping[int, Any]:
        return {row.id: row for row in self.rows if row.id is not None}

    def with_slot(self, slot: Slot) -> "Schedule":
        """As it would be with this meeting there."""
        return replace(self, slots={**self.slots, slot.id: slot})


def schedule_of(cohort: Cohort, rows: Sequence[Any] | None = None) -> Schedule:
    """Two statements, however large; `rows` when the caller has asked for more columns."""
    if rows is None:
        rows = db.session.execute(slot_rows(), {"cohort": cohort.id}).all()
    around = _Around()
    for row in db.session.execute(around_rows(), _about(cohort)).all():
        around.take(row)
    around.groups.sort(key=lambda group: natural(group[1]))
    around.domains.sort()
    rooms = {row.room_id: row.room_name for row in rows if row.room_id} | around.rooms
    zone = ZoneInfo(cohort.timezone)
    slots = {row.id: slot(row, zone) for row in rows if row.id and row.cancelled_at is None}
    facts = Facts(
        rules={row.module_id: _rule(row) for row in rows},
        capacity={row.room_id: row.capacity for row in rows if row.room_id} | around.capacity,
        working_days=around.working_days,
        max_per_week=around.max_per_week,
        absences=around.absences,
        closed=_closed(cohort.starts_on, cohort.ends_on, cohort.school_region, _language()),
    )
    return Schedule(
        cohort, rows, slots | around.slots(zone), facts, around.names, around.groups,
        around.elsewhere, rooms, around.domains,
    )  # fmt: skip


def slot(row: Any, zone: ZoneInfo) -> Slot:
    return Slot(
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        day=_day(row.starts_at, zone),
        module_id=row.module_id,
        round=row.round,
        room_id=row.room_id,
        trainers=numbers(row.trainers),
        people=_crowd(row.people),
    )


def natural(name: str) -> list[tuple[int, str]]:
    """To sort "Tafel 2" before "Tafel 10"."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdecimal() else (0, part.casefold()) for part in parts]


@lru_cache(maxsize=4096)  # the same people meet again and again
def numbers(text: str | None) -> tuple[int, ...]:
    """Of "3,14,15"."""
    return tuple(map(int, text.split(","))) if text else ()


@lru_cache(maxsize=4096)
def _crowd(text: str | None) -> frozenset[int]:
    return frozenset(numbers(text))


@lru_cache(maxsize=4096)
def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _rule(row: Any) -> Rule:
    return Rule(
        row.module, row.after_id, row.min_gap_days, row.max_gap_days, row.trainers_needed,
        row.online,
    )  # fmt: skip


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "nl"


@lru_cache(maxsize=64)
def _closed(starts_on: date, ends_on: date, region: str, language: str) -> dict[date, str]:
    return closed_days(starts_on, ends_on, region, language=language)


COHORT = bindparam("cohort", type_=Integer)
_BUREAU = bindparam("bureau", type_=Integer)
_PROGRAMME = bindparam("programme", type_=Integer)
_SINCE: BindParameter[date] = bindparam("since", type_=Date)


def _about(cohort: Cohort) -> dict[str, object]:
    return {
        "cohort": cohort.id,
        "bureau": cohort.organisation_id,
        "programme": cohort.programme_id,
        "since": cohort.starts_on,
        "first": datetime.combine(cohort.starts_on, time(), UTC),
        "last": datetime.combine(cohort.ends_on, time.max, UTC),
    }


@cache
def slot_rows() -> Select[*tuple[Any, ...]]:
    """A row per module and meeting of it, in the order of the programme."""
    trainers = (
        select(func.aggregate_strings(cast(MeetingTrainer.person_id, String), ","))
        .where(MeetingTrainer.meeting_id == Meeting.id)
        .scalar_subquery()
    )
    people = (
        select(func.aggregate_strings(cast(Seat.person_id, String), ","))
        .where(Seat.meeting_id == Meeting.id, *_held())
        .scalar_subquery()
    )
    colour = (
        select(Domain.position)
        .join(ModuleDomain, ModuleDomain.domain_id == Domain.id)
        .where(ModuleDomain.module_id == Module.id)
        .order_by(ModuleDomain.weight.desc(), Domain.position)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Module.id.label("module_id"), Module.title.label("module"), Module.position,
            Module.kind, Module.rounds, Module.after_id, Module.min_gap_days,
            Module.max_gap_days, Module.trainers.label("trainers_needed"), Module.online,
            colour.label("domain"), Meeting.id, Meeting.title, Meeting.round, Meeting.starts_at,
            Meeting.ends_at, Meeting.group_id, Meeting.note, Meeting.locked_at,
            Meeting.cancelled_at, Group.name.label("group_name"), Meeting.room_id,
            Room.name.label("room_name"), Room.capacity, Venue.name.label("venue_name"),
            trainers.label("trainers"), people.label("people"),
        )
        .join(Cohort, Cohort.programme_id == Module.programme_id)
        .outerjoin(Meeting, and_(Meeting.module_id == Module.id, Meeting.cohort_id == Cohort.id))
        .outerjoin(Group, Group.id == Meeting.group_id)
        .outerjoin(Room, Room.id == Meeting.room_id)
        .outerjoin(Venue, Venue.id == Room.venue_id)
        .where(Cohort.id == COHORT)
        .order_by(Module.position, Meeting.round, Group.name, Meeting.starts_at, Meeting.id)
    )  # fmt: skip


def _held() -> tuple[Any, Any]:
    """Seats of people who are expected: not given up, not waiting for one."""
    return Seat.released_at.is_(None), Seat.reason != SeatReason.WAITING


_NONE = cast(null(), Integer)
_NEVER = cast(null(), UtcDateTime())
_NAME = Person.given_name + " " + Person.infix + " " + Person.surname


@cache
def around_rows() -> CompoundSelect[*tuple[Any, ...]]:
    """Rows of several sorts (`what`): people, trainers, absences, groups, meetings of others.

    Made once: the statement is so long that building it would cost more than running it.
    """
    still_there = or_(Enrolment.until_on.is_(None), Enrolment.until_on > _SINCE)
    joined = select(Enrolment.person_id).where(Enrolment.cohort_id == COHORT, still_there)
    trainers = _trainers()
    return union_all(
        _people(),
        select(
            literal("trainer"), Person.id, TrainerProfile.working_days,
            TrainerProfile.max_per_week, _NEVER, _NEVER, _NAME,
        )
        .outerjoin(TrainerProfile, TrainerProfile.person_id == Person.id)
        .where(Person.id.in_(trainers)),
        select(
            literal("absence"), Absence.person_id, _NONE, _NONE, Absence.starts_at,
            Absence.ends_at, literal(""),
        ).where(
            or_(Absence.person_id.in_(joined), Absence.person_id.in_(trainers)),
            *_during(Absence),
        ),
        select(literal("group"), Group.id, _NONE, _NONE, _NEVER, _NEVER, Group.name).where(
            Group.cohort_id == COHORT, Group.kind == GroupKind.LEARNING
        ),
        select(
            literal("domain"), Domain.position, _NONE, _NONE, _NEVER, _NEVER, Domain.title
        ).where(Domain.programme_id == _PROGRAMME),
        select(
            literal("room"), Room.id, Room.capacity, _NONE, _NEVER, _NEVER, Room.name
        )
        .join(Venue, Venue.id == Room.venue_id)
        .where(Venue.organisation_id == _BUREAU),
        *_elsewhere(joined, trainers),
    )  # fmt: skip


def _people() -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal("person").label("what"), Person.id.label("a"),
            Membership.working_days.label("b"), _NONE.label("c"), _NEVER.label("starts_at"),
            _NEVER.label("ends_at"), _NAME.label("text"),
        )
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(
            Membership,
            and_(
                Membership.person_id == Person.id,
                Membership.organisation_id == Enrolment.organisation_id,
            ),
        )
        .where(Enrolment.cohort_id == COHORT)
    )  # fmt: skip


def _trainers() -> Select[int]:
    """Trainers of the bureau, and whoever gives a meeting of this cohort."""
    of_bureau = select(RoleGrant.person_id).where(
        RoleGrant.role == Role.TRAINER, RoleGrant.organisation_id == _BUREAU
    )
    giving = (
        select(MeetingTrainer.person_id)
        .join(Meeting, Meeting.id == MeetingTrainer.meeting_id)
        .where(Meeting.cohort_id == COHORT)
    )
    return select(Person.id).where(or_(Person.id.in_(of_bureau), Person.id.in_(giving)))


def _during(kind: type[Absence | Meeting]) -> tuple[Any, Any]:
    first, last = (bindparam(name, type_=UtcDateTime()) for name in ("first", "last"))
    return kind.ends_at > first, kind.starts_at < last


def _elsewhere(joined: Select[int], trainers: Select[int]) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Meetings of other cohorts that hold our rooms, trainers or people."""
    other = (
        Meeting.cohort_id != COHORT, Meeting.cancelled_at.is_(None),
        *_during(Meeting),
    )  # fmt: skip
    return (
        select(
            literal("busy room"), Meeting.id, Meeting.room_id, _NONE, Meeting.starts_at,
            Meeting.ends_at, Cohort.name,
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .where(*other, Cohort.organisation_id == _BUREAU),
        select(
            literal("busy trainer"), Meeting.id, MeetingTrainer.person_id, _NONE,
            Meeting.starts_at, Meeting.ends_at, Cohort.name,
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .join(MeetingTrainer, MeetingTrainer.meeting_id == Meeting.id)
        .where(
            *other,
            or_(MeetingTrainer.person_id.in_(trainers), MeetingTrainer.person_id.in_(joined)),
        ),
        select(
            literal("busy person"), Meeting.id, Seat.person_id, _NONE, Meeting.starts_at,
            Meeting.ends_at, Cohort.name,
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .join(Seat, and_(Seat.meeting_id == Meeting.id, *_held()))
        .where(*other, or_(Seat.person_id.in_(trainers), Seat.person_id.in_(joined))),
    )  # fmt: skip


class _Around:
    """Sorts the rows of `around_rows`."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.working_days: dict[int, int] = {}
        self.max_per_week: dict[int, int] = {}
        self.capacity: dict[int, int] = {}
        self.rooms: dict[int, str] = {}
        self.absences: defaultdict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        self.groups: list[tuple[int, str]] = []
        self.domains: list[tuple[int, str]] = []
        self.elsewhere: dict[int, str] = {}
        self._busy: dict[int, dict[str, Any]] = {}

    def take(self, row: Any) -> None:
        what, number, second, third, starts_at, ends_at, text = row
        if what in {"person", "trainer"}:
            self._person(what, number, second, third, text)
        elif what == "absence":
            self.absences[number].append((starts_at, ends_at))
        elif what == "group":
            self.groups.append((number, text))
        elif what == "domain":
            self.domains.append((number, text))
        elif what == "room":
            self.capacity[number], self.rooms[number] = second, text
        else:
            self._taken(what, number, second, (starts_at, ends_at, text))

    def _person(
        self, what: str, person: int, days: int | None, most: int | None, name: str
    ) -> None:
        self.names[person] = " ".join(name.split())
        if days is not None:
            self.working_days[person] = days
        if what == "trainer" and most is not None:
            self.max_per_week[person] = most

    def _taken(self, what: str, meeting: int, who: int | None, when: tuple[Any, ...]) -> None:
        starts_at, ends_at, cohort = when
        self.elsewhere[meeting] = cohort
        busy = self._busy.setdefault(
            meeting,
            {"starts_at": starts_at, "ends_at": ends_at, "people": set(), "trainers": set()},
        )
        if what == "busy room":
            busy["room_id"] = who
        else:
            busy["trainers" if what == "busy trainer" else "people"].add(who)

    def slots(self, zone: ZoneInfo) -> dict[int, Slot]:
        return {
            meeting: Slot(
                id=meeting,
                starts_at=busy["starts_at"],
                ends_at=busy["ends_at"],
                day=_day(busy["starts_at"], zone),
                room_id=busy.get("room_id"),
                trainers=tuple(sorted(busy["trainers"])),
                people=frozenset(busy["people"]),
                ours=False,
            )
            for meeting, busy in self._busy.items()
        }
