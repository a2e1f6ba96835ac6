"""One runner at a time: the lock that elects it. The kernel or the database frees it at a crash."""

import fcntl
from pathlib import Path
from time import monotonic
from typing import Protocol, TextIO

import structlog
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

_KEY = 0x1EE26A26  # any number that nobody else on this database uses
log = structlog.get_logger()


class Leadership(Protocol):
    def acquire(self) -> bool: ...

    def is_held(self) -> bool: ...

    def release(self) -> None: ...


class FileLock:
    """For SQLite, beside the database. Of the process, so a child that outlives us has no share."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def acquire(self) -> bool:
        file = self._path.open("a")
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def is_held(self) -> bool:
        return self._file is not None

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class AdvisoryLock:
    """For PostgreSQL, on a connection of its own; it is lost when that connection is."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._asked_at = 0.0

    def acquire(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection = connection
        won = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}))
        if won:
            for setting in ("idle = 10", "interval = 5", "count = 3"):  # notices a frozen host
                connection.execute(text(f"SET tcp_keepalives_{setting}"))
        else:
            self.release()
        return won

    def is_held(self) -> bool:
        if self._connection is None or monotonic() - self._asked_at < 1:
            return self._connection is not None
        try:
            self._connection.execute(text("SELECT 1"))
            self._asked_at = monotonic()
        except DBAPIError:
            log.warning("leadership_lost")
            self.release()
        return self._connection is not None

    def release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # closed for real: in the pool it would keep the lock
            connection.close()


def leadership(engine: Engine) -> Leadership:
    if engine.dialect.name == "sqlite":
        return FileLock(Path(f"{engine.url.database}.runner"))
    return AdvisoryLock(engine)
