"""The whole schedule of a cohort in two statements: its meetings, and what is known around them.

Rows and numbers, no ORM objects: the board, the conflict list and every move read this.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale

from program.cohorts.closed_days import closed_days
from program.cohorts.models import (
    Cohort,
)
from program.core.db import db
from program.meetings.clashes import Conflict, Facts, Kind, Rule, Slot, conflicts
from program.meetings.schedule.around import Around, day_of
from program.meetings.schedule.statements import COHORT, around_rows, slot_rows
from program.programmes.models import ModuleKind

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
    around = Around()
    for row in db.session.execute(around_rows(), _about(cohort)).all():
        around.take(row)
    around.groups.sort(key=lambda group: natural(group[1]))
    around.domains.sort()
    rooms = {row.room_id: row.room_name for row in rows if row.room_id} | around.rooms
    zone = ZoneInfo(cohort.timezone)
    slots = {row.id: slot(row, zone) for row in rows if row.id and row.cancelled_at is None}
    modules = {row.module_id: row for row in rows}
    facts = Facts(
        rules={number: _rule(row) for number, row in modules.items()},
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
        day=day_of(row.starts_at, zone),
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


def _about(cohort: Cohort) -> dict[str, object]:
    return {
        "cohort": cohort.id,
        "bureau": cohort.organisation_id,
        "programme": cohort.programme_id,
        "since": cohort.starts_on,
        "first": datetime.combine(cohort.starts_on, time(), UTC),
        "last": datetime.combine(cohort.ends_on, time.max, UTC),
    }


__all__ = ["COHORT", "WHOLE", "Schedule", "natural", "numbers", "schedule_of", "slot", "slot_rows"]
