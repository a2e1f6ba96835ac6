"""The schedule as groups × modules: cells with ready texts, so that the template only prints."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import gettext as _

from program.board.queries import board_rows
from program.cohorts.models import Cohort
from program.core import dates
from program.core.db import db
from program.meetings.clashes import HARD, Conflict, Kind
from program.meetings.schedule import WHOLE, Schedule, natural, numbers, schedule_of
from program.meetings.wording import short_words
from program.programmes.models import ModuleKind


@dataclass(slots=True)  # not frozen: there are hundreds, and making a frozen one costs thrice
class Cell:
    """One meeting as the board shows it."""

    id: int
    css: str
    label: str  # group and module, for who does not see rows and columns
    day: str
    clock: str
    where: str
    why: str
    locked: bool
    cancelled: bool
    new: bool  # nobody was told of it yet
    changed: bool
    table: str  # its name, for a table
    answers: tuple[int, int, int, int] | None  # yes, maybe, no, not yet

    def texts(self, base: str) -> dict[str, str]:
        """As the template of a cell shows them; `base` is the address of meetings."""
        yes, maybe, no, still_open = self.answers or (0, 0, 0, 0)
        return {
            "url": f"{base}{self.id}",
            "css": self.css,
            "label": self.label,
            "table": self.table,
            "day": self.day,
            "clock": self.clock,
            "where": self.where,
            "why": self.why,
            "cancelled": "yes" if self.cancelled else "",
            "changed": "yes" if self.changed else "",
            "new": "yes" if self.new else "",
            "locked": "yes" if self.locked else "",
            "answers": "yes" if self.answers else "",
            "accepted": str(yes or ""),
            "maybe": str(maybe or ""),
            "declined": str(no or ""),
            "open": str(still_open or ""),
        }


@dataclass(frozen=True, slots=True)
class Column:
    position: int
    title: str
    weeks: str


@dataclass(frozen=True, slots=True)
class Line:
    """A group with its cells, a list per column; or a round with its tables."""

    name: str
    under: str
    cells: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Filter:
    trainer: int | None = None
    room: int | None = None

    def takes(self, row: Any) -> bool:
        return (self.trainer is None or self.trainer in numbers(row.trainers)) and (
            self.room is None or self.room == row.room_id
        )


@dataclass(frozen=True)
class Board:
    schedule: Schedule
    wanted: Filter = field(default_factory=Filter)

    @cached_property
    def meetings(self) -> list[Any]:
        return [row for row in self.schedule.rows if row.id is not None]

    @cached_property
    def trainers_of(self) -> Mapping[int, tuple[int, ...]]:
        return {row.id: numbers(row.trainers) for row in self.meetings}

    @property
    def modules(self) -> list[tuple[int, str]]:
        one_of = {row.module_id: row for row in self.schedule.rows}
        return [(number, f"{row.position}. {row.module}") for number, row in one_of.items()]

    @property
    def conflicts(self) -> list[Conflict]:
        return self.schedule.conflicts

    @cached_property
    def changed(self) -> frozenset[int]:
        """The meetings that differ from what the last release told."""
        names = self.schedule.names
        return frozenset(row.id for row in self.meetings if _differs(row, names))

    @cached_property
    def _broken(self) -> Mapping[int, Kind]:
        """What to show in a cell: the hardest thing first."""
        shown: dict[int, Kind] = {}
        for conflict in self.conflicts:
            for meeting_id in conflict.meetings if conflict.hard else conflict.meetings[:1]:
                shown.setdefault(meeting_id, conflict.kind)
        return shown

    @cached_property
    def cells(self) -> Mapping[int, Cell]:
        zone = ZoneInfo(self.schedule.cohort.timezone)
        locale = "en" if str(get_locale()) == "en" else "nl"
        words = short_words(set(self._broken.values()))
        changed = self.changed
        return {
            row.id: self._cell(row, words, locale, zone, changed=row.id in changed)
            for row in self.meetings
            if self.wanted.takes(row)
        }

    def _cell(
        self, row: Any, words: Mapping[Kind, str], locale: str, zone: ZoneInfo, *, changed: bool
    ) -> Cell:
        kind = self._broken.get(row.id)
        colour = f"dom d{min(row.domain or 0, 6)}" if row.kind not in WHOLE else "plen"
        conflict = (" conf" if kind in HARD else " soft") if kind else ""
        lock = " locked" if row.locked_at else ""
        off = " gone" if row.cancelled_at else ""
        return Cell(
            id=row.id,
            css=f"cell {colour}{conflict}{lock}{off}",
            label=f"{row.group_name}, {row.title}" if row.group_name else row.title,
            day=dates.day(row.starts_at, locale, zone),
            clock=dates.clock(row.starts_at, zone),
            where=row.room_name or ("online" if row.online else ""),
            why=words[kind] if kind else "",
            locked=row.locked_at is not None,
            cancelled=row.cancelled_at is not None,
            new=changed and row.told is None,
            changed=changed,
            table=row.group_name if row.kind == ModuleKind.TABLES else "",
            answers=_answers(row),
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [
            Column(rows[0].position, rows[0].module, self._weeks(rows))
            for rows in self._modules.values()
        ]

    @cached_property
    def _modules(self) -> Mapping[int, list[Any]]:
        """Rows of each module that has a column: all but the tables."""
        modules: defaultdict[int, list[Any]] = defaultdict(list)
        for row in self.schedule.rows:
            if row.kind != ModuleKind.TABLES:
                modules[row.module_id].append(row)
        return modules

    def _weeks(self, rows: Iterable[Any]) -> str:
        slots = self.schedule.slots
        weeks = [slots[row.id].day.isocalendar()[:2] for row in rows if row.id in slots]
        if not weeks:
            return str(_("not planned"))
        first, last = min(weeks)[1], max(weeks)[1]
        return str(_("week %(n)s", n=first if first == last else f"{first}–{last}"))

    @property
    def lines(self) -> list[Line]:
        """A line per learning group; without groups one for everybody."""
        groups = self.schedule.groups or [(0, str(_("Everybody")))]
        of_group: defaultdict[tuple[int | None, int], list[Cell]] = defaultdict(list)
        cells, usual = self.cells, self._usual_trainers()
        for row in self.meetings:
            if row.id in cells:
                of_group[row.group_id, row.module_id].append(cells[row.id])
        return [
            Line(
                name,
                usual.get(group_id, ""),
                [of_group[group_id, m] + of_group[None, m] for m in self._modules],
            )
            for group_id, name in groups
        ]

    def _usual_trainers(self) -> Mapping[int, str]:
        """Of each group who gives most of its meetings."""
        gives: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for row in self.meetings:
            gives[row.group_id].update(numbers(row.trainers))
        return {
            group_id: self.schedule.names.get(counted.most_common(1)[0][0], "")
            for group_id, counted in gives.items()
            if counted
        }

    @property
    def rounds(self) -> list[Line]:
        """A line per round of the modules that mix, with its tables."""
        tables: defaultdict[tuple[int, int], list[Any]] = defaultdict(list)
        for row in self.schedule.rows:
            if row.kind == ModuleKind.TABLES:
                tables[row.module_id, row.round or 0].append(row)
        for rows in tables.values():
            rows.sort(key=lambda row: natural(row.group_name or ""))
        return [self._round(rows) for rows in tables.values()]

    def _round(self, rows: Sequence[Any]) -> Line:
        first = rows[0]
        under = _("round %(n)s", n=first.round) if first.round else _("not planned")
        cells = [[self.cells[row.id]] for row in rows if row.id in self.cells]
        return Line(f"{first.position}. {first.module}", str(under), cells)


def _differs(row: Any, names: Mapping[int, str]) -> bool:
    if row.told is None:
        return row.cancelled_at is None
    if row.cancelled_at is not None or row.told_cancelled_at is not None:
        return (row.cancelled_at is None) != (row.told_cancelled_at is None)
    now = row.title, row.starts_at, row.ends_at, row.room_id, row.note, row.group_name or ""
    told = (
        row.told_title, row.told_starts_at, row.told_ends_at, row.told_room_id, row.told_note,
        row.told_group,
    )  # fmt: skip
    return now != told or _other_trainers(row, names)


def _other_trainers(row: Any, names: Mapping[int, str]) -> bool:
    now = sorted(names.get(person, "") for person in numbers(row.trainers))
    told = sorted(row.told_trainers.split(", ")) if row.told_trainers else []
    return now != told and len(row.told_trainers) < 200  # longer ones were cut off


def _answers(row: Any) -> tuple[int, int, int, int] | None:
    if not row.invited:
        return None
    yes, no, silent = int(row.yes), int(row.no), int(row.silent)
    return yes, row.invited - yes - no - silent, no, silent


def board_of(cohort: Cohort, wanted: Filter | None = None) -> Board:
    """Two statements, however large."""
    rows = db.session.connection().execute(board_rows(), {"cohort": cohort.id}).all()
    return Board(schedule_of(cohort, rows), wanted or Filter())
