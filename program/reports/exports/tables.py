"""A table to be written: columns of one kind each, and rows that may be a stream."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from itertools import islice

Value = str | int | float | date | time | None
Row = Sequence[Value]

MOST_ROWS = 1_048_576  # of a sheet, in Excel and in LibreOffice, the heading among them
LONGEST_TEXT = 32_767  # of a cell in Excel
_REMEMBERED = 4096
_BATCH = 256

_BREAKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
#: what XML cannot hold or nobody can see: controls, halves of characters, non-characters
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Kind(Enum):
    TEXT = "text"
    COUNT = "count"  # a whole number
    NUMBER = "number"  # two decimals
    SHARE = "share"  # 0.8 is 80 %
    DATE = "date"
    TIME = "time"


@dataclass(frozen=True)
class Column:
    heading: str
    kind: Kind = Kind.TEXT
    width: int = 14  # in characters


@dataclass(frozen=True)
class Table:
    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]


class SheetFull(Exception):
    """More rows than a sheet can hold; a CSV file has no such end."""


class Memo(dict[Value, str]):
    """How a value is written, remembered: most values in a report come back many times."""

    def __init__(self, written: Callable[[Value], str]) -> None:
        super().__init__()
        self.written = written

    def __missing__(self, value: Value) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        made = self[value] = self.written(value)
        return made


def clean(value: Value) -> str:
    """A text on one line, without what XML cannot hold."""
    text = _BREAKS.sub(" ", str(value))
    return _UNWRITABLE.sub("", text)[:LONGEST_TEXT]


def memos(
    table: Table, written: dict[Kind, Callable[[Value], str]]
) -> tuple[Callable[[Value], str], ...]:
    """For each column how to write a value; columns of one kind share what they remember."""
    by_kind = {kind: Memo(how).__getitem__ for kind, how in written.items()}
    return tuple(by_kind[column.kind] for column in table.columns)


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in small heaps, so that each heap is compressed and written at once."""
    stream = iter(rows)
    while batch := list(islice(stream, _BATCH)):
        yield batch


def letters(number: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
