"""`flask cohort pair|needs|travel`: what was agreed about people and places."""

import click
from sqlalchemy import or_, select

from program.cli.cohort import cohort
from program.cli.terms import as_json, cohort_named, person_mailed, refusals_told, tell
from program.cohorts.actions import add_pair
from program.cohorts.models import Cohort, Enrolment
from program.core.db import db
from program.meetings.actions.travel import note_needs, set_travel
from program.meetings.models import Venue


@cohort.command("pair")
@click.argument("which", metavar="COHORT")
@click.argument("one", metavar="EMAIL")
@click.argument("other", metavar="EMAIL")
@click.option("--together/--apart", required=True, help="In one group, or never at one table.")
@as_json
def pair(which: str, one: str, other: str, together: bool, as_json: bool) -> None:
    """Keep two people of COHORT together, or apart."""
    with refusals_told():
        found = cohort_named(which)
        both = _enrolled(found, one), _enrolled(found, other)
        made = add_pair(found, *both, together=together, by=None, origin="command")
        facts = {"pair": made.id, "together": together}
        db.session.commit()
    tell(facts, [f"Kept {'together' if together else 'apart'}."], as_json=as_json)


@cohort.command("needs")
@click.argument("which", metavar="COHORT")
@click.argument("email")
@click.option(
    "--step-free/--no-step-free", default=None, help="Whether they need a room without steps."
)
@click.option("--home", help="Place that they travel from, by name or number.")
@as_json
def needs(which: str, email: str, step_free: bool | None, home: str | None, as_json: bool) -> None:
    """What somebody in COHORT needs of a room, and from where they travel; the rest stays."""
    with refusals_told():
        found = cohort_named(which)
        enrolment = _enrolled(found, email)
        note_needs(
            enrolment,
            step_free=enrolment.step_free if step_free is None else step_free,
            home_venue_id=_venue(found, home).id if home else enrolment.home_venue_id,
            by=None,
            origin="command",
        )
        facts = {"step_free": enrolment.step_free, "home": enrolment.home_venue_id}
        db.session.commit()
    tell(facts, ["Noted."], as_json=as_json)


@cohort.command("travel")
@click.argument("which", metavar="COHORT")
@click.argument("one", metavar="PLACE")
@click.argument("other", metavar="PLACE")
@click.argument("minutes", type=int)
@as_json
def travel(which: str, one: str, other: str, minutes: int, as_json: bool) -> None:
    """How long it takes between two places of the bureau of COHORT, either way."""
    with refusals_told():
        found = cohort_named(which)
        here, there = _venue(found, one), _venue(found, other)
        set_travel(here, there, minutes, by=None, origin="command")
        facts = {"places": [here.id, there.id], "minutes": minutes}
        db.session.commit()
    tell(facts, [f"{minutes} minutes."], as_json=as_json)


def _enrolled(which: Cohort, email: str) -> Enrolment:
    person = person_mailed(email)
    wanted = select(Enrolment).where(
        Enrolment.cohort_id == which.id, Enrolment.person_id == person.id
    )
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise click.ClickException(f"{email!r} does not take part in {which.name}.")
    return found


def _venue(which: Cohort, asked: str) -> Venue:
    """By its exact name, else by its number."""
    number = int(asked) if asked.isdecimal() else None
    wanted = (
        select(Venue)
        .where(
            Venue.organisation_id == which.organisation_id,
            or_(Venue.name == asked, Venue.id == number),
        )
        .order_by(Venue.name != asked)
    )
    found = db.session.scalars(wanted).first()
    if found is None:
        raise click.ClickException(f"There is no place {asked!r}.")
    return found
