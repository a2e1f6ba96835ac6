"""`flask mail …`: what leaves, what waits and why."""

import signal
from importlib import import_module
from threading import Event
from typing import Any, BinaryIO

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from program.cli.terms import as_json, refusals_told, tell
from program.core.clock import now
from program.core.db import db
from program.invitations.actions import receive
from program.jobs.doors import keeping
from program.mail import actions, channel
from program.mail.lmtp import Door, Place
from program.mail.models import OutgoingMail
from program.mail.queries import NEED_A_PERSON, WAITING, counts, in_state, ready_at
from program.mail.size import MAX_MESSAGE

mail = AppGroup("mail", help="What leaves, what waits and why.")


@mail.command("queue")
@click.option("--limit", default=50, show_default=True, help="So many messages at most.")
@as_json
def queue(limit: int, as_json: bool) -> None:
    """Messages that wait, were refused or are held, and when all will have left."""
    at = now()
    ready = ready_at(at)
    way = channel.as_it_is()
    paused = way.paused_until is not None and way.paused_until > at
    facts = {
        "counts": {state.value: number for state, number in counts().items()},
        "ready_at": ready and ready.isoformat(timespec="seconds"),
        "paused": way.pause_reason if paused else None,
        "messages": [
            _described(each)
            for each in db.session.scalars(in_state(*NEED_A_PERSON, *WAITING).limit(limit))
        ],
    }
    tell(facts, _lines(facts), as_json=as_json)


@mail.command("retry")
@click.argument("message_id", metavar="ID", type=int)
@as_json
def retry(message_id: int, as_json: bool) -> None:
    """Try message ID, which was refused, once more."""
    with refusals_told():
        actions.retry(message_id, at=now(), by=None, origin="command")
        db.session.commit()
    tell({"message": message_id}, [f"Message {message_id} is tried again."], as_json=as_json)


@mail.command("release-held")
@as_json
def release_held(as_json: bool) -> None:
    """Let the messages leave that wait since a restore."""
    released = actions.release_held(by=None, origin="command")
    db.session.commit()
    tell({"released": released}, [f"{released} messages may leave."], as_json=as_json)


@mail.command("pause")
@click.option("--reason", default="Paused by hand.", help="Shown to planners.")
@as_json
def pause(reason: str, as_json: bool) -> None:
    """Let no mail leave until `mail resume`."""
    actions.pause(reason=reason, by=None, origin="command")
    db.session.commit()
    tell({"paused": True}, ["No mail leaves until you say so: mail resume."], as_json=as_json)


@mail.command("resume")
@as_json
def resume(as_json: bool) -> None:
    """Let mail leave again, at once."""
    actions.resume(by=None, origin="command")
    db.session.commit()
    tell({"paused": False}, ["Mail leaves again."], as_json=as_json)


@mail.command("receive")
@click.argument("file", type=click.File("rb"))
@as_json
def receive_message(file: BinaryIO, as_json: bool) -> None:
    """Read one raw message (FILE, - is standard input) and count the answer in it, if any."""
    with refusals_told():
        found = receive(file.read(MAX_MESSAGE + 1), via="command", at=now(), origin="command")
        db.session.commit()
    facts = {
        "outcome": found.outcome.value,
        "applied": found.applied,
        "flagged": found.flagged,
        "uid": found.uid or None,
        "partstat": found.partstat or None,
        "why": found.why,
        "address": found.address or None,
    }
    tell(facts, [f"{found.outcome.value}: {found.why}"], as_json=as_json)


@mail.command("dkim-record")
@as_json
def dkim_record(as_json: bool) -> None:
    """What to publish in the DNS, so that receivers can check our signatures."""
    keys = import_module("program.cli.signing")
    signers = keys.signers(current_app.config)
    if not signers:
        raise click.ClickException("Nothing is signed here: set DKIM_SELECTOR and DKIM_KEY_FILE.")
    facts = [{"name": each.name, "record": each.record, "key": each.kind} for each in signers]
    tell(facts, map(keys.in_zone, signers), as_json=as_json)


@mail.command("lmtp")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=2424, show_default=True)
@click.option("--socket", "path", help="A socket file instead: /path/of/socket.")
def lmtp(host: str, port: int, path: str | None) -> None:
    """Take mail from the server of this machine until Ctrl-C. A runner reads what was taken."""
    place = Place(socket=path) if path else Place(host=host, port=port)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    door, ended = Door(place, keeping(app)), Event()
    try:
        door.open()
    except OSError as error:
        raise click.ClickException(f"{_named(place)}: {error.strerror or error}") from None
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    click.echo(f"LMTP: {_named(place)}  (Ctrl-C stops it)")
    ended.wait()
    door.close()


def _named(place: Place) -> str:
    return place.socket or f"{place.host}:{place.port}"


def _described(message: OutgoingMail) -> dict[str, Any]:
    return {
        "message": message.id,
        "state": message.state.value,
        "recipient": message.recipient,
        "subject": message.subject,
        "due_at": message.due_at.isoformat(timespec="seconds"),
        "attempts": message.attempts,
        "error": message.error,
    }


def _lines(facts: dict[str, Any]) -> list[str]:
    told = [", ".join(f"{number} {state}" for state, number in facts["counts"].items() if number)]
    if facts["paused"]:
        told.append(f"No mail leaves: {facts['paused']}")
    if facts["ready_at"]:
        told.append(f"All that is due has left at {facts['ready_at']}.")
    told += [
        f"{each['message']:>6} {each['state']:<7} {each['recipient']:<40} {each['error'] or ''}"
        for each in facts["messages"]
    ]
    return [line for line in told if line] or ["The outbox is empty."]
