"""From where people travel, what they need of a room, and how far venues lie apart."""

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.models import Organisation
from program.cohorts.models import Cohort, Enrolment
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.meetings.models import Venue, VenueTravel

LONGEST = 600  # minutes


def note_needs(
    enrolment: Enrolment,
    *,
    step_free: bool,
    home_venue_id: int | None,
    by: int | None,
    origin: str = "web",
) -> None:
    """Whether they need a room without steps, and the venue that they travel from."""
    if home_venue_id is not None:
        venue = db.session.get(Venue, home_venue_id)
        if venue is None or venue.organisation_id != enrolment.cohort.organisation_id:
            raise Refusal(_("Choose one of the places of the bureau."), field="home_venue_id")
    enrolment.step_free, enrolment.home_venue_id = step_free, home_venue_id
    db.session.flush()
    bump(Cohort, [enrolment.cohort_id])
    record("person.needs_noted", f"enrolment:{enrolment.id}", by=by, origin=origin)


def set_travel(
    one: Venue, other: Venue, minutes: int, *, by: int | None, origin: str = "web"
) -> None:
    """How long it takes from one to the other, either way; the last word counts."""
    if one.id == other.id:
        raise Refusal(_("Choose two different places."), field="other_id")
    if one.organisation_id != other.organisation_id:
        raise Refusal(_("Choose one of the places of the bureau."), field="other_id")
    if not 0 <= minutes <= LONGEST:
        raise Refusal(_("Choose between 0 and %(n)s minutes.", n=LONGEST), field="minutes")
    locked(Organisation, one.organisation_id)
    first, second = sorted((one.id, other.id))
    way = db.session.scalar(
        select(VenueTravel).where(VenueTravel.one_id == first, VenueTravel.other_id == second)
    )
    if way is None:
        way = VenueTravel(one_id=first, other_id=second)
        db.session.add(way)
    way.minutes = minutes
    db.session.flush()
    _plans_change(one.organisation_id)
    record("travel.set", f"venue:{first} venue:{second}", by=by, origin=origin)


def _plans_change(organisation_id: int) -> None:
    of_bureau = select(Cohort.id).where(Cohort.organisation_id == organisation_id)
    bump(Cohort, list(db.session.scalars(of_bureau)))
