"""`flask organisation …`: the bureaus that run programmes and the clients that send people."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from program.accounts.actions import add_organisation
from program.accounts.models import Organisation, OrganisationKind
from program.cli.terms import as_json, refusals_told, tell
from program.core.db import db

organisation = AppGroup("organisation", help="Bureaus that run programmes, and their clients.")


@organisation.command("add")
@click.argument("name")
@click.option("--kind", type=click.Choice([kind.value for kind in OrganisationKind]), required=True)
@as_json
def add(name: str, kind: str, as_json: bool) -> None:
    """Let the organisation NAME be known."""
    with refusals_told():
        added = add_organisation(name, OrganisationKind(kind), by=None, origin="command")
        db.session.commit()
    facts = {"organisation": added.id, "name": added.name, "kind": added.kind.value}
    tell(facts, [f"{added.name} is number {added.id}."], as_json=as_json)


@organisation.command("list")
@as_json
def list_(as_json: bool) -> None:
    """All that are known."""
    known = db.session.scalars(select(Organisation).order_by(Organisation.name)).all()
    facts = [{"organisation": o.id, "name": o.name, "kind": o.kind.value} for o in known]
    tell(facts, [f"{o.name} ({o.kind.value})" for o in known], as_json=as_json)
