"""Venues and rooms of the bureau."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from program.accounts.models import Organisation
from program.core.db import db
from program.intake.actions.rows import Values, put
from program.intake.outcome import Errand
from program.intake.reading.records import ReadRoom
from program.meetings.models import Room, Venue


def load_rooms(rooms: Sequence[ReadRoom], bureau: Organisation, errand: Errand) -> None:
    """Found again by the names of venue and room; a room that is gone from the list is told."""
    if not rooms:
        return
    wanted = (
        select(Venue)
        .where(Venue.organisation_id == bureau.id)
        .options(selectinload(Venue.rooms))
        .execution_options(populate_existing=True)
    )
    venues = {venue.name: venue for venue in db.session.scalars(wanted)}
    known = {(venue.name, room.name): room for venue in venues.values() for room in venue.rooms}
    for name, venue_rooms in _by_venue(rooms).items():
        venue, status = _venue(venues.get(name), _venue_values(name, venue_rooms), bureau)
        errand.tally("venues").count(status)
        for read in venue_rooms:
            errand.tally("rooms").count(_room(known.get((name, read.room)), venue, read))
        if status != "same":
            errand.note(f"venue.{status}", f"venue:{venue.id}")
    errand.tally("rooms").gone = len(known.keys() - {(r.venue, r.room) for r in rooms})


def _by_venue(rooms: Sequence[ReadRoom]) -> dict[str, list[ReadRoom]]:
    found: dict[str, list[ReadRoom]] = {}
    for room in rooms:
        found.setdefault(room.venue, []).append(room)
    return found


def _venue_values(name: str, rooms: Sequence[ReadRoom]) -> Values:
    return {
        "name": name,
        "address": next((room.address for room in rooms if room.address), ""),
        "online": any(room.online for room in rooms),
        "join_url": next((room.join_url for room in rooms if room.join_url), ""),
    }


def _venue(venue: Venue | None, values: Values, bureau: Organisation) -> tuple[Venue, str]:
    if venue is not None:
        kept = {name: value for name, value in values.items() if value != ""}
        return venue, put(venue, kept)
    venue = Venue(organisation_id=bureau.id, **values)
    db.session.add(venue)
    db.session.flush()
    return venue, "new"


def _room(room: Room | None, venue: Venue, read: ReadRoom) -> str:
    values = {
        "capacity": read.capacity,
        "price_cents": read.price_cents,
        "wheelchair": read.wheelchair,
    }
    if room is not None:
        return put(room, values)
    db.session.add(Room(venue_id=venue.id, name=read.room, **values))
    return "new"
