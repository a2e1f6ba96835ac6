"""Reads a written file back, with a reader that is not ours."""

import csv
import io
from typing import Any

from python_calamine import CalamineWorkbook

from program.reports.exports import WRITERS, Table

Cells = list[list[Any]]


def written(kind: str, *tables: Table) -> bytes:
    file = io.BytesIO()
    WRITERS[kind](file, *tables)
    return file.getvalue()


def read_back(kind: str, data: bytes, sheet: int = 0) -> Cells:
    """The cells of a sheet, the heading among them."""
    if kind == "csv":
        text = data.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def sheet_names(data: bytes) -> list[str]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
