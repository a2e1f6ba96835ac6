"""A whole folder of files at once: which file is what, and everything that is in them."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from program.intake.reading import aliases
from program.intake.reading.archive import CALENDARS, YAML
from program.intake.reading.lists import (
    Directory,
    Lists,
    read_absences,
    read_rooms,
    read_trainers,
)
from program.intake.reading.people import People, read_people
from program.intake.reading.problems import Problem, Unreadable
from program.intake.reading.programme import (
    DEFAULT_ZONE,
    ReadProgramme,
    read_programme,
)
from program.intake.reading.records import FileReport, Known, ReadAbsence, Row
from program.intake.reading.sheets import Sheet, preferred, rows_of, sheets_of
from program.intake.reading.tables import (
    BOOKS,
    TEXTS,
    read_tables,
    suffix,
)

MAX_FILES = 2_000
MAX_TOGETHER = 60 * 1024 * 1024


@dataclass
class Question:
    """The files, and what is known beforehand."""

    files: Mapping[str, bytes]
    chosen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # file: heading: field
    kinds: Mapping[str, str] = field(default_factory=dict)  # file: what a person says it is
    known: Sequence[Known] = ()  # people of the cohort, for files about them
    period: tuple[date, date] | None = None
    zone: str = DEFAULT_ZONE


@dataclass
class Reading:
    """Everything that was found, and everything that was wrong."""

    people: People = field(default_factory=People)
    lists: Lists = field(default_factory=Lists)
    programme: ReadProgramme | None = None
    mistakes: list[Problem] = field(default_factory=list)  # in the programme
    files: list[FileReport] = field(default_factory=list)
    period: tuple[datetime, datetime] | None = None  # within which calendars were read

    @property
    def rejected(self) -> list[Problem]:
        return [*self.people.rejected, *self.lists.rejected]

    @property
    def remarks(self) -> list[Problem]:
        return [*self.people.remarks, *self.lists.remarks]

    @property
    def kinds(self) -> set[str]:
        return {report.kind for report in self.files}


def read_folder(question: Question) -> Reading:
    """Read all there is. A file that cannot be read does not keep the others from it."""
    if len(question.files) > MAX_FILES or sum(map(len, question.files.values())) > MAX_TOGETHER:
        raise Unreadable("too large", f"{MAX_TOGETHER // 1024 // 1024} MB")
    reading = Reading()
    _read_programme(question, reading)
    zone = ZoneInfo(reading.programme.timezone if reading.programme else question.zone)
    sheets = preferred(_sheets(question, reading))
    by_kind: dict[str, list[Row]] = {kind: [] for kind in aliases.LISTS}
    for sheet in sheets:
        by_kind[sheet.kind] += rows_of(sheet, question.chosen.get(sheet.report.name, {}))
    reading.people = read_people(by_kind["people"])
    read_trainers(by_kind["trainers"], zone, reading.lists)
    read_rooms(by_kind["venues"], reading.lists)
    directory = Directory([*_known(reading), *question.known])
    read_absences(by_kind["absences"], directory, zone, reading.lists)
    _read_calendars(question, reading, directory, zone)
    reading.files.sort(key=lambda report: report.name)
    return reading


def _read_programme(question: Question, reading: Reading) -> None:
    for name in sorted(question.files):
        if suffix(name) not in YAML:
            continue
        report = FileReport(name, kind="programme")
        reading.files.append(report)
        if reading.programme is not None:
            report.kind, report.why = "", "second programme"
            continue
        try:
            reading.programme, reading.mistakes = read_programme(question.files[name], name)
        except Unreadable as error:
            report.why, report.value = error.why, error.value
            reading.mistakes = [Problem(name, 0, "", error.value, error.why)]


def _sheets(question: Question, reading: Reading) -> list[Sheet]:
    found = []
    for name in sorted(question.files):
        if suffix(name) not in (*BOOKS, *TEXTS):
            continue
        try:
            tables = read_tables(name, question.files[name])
        except Unreadable as error:
            reading.files.append(FileReport(name, why=error.why, value=error.value))
            continue
        sheets = sheets_of(name, tables, question.kinds)
        reading.files += [sheet.report for sheet in sheets]
        found += [sheet for sheet in sheets if sheet.kind]
    return found


def _known(reading: Reading) -> list[Known]:
    return [
        *(Known(p.email, p.employee_number, p.name) for p in reading.people.people),
        *(Known(t.email, "", t.name) for t in reading.lists.trainers),
    ]


def _read_calendars(
    question: Question, reading: Reading, directory: Directory, zone: ZoneInfo
) -> None:
    period = _period(question, reading)
    if period is not None:
        first, last = period[0], period[1] + timedelta(days=1)
        moments = [datetime.combine(day, time(), tzinfo=zone) for day in (first, last)]
        reading.period = moments[0].astimezone(UTC), moments[1].astimezone(UTC)
    for name in sorted(question.files):
        if suffix(name) not in CALENDARS:
            continue
        report = FileReport(name, kind="calendar")
        reading.files.append(report)
        stem = posixpath.basename(name).rsplit(".", 1)[0]
        owner = directory.find(stem, stem.replace("_", " ").replace(".", " "))
        if owner is None or period is None:
            report.why, report.value = ("unknown person", stem) if period else ("no period", "")
            continue
        report.owner = owner
        try:
            busy = _busy(question.files[name], owner, period, zone)
        except Unreadable as error:
            report.why, report.value = error.why, error.value
        else:
            report.rows = len(busy)
            reading.lists.absences += busy


def _busy(
    content: bytes, owner: str, period: tuple[date, date], zone: ZoneInfo
) -> list[ReadAbsence]:
    from program.intake.reading.calendars import read_calendar  # noqa: PLC0415 heavy

    return read_calendar(content, owner, period, zone)


def _period(question: Question, reading: Reading) -> tuple[date, date] | None:
    programme = reading.programme
    if programme and programme.starts_on and programme.ends_on:
        return programme.starts_on, programme.ends_on
    return question.period
