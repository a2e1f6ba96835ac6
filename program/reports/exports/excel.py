"""XLSX, written by ourselves: a few fixed parts, then rows straight into one deflate stream.

Text is stored in its cell as an inline string, so nothing in it can become a formula or a link.
Cells carry no address (the standard lets a reader count), which halves the XML.
"""

import re
from collections.abc import Callable
from datetime import date, time
from html import escape
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from program.reports.exports.tables import (
    MOST_ROWS,
    Kind,
    SheetFull,
    Table,
    Value,
    clean,
    letters,
    written,
)

LEVEL = 4  # of compression: a tenth larger than 6 at half the work
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DAY_ZERO = date(1899, 12, 30).toordinal()
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x0041_ as A
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")

_STYLE = {Kind.TEXT: 5, Kind.COUNT: 0, Kind.NUMBER: 2, Kind.SHARE: 3, Kind.DATE: 1, Kind.TIME: 4}
_HEADING = 6
_STYLES = f"""{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2">\
<numFmt numFmtId="164" formatCode="dd\\-mm\\-yyyy"/><numFmt numFmtId="165" formatCode="0.0%"/>\
</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">\
<fgColor rgb="FFECF1F7"/></patternFill></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="20" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" \
applyFont="1" applyFill="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def inline(value: Value, style: int = _STYLE[Kind.TEXT]) -> str:
    if value is None or value == "":
        return "<c/>"
    text = escape(_ESCAPED.sub("_x005F_", clean(value)), quote=False)
    keep = ' xml:space="preserve"' if text != text.strip() or "  " in text else ""
    return f'<c s="{style}" t="inlineStr"><is><t{keep}>{text}</t></is></c>'


def _number(kind: Kind) -> Callable[[Value], str]:
    start = f'<c s="{_STYLE[kind]}"><v>'

    def write(value: Value) -> str:
        return f"{start}{value!r}</v></c>" if isinstance(value, int | float) else "<c/>"

    return write


def _date(value: Value) -> str:
    if not isinstance(value, date):
        return "<c/>"
    return f'<c s="{_STYLE[Kind.DATE]}"><v>{value.toordinal() - _DAY_ZERO}</v></c>'


def _time(value: Value) -> str:
    if not isinstance(value, time):
        return "<c/>"
    minutes = value.hour * 60 + value.minute
    return f'<c s="{_STYLE[Kind.TIME]}"><v>{minutes / 1440!r}</v></c>'


WRITTEN: dict[Kind, Callable[[Value], str]] = {
    Kind.TEXT: inline,
    Kind.COUNT: _number(Kind.COUNT),
    Kind.NUMBER: _number(Kind.NUMBER),
    Kind.SHARE: _number(Kind.SHARE),
    Kind.DATE: _date,
    Kind.TIME: _time,
}


def write_xlsx(file: BinaryIO, *tables: Table) -> int:
    """Write the tables as sheets; return the number of rows of the first."""
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=LEVEL) as package:
        package.writestr("[Content_Types].xml", _content_types(len(tables)))
        package.writestr("_rels/.rels", _relations({"officeDocument": ["xl/workbook.xml"]}))
        package.writestr("xl/styles.xml", _STYLES)
        counts = [_sheet(package, number, table) for number, table in enumerate(tables, 1)]
        sheets = [f"worksheets/sheet{n + 1}.xml" for n in range(len(tables))]
        relations = _relations({"worksheet": sheets, "styles": ["styles.xml"]})
        package.writestr("xl/_rels/workbook.xml.rels", relations)
        package.writestr("xl/workbook.xml", _workbook(tables, counts))
    return counts[0]


def _sheet(package: ZipFile, number: int, table: Table) -> int:
    count = 0
    with package.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
        part.write(_head(table, selected=number == 1).encode())
        for rows in written(table, WRITTEN):
            count += len(rows)
            if count >= MOST_ROWS:
                raise SheetFull
            part.write(f"<row>{'</row><row>'.join(rows)}</row>".encode())
        part.write(_foot(table, count).encode())
    return count


def _head(table: Table, *, selected: bool) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{column.width}" customWidth="1"/>'
        for n, column in enumerate(table.columns, 1)
    )
    headings = "".join(inline(column.heading, _HEADING) for column in table.columns)
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f"<sheetViews><sheetView{' tabSelected=' + chr(34) + '1' + chr(34) if selected else ''} "
        'workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
        'state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData><row>{headings}</row>"
    )


def _range(table: Table, count: int, mark: str = "") -> str:
    return f"{mark}A{mark}1:{mark}{letters(len(table.columns))}{mark}{count + 1}"


def _foot(table: Table, count: int) -> str:
    return (
        f'</sheetData><autoFilter ref="{_range(table, count)}"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def sheet_title(title: str) -> str:
    """A name that Excel accepts for a sheet."""
    return _NOT_IN_TITLES.sub(" ", clean(title)).strip("' ")[:31].strip("' ") or "-"


def _workbook(tables: tuple[Table, ...], counts: list[int]) -> str:
    titles = [sheet_title(table.title) for table in tables]
    sheets = "".join(
        f'<sheet name="{escape(title)}" sheetId="{n}" r:id="worksheet{n}"/>'
        for n, title in enumerate(titles, 1)
    )
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">'
        f"{escape(_quote(title))}!{_range(table, count, '$')}</definedName>"
        for n, (title, table, count) in enumerate(zip(titles, tables, counts, strict=True))
    )
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews>'
        '<workbookView activeTab="0"/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{filters}</definedNames></workbook>"
    )


def _quote(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def _content_types(sheets: int) -> str:
    parts = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"}
    parts |= {f"/xl/worksheets/sheet{n + 1}.xml": "worksheet" for n in range(sheets)}
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in parts.items()
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(targets: dict[str, list[str]]) -> str:
    relations = "".join(
        f'<Relationship Id="{kind}{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for kind, names in targets.items()
        for n, target in enumerate(names, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'
