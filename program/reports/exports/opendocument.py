"""ODS (OpenDocument 1.2), content.xml as a stream; text is never anything but text."""

import re
from collections.abc import Callable
from datetime import date, time
from html import escape
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from program.reports.exports.excel import LEVEL, sheet_title
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

_URN = "urn:oasis:names:tc:opendocument:xmlns"
_MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES = re.compile("^ +| {2,}| +$")  # a reader drops these unless they are marked
_PERCENT_DIGITS = 6

_MANIFEST = f"""{_XML}<manifest:manifest xmlns:manifest="{_URN}:manifest:1.0" \
manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:version="1.2" \
manifest:media-type="{_MEDIA_TYPE}"/>\
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>\
<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>\
<manifest:file-entry manifest:full-path="settings.xml" manifest:media-type="text/xml"/>\
</manifest:manifest>"""

_SPACE_OF_NAMES = " ".join(
    f'xmlns:{short}="{_URN}:{full}:1.0"'
    for short, full in {
        "office": "office", "table": "table", "text": "text", "style": "style",
        "number": "datastyle", "fo": "xsl-fo-compatible", "config": "config",
    }.items()
)  # fmt: skip

_STYLES = f"""{_XML}<office:document-styles {_SPACE_OF_NAMES} office:version="1.2">\
<office:automatic-styles><style:page-layout style:name="landscape">\
<style:page-layout-properties fo:page-width="29.7cm" fo:page-height="21cm" \
style:print-orientation="landscape" style:scale-to-X="1"/></style:page-layout>\
</office:automatic-styles><office:master-styles>\
<style:master-page style:name="Default" style:page-layout-name="landscape"/>\
</office:master-styles></office:document-styles>"""

_CELL_STYLES = """\
<number:date-style style:name="N1"><number:day number:style="long"/><number:text>-</number:text>\
<number:month number:style="long"/><number:text>-</number:text><number:year number:style="long"/>\
</number:date-style>\
<number:number-style style:name="N2"><number:number number:decimal-places="2" \
number:min-integer-digits="1"/></number:number-style>\
<number:percentage-style style:name="N3"><number:number number:decimal-places="1" \
number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>\
<number:time-style style:name="N4"><number:hours/><number:text>:</number:text>\
<number:minutes number:style="long"/></number:time-style>\
<number:text-style style:name="N5"><number:text-content/></number:text-style>\
<style:style style:name="date" style:family="table-cell" style:data-style-name="N1"/>\
<style:style style:name="number" style:family="table-cell" style:data-style-name="N2"/>\
<style:style style:name="share" style:family="table-cell" style:data-style-name="N3"/>\
<style:style style:name="time" style:family="table-cell" style:data-style-name="N4"/>\
<style:style style:name="text" style:family="table-cell" style:data-style-name="N5"/>\
<style:style style:name="heading" style:family="table-cell" style:data-style-name="N5">\
<style:table-cell-properties fo:background-color="#ecf1f7"/>\
<style:text-properties fo:font-weight="bold"/></style:style>"""

_EMPTY = "<table:table-cell/>"


def _marked(spaces: re.Match[str]) -> str:
    return f'<text:s text:c="{len(spaces[0])}"/>'


def _text(value: Value, style: str = "text") -> str:
    if value is None or value == "":
        return _EMPTY
    text = _SPACES.sub(_marked, escape(clean(value), quote=False))
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def _cell(style: str, typed: str, shown: str) -> str:
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type={typed}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def _number(value: Value) -> str:
    if not isinstance(value, int | float):
        return _EMPTY
    return _cell("number", f'"float" office:value="{value!r}"', f"{value:.2f}".replace(".", ","))


def _count(value: Value) -> str:
    if not isinstance(value, int):
        return _EMPTY
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def _share(value: Value) -> str:
    if not isinstance(value, int | float):
        return _EMPTY
    exact = f'"percentage" office:value="{round(value, _PERCENT_DIGITS)!r}"'
    return _cell("share", exact, f"{value * 100:.1f}%".replace(".", ","))


def _date(value: Value) -> str:
    if not isinstance(value, date):
        return _EMPTY
    return _cell("date", f'"date" office:date-value="{value:%Y-%m-%d}"', f"{value:%d-%m-%Y}")


def _time(value: Value) -> str:
    if not isinstance(value, time):
        return _EMPTY
    return _cell("time", f'"time" office:time-value="{value:PT%HH%MM%SS}"', f"{value:%H:%M}")


WRITTEN: dict[Kind, Callable[[Value], str]] = {
    Kind.TEXT: _text,
    Kind.COUNT: _count,
    Kind.NUMBER: _number,
    Kind.SHARE: _share,
    Kind.DATE: _date,
    Kind.TIME: _time,
}


def write_ods(file: BinaryIO, *tables: Table) -> int:
    """Write the tables as sheets; return the number of rows of the first."""
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=LEVEL) as package:
        package.writestr("mimetype", _MEDIA_TYPE, ZIP_STORED)  # first, and legible as it is
        package.writestr("META-INF/manifest.xml", _MANIFEST)
        package.writestr("styles.xml", _STYLES)
        package.writestr("settings.xml", _settings(tables))
        with package.open("content.xml", "w") as part:
            part.write(_head(tables).encode())
            counts = [_sheet(part, table) for table in tables]
            part.write(_foot(tables, counts).encode())
    return counts[0]


def _sheet(part: IO[bytes], table: Table) -> int:
    part.write(_table_head(table).encode())
    count = 0
    for rows in written(table, WRITTEN):
        count += len(rows)
        if count >= MOST_ROWS:
            raise SheetFull
        between = "</table:table-row><table:table-row>".join(rows)
        part.write(f"<table:table-row>{between}</table:table-row>".encode())
    part.write(b"</table:table>")
    return count


def _widths(tables: tuple[Table, ...]) -> list[int]:
    return sorted({column.width for table in tables for column in table.columns})


def _head(tables: tuple[Table, ...]) -> str:
    widths = "".join(
        f'<style:style style:name="w{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * 0.21:.2f}cm"/></style:style>'
        for width in _widths(tables)
    )
    return (
        f'{_XML}<office:document-content {_SPACE_OF_NAMES} office:version="1.2">'
        f"<office:automatic-styles>{widths}{_CELL_STYLES}</office:automatic-styles>"
        "<office:body><office:spreadsheet>"
    )


def _table_head(table: Table) -> str:
    columns = "".join(
        f'<table:table-column table:style-name="w{column.width}"/>' for column in table.columns
    )
    headings = "".join(_text(column.heading, "heading") for column in table.columns)
    return (
        f'<table:table table:name="{escape(sheet_title(table.title))}">{columns}'
        f"<table:table-header-rows><table:table-row>{headings}</table:table-row>"
        "</table:table-header-rows>"
    )


def _foot(tables: tuple[Table, ...], counts: list[int]) -> str:
    filters = "".join(
        f'<table:database-range table:name="filter{n}" table:display-filter-buttons="true" '
        f'table:target-range-address="{escape(_range(table, count))}"/>'
        for n, (table, count) in enumerate(zip(tables, counts, strict=True), 1)
    )
    return (
        f"<table:database-ranges>{filters}</table:database-ranges>"
        "</office:spreadsheet></office:body></office:document-content>"
    )


def _range(table: Table, count: int) -> str:
    name = "'" + sheet_title(table.title).replace("'", "''") + "'"
    return f"{name}.A1:{name}.{letters(len(table.columns))}{count + 1}"


def _settings(tables: tuple[Table, ...]) -> str:
    """Every sheet with its heading row frozen."""
    frozen = "".join(
        f'<config:config-item config:name="{name}" config:type="{kind}">{value}'
        "</config:config-item>"
        for name, kind, value in (
            ("VerticalSplitMode", "short", 2),
            ("VerticalSplitPosition", "int", 1),
            ("ActiveSplitRange", "short", 2),
            ("PositionTop", "int", 0),
            ("PositionBottom", "int", 1),
        )
    )
    sheets = "".join(
        f'<config:config-item-map-entry config:name="{escape(sheet_title(table.title))}">{frozen}'
        "</config:config-item-map-entry>"
        for table in tables
    )
    return (
        f'{_XML}<office:document-settings {_SPACE_OF_NAMES} office:version="1.2"><office:settings>'
        '<config:config-item-set config:name="ooo:view-settings" '
        'xmlns:ooo="http://openoffice.org/2004/office">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        f'<config:config-item-map-named config:name="Tables">{sheets}'
        "</config:config-item-map-named></config:config-item-map-entry></config:config-item-map-indexed>"
        "</config:config-item-set></office:settings></office:document-settings>"
    )
