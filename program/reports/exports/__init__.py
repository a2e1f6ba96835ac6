"""Writes tables as CSV, XLSX and ODS, row by row, in memory that does not grow. Pure.

What a person typed is always text: never a formula, never a link.
"""

from typing import BinaryIO, Protocol

from program.reports.exports.delimited import write_csv
from program.reports.exports.excel import write_xlsx
from program.reports.exports.opendocument import write_ods
from program.reports.exports.tables import Column, Kind, SheetFull, Table, Value, whole


class Writer(Protocol):
    def __call__(self, file: BinaryIO, *tables: Table) -> int: ...


MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
WRITERS: dict[str, Writer] = {"csv": write_csv, "xlsx": write_xlsx, "ods": write_ods}

__all__ = [
    "MEDIA_TYPES",
    "WRITERS",
    "Column",
    "Kind",
    "SheetFull",
    "Table",
    "Value",
    "Writer",
    "whole",
]
