"""`flask demo …`: the invented cohort to look around in."""

from datetime import datetime, timedelta

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from program.cli.terms import as_json, refusals_told, tell
from program.cohorts.closed_days import closed_days
from program.cohorts.models import Cohort
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.demo.dates import FIRST_DAY, shift_for, shifted_files
from program.demo.life import live, staff_for
from program.intake.actions import Target, load
from program.intake.reading.folder import Question, read_folder
from program.invitations.actions import release
from program.planning.actions import Wish, accept, pose
from program.planning.jobs import claim, work_on
from program.planning.models import PlanRun
from program.reminders.actions import add_usual

NAME = "Enschede"
BEFORE = timedelta(weeks=24)  # how long ago it was released: before its kick-off
_YEARS = timedelta(days=3 * 365)

demo = AppGroup("demo", help="The invented cohort to look around in.")


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Only into a database without cohorts.")
@as_json
def load_demo(if_empty: bool, as_json: bool) -> None:
    """Load the demo cohort, plan it, release it, and let its people live until today."""
    if db.session.scalars(select(Cohort.id)).first() is not None:
        if if_empty:
            return
        raise click.ClickException("There are cohorts already: the demo wants an empty database.")
    at = now()
    shift = shift_for(at.date(), closed_days(at.date() - _YEARS, at.date() + _YEARS, "noord"))
    click.echo("Loading the demo cohort …", err=True)
    with refusals_told(), force_locale("nl"):
        reading = read_folder(Question(shifted_files(shift)))
        load(reading, Target(cohort_name=NAME), by=None, origin="command")
        cohort = db.session.scalars(select(Cohort)).one()
        staff_for(cohort, since=FIRST_DAY + shift)
        db.session.commit()
        click.echo("Planning it …", err=True)
        _plan(cohort, at=at)
        click.echo("Releasing it …", err=True)
        release(cohort.id, by=None, at=at - BEFORE, origin="command")
        add_usual(cohort.id, by=None, at=at, origin="command")
        live(cohort, at=at)
        db.session.commit()
    tell({"cohort": NAME}, ["The demo cohort is ready."], as_json=as_json)


def _plan(cohort: Cohort, *, at: datetime) -> None:
    run = pose(cohort, Wish(seconds=30), at=at, by=None, origin="command")
    claim(run.id, at)
    db.session.commit()
    number = run.id
    work_on(number)
    solved = db.session.get_one(PlanRun, number, populate_existing=True)
    if solved.proposal is None:
        raise Refusal(solved.error)
    accept(solved, at=at, by=None, origin="command")
    db.session.commit()
