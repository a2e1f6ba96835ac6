"""`flask cohort …`: runs of a programme and the people in them."""

from datetime import date, datetime
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from program.accounts.models import Organisation
from program.board.cells import board_of
from program.cli.programme import programme_named
from program.cli.terms import as_json, cohort_named, person_mailed, refusals_told, tell
from program.cohorts.actions import CohortSpec, PersonSpec, add_cohort, close_days
from program.cohorts.models import Cohort, Enrolment, Group
from program.cohorts.queries import enrolled, learning_groups, overview
from program.core.clock import now
from program.core.db import db
from program.meetings.actions import seats

cohort = AppGroup("cohort", help="Runs of a programme and the people in them.")


class Day(click.ParamType[date]):
    """A date as 2030-01-31."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a date only
        except ValueError:
            self.fail(f"{value!r} is no date: write it as 2030-01-31.", param, ctx)


DAY = Day()


@cohort.command("list")
@as_json
def listing(as_json: bool) -> None:
    """All cohorts."""
    names = ("id", "name", "programme", "starts_on", "ends_on", "people")
    found = db.session.execute(overview(select(Cohort), now().date()))
    rows = [dict(zip(names, row, strict=True)) for row in found]
    lines = (f"{row['id']:>5}  {row['name']} ({row['people']})" for row in rows)
    tell(rows, lines, as_json=as_json)


@cohort.command("create")
@click.argument("name")
@click.option("--programme", required=True, help="Title or number.")
@click.option("--client", "clients", multiple=True, required=True, help="Name; may be repeated.")
@click.option("--starts", type=DAY, required=True)
@click.option("--ends", type=DAY, required=True)
@click.option("--region", type=click.Choice(["", "noord", "midden", "zuid"]), default="")
@click.option("--groups", type=int, default=6)
@click.option("--table-size", type=int, default=6)
@as_json
def create(
    name: str, programme: str, clients: tuple[str, ...], as_json: bool, **given: Any
) -> None:
    """Start the cohort NAME."""
    with refusals_told():
        known = {client: _client(client) for client in clients}
        new = [client for client, number in known.items() if number is None]
        if len(new) > 1:
            raise click.ClickException("Name at most one client that is not known yet.")
        made = add_cohort(
            programme_named(programme),
            CohortSpec(
                name=name,
                starts_on=given["starts"],
                ends_on=given["ends"],
                client_ids=[number for number in known.values() if number is not None],
                new_client=new[0] if new else "",
                school_region=given["region"],
                group_count=given["groups"],
                table_size=given["table_size"],
            ),
            by=None,
        )
        facts = {"id": made.id, "name": made.name}
        db.session.commit()
    tell(facts, [f"{facts['id']}: {facts['name']}"], as_json=as_json)


def _client(name: str) -> int | None:
    return db.session.scalar(select(Organisation.id).where(Organisation.name == name))


@cohort.command("show")
@click.argument("cohort")
@as_json
def show(cohort: str, as_json: bool) -> None:
    """One COHORT in numbers."""
    found = cohort_named(cohort)
    board = board_of(found)
    joined = select(func.count(Enrolment.id)).where(
        Enrolment.cohort_id == found.id, enrolled(found.day(now().date()))
    )
    facts = {
        "id": found.id,
        "name": found.name,
        "programme": found.programme.title,
        "starts_on": found.starts_on,
        "ends_on": found.ends_on,
        "clients": [client.name for client in found.clients],
        "people": db.session.scalar(joined),
        "groups": [name for _, name in board.schedule.groups],
        "meetings": sum(row.cancelled_at is None for row in board.meetings),
        "published": sum(row.told is not None for row in board.meetings),
        "changes": len(board.changed),
        "conflicts": len(board.conflicts),
        "hard_conflicts": sum(conflict.hard for conflict in board.conflicts),
    }
    tell(facts, (f"{name}: {value}" for name, value in facts.items()), as_json=as_json)


@cohort.command("close")
@click.argument("cohort")
@click.option("--from", "first_on", type=DAY, required=True, help="The first day.")
@click.option("--until", "last_on", type=DAY, help="The last day; one day without it.")
@click.option(
    "--part", "parts", multiple=True, type=click.Choice(["morning", "afternoon", "evening"]),
    help="Of the day; may be repeated. The whole day without it.",
)  # fmt: skip
@click.option("--name", default="", help="What is on: a council meeting, an away day.")
@as_json
def close(
    cohort: str,
    first_on: date,
    last_on: date | None,
    parts: tuple[str, ...],
    name: str,
    as_json: bool,
) -> None:
    """Let COHORT not meet on these days: the planner leaves them out."""
    bits = {"morning": 1, "afternoon": 2, "evening": 4}
    chosen = sum(bits[part] for part in set(parts)) or 7
    with refusals_told():
        found = cohort_named(cohort)
        days = close_days(
            found,
            first_on=first_on,
            last_on=last_on or first_on,
            parts=chosen,
            name=name,
            by=None,
            origin="command",
        )
        db.session.commit()
    tell({"cohort": found.name, "days": days}, [f"Closed: {days} day(s)."], as_json=as_json)


@cohort.command("enrol")
@click.argument("cohort")
@click.argument("email")
@click.option("--given-name", required=True)
@click.option("--infix", default="")
@click.option("--surname", required=True)
@click.option("--client", help="Who sends them; when the cohort has several clients.")
@click.option("--department", default="")
@click.option("--job-title", default="")
@click.option("--since", type=DAY, help="Empty: the first day of the cohort.")
@as_json
def enrol(cohort: str, email: str, as_json: bool, **given: Any) -> None:
    """Let the person EMAIL take part in COHORT."""
    found = cohort_named(cohort)
    sends = [c for c in found.clients if given["client"] in (None, c.name)]
    if len(sends) != 1:
        raise click.ClickException("Say with --client which client of the cohort sends them.")
    names = ("given_name", "infix", "surname", "department", "job_title")
    spec = PersonSpec(email=email, **{name: given[name] for name in names})
    since = given["since"] or found.starts_on
    with refusals_told():
        made = seats.enrol(
            found, spec, organisation_id=sends[0].id, since_on=since, at=now(), by=None
        )
        facts = {"enrolment": made.id, "person": made.person_id, "since_on": made.since_on}
        db.session.commit()
    tell(facts, [f"Takes part from {facts['since_on']}."], as_json=as_json)


@cohort.command("withdraw")
@click.argument("cohort")
@click.argument("email")
@click.option("--from", "from_on", type=DAY, required=True, help="The first day without them.")
@as_json
def withdraw(cohort: str, email: str, from_on: date, as_json: bool) -> None:
    """The person EMAIL takes part in COHORT no longer."""
    enrolment = _enrolment(cohort_named(cohort), email)
    with refusals_told():
        seats.withdraw(enrolment, until_on=from_on, at=now(), by=None)
        facts = {"enrolment": enrolment.id, "until_on": enrolment.until_on}
        db.session.commit()
    tell(facts, [f"Takes part until {facts['until_on']}."], as_json=as_json)


@cohort.command("move-person")
@click.argument("cohort")
@click.argument("email")
@click.argument("group")
@click.option("--from", "from_on", type=DAY, help="Empty: today, or the first day of the cohort.")
@as_json
def move_person(cohort: str, email: str, group: str, from_on: date | None, as_json: bool) -> None:
    """Put the person EMAIL in the learning group GROUP (its name) from a day on."""
    found = cohort_named(cohort)
    enrolment = _enrolment(found, email)
    target = _group(found, group)
    day = from_on or found.day(now().date())
    with refusals_told():
        seats.transfer(enrolment, target, from_on=day, at=now(), by=None)
        facts = {"enrolment": enrolment.id, "group": target.name, "from_on": day}
        db.session.commit()
    tell(facts, [f"In {facts['group']} from {day}."], as_json=as_json)


def _group(found: Cohort, name: str) -> Group:
    group = db.session.scalars(learning_groups(found.id).where(Group.name == name)).one_or_none()
    if group is None:
        raise click.ClickException(f"There is no learning group {name!r}.")
    return group


def _enrolment(found: Cohort, email: str) -> Enrolment:
    person = person_mailed(email)
    chosen = select(Enrolment).where(
        Enrolment.cohort_id == found.id, Enrolment.person_id == person.id
    )
    enrolment = db.session.scalars(chosen).one_or_none()
    if enrolment is None:
        raise click.ClickException(f"{email} does not take part in {found.name}.")
    return enrolment
