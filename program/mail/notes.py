"""A note, on this machine, of the message that a server just took.

Writing it takes microseconds, the commit that follows waits for the disk. A runner that is killed
in between leaves the note, so that the next one marks the message instead of sending it again.
The note is not flushed: after a power cut it may be gone, and the message is sent once more.
"""

import os
from functools import cache
from pathlib import Path

from flask import current_app

from program.core.db import db

_LENGTH = 200  # more than an owner and a number need


class Notes:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def write(self, owner: str, mail_id: int) -> None:
        """In the place of the one before. Where no file can be, there is no note."""
        line = f"{owner} {mail_id}".ljust(_LENGTH)[:_LENGTH].encode()
        try:
            if self._file is None:
                self._path.parent.mkdir(exist_ok=True)
                flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
                self._file = os.open(self._path, flags, 0o600)
            os.pwrite(self._file, line, 0)
        except OSError:
            self._file = None

    def last(self) -> tuple[str, int] | None:
        """Who wrote it, and of which message."""
        try:
            owner, number = self._path.read_text().split()
            return owner, int(number)
        except (OSError, ValueError):
            return None


def notes() -> Notes:
    """Beside the database, else with what belongs to this installation."""
    if db.engine.dialect.name == "sqlite":
        return _at(Path(f"{db.engine.url.database}.sent"))
    return _at(Path(current_app.instance_path) / "runner.sent")


@cache
def _at(path: Path) -> Notes:
    """One for the process, so that its file is kept open."""
    return Notes(path)
