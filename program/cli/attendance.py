"""`flask attendance …`: the roll of a meeting."""

import click
from flask.cli import AppGroup

from program.accounts.models import Person
from program.attendance import actions, queries
from program.attendance.models import PresenceState
from program.cli.terms import as_json, meeting_numbered, person_mailed, refusals_told, tell
from program.core.clock import now
from program.core.db import db

attendance = AppGroup("attendance", help="Who was there.")
state = click.argument("state", type=click.Choice([each.value for each in PresenceState]))
by_option = click.option("--by", help="E-mail address of who marks; empty: the system.")


@attendance.command("roll")
@click.argument("meeting", type=int)
@as_json
def roll(meeting: int, as_json: bool) -> None:
    """Everyone expected at the session MEETING, and what is marked."""
    found = meeting_numbered(meeting)
    people = [
        {
            "person": row.id,
            "email": row.email,
            "name": " ".join(part for part in (row.given_name, row.infix, row.surname) if part),
            "department": row.department or "",
            "state": row.state.value if row.state else None,
            "minutes": row.minutes,
        }
        for row in db.session.execute(
            queries.roll().add_columns(Person.email), {"meeting_id": found.id}
        )
    ]
    facts = {
        "meeting": found.id,
        "title": found.title,
        "starts_at": found.starts_at.isoformat(),
        "people": people,
    }
    lines = (f"{each['state'] or '-':<11} {each['name']}" for each in people)
    tell(facts, lines, as_json=as_json)


@attendance.command("mark")
@click.argument("meeting", type=int)
@click.argument("email")
@state
@click.option("--minutes", type=int, help="Attended, by who was late or left early.")
@by_option
@as_json
def mark(
    meeting: int, email: str, state: str, minutes: int | None, by: str | None, as_json: bool
) -> None:
    """Mark the person EMAIL at the session MEETING."""
    found, person = meeting_numbered(meeting), person_mailed(email)
    marker = person_mailed(by).id if by else None
    with refusals_told():
        presence = actions.mark(
            found.id, person.id, PresenceState(state), by=marker, at=now(), minutes=minutes
        )
        facts = {
            "meeting": found.id,
            "person": person.id,
            "state": presence.state.value,
            "minutes": presence.minutes,
        }
        db.session.commit()
    tell(facts, [f"{facts['state']}, {facts['minutes']} minutes"], as_json=as_json)


@attendance.command("rest")
@click.argument("meeting", type=int)
@state
@by_option
@as_json
def rest(meeting: int, state: str, by: str | None, as_json: bool) -> None:
    """Mark everyone at the session MEETING who is not marked yet."""
    found = meeting_numbered(meeting)
    marker = person_mailed(by).id if by else None
    with refusals_told():
        done = actions.mark_rest(found.id, PresenceState(state), by=marker, at=now())
        db.session.commit()
    tell({"meeting": meeting, "marked": done}, [f"{done} marked as {state}"], as_json=as_json)
