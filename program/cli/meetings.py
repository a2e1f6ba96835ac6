"""`flask meetings …`: the schedule as drafted: list, move, lock, cancel, conflicts."""

from datetime import date, datetime, time, timedelta
from typing import Any

import click
from flask.cli import AppGroup

from program.board.cells import Board, board_of
from program.cli.cohort import DAY
from program.cli.terms import (
    as_json,
    cohort_named,
    meeting_numbered,
    person_mailed,
    refusals_told,
    tell,
)
from program.cohorts.times import at_wall, local
from program.core.clock import now
from program.core.db import db
from program.meetings.actions.moving import (
    Move,
    WouldClash,
    cancel_meeting,
    move_meeting,
    set_lock,
)
from program.meetings.models import Meeting
from program.meetings.schedule import numbers
from program.meetings.wording import Words

meetings = AppGroup("meetings", help="The schedule as planners draft it.")


@meetings.command("list")
@click.argument("cohort")
@as_json
def listing(cohort: str, as_json: bool) -> None:
    """Every session of COHORT."""
    board = board_of(cohort_named(cohort))
    rows = sorted(board.meetings, key=lambda row: (row.starts_at, row.id))
    facts = [_fact(row, board) for row in rows]
    lines = (
        f"{each['id']:>5}  {each['starts_at']:%Y-%m-%d %H:%M}  {each['title']}"
        f"  {each['group'] or ''}"
        for each in facts
    )
    tell([_plain(each) for each in facts], lines, as_json=as_json)


def _fact(row: Any, board: Board) -> dict[str, Any]:
    zone = board.schedule.cohort.timezone
    return {
        "id": row.id,
        "module": row.module,
        "module_id": row.module_id,
        "kind": row.kind.value,
        "title": row.title,
        "round": row.round,
        "group": row.group_name,
        "starts_at": local(row.starts_at, zone),
        "ends_at": local(row.ends_at, zone),
        "venue": row.venue_name,
        "room": row.room_name,
        "trainers": [board.schedule.names.get(n, "") for n in numbers(row.trainers)],
        "people": len(numbers(row.people)),
        "locked": row.locked_at is not None,
        "cancelled": row.cancelled_at is not None,
        "published": row.told is not None,
        "changed": row.id in board.changed,
    }


def _plain(fact: dict[str, Any]) -> dict[str, Any]:
    times = {name: fact[name].isoformat() for name in ("starts_at", "ends_at")}
    return fact | times


@meetings.command("move")
@click.argument("meeting", type=int)
@click.option("--date", "day", type=DAY, help="The new day.")
@click.option("--start", help="The new time, as 13:30.")
@click.option("--minutes", type=click.IntRange(5, 1440), help="How long.")
@click.option("--room", type=int, help="Number of the room; 0 for none.")
@click.option("--trainer", "trainers", multiple=True, help="E-mail address; may be repeated.")
@click.option("--force", is_flag=True, help="Save although warnings were given.")
@as_json
def move(meeting: int, as_json: bool, force: bool, **given: Any) -> None:
    """Hold the session MEETING elsewhere, at another time or by others."""
    found = meeting_numbered(meeting)
    with refusals_told():
        wanted = _wanted(found, **given)
        try:
            clashes = move_meeting(found, wanted, force=force, by=None)
        except WouldClash as would:
            db.session.rollback()
            raise click.ClickException(f"{would} Use --force to save it anyway.") from None
        facts = {
            "id": found.id,
            "starts_at": local(found.starts_at, found.cohort.timezone).isoformat(),
            "ends_at": local(found.ends_at, found.cohort.timezone).isoformat(),
            "room": found.room_id,
            "warnings": [clash.sentence for clash in clashes],
        }
        db.session.commit()
    tell(facts, [f"{facts['id']}: {facts['starts_at']}"], as_json=as_json)


def _wanted(found: Meeting, **given: Any) -> Move:
    zone = found.cohort.timezone
    here = local(found.starts_at, zone)
    day: date = given["day"] or here.date()
    starts_at = at_wall(day, _clock(given["start"]) or here.time(), zone)
    lasts = found.ends_at - found.starts_at
    if given["minutes"]:
        lasts = timedelta(minutes=given["minutes"])
    trainers = [person_mailed(email).id for email in given["trainers"]]
    return Move(
        starts_at=starts_at,
        ends_at=starts_at + lasts,
        room_id=found.room_id if given["room"] is None else given["room"] or None,
        trainer_ids=tuple(trainers or (person.id for person in found.trainers)),
        note=found.note,
    )


def _clock(text: str | None) -> time | None:
    try:
        return datetime.strptime(text, "%H:%M").time() if text else None  # noqa: DTZ007 - a time
    except ValueError:
        raise click.BadParameter(f"{text!r} is no time: write it as 13:30.") from None


def _locked(meeting: int, on: bool, as_json: bool) -> None:
    found = meeting_numbered(meeting)
    set_lock(found.cohort, [found.id], on=on, at=now(), by=None)
    db.session.commit()
    tell({"id": meeting, "locked": on}, ["Locked." if on else "Unlocked."], as_json=as_json)


@meetings.command("lock")
@click.argument("meeting", type=int)
@as_json
def lock(meeting: int, as_json: bool) -> None:
    """The solver leaves the session MEETING where it is."""
    _locked(meeting, True, as_json)


@meetings.command("unlock")
@click.argument("meeting", type=int)
@as_json
def unlock(meeting: int, as_json: bool) -> None:
    """The solver may move the session MEETING again."""
    _locked(meeting, False, as_json)


@meetings.command("cancel")
@click.argument("meeting", type=int)
@as_json
def cancel(meeting: int, as_json: bool) -> None:
    """The session MEETING is not held; people hear so with the next release."""
    found = meeting_numbered(meeting)
    with refusals_told():
        cancel_meeting(found, at=now(), by=None)
        db.session.commit()
    tell({"id": meeting, "cancelled": True}, ["Cancelled."], as_json=as_json)


@meetings.command("conflicts")
@click.argument("cohort")
@as_json
def conflicts(cohort: str, as_json: bool) -> None:
    """Everything that does not fit in the schedule of COHORT."""
    schedule = board_of(cohort_named(cohort)).schedule
    words = Words(schedule)
    facts = [
        {
            "kind": conflict.kind.value,
            "hard": conflict.hard,
            "meetings": conflict.meetings,
            "people": conflict.people,
            "sentence": words.sentence(conflict),
        }
        for conflict in schedule.conflicts
    ]
    tell(facts, (f"{each['kind']:<13} {each['sentence']}" for each in facts), as_json=as_json)
