"""`flask feed …`: the secret calendar links."""

import click
from flask import current_app
from flask.cli import AppGroup

from program.cli.terms import as_json, person_mailed, tell
from program.core.clock import now
from program.core.db import db
from program.feeds import actions, queries
from program.feeds.content import calendar_of

feed = AppGroup("feed", help="Personal calendar feeds.")


def _link(secret: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}/calendar/{secret}.ics"


@feed.command("link")
@click.argument("email")
@as_json
def link(email: str, as_json: bool) -> None:
    """The link of the person EMAIL; made if there is none."""
    person = person_mailed(email)
    key = db.session.scalars(queries.keys_of(person.id)).first()
    secret = actions.secret_of(key, current_app.config["SECRET_KEY"]) if key else None
    if key and secret is None:
        raise click.ClickException("This link cannot be shown again; `flask feed rotate` it.")
    if secret is None:
        secret = actions.new_link(person.id, current_app.config["SECRET_KEY"], by=None, at=now())
        db.session.commit()
    tell({"link": _link(secret)}, [_link(secret)], as_json=as_json)


@feed.command("rotate")
@click.argument("email")
@as_json
def rotate(email: str, as_json: bool) -> None:
    """A new link for the person EMAIL; the old one ends."""
    person = person_mailed(email)
    secret = actions.new_link(person.id, current_app.config["SECRET_KEY"], by=None, at=now())
    db.session.commit()
    tell({"link": _link(secret)}, [_link(secret)], as_json=as_json)


@feed.command("show")
@click.argument("email")
@as_json
def show(email: str, as_json: bool) -> None:
    """The feed of the person EMAIL, as a calendar would fetch it."""
    person = person_mailed(email)
    public = str(current_app.config["PUBLIC_URL"])
    text = calendar_of(person.id, source=public, public_url=public, at=now()).decode()
    tell({"calendar": text}, [text.replace("\r\n", "\n").rstrip()], as_json=as_json)
