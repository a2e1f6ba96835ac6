from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest
from flask import Flask

from program.accounts.models import Role
from tests.conftest import app_on
from tests.factories import grant, make_bureau, make_person


@pytest.fixture
def demo(migrated: Path, tmp_path: Path) -> Iterator[Flask]:
    app = app_on(f"sqlite:///{copy(migrated, tmp_path)}", DEMO=True)
    with app.app_context():
        yield app


def test_one_enters_as_any_of_the_invented_people(demo: Flask) -> None:
    trainer = grant(make_person(given_name="Joost"), Role.TRAINER, make_bureau())
    browser = demo.test_client()

    assert trainer.name in browser.get("/demo").text
    assert browser.post("/demo", data={"person": trainer.id}).location == "/"
    with browser.session_transaction() as session:
        assert session["_user_id"] == str(trainer.id)


def test_one_enters_as_nobody_else(demo: Flask) -> None:
    nobody = make_person()

    assert demo.test_client().post("/demo", data={"person": nobody.id}).status_code == 404


def test_each_page_says_that_it_is_a_demonstration(demo: Flask, app: Flask) -> None:
    assert "Demo met verzonnen mensen." in demo.test_client().get("/privacy").text
    assert "Demo met verzonnen mensen." not in app.test_client().get("/privacy").text
