"""A note, on this machine, of the message that a server just took.

Writing it takes microseconds, the commit that follows waits for the disk. A runner that is killed
in between leaves the note, so that the next one marks the message instead of sending it again.
The note is not flushed: after a power cut it may be gone, and the message is sent once more.

A note can only ever end a lease of the very process that wrote it, whose name no other process has,
and only when it is whole. So a note that is lost, old, torn, of another database or of a database
that was put back costs a repeat at most, never a message.
"""

import os
from functools import cache
from pathlib import Path
from zlib import crc32

from flask import current_app

from program.core.db import db

_LENGTH = 200  # more than an owner, a number and a checksum need


class Notes:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def write(self, owner: str, mail_id: int) -> None:
        """In the place of the one before. Where no file can be, there is no note."""
        line = _sealed(f"{owner} {mail_id}").ljust(_LENGTH).encode()
        try:
            if self._file is None:
                self._path.parent.mkdir(exist_ok=True)
                flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
                self._file = os.open(self._path, flags, 0o600)
            os.pwrite(self._file, line, 0)
        except OSError:
            self._close()

    def last(self) -> tuple[str, int] | None:
        """Who wrote it, and of which message."""
        try:
            line = self._path.read_text().rstrip()
            owner, number, _seal = line.split()
            return (owner, int(number)) if line == _sealed(f"{owner} {number}") else None
        except (OSError, ValueError):
            return None

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def notes() -> Notes:
    """Beside the database, else with what belongs to this installation."""
    if db.engine.dialect.name == "sqlite":
        return _at(Path(f"{db.engine.url.database}.sent"))
    return _at(Path(current_app.instance_path) / "runner.sent")


def _sealed(words: str) -> str:
    return f"{words} {crc32(words.encode()):08x}"


@cache
def _at(path: Path) -> Notes:
    """One for the process, so that its file is kept open."""
    return Notes(path)
