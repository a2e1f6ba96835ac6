"""Files that mean harm, or are merely broken."""

import io
import time
import zipfile
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from program.intake.reading.archive import unpacked
from program.intake.reading.calendars import read_calendar
from program.intake.reading.child import read_apart
from program.intake.reading.folder import Question, read_folder
from program.intake.reading.problems import Unreadable
from program.intake.reading.programme import read_programme
from tests.intake.lists import crowd, read, xlsx

PERIOD = (date(2019, 7, 3), date(2020, 12, 18))
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def zipped(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return stream.getvalue()


def why(name: str, content: bytes) -> str:
    return read_folder(Question({name: content})).files[0].why


def test_a_bomb_is_seen_before_it_is_unpacked() -> None:
    bomb = zipped(sheet=b"\x00" * 60_000_000)

    assert len(bomb) < 70_000
    assert why("deelnemers.xlsx", bomb) == "zip bomb"
    with pytest.raises(Unreadable, match="zip bomb"):
        unpacked("map.zip", bomb)


def test_an_archive_of_very_many_parts_is_refused() -> None:
    many = zipped(**{f"part{n}": b"x" for n in range(1001)})

    assert why("deelnemers.xlsx", many) == "too many parts"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("deelnemers.xlsx", b"PK\x03\x04 cut off", "no spreadsheet"),
        ("deelnemers.xlsx", b"%PDF-1.7 not a workbook", "no spreadsheet"),
        ("deelnemers.csv", b"", "empty file"),
        ("deelnemers.csv", b"\x00\x01\x02;\x00", "no spreadsheet"),
        ("deelnemers.csv", b";".join([b"x"] * 500), "too many cells"),
        ("deelnemers.csv", b"a;b\n" * 60_001, "too many cells"),
        ("deelnemers.csv", b"x" * (20 * 1024 * 1024 + 1), "too large"),
    ],
)
def test_a_broken_file_is_named_and_keeps_nobody_else_out(
    name: str, content: bytes, reason: str
) -> None:
    good = {"locaties.csv": b"locatie;zaal;capaciteit\nHuis;A;10\n"}

    reading = read_folder(Question({name: content} | good))

    assert next(file.why for file in reading.files if file.name == name) == reason
    assert len(reading.lists.rooms) == 1


def test_cells_far_apart_take_down_only_the_process_apart() -> None:
    far = xlsx([["Naam", "E-mail"], ["Jan Bos", "jan@a.example"]])
    with zipfile.ZipFile(io.BytesIO(far)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )

    question = Question({"deelnemers.xlsx": zipped(**parts)})

    with pytest.raises(Unreadable, match="asks too much"):
        read_apart(question, memory=600 * 1024**2)


def test_a_formula_that_is_text_stays_text() -> None:
    reading = read(
        deelnemers_csv='Naam;E-mail;Functie\nJan Bos;jan@a.example;"=HYPERLINK(""http://x"")"\n'
    )

    assert reading.people.people[0].job_title == '=HYPERLINK("http://x")'


def event(*lines: str) -> bytes:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1",
         "DTSTAMP:20190101T000000Z", *lines, "SUMMARY:Geheim", "END:VEVENT", "END:VCALENDAR", ""]
    ).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (event("DTSTART:20190801T100000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY"), "repeats too"),
        (event("DTSTART:20190801T100000Z", "RRULE:FREQ=DAILY;BYMINUTE=1,2,3"), "repeats too"),
        (b"BEGIN:VCALENDAR\r\n" + b"X:" + b"x" * 300_000, "too large"),
        (b"no calendar at all", "no calendar"),
        (event("DTSTART:rubbish", "RRULE:FREQ=NEVER"), "no calendar"),
    ],
)
def test_a_harmful_calendar_is_refused_at_once(content: bytes, reason: str) -> None:
    started = time.process_time()

    with pytest.raises(Unreadable, match=reason):
        read_calendar(content, "a@x.nl", PERIOD, AMSTERDAM)

    assert time.process_time() - started < 2


def test_a_page_of_references_does_not_unfold() -> None:
    laughs = "a: &a [x, x]\n" + "\n".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(9)
    )

    with pytest.raises(Unreadable, match="no yaml"):
        read_programme(laughs.encode(), "programma.yaml")
    with pytest.raises(Unreadable, match="no yaml"):
        read_programme(b"[" * 5000, "programma.yaml")
    with pytest.raises(Unreadable, match="no yaml"):
        read_programme(b"!!python/object/apply:os.system [ls]", "programma.yaml")


def test_five_thousand_people_are_read_within_seconds() -> None:
    started = time.process_time()

    reading = read(deelnemers_csv=crowd(5000))

    assert len(reading.people.people) == 5000
    assert time.process_time() - started < 6
