"""Counts the statements that reach the database."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import event

from program.core.db import db


@contextmanager
def counted_queries() -> Generator[list[str]]:
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
