"""Operations 7, 8 and 9: reports of ten thousand rows, and the writers on a million."""

import csv
import io
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, time
from time import process_time
from typing import Any

import psycopg

from bench.measure import Pair, cpu_of
from bench.world import World
from program.cohorts.models import Cohort
from program.core.db import db
from program.reports.actions import write_report
from program.reports.attendance import Scope
from program.reports.exports import WRITERS, Column, Kind, Table, whole
from program.reports.exports.excel import LEVEL

AS_OF = date(2027, 12, 31)
ROWS = 10_010
#: all that is in a row of the report, by one statement
QUERY = """
SELECT m.employee_number, p.email, p.surname, p.infix, p.given_name, m.department, pr.title,
 g.id, q.title, d.title, q.starts_at, q.ends_at, a.state, a.minutes, a.marked_at
FROM enrolment e
JOIN person p ON p.id = e.person_id
JOIN membership m ON m.person_id = p.id AND m.organisation_id = e.organisation_id
JOIN seat s ON s.person_id = p.id
JOIN meeting g ON g.id = s.meeting_id AND g.cohort_id = e.cohort_id
JOIN published_meeting q ON q.meeting_id = g.id
JOIN module_domain md ON md.module_id = g.module_id
JOIN domain d ON d.id = md.domain_id
JOIN programme pr ON pr.id = d.programme_id
LEFT JOIN presence a ON a.meeting_id = g.id AND a.person_id = p.id AND a.superseded_at IS NULL
WHERE e.cohort_id = {large} AND e.organisation_id = {client}
ORDER BY p.sort_key, p.id, q.starts_at
"""


def pairs(world: World) -> Iterator[Pair]:
    query = QUERY.format(**world.ids)
    raw = _raw_cursor(world)

    def report(kind: str) -> Callable[[], int]:
        def write() -> int:
            with world.app.app_context(), tempfile.TemporaryFile() as file:
                cohort = db.session.get_one(Cohort, world.ids["large"])
                scope = Scope(cohort, [world.ids["client"]], AS_OF)
                rows = write_report(file, scope, kind=kind, parts=["rows"])
                assert rows == ROWS
                return rows

        return write

    def plain_csv() -> None:
        with tempfile.TemporaryFile("w", newline="") as file:
            rows = raw(query)
            written = csv.writer(file, delimiter=";")
            written.writerow(["x"] * 15)
            written.writerows(rows)

    sheet = _sheet_of(world)

    def plain_sheet() -> None:
        assert len(list(raw(query))) == ROWS
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
        for at in range(0, len(sheet), 1 << 16):
            packer.compress(sheet[at : at + (1 << 16)])
        packer.flush()

    yield Pair("7", f"CSV of 10,010 rows{world.on}", cpu_of(report("csv")), cpu_of(plain_csv), 1.25)
    yield Pair(
        "8", f"XLSX of 10,010 rows{world.on}", cpu_of(report("xlsx")), cpu_of(plain_sheet), 2
    )
    if not world.on:
        for kind in WRITERS:
            yield Pair(
                "9", f"{kind}: a row of 1,000,000 against one of 100,000",
                _per_row(kind, 1_000_000), _per_row(kind, 100_000), 1.3, unit="us",
            )  # fmt: skip


def _raw_cursor(world: World) -> Callable[[str], Any]:
    """Rows straight from the driver."""
    if not world.on:
        connection = sqlite3.connect(world.address.removeprefix("sqlite:///"))
        return connection.execute
    given = psycopg.connect(world.address.replace("+psycopg", ""))
    return given.execute


def _sheet_of(world: World) -> bytes:
    """The XML of the rows of our own workbook, not compressed."""
    file = io.BytesIO()
    with world.app.app_context():
        cohort = db.session.get_one(Cohort, world.ids["large"])
        write_report(file, Scope(cohort, [world.ids["client"]], AS_OF), kind="xlsx", parts=["rows"])
    return zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml")


COLUMNS = [
    Column("Personeelsnummer"),
    Column("E-mail"),
    Column("Achternaam"),
    Column("Bijeenkomst"),
    Column("Datum", Kind.DATE),
    Column("Begin", Kind.TIME),
    Column("Uren", Kind.NUMBER),
    Column("Aanwezigheid"),
    Column("Uren aanwezig", Kind.NUMBER),
    Column("Geregistreerd op", Kind.DATE),
]


def _per_row(kind: str, count: int) -> Callable[[], float]:
    days = [date(2027, 1, 1 + n) for n in range(28)]

    def rows() -> Iterator[tuple[Any, ...]]:
        for n in range(count):
            person = n // 14
            day = days[n % 28]
            yield (
                f"{person:06}", f"p{person}@leergang.example", f"Berg{person}", f"Module {n % 14}",
                day, time(9, 30), 7.0, "Aanwezig", 7.0, day,
            )  # fmt: skip

    def cost() -> float:
        with tempfile.TemporaryFile() as file:
            start = process_time()
            WRITERS[kind](file, Table("x", COLUMNS, whole(rows())))
            return (process_time() - start) / count * 1e6

    return cost
