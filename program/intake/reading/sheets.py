"""Which sheets are lists, of what, and their rows by field."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from program.intake.reading import aliases
from program.intake.reading.headings import Columns, find_columns, is_total, normalised, score_of
from program.intake.reading.problems import Problem
from program.intake.reading.records import FileReport, Row
from program.intake.reading.tables import BOOKS, Cell, Table, suffix
from program.intake.reading.values import text

ENOUGH = 1.5  # headings that we know, before a sheet counts as a list


@dataclass
class Sheet:
    report: FileReport
    table: Table
    kind: str


def sheets_of(name: str, tables: list[Table], kinds: Mapping[str, str]) -> list[Sheet]:
    """The sheets of a workbook and what they are; the first bears the name of the file."""
    found = []
    for number, table in enumerate(tables):
        key = name if number == 0 else f"{name} [{table.sheet}]"
        report = FileReport(
            key, sheet=table.sheet, encoding=table.encoding, delimiter=table.delimiter,
            hidden_sheets=list(table.hidden) if number == 0 else [],
        )  # fmt: skip
        kind = kinds.get(key) or _kind(name, table, number == 0)
        if kind in aliases.LISTS:
            report.kind = kind
        else:
            report.why, kind = "not a list", ""
        found.append(Sheet(report, table, kind))
    return found


def _kind(name: str, table: Table, first: bool) -> str:
    """By the name of the sheet or the file when the headings agree, else by the headings."""
    scores = {kind: score_of(table.rows, kind) for kind in aliases.LISTS}
    for written in (table.sheet, posixpath.basename(name)):
        named = _named(written)
        if named and (scores[named] >= ENOUGH or (first and not any(scores.values()))):
            return named
    best = max(scores, key=lambda kind: scores[kind])
    if scores[best] >= ENOUGH:
        return best
    return "people" if first and _has_addresses(table) else ""


def _named(written: str) -> str:
    plain = normalised(written.rsplit(".", 1)[0])
    for kind, beginnings in aliases.FILE_NAMES.items():
        if any(beginning in plain for beginning in beginnings.split()):
            return kind
    return ""


def _has_addresses(table: Table) -> bool:
    with_address = sum(any("@" in text(cell) for cell in row) for row in table.rows[:50])
    return with_address >= max(1, len(table.rows[:50]) // 2)


def preferred(sheets: list[Sheet]) -> list[Sheet]:
    """Of one list in several formats only the best: a workbook keeps letters that a csv loses."""
    best: dict[tuple[str, str], str] = {}
    for sheet in sheets:
        same = (sheet.kind, _stem(sheet))
        kept = best.setdefault(same, _file(sheet))
        if _rank(_file(sheet)) < _rank(kept):
            best[same] = _file(sheet)
    chosen = []
    for sheet in sheets:
        if best[sheet.kind, _stem(sheet)] == _file(sheet):
            chosen.append(sheet)
        else:
            sheet.report.why = "another format"
            sheet.report.value = best[sheet.kind, _stem(sheet)]
            rows_of(sheet, {})
    return chosen


def _file(sheet: Sheet) -> str:
    return sheet.report.name.split(" [")[0] if sheet.table.sheet else sheet.report.name


def _stem(sheet: Sheet) -> str:
    return normalised(_file(sheet).rsplit(".", 1)[0])


def _rank(name: str) -> int:
    return BOOKS.index(suffix(name)) if suffix(name) in BOOKS else len(BOOKS)


def rows_of(sheet: Sheet, chosen: Mapping[str, str]) -> list[Row]:
    """The lines of the list, by field; titles, totals and empty lines left out."""
    columns = find_columns(sheet.table.rows, sheet.kind, chosen)
    report = sheet.report
    report.header_row = None if columns.header_row is None else columns.header_row + 1
    report.recognised, report.ignored = columns.recognised, columns.ignored
    report.samples = _samples(sheet.table, columns)
    headings = {name: columns.headings[column] for column, name in columns.fields.items()}
    rows = []
    for number, cells in enumerate(sheet.table.rows[columns.first_row :], columns.first_row + 1):
        if why := _why_not(cells, columns, sheet.table.rows):
            if why != "empty row":
                shown = next((text(cell) for cell in cells if text(cell)), "")
                report.skipped.append(Problem(report.name, number, "", shown, why))
            continue
        values: dict[str, Cell] = {
            name: cells[column] if column < len(cells) else ""
            for column, name in columns.fields.items()
        }
        rows.append(Row(report.name, number, values, headings))
    report.rows = len(rows)
    return rows


def _why_not(cells: list[Cell], columns: Columns, rows: list[list[Cell]]) -> str:
    filled = [cell for cell in cells if text(cell)]
    if not filled:
        return "empty row"
    if is_total(cells):
        return "total row"
    if columns.header_row is not None and cells == rows[columns.header_row]:
        return "heading again"
    if len(filled) == 1 and len(columns.fields) >= 3 and "@" not in text(filled[0]):
        return "note"
    return ""


def _samples(table: Table, columns: Columns) -> dict[str, list[str]]:
    """Up to three different values of each column, to show with our guess."""
    found: dict[str, list[str]] = {}
    for number, heading in enumerate(columns.headings):
        rows = table.rows[columns.first_row : columns.first_row + 50]
        shown = (text(row[number])[:60] for row in rows if number < len(row))
        if heading:
            found[heading] = list(dict.fromkeys(value for value in shown if value))[:3]
    return found
