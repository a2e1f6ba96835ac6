"""The list of Enschede, against what a right import finds in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from program.intake.reading.child import read_apart
from program.intake.reading.folder import Question, Reading, read_folder
from tests.intake.lists import enschede

EXPECTED: dict[str, Any] = json.loads(Path("tests/intake/verwacht.json").read_text())


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_folder(Question(enschede()))


def test_everybody_with_an_address_is_found(reading: Reading) -> None:
    people = reading.people.people

    assert len(people) == EXPECTED["people"]
    assert sorted(person.email for person in people) == EXPECTED["emails"]


def test_who_does_not_work_all_five_days_is_known(reading: Reading) -> None:
    assert sum(p.is_part_time for p in reading.people.people) == EXPECTED["part_time"]


def test_every_bad_row_is_named_with_its_reason(reading: Reading) -> None:
    found = [{"why": problem.why, "what": problem.value} for problem in reading.rejected]

    assert sorted(found, key=str) == sorted(EXPECTED["rejected_rows"], key=str)
    assert [problem.row for problem in reading.rejected] == [42, 73, 90, 92]


def test_absences_of_strangers_and_backward_ones_are_rejected(reading: Reading) -> None:
    lists = reading.lists

    assert lists.absence_rows == EXPECTED["absence_rows_accepted"]
    assert [(p.row, p.why) for p in lists.rejected_absences] == [
        (139, "unknown person"),
        (140, "ends before it starts"),
    ]


def test_the_workbook_wins_and_the_csv_gives_the_same_people_but_for_lost_letters(
    reading: Reading,
) -> None:
    text = read_folder(Question({"deelnemers.csv": enschede()["deelnemers.csv"]}))
    different = [
        (one.surname, other.surname)
        for one, other in zip(reading.people.people, text.people.people, strict=True)
        if (one.name, one.email, one.working_days) != (other.name, other.email, other.working_days)
    ]

    assert different == [("Y\u0131lmaz", "Y?lmaz"), ("Y\u0131lmaz", "Y?lmaz")]
    unused = {file.name: (file.why, file.value) for file in reading.files if file.why}
    assert unused == {
        "deelnemers.csv": ("another format", "deelnemers.xlsx"),
        "deelnemers.xlsx [Toelichting]": ("not a list", ""),
    }


def test_the_programme_has_no_mistakes(reading: Reading) -> None:
    programme = reading.programme

    assert reading.mistakes == []
    assert programme is not None
    assert len(programme.modules) == 14
    assert str(programme.modules[0].fixed_on) == "2019-07-03"  # YAML 1.1 takes "on" for a yes
    assert [module.rounds for module in programme.modules if module.kind == "tables"] == [2, 2, 2]
    assert programme.modules[8].online


def test_trainers_and_rooms_are_read(reading: Reading) -> None:
    lists = reading.lists

    assert [trainer.name for trainer in lists.trainers][:2] == ["Amber Berg", "Stella Scholten"]
    assert lists.trainers[1].domains == ("opgave", "samenleving")
    assert (lists.rooms[0].price_cents, lists.rooms[2].wheelchair) == (90000, False)
    assert [room.venue for room in lists.rooms if room.online] == ["Online"]


def test_a_total_row_and_titles_are_no_people(reading: Reading) -> None:
    report = next(file for file in reading.files if file.name == "deelnemers.xlsx")

    assert (report.header_row, report.rows) == (4, 94)
    assert [(skip.row, skip.why) for skip in report.skipped] == [(100, "total row")]
    assert report.ignored == ["Opmerking HR"]


def test_a_process_apart_reads_the_same(reading: Reading) -> None:
    apart = read_apart(Question(enschede()))

    assert apart.people.people == reading.people.people
    assert apart.lists.absences == reading.lists.absences
