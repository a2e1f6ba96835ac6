"""`flask backup FILE` and `flask restore FILE`.

Both copy SQLite through its own backup interface, so nobody has to stop working for a backup, and
a restore is one transaction. PostgreSQL has its own tools for both; what matters as much is that
no mail leaves between its restore and the moment when that of the past is held.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection, create_engine, update

from program.accounts.models import Person
from program.cli.terms import as_json, tell
from program.cohorts.models import Cohort
from program.core.audit import record
from program.core.db import db
from program.jobs.leader import leadership
from program.mail.models import MailState
from program.mail.queries import counts, unsent_held

_UNLIKE_BEFORE = 1_000_000  # so that no browser takes a page of the lost future for a present one


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Overwrite FILE when it is there.")
@as_json
def backup(file: Path, replace: bool, as_json: bool) -> None:
    """Write the whole database to FILE, while everything goes on."""
    if file.exists() and not replace:
        raise click.ClickException(f"{file} is there already. Choose another name, or --replace.")
    part = file.with_name(f"{file.name}.part")
    try:
        part.touch(mode=0o600)
        _dump(part)
        part.replace(file)
    except OSError as error:
        raise click.ClickException(f"{file} could not be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    size = file.stat().st_size
    tell(
        {"file": str(file), "bytes": size},
        [f"{file}: {size / 1e6:.1f} MB. It holds personal data: keep it as safe as the database."],
        as_json=as_json,
    )


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--verify", is_flag=True, help="Look at the result once more afterwards.")
@click.option("--check-only", is_flag=True, help="Look at FILE only; change nothing.")
@as_json
def restore(file: Path, verify: bool, check_only: bool, as_json: bool) -> None:
    """Put the backup FILE in the place of the database.

    Mail that had not left when the backup was made is held, for it may have left since: look at
    it with `mail queue`, and let it leave with `mail release-held`.
    """
    on_sqlite = db.engine.dialect.name == "sqlite"
    is_current = _check(file) if on_sqlite else _check_dump(file)
    if not check_only:
        with _no_runner():
            _put_in_place(file) if on_sqlite else _pg_restore(file)
            record("database.restored", "database:all", by=None, origin="command")
            db.session.commit()
    if verify and on_sqlite:
        _check(_live())
    facts = {
        "file": str(file),
        "restored": not check_only,
        "current": is_current,
        "held": 0 if check_only else counts()[MailState.HELD],
    }
    tell(facts, _told(facts), as_json=as_json)


def _told(facts: dict[str, object]) -> Iterator[str]:
    yield f"{facts['file']} is whole." if not facts["restored"] else "The backup is in place."
    if facts["held"]:
        yield f"{facts['held']} messages are held. See: flask mail queue."
    if not facts["current"]:
        yield "It was made by an older version. Run: flask db upgrade."


def _dump(to: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        _copy(_live(), to)
        _check(to)
    else:
        _pg_dump(to)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        try:
            old.backup(new)
        except sqlite3.OperationalError as error:
            raise click.ClickException(f"The database could not be copied: {error}.") from None


def _pg_dump(to: Path) -> None:
    _of_postgresql("pg_dump", "--format=custom", f"--file={to}", f"--dbname={_address()}")


def _pg_restore(file: Path) -> None:
    """No runner can begin before we are done, so nothing of the past leaves."""
    db.session.remove()
    _of_postgresql(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
        f"--dbname={_address()}", str(file),
    )  # fmt: skip
    with db.engine.begin() as connection:
        _know_that_it_is_the_past(connection)


def _check_dump(file: Path) -> bool:
    """As `_check`, of what pg_dump wrote."""
    try:
        told = _of_postgresql(
            "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file)
        )
        rows = told.partition("FROM stdin;\n")[2].splitlines()
    except _ToolSaysNo:
        rows = []
    if not rows:
        raise click.ClickException(f"{file} is not a backup of Leergang.")
    return _is_newest(rows[0])


class _ToolSaysNo(click.ClickException):
    pass


def _address() -> str:
    url = db.engine.url.set(drivername="postgresql")
    return url._replace(password=None).render_as_string()


def _of_postgresql(name: str, *options: str) -> str:
    """What one of its tools wrote."""
    program = shutil.which(name)
    if program is None:
        raise click.ClickException(
            f"{name} was not found. Install the client tools of PostgreSQL, or do this on the "
            "machine of the database."
        )
    password = db.engine.url.password
    done = subprocess.run(  # noqa: S603 - found above; the password is not in its arguments
        [program, *options],
        env=os.environ | ({"PGPASSWORD": str(password)} if password else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise _ToolSaysNo(f"{name} says: {(done.stderr.strip() or '?').splitlines()[-1]}")
    return done.stdout


def _check(file: Path) -> bool:
    """Refuse what is no whole database of ours; says whether its tables are of this version."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            damage = connection.execute("PRAGMA integrity_check").fetchone()[0]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.DatabaseError, TypeError):
        raise click.ClickException(f"{file} is not a database of Leergang.") from None
    if damage != "ok" or orphans:
        raise click.ClickException(f"{file} is damaged. Take an older backup.")
    return _is_newest(revision)


def _is_newest(revision: str) -> bool:
    versions = ScriptDirectory(current_app.extensions["migrate"].directory)
    try:
        versions.get_revision(revision)
    except CommandError:
        raise click.ClickException(
            "It was made by a newer version of Leergang. Install that one first."
        ) from None
    return revision in versions.get_heads()


def _put_in_place(file: Path) -> None:
    """Made ready aside, so that from the first moment no mail in it is thought to be unsent."""
    with TemporaryDirectory(dir=_live().parent) as aside:
        copy = Path(aside) / "restored.db"
        _copy(file, copy)
        engine = create_engine(f"sqlite:///{copy}")
        with engine.begin() as connection:
            _know_that_it_is_the_past(connection)
        engine.dispose()
        db.session.remove()
        db.engine.dispose()
        _copy(copy, _live())


def _know_that_it_is_the_past(connection: Connection) -> None:
    """What had not left then may have left since, and pages were shown that are no more."""
    connection.execute(unsent_held())
    for model in (Cohort, Person):
        connection.execute(update(model).values(version=model.version + _UNLIKE_BEFORE))


@contextmanager
def _no_runner() -> Generator[None]:
    """Keep every runner from work until we are done."""
    lock = leadership(db.engine)
    if not lock.acquire():
        raise click.ClickException("Leergang is running. Stop it first, with Ctrl-C.")
    try:
        yield
    finally:
        lock.release()


def _live() -> Path:
    return Path(db.engine.url.database or "")
