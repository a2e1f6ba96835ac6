"""The pages of an import, from upload to outcome."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import timedelta

import pytest
import python_calamine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from program.accounts.models import Membership, Organisation, Person, Role
from program.cohorts.models import Cohort, Enrolment
from program.core.clock import now
from program.core.db import db
from program.intake.actions.uploads import forget_old
from program.intake.models import Intake, IntakeFile
from tests.conftest import sign_in
from tests.counting import counted_queries
from tests.factories import grant, make_bureau, make_cohort, make_person
from tests.intake.lists import crowd, enschede

LIST = (
    "Naam;E-mail;Afdeling\nJan Bos;jan@a.example;Zorg\nEls Dam;els@a.example;Zorg\n"
    "Geen Adres;;Zorg\n"
)


@pytest.fixture
def bureau(app: Flask) -> Organisation:
    return make_bureau()


@pytest.fixture
def planner(app: Flask, bureau: Organisation) -> FlaskClient:
    return sign_in(app, grant(make_person(), Role.PLANNER, bureau))


def upload(client: FlaskClient, files: Mapping[str, bytes], **fields: object) -> TestResponse:
    data = MultiDict[str, object]({"cohort": 0, "cohort_name": "", "client": ""} | fields)
    for name, body in files.items():
        data.add("files", (io.BytesIO(body), name))
    return client.post("/intake/", data=data, content_type="multipart/form-data")


def started(client: FlaskClient, files: Mapping[str, bytes], **fields: object) -> str:
    """The address of the new upload."""
    answer = upload(client, files, **fields)
    assert answer.status_code == 302, answer.text
    return answer.location.removesuffix("/columns")


def many(model: type[Person | Enrolment | IntakeFile | Intake]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_planner_brings_in_a_whole_programme(planner: FlaskClient, bureau: Organisation) -> None:
    here = started(planner, enschede(), cohort_name="Enschede")

    columns = planner.get(f"{here}/columns").text
    assert re.search(r'value="email"\s+selected>E-mail<', columns)
    assert "carlijn.ruiter@enschede.example" in columns
    preview = planner.get(f"{here}/preview").text
    assert "Naar Enschede" in preview
    assert "fout.adres@" in preview
    assert many(Person) == 1

    outcome = planner.post(f"{here}/load", follow_redirects=True)

    assert outcome.request.path == here
    assert "Enschede is ingelezen" in outcome.text
    cohort = db.session.scalars(select(Cohort)).one()
    assert (cohort.name, cohort.organisation_id, many(Enrolment)) == ("Enschede", bureau.id, 90)
    assert f"/cohorts/{cohort.id}" in outcome.text
    assert many(IntakeFile) == 0
    assert planner.post(f"{here}/load").location == here  # pressed twice


def test_a_zip_of_the_folder_is_as_good(planner: FlaskClient) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, body in enschede().items():
            archive.writestr(f"Map van Enschede/{name}", body)

    here = started(planner, {"map.zip": stream.getvalue()}, cohort_name="Enschede")

    assert many(IntakeFile) == 12
    assert "<b>90</b>" in planner.get(f"{here}/preview").text


def test_the_guess_can_be_changed(planner: FlaskClient, bureau: Organisation) -> None:
    cohort = make_cohort(organisation=bureau)
    files = {"lijst.csv": b"Naam;Contact;Groepje\nJan Bos;jan@a.example;Zorg\n"}
    here = started(planner, files, cohort=cohort.id)

    chosen = {"kind-0": "people", "column-0-0": "name", "column-0-1": "email"}
    answer = planner.post(f"{here}/columns", data=chosen | {"column-0-2": "department"})
    planner.post(f"{here}/load")

    assert answer.location == f"{here}/preview"
    assert list(db.session.scalars(select(Membership.department))) == ["Zorg"]


@pytest.mark.parametrize(
    ("second", "sentence"),
    [("name", "“Hele naam” is meer dan één keer gekozen."), ("", "Geef aan in welke kolom")],
)
def test_a_choice_that_cannot_be_is_said_beside_it(
    planner: FlaskClient, bureau: Organisation, second: str, sentence: str
) -> None:
    cohort = make_cohort(organisation=bureau)
    here = started(planner, {"lijst.csv": b"Naam;E-mail\nJan;jan@a.example\n"}, cohort=cohort.id)

    chosen = {"kind-0": "people", "column-0-0": "name", "column-0-1": second}
    page = planner.post(f"{here}/columns", data=chosen)

    assert page.status_code == 422
    assert sentence in page.text


def test_a_file_that_is_another_kind_of_list_is_read_as_that(planner: FlaskClient) -> None:
    here = started(planner, {"iets.csv": b"A;B\nx;y\n"}, cohort_name="Nieuw")

    answer = planner.post(f"{here}/columns", data={"kind-0": "venues"}, follow_redirects=True)

    assert answer.request.path == f"{here}/columns"
    assert re.search(r'value="capacity"\s*>Plaatsen<', answer.text)


def test_the_problem_is_next_to_each_bad_row_and_can_be_downloaded(
    planner: FlaskClient, bureau: Organisation
) -> None:
    here = started(
        planner, {"lijst.csv": LIST.encode()}, cohort=make_cohort(organisation=bureau).id
    )

    page = planner.get(f"{here}/preview?show=bad").text
    download = planner.get(f"{here}/rejects.xlsx")

    assert "In deze rij staat geen e-mailadres." in page
    assert "jan@a.example" not in page
    book = python_calamine.load_workbook(io.BytesIO(download.data))
    assert book.get_sheet_by_index(0).to_python()[1] == [
        "lijst.csv", 4.0, "E-mail", "Geen Adres", "In deze rij staat geen e-mailadres. Vul het in.",
    ]  # fmt: skip


def test_a_second_list_shows_what_it_would_change(
    planner: FlaskClient, bureau: Organisation
) -> None:
    cohort = make_cohort(organisation=bureau)
    planner.post(f"{started(planner, {'a.csv': LIST.encode()}, cohort=cohort.id)}/load")
    again = LIST.replace("Els Dam;els@a.example;Zorg", "Els Dam;els@a.example;Wonen")

    here = started(planner, {"a.csv": again.encode()}, cohort=cohort.id)
    page = planner.get(f"{here}/preview?show=changed").text

    assert "Wijzigt: afdeling." in page
    assert "els@a.example" in page
    assert "jan@a.example" not in page
    outcome = planner.post(f"{here}/load", follow_redirects=True).text
    deelnemers = re.search(r"Deelnemers</th>(.*?)</tr>", outcome, re.DOTALL)
    assert deelnemers is not None
    assert re.findall(r"\d+", deelnemers[1]) == ["0", "1", "1", "0"]


def test_many_rows_are_shown_fifty_at_a_time(planner: FlaskClient, bureau: Organisation) -> None:
    cohort = make_cohort(organisation=bureau)
    here = started(planner, {"a.csv": crowd(120).encode()}, cohort=cohort.id)

    page = planner.get(f"{here}/preview?page=3").text

    assert "Pagina 3 van 3" in page
    assert page.count("@groot.example") == 20


def test_mistakes_in_the_programme_are_listed_and_nothing_can_be_loaded(
    planner: FlaskClient,
) -> None:
    files = enschede()
    files["programma.yaml"] = files["programma.yaml"].replace(
        b"school_holidays: noord", b"kleur: x"
    )
    here = started(planner, files, cohort_name="Enschede")

    page = planner.get(f"{here}/preview").text

    assert "kleur: wij kennen de instelling “kleur” niet." in page
    assert f"{here}/load" not in page
    assert planner.post(f"{here}/load").status_code == 422
    assert many(Enrolment) == 0


def test_a_list_alone_needs_a_cohort_that_exists(planner: FlaskClient) -> None:
    here = started(planner, {"a.csv": LIST.encode()}, cohort_name="Nieuw")

    assert "programmabestand (.yaml) nodig" in planner.get(f"{here}/preview").text
    assert planner.post(f"{here}/load").status_code == 422


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "Kies minstens één bestand."),
        ({"brief.docx": b"x"}, "brief.docx is geen soort bestand"),
        ({"map.zip": b"x"}, "Dit zipbestand is niet te lezen."),
    ],
)
def test_files_that_cannot_be_are_refused_beside_the_field(
    planner: FlaskClient, files: dict[str, bytes], sentence: str
) -> None:
    page = upload(planner, files, cohort_name="Nieuw")

    assert page.status_code == 422
    assert re.search(rf'id="files-error">.*?{sentence}', page.text, re.DOTALL)
    assert many(Intake) == 0


def test_a_new_cohort_needs_a_name(planner: FlaskClient) -> None:
    page = upload(planner, {"a.csv": LIST.encode()})

    assert page.status_code == 422
    assert "Geef de nieuwe lichting een naam." in page.text


def test_an_upload_can_be_thrown_away(planner: FlaskClient) -> None:
    here = started(planner, {"a.csv": LIST.encode()}, cohort_name="Nieuw")

    planner.post(f"{here}/discard")

    assert (many(Intake), many(IntakeFile)) == (0, 0)


def test_uploads_are_forgotten_after_a_week(planner: FlaskClient, bureau: Organisation) -> None:
    cohort = make_cohort(organisation=bureau)
    started(planner, {"a.csv": LIST.encode()}, cohort_name="Nieuw")
    planner.post(f"{started(planner, {'a.csv': LIST.encode()}, cohort=cohort.id)}/load")

    forget_old(now() + timedelta(days=8))
    db.session.commit()

    kept = db.session.scalars(select(Intake)).one()
    assert kept.outcome is not None
    assert (kept.outcome["rejected"], many(IntakeFile)) == ([], 0)


def test_another_bureau_sees_nothing_of_it(app: Flask, planner: FlaskClient) -> None:
    here = started(planner, {"a.csv": LIST.encode()}, cohort_name="Nieuw")
    stranger = sign_in(app, grant(make_person(), Role.PLANNER, make_bureau()))

    for page in ("", "/columns", "/preview", "/rejects.xlsx", "/left-out.xlsx"):
        assert stranger.get(f"{here}{page}").status_code == 404
    for page in ("/columns", "/load", "/discard"):
        assert stranger.post(f"{here}{page}").status_code == 404
    assert "Nieuw" not in stranger.get("/intake/").text


def test_a_cohort_of_another_bureau_cannot_be_chosen(planner: FlaskClient) -> None:
    page = upload(planner, {"a.csv": LIST.encode()}, cohort=make_cohort().id)

    assert page.status_code == 422
    assert many(Intake) == 0


@pytest.mark.parametrize("who", ["participant", "hr"])
def test_participants_and_hr_do_not_import(request: pytest.FixtureRequest, who: str) -> None:
    client: FlaskClient = request.getfixturevalue(who)

    assert client.get("/intake/").status_code == 403


def test_the_list_of_uploads_costs_the_same_for_one_and_three(
    planner: FlaskClient, bureau: Organisation
) -> None:
    cohort = make_cohort(organisation=bureau)

    def statements() -> int:
        with counted_queries() as seen:
            planner.get("/intake/")
        return len(seen)

    started(planner, {"a.csv": LIST.encode()}, cohort=cohort.id)
    one = statements()
    for _n in range(2):
        started(planner, {"a.csv": LIST.encode()}, cohort=cohort.id)
    assert statements() == one
