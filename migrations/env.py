"""Runs migrations inside the Flask application (`flask db upgrade`)."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from program.core.db import Base, UtcDateTime, db


def render_item(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Migrations outlive the program, so they name the database's own types."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


with db.engine.connect() as connection:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:  # altering a table copies and drops it: with foreign keys on, its children go too
        connection.rollback()
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
    options = current_app.extensions["migrate"].configure_args
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_item=render_item, **options
    )
    with context.begin_transaction():
        context.run_migrations()
        if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise SystemExit("A migration left rows without their parents; nothing was changed.")
    if sqlite:
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = ON")
