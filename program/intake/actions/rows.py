"""Writing many rows at once, and a row only when it differs."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, update

from program.core.db import Base, db

Values = dict[str, Any]


def insert_rows(model: type[Base], rows: Sequence[Values]) -> None:
    """Store these rows in one statement."""
    if rows:
        db.session.execute(insert(model), list(rows))


def update_rows(model: type[Base], rows: Sequence[Values]) -> None:
    """Each row holds its id and what is to change; rows that change alike go together."""
    together: dict[tuple[str, ...], list[Values]] = {}
    for row in rows:
        together.setdefault(tuple(sorted(row)), []).append(row)
    for alike in together.values():
        db.session.execute(update(model), alike)


def differing(row: object, values: Mapping[str, Any]) -> Values:
    """What of these values the row does not have yet."""
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def put(row: object, values: Mapping[str, Any]) -> str:
    """Set what differs; says "changed" or "same"."""
    changes = differing(row, values)
    for name, value in changes.items():
        setattr(row, name, value)
    return "changed" if changes else "same"
