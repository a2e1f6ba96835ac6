"""Places and their rooms."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from program.accounts.models import Organisation
from program.cohorts.models import Cohort
from program.cohorts.times import whole_days
from program.core.audit import record
from program.core.clock import now
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.meetings.models import Room, RoomClosure, Venue
from program.meetings.queries import taken_in


@dataclass(frozen=True)
class RoomSpec:
    name: str
    capacity: int
    price_cents: int = 0
    wheelchair: bool = True


@dataclass(frozen=True)
class VenueSpec:
    name: str
    address: str = ""
    online: bool = False
    join_url: str = ""
    latitude: float | None = None
    longitude: float | None = None


def add_venue(organisation_id: int, spec: VenueSpec, *, by: int | None) -> Venue:
    _refuse_taken_name(organisation_id, spec.name)
    venue = Venue(organisation_id=organisation_id)
    _fill(venue, spec)
    db.session.add(venue)
    db.session.flush()
    record("venue.added", f"venue:{venue.id}", by=by)
    return venue


def edit_venue(venue: Venue, spec: VenueSpec, *, by: int | None) -> None:
    if spec.name != venue.name:
        _refuse_taken_name(venue.organisation_id, spec.name)
    _fill(venue, spec)
    _plans_change(venue)
    record("venue.edited", f"venue:{venue.id}", by=by)


def add_room(venue: Venue, spec: RoomSpec, *, by: int | None) -> Room:
    if any(room.name == spec.name for room in venue.rooms):
        raise Refusal(_("There is already a room called %(name)s.", name=spec.name), field="name")
    room = Room(
        venue=venue,
        name=spec.name,
        capacity=spec.capacity,
        price_cents=spec.price_cents,
        wheelchair=spec.wheelchair,
    )
    db.session.add(room)
    db.session.flush()
    record("room.added", f"room:{room.id}", by=by)
    return room


def edit_room(room: Room, spec: RoomSpec, *, by: int | None) -> None:
    if any(other.name == spec.name for other in room.venue.rooms if other is not room):
        raise Refusal(_("There is already a room called %(name)s.", name=spec.name), field="name")
    locked(Organisation, room.venue.organisation_id)  # nobody gives places in it meanwhile
    most = max((taken for _id, taken in db.session.execute(taken_in(room.id, now()))), default=0)
    if spec.capacity < min(most, room.capacity):
        raise Refusal(
            _("%(n)s people are expected here at one session. Move that first.", n=most),
            field="capacity",
        )
    room.name, room.capacity = spec.name, spec.capacity
    room.price_cents, room.wheelchair = spec.price_cents, spec.wheelchair
    _plans_change(room.venue)
    record("room.edited", f"room:{room.id}", by=by)


def remove_room(room: Room, *, by: int | None) -> None:
    """Refused while there are sessions in it."""
    try:
        with db.session.begin_nested():
            db.session.execute(delete(RoomClosure).where(RoomClosure.room_id == room.id))
            db.session.delete(room)
    except IntegrityError:
        raise Refusal(
            _("There are sessions in %(room)s. Move those first.", room=room.name)
        ) from None
    record("room.removed", f"room:{room.id}", by=by)


def close_room(room: Room, *, first_on: date, last_on: date, by: int | None) -> RoomClosure:
    """It cannot be used on these days. Sessions in it stay until somebody repairs the plan."""
    if last_on < first_on:
        raise Refusal(_("The last day comes before the first."), field="last_on")
    starts_at, ends_at = whole_days(first_on, last_on)
    same = select(RoomClosure).where(
        RoomClosure.room_id == room.id,
        RoomClosure.starts_at == starts_at,
        RoomClosure.ends_at == ends_at,
    )
    if (known := db.session.scalars(same).one_or_none()) is not None:
        return known
    closure = RoomClosure(room_id=room.id, starts_at=starts_at, ends_at=ends_at)
    db.session.add(closure)
    _plans_change(room.venue)
    record("room.closed", f"room:{room.id}", by=by)
    return closure


def open_room(closure: RoomClosure, *, by: int | None) -> None:
    """It can be used after all."""
    room = closure.room
    db.session.delete(closure)
    _plans_change(room.venue)
    record("room.opened", f"room:{room.id}", by=by)


def _fill(venue: Venue, spec: VenueSpec) -> None:
    venue.name, venue.address = spec.name, spec.address
    venue.online, venue.join_url = spec.online, spec.join_url
    venue.latitude, venue.longitude = spec.latitude, spec.longitude


def _plans_change(venue: Venue) -> None:
    of_bureau = select(Cohort.id).where(Cohort.organisation_id == venue.organisation_id)
    db.session.flush()
    bump(Cohort, list(db.session.scalars(of_bureau)))


def _refuse_taken_name(organisation_id: int, name: str) -> None:
    taken = select(Venue.id).where(Venue.organisation_id == organisation_id, Venue.name == name)
    if db.session.scalar(taken):
        raise Refusal(_("There is already a place called %(name)s.", name=name), field="name")
