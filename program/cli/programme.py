"""`flask programme …`: what is offered."""

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import or_, select

from program.assignments.copying import copy_programme
from program.cli.terms import as_json, refusals_told, tell
from program.core.db import db
from program.programmes.models import Programme
from program.programmes.queries import overview, whole

programme = AppGroup("programme", help="What is offered: domains, modules, norm.")


def programme_named(asked: str) -> Programme:
    """By its exact title, else by its number."""
    number = int(asked) if asked.isdecimal() else None
    wanted = (
        select(Programme)
        .where(or_(Programme.title == asked, Programme.id == number))
        .order_by(Programme.title != asked, Programme.id)
        .limit(1)
    )
    found = db.session.scalars(whole(wanted)).first()
    if found is None:
        raise click.ClickException(f"There is no programme {asked!r}.")
    return found


@programme.command("list")
@as_json
def listing(as_json: bool) -> None:
    """All programmes."""
    names = ("id", "title", "modules", "minutes", "attendance_norm")
    rows = [
        dict(zip(names, row, strict=True))
        for row in db.session.execute(overview(select(Programme)))
    ]
    tell(rows, (f"{row['id']:>5}  {row['title']}" for row in rows), as_json=as_json)


@programme.command("show")
@click.argument("programme")
@as_json
def show(programme: str, as_json: bool) -> None:
    """One PROGRAMME (title or number) with its domains and modules."""
    found = programme_named(programme)
    facts = described(found)
    lines = (
        f"{each['position']:>3}. {each['title']} ({each['kind']})" for each in facts["modules"]
    )
    tell(facts, [found.title, *lines], as_json=as_json)


def described(found: Programme) -> dict[str, Any]:
    keys = {module.id: module.key for module in found.modules}
    return {
        "id": found.id,
        "title": found.title,
        "attendance_norm": found.attendance_norm,
        "copied_from": found.copied_from_id,
        "domains": [{"key": domain.key, "title": domain.title} for domain in found.domains],
        "modules": [
            {
                "id": module.id,
                "key": module.key,
                "title": module.title,
                "kind": module.kind.value,
                "minutes": module.minutes,
                "position": module.position,
                "rounds": module.rounds,
                "trainers": module.trainers,
                "online": module.online,
                "evening": module.evening,
                "fixed_on": module.fixed_on,
                "after": keys.get(module.after_id or 0),
                "min_gap_days": module.min_gap_days,
                "max_gap_days": module.max_gap_days,
                "domains": {weight.domain.key: weight.weight for weight in module.weights},
            }
            for module in found.modules
        ],
    }


@programme.command("copy")
@click.argument("programme")
@click.option("--title", required=True, help="Of the copy.")
@as_json
def copy(programme: str, title: str, as_json: bool) -> None:
    """A new programme with the domains, modules and assignments of PROGRAMME."""
    with refusals_told():
        made = copy_programme(programme_named(programme), title=title, by=None)
        facts = described(made)
        db.session.commit()
    tell(facts, [f"{facts['id']}: {facts['title']}"], as_json=as_json)
