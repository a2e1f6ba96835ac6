"""`flask release …` and `flask invitations …`: publish a schedule, see what people answered."""

import click
from flask.cli import AppGroup, with_appcontext

from program.cli.terms import as_json, cohort_named, person_mailed, refusals_told, tell
from program.core.clock import now
from program.core.db import db
from program.invitations import actions
from program.invitations.queries import listed, undeliverable

invitations = AppGroup("invitations", help="What people's calendars were told, and their answers.")


@click.command()
@with_appcontext
@click.argument("cohort")
@click.option("--note", default="", help="A few words that go with every message.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be sent.")
@click.option(
    "--silent-past", is_flag=True, help="Publish sessions that are over without a message."
)
@click.option("--tell-words", is_flag=True, help="Send changes of title, note, trainer too.")
@click.option("--silent-rooms", is_flag=True, help="No message of another room in one building.")
@as_json
def release(cohort: str, note: str, dry_run: bool, as_json: bool, **choices: bool) -> None:
    """Publish the schedule: tell everyone what changed since the last time, once."""
    with refusals_told():
        found = cohort_named(cohort)
        at = now()
        chosen = _chosen(actions.changes(found.id, at=at), **choices)
        if dry_run:
            planned = actions.changes(found.id, at=at, **chosen)
            number, counts = None, planned.counts()
        else:
            done = actions.release(found.id, by=None, at=at, note=note, origin="command", **chosen)
            number, counts, planned = done.number, done.counts, done.changes
            db.session.commit()
    document: dict[str, object] = {
        "cohort": found.name,
        "release": number,
        "dry_run": dry_run,
        "messages": len(planned.letters),
        "participants": sum(not due.as_trainer for due in planned.letters),
        "trainers": sum(due.as_trainer for due in planned.letters),
        "counts": counts,
        "past": planned.past,
        "unreachable": _addresses(planned),
    }
    tell(document, _lines(document), as_json=as_json)


def _chosen(
    planned: actions.Changes, *, silent_past: bool, tell_words: bool, silent_rooms: bool
) -> actions.Choices:
    words = planned.optional - planned.rooms if tell_words else set()
    rooms = set() if silent_rooms else planned.rooms
    return actions.Choices(silent_past=silent_past, tell=frozenset(words | rooms))


def _addresses(planned: actions.Changes) -> list[str]:
    return sorted({planned.world.readers[due.person_id].email for due in planned.unreachable})


def _lines(document: dict[str, object]) -> list[str]:
    counts = document["counts"]
    done = "would be sent" if document["dry_run"] else "in the outbox"
    lines = [f"{document['messages']} messages {done}: {counts}"]
    if document["release"]:
        lines.insert(0, f"Release {document['release']} of {document['cohort']}.")
    if document["unreachable"]:
        lines.append(f"No message can go to: {document['unreachable']}")
    return lines


@invitations.command("list")
@click.argument("cohort")
@click.option("--person", "email", default="", help="Only of the person with this address.")
@as_json
def list_invitations(cohort: str, email: str, as_json: bool) -> None:
    """The invitations of a cohort, by date and name."""
    found = cohort_named(cohort)
    person = person_mailed(email).email if email else ""
    refused = set(db.session.scalars(undeliverable(found.id)))
    rows = [
        {
            "uid": row.uid,
            "address": row.address,
            "meeting": row.title,
            "meeting_id": row.meeting_id,
            "as_trainer": row.as_trainer,
            "starts_at": row.starts_at.isoformat(),
            "sequence": row.sequence,
            "revision": row.revision,
            "state": row.state,
            "partstat": row.partstat,
            "answered_at": row.answered_at and row.answered_at.isoformat(),
            "via": row.answered_via,
            "undeliverable": row.address in refused,
        }
        for row in db.session.execute(listed(found.id, person))
    ]
    lines = [f"{r['starts_at']}  {r['address']}  {r['partstat']}  {r['meeting']}" for r in rows]
    tell(rows, lines, as_json=as_json)
