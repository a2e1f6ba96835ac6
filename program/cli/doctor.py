"""`flask doctor`: is this installation well, and if not, what to do."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from program.cli import knocking
from program.cli.terms import as_json, tell
from program.core.clock import now
from program.core.db import WAL_IS_SAFE, db, reading
from program.jobs.doors import account
from program.jobs.pulse import is_late, last_beat
from program.mail import channel
from program.mail.models import MailState
from program.mail.queries import counts, ready_at
from program.mail.transport import MailUrlWrong, transport_for

MEGABYTE = 1_000_000


class Level(StrEnum):
    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


class Finding(NamedTuple):
    level: Level
    about: str
    sentence: str


Check = Callable[[datetime], Iterator[Finding]]
_SIGNS = {Level.GOOD: "✓", Level.NOTE: "!", Level.WRONG: "✗"}


@click.command("doctor")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
@as_json
def doctor(language: str, as_json: bool) -> None:
    """Look whether all is well. Ends with exit code 1 when something has to be mended."""
    with force_locale(language):
        found = examine(now())
    facts = {
        "well": all(each.level is not Level.WRONG for each in found),
        "findings": [each._asdict() for each in found],
    }
    tell(facts, (f"{_SIGNS[each.level]} {each.sentence}" for each in found), as_json=as_json)
    if not facts["well"]:
        raise SystemExit(1)


def examine(at: datetime) -> list[Finding]:
    found: list[Finding] = []
    for check in (settings, database, schema, runner, mail, signing, doors, disk):
        db.session.rollback()  # no check waits for the transaction of another
        try:
            with reading():
                found.extend(check(at))
        except DBAPIError as error:
            if check is database:
                reason = str(error.orig).splitlines()[0]
                found.append(_wrong("database", _("No answer of the database: %(e)s", e=reason)))
    db.session.rollback()
    return found


def settings(_at: datetime) -> Iterator[Finding]:
    config = current_app.config
    if len(config["SECRET_KEY"]) < 16:
        yield _note("settings", _("SECRET_KEY is short. Choose 16 characters or more."))
    yield from _mail_url()
    if config["MAIL_URL"] and config["MAIL_ADDRESS"].endswith(".example"):
        yield _wrong("settings", _("MAIL_ADDRESS is an example. Give the address you mail from."))
    if config["MAIL_URL"] and "//localhost" in config["PUBLIC_URL"]:
        yield _wrong(
            "settings", _("PUBLIC_URL is this machine, so links in mails work for nobody else.")
        )
    if config["MAIL_URL"] and config["DEMO"]:
        yield _note("settings", _("DEMO is on: anyone may enter as anyone. And mail goes out."))


def _mail_url() -> Iterator[Finding]:
    try:
        transport_for(current_app.config["MAIL_URL"])
    except MailUrlWrong:
        yield _wrong(
            "settings",
            _("MAIL_URL is not right. Write smtp://user:password@host:587 or smtps://host."),
        )


def database(_at: datetime) -> Iterator[Finding]:
    dialect = db.engine.dialect
    with db.engine.connect() as connection:
        if dialect.name != "sqlite":
            version = ".".join(map(str, dialect.server_version_info or ()))
            yield _good("database", _("PostgreSQL %(version)s answers.", version=version))
            return
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        yield _sqlite(str(journal))
        damage = connection.exec_driver_sql("PRAGMA quick_check").scalar()
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if damage != "ok" or orphans:
        yield _wrong("database", _("The database is damaged. Restore a backup: flask restore."))


def _sqlite(journal: str) -> Finding:
    version = sqlite3.sqlite_version
    if WAL_IS_SAFE:
        return _good("database", _("SQLite %(version)s answers.", version=version))
    if journal == "wal":
        return _wrong(
            "database",
            _(
                "SQLite %(version)s can damage a database that has a write-ahead log, and this "
                "one has. Stop Leergang and run: sqlite3 FILE 'PRAGMA journal_mode = PERSIST'.",
                version=version,
            ),
        )
    return _good(
        "database",
        _(
            "SQLite %(version)s answers. Versions before 3.51.3 can damage a write-ahead log, so "
            "here the rollback journal is used, which is safe.",
            version=version,
        ),
    )


def schema(_at: datetime) -> Iterator[Finding]:
    with db.engine.connect() as connection:
        is_now = set(MigrationContext.configure(connection).get_current_heads())
    wanted = set(newest_revisions())
    if is_now == wanted:
        yield _good("schema", _("The tables are those of this version."))
    else:
        yield _wrong("schema", _("The tables are of another version. Run: flask db upgrade."))


def newest_revisions() -> list[str]:
    return ScriptDirectory(current_app.extensions["migrate"].directory).get_heads()


def runner(at: datetime) -> Iterator[Finding]:
    pulse = last_beat()
    if pulse is None:
        yield _wrong("runner", _("There was never a runner. Start one: flask serve."))
    elif is_late(pulse, at):
        since = pulse.beat_at.isoformat(" ", "seconds")
        yield _wrong(
            "runner", _("No runner since %(since)s, so no mail leaves. Start one.", since=since)
        )
    else:
        yield _good("runner", _("The runner is at work."))


def mail(at: datetime) -> Iterator[Finding]:
    way = channel.as_it_is()
    if way.paused_until is not None and way.paused_until > at:
        yield _wrong("mail", _("No mail leaves now: %(why)s", why=way.pause_reason))
    yield from _left_over(counts())
    ready = ready_at(at)
    if ready == at:
        yield _good("mail", _("All mail that is due has left."))
    elif ready is not None:
        when = ready.isoformat(" ", "seconds")
        yield _good("mail", _("Mail is leaving; all will have left at %(when)s.", when=when))


def _left_over(number: dict[MailState, int]) -> Iterator[Finding]:
    if dead := number[MailState.DEAD]:
        yield _note(
            "mail",
            ngettext(
                "%(num)d message was refused. See: flask mail queue.",
                "%(num)d messages were refused. See: flask mail queue.",
                dead,
            ),
        )
    if held := number[MailState.HELD]:
        yield _note(
            "mail",
            ngettext(
                "%(num)d message waits since a restore. Let it leave: flask mail release-held.",
                "%(num)d messages wait since a restore. Let them leave: flask mail release-held.",
                held,
            ),
        )


def signing(_at: datetime) -> Iterator[Finding]:
    """Whether mail is signed, and the key is in the DNS."""
    config = current_app.config
    if not config["DKIM_SELECTOR"] or not config["MAIL_URL"]:
        return
    keys = import_module("program.cli.signing")  # it is large, and most let their server sign
    try:
        signers = keys.signers(config)
    except keys.KeyWrong as wrong:
        yield _wrong("signing", str(wrong))
        return
    for signer in signers:
        if not keys.is_aligned(signer, config["MAIL_ADDRESS"]):
            yield _wrong("signing", _("DKIM_DOMAIN is not the domain of MAIL_ADDRESS."))
        yield _in_dns(signer.name, keys.published(signer.name), keys.says_the_same, signer)


def _in_dns(
    name: str, record: str | None, says_the_same: Callable[[str, Any], bool], signer: Any
) -> Finding:
    if record is None:
        return _note("signing", _("Nobody answers whether %(name)s is in the DNS.", name=name))
    if not record:
        return _wrong(
            "signing",
            _("%(name)s is not in the DNS. Publish it: flask mail dkim-record.", name=name),
        )
    if not says_the_same(record, signer):
        return _wrong(
            "signing",
            _("%(name)s holds another key. Publish ours: flask mail dkim-record.", name=name),
        )
    return _good(
        "signing", _("Mail is signed with %(key)s as %(name)s.", key=signer.kind, name=name)
    )


def doors(at: datetime) -> Iterator[Finding]:
    """By which answers come in."""
    config = current_app.config
    if config["MAIL_URL"] and not config["LMTP_LISTEN"] and not config["IMAP_URL"]:
        yield _note("doors", _("No answers come in by mail. Set LMTP_LISTEN or IMAP_URL."))
    if config["LMTP_LISTEN"]:
        yield from _door("LMTP", knocking.at_lmtp(config["LMTP_LISTEN"]))
    if config["IMAP_URL"]:
        yield from _door("IMAP", knocking.at_imap(account()))
    waiting = knocking.waiting(at)
    if waiting:
        yield _wrong(
            "doors",
            ngettext(
                "%(num)d message waits to be read. Look whether the runner is at work.",
                "%(num)d messages wait to be read. Look whether the runner is at work.",
                waiting,
            ),
        )


def _door(name: str, trouble: str) -> Iterator[Finding]:
    if trouble:
        yield _wrong("doors", _("%(door)s does not answer: %(why)s", door=name, why=trouble))
    else:
        yield _good("doors", _("%(door)s answers.", door=name))


def disk(_at: datetime) -> Iterator[Finding]:
    database = db.engine.url.database
    on_sqlite = db.engine.dialect.name == "sqlite" and database
    folder = Path(database).parent if on_sqlite and database else Path(current_app.root_path)
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < 100:
        yield _wrong("disk", _("The disk is almost full: %(free)d MB are left.", free=free))
    elif free < 1000:
        yield _note("disk", _("The disk gets full: %(free)d MB are left.", free=free))
    else:
        yield _good("disk", _("There is room on the disk: %(free)d MB.", free=free))


def _good(about: str, sentence: str) -> Finding:
    return Finding(Level.GOOD, about, sentence)


def _note(about: str, sentence: str) -> Finding:
    return Finding(Level.NOTE, about, sentence)


def _wrong(about: str, sentence: str) -> Finding:
    return Finding(Level.WRONG, about, sentence)
