"""The database: the declarative base, column types, the session, and how SQLite is opened.

SQLite is opened the way its traps ask for: every transaction starts as BEGIN IMMEDIATE (the
driver's own habit of beginning at the first write lets two planners book one room), except inside
`reading()`, which page views use. Below version 3.51.3 SQLite has a fault that can damage a
write-ahead log, so there we keep to the rollback journal.
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    String,
    Text,
    event,
    update,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

ShortText = Annotated[str, mapped_column(String(200))]
LongText = Annotated[str, mapped_column(Text)]

WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
#: whether the transaction to come only reads; none: no transaction at all
_only_reads: ContextVar[bool | None] = ContextVar("only_reads", default=False)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite has no time zones, so we put UTC back on."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"A naive datetime may not reach the database: {value!r}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """SQLite keeps text; a page reads the same moments hundreds of times, so remember them."""
        if dialect.name == "sqlite":
            return _moment
        return super().result_processor(dialect, coltype)


@lru_cache(maxsize=16384)
def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def values(enum: type[StrEnum]) -> list[str]:
    return [member.value for member in enum]


class Base(DeclarativeBase):
    """Models derive from this typed base, not from `db.Model`, which type checkers cannot see."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        StrEnum: Enum(StrEnum, native_enum=False, length=40, values_callable=values),
    }

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


Row = TypeVar("Row", bound=Base)

db = SQLAlchemy(metadata=Base.metadata)


@contextmanager
def reading() -> Generator[None]:
    """Transactions that begin in here only read, so on SQLite they need not queue for the lock."""
    token = _only_reads.set(True)
    try:
        yield
    finally:
        _only_reads.reset(token)


def read_only(yes: bool) -> None:
    """Say for this request (or thread) whether the transactions to come only read."""
    _only_reads.set(yes)


@contextmanager
def glance() -> Generator[Connection]:
    """A connection for one statement that reads, when nothing has to fit with it.

    Without a transaction around it, that is one round trip in place of three.
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    token = _only_reads.set(None)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        _only_reads.reset(token)


def only_reads() -> bool:
    """What `read_only` said."""
    return bool(_only_reads.get())


@event.listens_for(Engine, "connect")
def open_sqlite(connection: Any, _record: object) -> None:
    if type(connection).__module__ != "sqlite3":
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in (
        # of the rollback journals the one that is written over is a quarter faster to commit
        f"journal_mode = {'WAL' if WAL_IS_SAFE else 'PERSIST'}",
        "synchronous = FULL",
        "busy_timeout = 30000",
        "foreign_keys = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def begin_sqlite(connection: Connection) -> None:
    reads = _only_reads.get()
    if reads is not None and connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def locked(model: type[Row], row_id: int) -> Row:
    """Load a row and keep every other writer from it until we commit.

    By an UPDATE that changes nothing, for SQLite has no SELECT FOR UPDATE: there it takes the
    write lock, on PostgreSQL the lock of the row.
    """
    db.session.execute(update(model).where(model.id == row_id).values(id=model.id))
    return db.session.get_one(model, row_id, populate_existing=True)


def bump(model: Any, ids: Sequence[int]) -> None:
    """Raise the `version` of these rows: every page that shows them is then made anew."""
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        db.session.execute(
            update(model).where(model.id.in_(chunk)).values(version=model.version + 1),
            execution_options={"synchronize_session": False},
        )


class _Migrations:
    """What Flask-Migrate looks for in the application, made when a command asks for it.

    A process that serves pages never does, and starts a tenth sooner for it.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate  # noqa: PLC0415 heavy, and only needed here

        directory = f"{self._app.root_path}/../migrations"
        Migrate(db=db, render_as_batch=True).init_app(self._app, directory=directory)
        return getattr(self._app.extensions["migrate"], name)  # no longer this object


def init_app(app: Flask) -> None:
    db.init_app(app)
    app.extensions["migrate"] = _Migrations(app)
