import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from program.cohorts.models import Cohort
from program.core.audit import AuditEntry
from program.core.db import db
from tests.factories import (
    make_cohort,
    make_enrolment,
    make_meeting,
    make_organisation,
    make_person,
    make_seat,
    publish,
)
from tests.reports.files import read_back, sheet_names


@pytest.fixture
def cohort(each_app: Flask) -> Cohort:
    """One person with one meeting, on 7 January 2030."""
    cohort = make_cohort(name="Enschede 2030", client=make_organisation(name="Gemeente Enschede"))
    person = make_enrolment(cohort, make_person(surname="=1+1")).person
    meeting = make_meeting(cohort)
    publish(meeting)
    make_seat(meeting, person)
    return cohort


def report(app: Flask, *options: str) -> Result:
    given = ("--organisation", "Gemeente Enschede", "--as-of", "2030-06-30", *options)
    return app.test_cli_runner().invoke(
        args=["report", "attendance", "Enschede 2030", *given], catch_exceptions=False
    )


@pytest.mark.usefixtures("cohort")
@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_a_report_is_written_and_told_as_json(each_app: Flask, tmp_path: Path, kind: str) -> None:
    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / "hr.data"
    result = report(each_app, "--format", kind, "--out", str(out), "--json")

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "rows": 1, "people": 1, "file": str(out), "as_of": "2030-06-30",
    }  # fmt: skip
    surname = read_back(kind, out.read_bytes())[1][2]
    assert surname == ("'=1+1" if kind == "csv" else "=1+1")
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.usefixtures("cohort")
def test_a_spreadsheet_has_both_sheets_in_the_readers_language(
    each_app: Flask, tmp_path: Path
) -> None:
    out = tmp_path / "hr.ods"
    assert report(each_app, "--out", str(out), "--language", "en").exit_code == 0

    assert sheet_names(out.read_bytes()) == ["Attendance", "Summary"]
    assert len(read_back("ods", out.read_bytes(), 1)) == 5


@pytest.mark.usefixtures("cohort")
def test_the_summary_is_a_second_csv_file_or_the_only_one(each_app: Flask, tmp_path: Path) -> None:
    rows, summary, only = (str(tmp_path / f"{n}.csv") for n in range(3))
    assert report(each_app, "--out", rows, "--summary", summary).exit_code == 0
    assert report(each_app, "--out", only, "--part", "summary").exit_code == 0

    assert Path(summary).read_bytes() == Path(only).read_bytes()
    assert len(Path(rows).read_bytes().splitlines()) == 2


@pytest.mark.usefixtures("cohort")
def test_a_dash_is_standard_output(each_app: Flask) -> None:
    result = report(each_app, "--format", "csv", "--out", "-")

    assert result.stdout_bytes.startswith(b"\xef\xbb\xbf")
    assert result.stdout_bytes.count(b"\r\n") == 2


@pytest.mark.usefixtures("cohort")
def test_an_export_leaves_a_line_in_the_audit(each_app: Flask, tmp_path: Path) -> None:
    report(each_app, "--out", str(tmp_path / "x.xlsx"))

    line = db.session.query(AuditEntry).filter_by(action="report.exported").one()
    assert (line.origin, line.actor, line.object[-15:]) == ("command", "system", "2030-06-30 xlsx")


@pytest.mark.usefixtures("cohort")
@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--out", "x"], 2, "Say which --format: csv, ods, xlsx."),
        (["--out", "-", "--format", "csv", "--json"], 2, "both want standard output"),
        (["--out", "x.xlsx", "--summary", "y.csv"], 2, "a second file beside a CSV file"),
        (["--out", "x.csv", "--as-of", "30-06-2030"], 1, "is not a date: write it as 2027-06-30."),
        (
            ["--out", "x.csv", "--organisation", "Almelo"],
            1,
            "'Almelo' has no people in Enschede 2030",
        ),
        (["--out", "/nowhere/x.csv"], 1, "/nowhere"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(
    each_app: Flask, options: list[str], code: int, sentence: str
) -> None:
    result = report(each_app, *options)

    assert result.exit_code == code
    assert sentence in result.stderr
    assert result.stdout == ""


@pytest.mark.usefixtures("cohort")
def test_an_organisation_without_people_in_the_cohort_is_refused(each_app: Flask) -> None:
    make_organisation(name="Gemeente Almelo")
    result = report(each_app, "--out", "x.csv", "--organisation", "Gemeente Almelo")

    assert result.stderr == (
        "Error: 'Gemeente Almelo' has no people in Enschede 2030; "
        "there are people of Gemeente Enschede.\n"
    )
