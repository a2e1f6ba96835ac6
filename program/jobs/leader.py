"""One runner at a time: the lock that elects it. The kernel or the database frees it at a crash."""

import fcntl
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, TextIO

import structlog
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError

from program.jobs.owners import end, is_frozen

_KEY = 0x1EE26A26  # any number below 2**32 that nobody else on this database uses
_TRY = text("SELECT pg_try_advisory_lock(:key)")
_END_ITS_CONNECTIONS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = :name AND pid <> pg_backend_pid()"
)
log = structlog.get_logger()


class Leadership(Protocol):
    def acquire(self) -> bool: ...

    def is_held(self) -> bool: ...

    def release(self) -> None: ...

    def oust(self, silent: str) -> None:
        """Take the lock from a leader of that name that has been silent for long."""

    def frozen(self) -> str | None:
        """Who holds it and is frozen, found out without the database."""


class FileLock:
    """For SQLite, beside the database. Of the process, so a child that outlives us has no share."""

    def __init__(self, path: Path, me: str = "") -> None:
        self._path, self._me = path, me
        self._file: TextIO | None = None

    def acquire(self) -> bool:
        file = self._path.open("a")
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        self._write_name(file)
        return True

    def _write_name(self, file: TextIO) -> None:
        """Through the file that is open: to close another one of it would free the lock."""
        with suppress(OSError):  # a full disk
            file.truncate(0)
            file.write(self._me)
            file.flush()

    def is_held(self) -> bool:
        return self._file is not None

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def oust(self, silent: str) -> None:
        """Only the end of a process frees its lock, so it is killed: that is always safe."""
        end(silent)

    def frozen(self) -> str | None:
        """Frozen in the midst of a commit it keeps everybody from even reading."""
        try:
            holder = self._path.read_text()
        except OSError:
            return None
        return holder if is_frozen(holder) else None


class AdvisoryLock:
    """For PostgreSQL, on a connection of its own; it is lost when that connection is.

    Who stands by asks for it over the same connection, again and again.
    """

    def __init__(self, engine: Engine, me: str = "") -> None:
        self._engine = engine
        if me:
            _name_connections(engine, me)
        self._connection: Connection | None = None
        self._is_held = False
        self._asked_at = 0.0

    def acquire(self) -> bool:
        try:
            self._is_held = bool(self._kept().scalar(_TRY, {"key": _KEY}))
        except DBAPIError:
            self.release()
            raise
        return self._is_held

    def is_held(self) -> bool:
        if not self._is_held or self._connection is None or monotonic() - self._asked_at < 1:
            return self._is_held
        try:
            self._connection.execute(text("SELECT 1"))
            self._asked_at = monotonic()
        except DBAPIError:
            log.warning("leadership_lost")
            self.release()
        return self._is_held

    def release(self) -> None:
        connection, self._connection = self._connection, None
        self._is_held = False
        if connection is not None:
            connection.invalidate()  # closed for real: in the pool it would keep the lock
            connection.close()

    def oust(self, silent: str) -> None:
        """By ending all its connections, for one may keep rows locked that everybody needs. If it
        wakes it finds the lock gone, and sends nothing whose lease ran out."""
        self._kept().execute(_END_ITS_CONNECTIONS, {"name": _shortly(silent)})

    def frozen(self) -> str | None:
        """It keeps nobody from reading, so its silence tells."""
        return None

    def _kept(self) -> Connection:
        if self._connection is None:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection = connection
            for setting in ("idle = 10", "interval = 5", "count = 3"):  # notices a frozen host
                connection.execute(text(f"SET tcp_keepalives_{setting}"))
        return self._connection


def _name_connections(engine: Engine, me: str) -> None:
    """All of this process, so that another one can end them."""

    @event.listens_for(engine, "connect")
    def name(connection: Any, _record: object) -> None:
        connection.execute("SELECT set_config('application_name', %s, false)", [_shortly(me)])
        connection.commit()


def _shortly(owner: str) -> str:
    """As much of its name as PostgreSQL keeps: the word that is its own."""
    return f"leergang {owner.rpartition(':')[2]}"


def leadership(engine: Engine, me: str = "") -> Leadership:
    if engine.dialect.name == "sqlite":
        return FileLock(Path(f"{engine.url.database}.runner"), me)
    return AdvisoryLock(engine, me)
