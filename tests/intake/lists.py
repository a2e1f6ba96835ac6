"""Lists as other municipalities would send them, made for the tests."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from program.intake.reading.folder import Question, Reading, read_folder

ENSCHEDE = Path("program/demo/enschede")


def enschede() -> dict[str, bytes]:
    return {
        str(path.relative_to(ENSCHEDE)): path.read_bytes()
        for path in sorted(ENSCHEDE.rglob("*"))
        if path.is_file()
    }


def read(**files: bytes | str) -> Reading:
    """A file for each keyword; "deelnemers_csv" is deelnemers.csv."""
    return read_folder(
        Question(
            {
                ".".join(name.rsplit("_", 1)): body.encode() if isinstance(body, str) else body
                for name, body in files.items()
            }
        )
    )


def xlsx(rows: list[list[Any]], *, hidden: list[list[Any]] | None = None) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("Lijst")
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    _fill(sheet, rows, day)
    if hidden is not None:
        other = book.add_worksheet("Oud")
        _fill(other, hidden, day)
        other.hide()
    book.close()
    return stream.getvalue()


def _fill(sheet: Any, rows: list[list[Any]], day: Any) -> None:
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif value != "":
                sheet.write(number, column, value)


def ods(rows: list[list[str]]) -> bytes:
    """The least that a spreadsheet program would accept."""
    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
        '<office:body><office:spreadsheet><table:table table:name="Blad1">'
        f"{lines}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest="
            '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" manifest:media-type='
            '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return stream.getvalue()


def crowd(size: int) -> str:
    """A list of so many people, in departments of a hundred with a manager each."""
    lines = ["Personeelsnr;Voornaam;Tussenvoegsel;Achternaam;E-mail;M/V;Afdeling;Leidinggevende nr"]
    lines += [
        f"{10_000 + n};Noor{n};van der;Berg{n};noor{n}@groot.example;V;Afdeling {n // 100};"
        f"{10_000 + n - n % 100}"
        for n in range(size)
    ]
    return "\n".join(lines)
