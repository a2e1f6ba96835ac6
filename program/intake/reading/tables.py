"""Sheets and csv files as rows of cells, read under limits: the file is hostile until read."""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from program.intake.reading.problems import Unreadable

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Cell = str | float | int | bool | date | datetime | time | timedelta

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
SMALL = 1024 * 1024  # below this a high ratio is only a tidy file
MAX_ENTRIES = 1_000
MAX_ROWS = 60_000
MAX_COLUMNS = 200
DELIMITERS = ";,\t"
BOOKS = ("xlsx", "xlsm", "xlsb", "xls", "ods")  # the order of preference, before csv
TEXTS = ("csv", "tsv", "txt")
EIGHT_BIT = ("cp1252", "cp850", "mac_roman")


@dataclass(frozen=True)
class Table:
    rows: list[list[Cell]]
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    hidden: tuple[str, ...] = ()  # sheets that were skipped


def suffix(name: str) -> str:
    return name.rsplit(".", 1)[-1].casefold() if "." in name else ""


def read_tables(name: str, content: bytes) -> list[Table]:
    """The visible sheets of a workbook, or the one table of a csv file."""
    if len(content) > MAX_BYTES:
        raise Unreadable("too large", f"{MAX_BYTES // 1024 // 1024} MB")
    if not content.strip():
        raise Unreadable("empty file")
    if content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0":
        return _workbook(content)
    if suffix(name) in BOOKS:
        raise Unreadable("no spreadsheet")
    return [_text(content)]


def check_archive(archive: zipfile.ZipFile, packed: int) -> None:
    """Refuse an archive that would unpack to far more than it weighs, before unpacking it."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES:
        raise Unreadable("too many parts", str(MAX_ENTRIES))
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * packed):
        raise Unreadable("zip bomb")


def _workbook(content: bytes) -> list[Table]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 heavy

    if content[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                check_archive(archive, len(content))
        except zipfile.BadZipFile:
            raise Unreadable("no spreadsheet") from None
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return _sheets(book)
    except (CalamineError, ValueError, OSError):
        raise Unreadable("no spreadsheet") from None


def _sheets(book: "CalamineWorkbook") -> list[Table]:
    from python_calamine import SheetVisibleEnum  # noqa: PLC0415 heavy, and only needed here

    visible = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
    hidden = tuple(name for name in book.sheet_names if name not in visible)
    tables = []
    for name in visible:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
            raise Unreadable("too many cells", f"{MAX_ROWS} x {MAX_COLUMNS}")
        rows = sheet.to_python(skip_empty_area=False)
        tables.append(Table([list(row) for row in rows], sheet=name, hidden=hidden))
    return tables


def _text(content: bytes) -> Table:
    text, encoding = decoded(content)
    if "\x00" in text:
        raise Unreadable("no spreadsheet")
    delimiter = _delimiter(text)
    csv.field_size_limit(1_000_000)
    try:
        rows: list[list[Cell]] = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([*row])
            if len(rows) > MAX_ROWS or len(row) > MAX_COLUMNS:
                raise Unreadable("too many cells", f"{MAX_ROWS} x {MAX_COLUMNS}")
    except csv.Error:
        raise Unreadable("no spreadsheet") from None
    return Table(rows, encoding=encoding, delimiter=delimiter)


def decoded(content: bytes) -> tuple[str, str]:
    """The text and the encoding it was in. What is not UTF is taken for Windows' Western one."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = _eight_bit(content)
        return content.decode(encoding, errors="replace"), encoding


def _eight_bit(content: bytes) -> str:
    """Windows' letters, unless they only make sense as an old DOS' or Mac's."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 heavy, and only needed here

    matches = from_bytes(content[:200_000], cp_isolation=list(EIGHT_BIT))
    chaos = {match.encoding: round(match.chaos, 3) for match in matches}
    return min(EIGHT_BIT, key=lambda encoding: chaos.get(encoding, 1.0))


def _delimiter(text: str) -> str:
    """The one that cuts most of the first lines into the same number of fields."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]

    def regularity(delimiter: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        usual = max(set(counts), key=lambda n: (counts.count(n), n), default=1)
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(DELIMITERS, key=regularity)
