"""A table to be written: columns of one kind each, and rows that may be a stream.

A row comes in pieces: what stays together and comes back in other rows (the person, the meeting).
A piece is written out once and remembered, which makes a row a matter of joining a few strings.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from itertools import accumulate, islice

Value = str | int | float | date | time | None
Piece = tuple[Value, ...]
Row = Sequence[Piece]

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


def clean(value: Value) -> str:
    """A text on one line, without what XML cannot hold."""
    text = _BREAKS.sub(" ", str(value))
    return _UNWRITABLE.sub("", text)[:LONGEST_TEXT]


class _Written(dict[Value, str]):
    """How a value is written; columns of one kind share one of these."""

    def __init__(self, write: Callable[[Value], str]) -> None:
        super().__init__()
        self.write = write

    def __missing__(self, value: Value) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        made = self[value] = self.write(value)
        return made


class _Joined(dict[Piece, str]):
    """How the values of a piece are written, with what stands between two cells."""

    def __init__(self, columns: Sequence[_Written], between: str) -> None:
        super().__init__()
        self.columns, self.between = columns, between

    def __missing__(self, piece: Piece) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        cells = [known[value] for known, value in zip(self.columns, piece, strict=True)]
        made = self[piece] = self.between.join(cells)
        return made


def whole(rows: Iterable[Piece]) -> Iterator[Row]:
    """Rows of which nothing comes back: each is one piece."""
    return ((row,) for row in rows)


def written(
    table: Table, write: dict[Kind, Callable[[Value], str]], *, between: str = ""
) -> Iterator[list[str]]:
    """The rows as text, in small heaps, so that each heap is compressed and stored at once."""
    by_kind = {kind: _Written(how) for kind, how in write.items()}
    columns = [by_kind[column.kind] for column in table.columns]
    stream = iter(table.rows)
    pieces: list[_Joined] = []
    while batch := list(islice(stream, _BATCH)):
        pieces = pieces or _pieces(columns, batch[0], between)
        yield [
            between.join([known[piece] for known, piece in zip(pieces, row, strict=True)])
            for row in batch
        ]


def _pieces(columns: list[_Written], row: Row, between: str) -> list[_Joined]:
    ends = list(accumulate(map(len, row)))
    if ends[-1] != len(columns):
        raise ValueError(f"{ends[-1]} values for {len(columns)} columns")
    return [
        _Joined(columns[end - len(piece) : end], between)
        for piece, end in zip(row, ends, strict=True)
    ]


def letters(number: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name
