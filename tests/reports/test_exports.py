import io
import tracemalloc
from collections.abc import Iterator
from datetime import date, time
from xml.etree.ElementTree import fromstring
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.reports.exports import WRITERS, Column, Kind, SheetFull, Table, whole
from program.reports.exports.excel import sheet_title
from program.reports.exports.tables import MOST_ROWS, Piece, letters
from tests.reports.files import read_back, sheet_names, written

SHEETS = ["xlsx", "ods"]
COLUMNS = [
    Column("Naam", width=20),
    Column("Datum", Kind.DATE),
    Column("Begin", Kind.TIME),
    Column("Uren", Kind.NUMBER),
    Column("Norm", Kind.SHARE),
    Column("Aantal", Kind.COUNT),
]
ROW = ("Zoë de Vries", date(2027, 3, 4), time(9, 30), 7.5, 0.8, 3)


def table(*rows: Piece, title: str = "Aanwezigheid") -> Table:
    return Table(title, COLUMNS, whole(rows))


def test_a_csv_file_is_what_dutch_excel_opens() -> None:
    data = written("csv", table(ROW))

    assert data == (
        b"\xef\xbb\xbfNaam;Datum;Begin;Uren;Norm;Aantal\r\n"
        b"Zo\xc3\xab de Vries;04-03-2027;09:30;7,50;80,0%;3\r\n"
    )


@pytest.mark.parametrize("kind", SHEETS)
def test_dates_times_and_numbers_are_typed_cells(kind: str) -> None:
    assert read_back(kind, written(kind, table(ROW)))[1] == list(ROW)


@pytest.mark.parametrize("kind", WRITERS)
def test_nothing_is_an_empty_cell(kind: str) -> None:
    data = written(kind, table((None,) * 6, ROW))

    assert read_back(kind, data)[1] == [""] * 6


@pytest.mark.parametrize("kind", WRITERS)
def test_a_table_without_rows_has_its_heading(kind: str) -> None:
    headings = [column.heading for column in COLUMNS]
    assert read_back(kind, written(kind, table())) == [headings]


@pytest.mark.parametrize("kind", SHEETS)
def test_every_table_is_a_sheet_of_its_own(kind: str) -> None:
    data = written(kind, table(ROW, title="Rijen"), table(title="Samen: 'alles'"))

    assert sheet_names(data) == ["Rijen", "Samen  'alles"]
    assert len(read_back(kind, data, 0)) == 2
    assert len(read_back(kind, data, 1)) == 1


@pytest.mark.parametrize("kind", SHEETS)
def test_every_part_is_well_formed_and_names_no_address(kind: str) -> None:
    package = ZipFile(io.BytesIO(written(kind, table(ROW, ("=1+1", *ROW[1:])), table(ROW))))

    assert package.testzip() is None
    parts = [package.read(name) for name in package.namelist() if name != "mimetype"]
    for part in parts:
        fromstring(part)  # noqa: S314 our own
        assert not any(word in part for word in (b"<f>", b"formula", b"hyperlink", b"xlink"))


def test_the_heading_of_a_workbook_is_bold_frozen_and_filters() -> None:
    sheet = ZipFile(io.BytesIO(written("xlsx", table(ROW)))).read("xl/worksheets/sheet1.xml")

    assert b'<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert b'<autoFilter ref="A1:F2"/>' in sheet
    assert b'<row><c s="6" t="inlineStr"><is><t>Naam</t></is></c>' in sheet


def test_an_opendocument_file_begins_with_its_type_uncompressed() -> None:
    data = written("ods", table(ROW))
    first = ZipFile(io.BytesIO(data)).infolist()[0]

    assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
    assert data[38:84] == b"application/vnd.oasis.opendocument.spreadsheet"


@pytest.mark.parametrize("kind", SHEETS)
def test_a_sheet_that_is_full_is_refused(kind: str) -> None:
    endless = Table("x", [Column("n", Kind.COUNT)], (((1,),) for _ in range(MOST_ROWS)))

    with pytest.raises(SheetFull):
        written(kind, endless)


def some(rows: int) -> Iterator[Piece]:
    for n in range(rows):
        yield (f"Naam {n}", date(2027, 1, 1 + n % 28), time(9), n / 7, n / rows, n)


class Nowhere(io.RawIOBase):
    """A file that only knows how far it was written."""

    at = 0

    def write(self, data: object) -> int:
        self.at += len(data)  # type: ignore[arg-type]
        return len(data)  # type: ignore[arg-type]

    def tell(self) -> int:
        return self.at

    def seek(self, to: int, whence: int = 0) -> int:
        self.at = to if whence == 0 else self.at
        return self.at

    def seekable(self) -> bool:
        return True


def peak(kind: str, rows: int) -> int:
    tracemalloc.start()
    WRITERS[kind](Nowhere(), Table("x", COLUMNS, whole(some(rows))))  # type: ignore[arg-type]
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("kind", WRITERS)
def test_more_rows_take_no_more_memory(kind: str) -> None:
    peak(kind, 1)
    assert peak(kind, 40_000) < 1.2 * peak(kind, 10_000)


@given(st.integers(1, 16384))
def test_the_name_of_a_column_counts_in_letters(number: int) -> None:
    value = 0
    for letter in letters(number):
        value = value * 26 + ord(letter) - 64
    assert value == number


@given(st.text())
def test_any_title_becomes_one_that_excel_accepts(title: str) -> None:
    made = sheet_title(title)
    assert 0 < len(made) <= 31
    assert not set(made) & set("[]:*?/\\")
    assert made == made.strip("'")
