"""`flask intake …`."""

import json
import zipfile
from pathlib import Path

import python_calamine
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Organisation
from program.core.db import db
from tests.intake.lists import ENSCHEDE, enschede
from tests.intake.test_enschede import EXPECTED


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["intake", *map(str, words)])


def test_check_prints_what_a_right_import_finds(app: Flask) -> None:
    result = run(app, "check", ENSCHEDE, "--json", "--language", "en")

    found = json.loads(result.stdout)
    wanted = ("people", "emails", "part_time", "absence_rows_accepted", "absence_rows_rejected")
    assert {name: found[name] for name in wanted} == {name: EXPECTED[name] for name in wanted}
    rejected = [{"why": row["why"], "what": row["value"]} for row in found["rejected_rows"]]
    assert sorted(rejected, key=str) == sorted(EXPECTED["rejected_rows"], key=str)
    assert found["rejected_rows"][3] | {"sentence": ""} == {
        "file": "deelnemers.xlsx", "row": 92, "column": "E-mail (werk)", "value": "Zonder Adres",
        "why": "missing e-mail", "sentence": "",
    }  # fmt: skip
    workbook = found["files"]["deelnemers.xlsx"]
    assert workbook["columns"]["ignored"] == ["Opmerking HR"]
    assert workbook["columns"]["recognised"]["E-mail (werk)"] == "email"
    text = found["files"]["deelnemers.csv"]
    assert (text["encoding"], text["delimiter"], text["used"]) == ("cp1252", ";", False)


def test_load_stores_everything_and_a_second_time_nothing(app: Flask) -> None:
    first = run(app, "load", ENSCHEDE, "--cohort", "Enschede", "--bureau", "De Trainers", "--json")
    second = run(app, "load", ENSCHEDE, "--cohort", "Enschede", "--json", "--progress")

    assert json.loads(first.stdout)["people"] == {"new": 90, "changed": 0, "same": 0, "gone": 0}
    assert json.loads(second.stdout)["people"] == {"new": 0, "changed": 0, "same": 90, "gone": 0}
    assert "4 of 4" in second.stderr
    names = set(db.session.scalars(select(Organisation.name)))
    assert names == {"De Trainers", "Gemeente Enschede"}


def test_the_rows_left_out_can_be_mended_in_a_spreadsheet(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "rejects.xlsx"

    assert run(app, "rejects", ENSCHEDE, "--out", out).exit_code == 0

    rows = python_calamine.load_workbook(out).get_sheet_by_index(0).to_python()
    assert [row[:4] for row in rows[1:]] == [
        ["deelnemers.xlsx", 42.0, "E-mail (werk)", "eva.bakkali@enschede.example"],
        ["deelnemers.xlsx", 73.0, "E-mail (werk)", "victor.terhutten@enschede.example"],
        ["deelnemers.xlsx", 90.0, "E-mail (werk)", "fout.adres@"],
        ["deelnemers.xlsx", 92.0, "E-mail (werk)", "Zonder Adres"],
        ["afwezigheid.csv", 139.0, "e-mail", "onbekend@elders.example"],
        ["afwezigheid.csv", 140.0, "tot en met", "09-10-2019"],
    ]


def test_what_people_typed_is_no_formula_in_that_spreadsheet(app: Flask, tmp_path: Path) -> None:
    folder, out = tmp_path / "map", tmp_path / "rejects.xlsx"
    folder.mkdir()
    (folder / "deelnemers.csv").write_text(
        'Naam;E-mail\n"=1+1";\nJan;"=HYPERLINK(""http://x"")"\n+x;http://example.nl\n'
    )

    run(app, "rejects", folder, "--out", out)

    with zipfile.ZipFile(out) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.casefold()


def test_a_zip_of_the_folder_is_as_good(app: Flask, tmp_path: Path) -> None:
    packed = tmp_path / "map.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, body in enschede().items():
            archive.writestr(f"enschede/{name}", body)

    found = json.loads(run(app, "check", packed, "--json").stdout)

    assert (found["people"], found["absences"]) == (90, 365)


def test_what_cannot_be_done_is_one_sentence_and_code_1(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "deelnemers.csv").write_text("Naam;E-mail\nJan Bos;jan@a.example\n")

    result = run(app, "load", tmp_path, "--cohort", "Onbekend", "--json")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "programma.yaml" in result.stderr
