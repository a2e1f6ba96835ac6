"""CSV as Dutch Excel opens it: UTF-8 with its mark, `;`, decimal comma, dd-mm-jjjj.

Excel takes text that begins with = + - or @ for a formula, whatever the quotes around it. Such
text gets an apostrophe. So does such text behind a comma, for an Excel that splits on commas.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, time
from typing import BinaryIO

from program.reports.exports.tables import Kind, Table, Value, clean, written

_SIGNS = (
    "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"  # full-width and small forms too
)
_ODD = frozenset("\t\r\n")
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
_ASK_QUOTES = re.compile('[;"\r\n,\t]|^ | $')
_BEHIND_COMMA = re.compile(rf"(,[\s\u200b-\u200f\u2060\ufeff]*)(?=[{re.escape(_SIGNS)}])")


def _seems_formula(text: str) -> bool:
    """By its first visible character."""
    if text[:1] in _ODD:
        return True
    first = next((c for c in text if unicodedata.category(c) not in _UNSEEN), "")
    return first != "" and first in _SIGNS


def harmless(value: Value) -> str:
    given = str(value)
    text = _BEHIND_COMMA.sub(r"\1'", clean(given))
    return f"'{text}" if given and _seems_formula(given) else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _ASK_QUOTES.search(text) else text


def _text(value: Value) -> str:
    return "" if value is None else _quoted(harmless(value))


def _number(value: Value) -> str:
    return f"{value:.2f}".replace(".", ",") if isinstance(value, int | float) else ""


def _count(value: Value) -> str:
    return f"{value:d}" if isinstance(value, int) else ""


def _share(value: Value) -> str:
    return f"{value * 100:.1f}%".replace(".", ",") if isinstance(value, int | float) else ""


def _date(value: Value) -> str:
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else ""


def _time(value: Value) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else ""


WRITTEN: dict[Kind, Callable[[Value], str]] = {
    Kind.TEXT: _text,
    Kind.COUNT: _count,
    Kind.NUMBER: _number,
    Kind.SHARE: _share,
    Kind.DATE: _date,
    Kind.TIME: _time,
}


def write_csv(file: BinaryIO, *tables: Table) -> int:
    """Write the one table that a CSV file can hold; return its number of rows."""
    (table,) = tables
    headings = ";".join(_text(column.heading) for column in table.columns)
    file.write(f"\ufeff{headings}\r\n".encode())
    count = 0
    for lines in written(table, WRITTEN, between=";"):
        file.write(("\r\n".join(lines) + "\r\n").encode())
        count += len(lines)
    return count
