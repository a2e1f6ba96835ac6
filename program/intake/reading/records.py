"""What comes out of the files: people, trainers, rooms, absences, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from program.intake.reading.problems import Problem
from program.intake.reading.tables import Cell
from program.intake.reading.values import text


@dataclass(frozen=True)
class Row:
    """One line of a list, by field; `number` is as the spreadsheet shows it."""

    file: str
    number: int
    cells: Mapping[str, Cell]
    headings: Mapping[str, str]  # field: heading

    def text(self, name: str) -> str:
        return text(self.cells.get(name))

    def cell(self, name: str) -> Cell:
        return self.cells.get(name, "")

    def problem(self, name: str, why: str, value: str | None = None) -> Problem:
        shown = self.text(name) if value is None else value
        return Problem(self.file, self.number, self.headings.get(name, ""), shown, why)


@dataclass(frozen=True)
class ReadPerson:
    file: str
    row: int
    email: str
    given_name: str
    infix: str
    surname: str
    employee_number: str = ""
    manager_number: str = ""
    department: str = ""
    job_title: str = ""
    gender: str = ""
    working_days: int | None = None  # none: not known, taken for all five
    hours_per_week: float | None = None
    employed_since: date | None = None
    organisation: str = ""

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.given_name, self.infix, self.surname) if part)

    @property
    def is_part_time(self) -> bool:
        return self.working_days is not None and self.working_days & 31 != 31


@dataclass(frozen=True)
class ReadTrainer:
    file: str
    row: int
    email: str
    given_name: str
    infix: str
    surname: str
    domains: tuple[str, ...]
    working_days: int | None
    max_per_week: int | None
    senior: bool | None = None  # none: not said

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.given_name, self.infix, self.surname) if part)


@dataclass(frozen=True)
class ReadRoom:
    file: str
    row: int
    venue: str
    room: str
    address: str
    capacity: int
    price_cents: int
    wheelchair: bool
    online: bool
    join_url: str


@dataclass(frozen=True)
class ReadAbsence:
    """When somebody cannot come. Never why: the reason is not even read."""

    email: str
    starts_at: datetime  # UTC
    ends_at: datetime
    all_day: bool
    from_calendar: bool = False


@dataclass(frozen=True)
class Known:
    """Somebody whom an absence or a calendar may be about."""

    email: str
    employee_number: str
    name: str


@dataclass
class FileReport:
    """What we made of one file (or one sheet of a workbook)."""

    name: str
    kind: str = ""  # people, trainers, venues, absences, calendar, programme; empty: left alone
    why: str = ""  # why it was left alone
    value: str = ""
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int | None = None
    recognised: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    samples: dict[str, list[str]] = field(default_factory=dict)
    rows: int = 0
    skipped: list[Problem] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    owner: str = ""  # of a calendar
