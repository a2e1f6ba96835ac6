"""What the commands share: finding what was named, one sentence for a refusal, JSON or lines."""

import json
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy import or_, select

from program.accounts.models import Person
from program.cohorts.models import Cohort
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.models import Meeting

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@contextmanager
def refusals_told() -> Generator[None]:
    """A refusal ends the command with its sentence and exit code 1; nothing is stored."""
    try:
        yield
    except Refusal as refusal:
        db.session.rollback()
        raise click.ClickException(str(refusal)) from None


def cohort_named(asked: str) -> Cohort:
    """By its exact name, else by its number."""
    number = int(asked) if asked.isdecimal() else None
    wanted = (
        select(Cohort)
        .where(or_(Cohort.name == asked, Cohort.id == number))
        .order_by(Cohort.name != asked)
    )
    found = db.session.scalars(wanted).first()
    if found is None:
        raise click.ClickException(f"There is no cohort {asked!r}.")
    return found


def person_mailed(email: str) -> Person:
    wanted = select(Person).where(Person.email == email.strip().lower())
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise click.ClickException(f"There is nobody with the address {email!r}.")
    return found


def meeting_numbered(number: int) -> Meeting:
    found = db.session.get(Meeting, number)
    if found is None:
        raise click.ClickException(f"There is no session {number}.")
    return found


def tell(document: Any, lines: Iterable[str], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, default=str))
    else:
        for line in lines:
            click.echo(line)
