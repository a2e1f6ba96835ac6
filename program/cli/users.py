"""`flask users …`: who may sign in, and as what."""

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select

from program.accounts import actions
from program.accounts.letters import address_of
from program.accounts.models import Organisation, Person, Role, RoleGrant
from program.accounts.queries import everyone
from program.cli.terms import as_json, cohort_named, person_mailed, refusals_told, tell
from program.core.clock import now
from program.core.db import db

users = AppGroup("users", help="Who may sign in, and as what.")
role_argument = click.argument("role", type=click.Choice([each.value for each in Role]))
organisation_option = click.option("--organisation", required=True, help="Its exact name.")
cohort_option = click.option("--cohort", help="Only for this cohort; empty: everywhere.")


@users.command("add")
@click.argument("email")
@click.option("--given-name", required=True)
@click.option("--infix", default="", help='The prefix of the surname: "van der".')
@click.option("--surname", required=True)
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl")
@as_json
def add(
    email: str, given_name: str, infix: str, surname: str, language: str, as_json: bool
) -> None:
    """Let the person with address EMAIL be known. Give a role with `users grant`."""
    new = actions.NewPerson(
        email=email, given_name=given_name, infix=infix, surname=surname, language=language
    )
    with refusals_told():
        person = actions.add_person(new, by=None, origin="command")
        db.session.commit()
    facts = {"person": person.id, "email": person.email, "name": person.name}
    tell(facts, [f"{person.name} is number {person.id}."], as_json=as_json)


@users.command("list")
@click.option("--role", type=click.Choice([each.value for each in Role]), help="Only these.")
@as_json
def list_(role: str | None, as_json: bool) -> None:
    """Everyone, with what they may be today."""
    people = []
    for person in db.session.scalars(everyone()):
        held = [grant for grant in person.grants if grant.holds(now().date())]
        if role is None or role in {grant.role for grant in held}:
            people.append(_described(person, held))
    lines = (
        f"{each['email']:<40} {', '.join(sorted({held['role'] for held in each['roles']}))}"
        for each in people
    )
    tell({"people": people}, lines, as_json=as_json)


def _described(person: Person, held: list[RoleGrant]) -> dict[str, Any]:
    return {
        "person": person.id,
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "active": person.deactivated_at is None,
        "roles": [
            {
                "role": grant.role.value,
                "organisation": grant.organisation.name,
                "cohort": grant.cohort_id,
                "since": grant.since_on.isoformat(),
            }
            for grant in held
        ],
    }


@users.command("grant")
@click.argument("email")
@role_argument
@organisation_option
@cohort_option
@as_json
def grant(email: str, role: str, organisation: str, cohort: str | None, as_json: bool) -> None:
    """Let the person EMAIL be ROLE, from today on."""
    person, part = person_mailed(email), _part(role, organisation, cohort)
    with refusals_told():
        actions.grant_role(person, part, since=now().date(), by=None, origin="command")
        db.session.commit()
    tell({"person": person.id, "role": role}, [f"{person.name} is {role}."], as_json=as_json)


@users.command("revoke")
@click.argument("email")
@role_argument
@organisation_option
@cohort_option
@as_json
def revoke(email: str, role: str, organisation: str, cohort: str | None, as_json: bool) -> None:
    """The person EMAIL is no longer ROLE, from today on."""
    person, part = person_mailed(email), _part(role, organisation, cohort)
    with refusals_told():
        actions.revoke_role(person, part, until=now().date(), by=None, origin="command")
        db.session.commit()
    tell({"person": person.id, "role": role}, [f"{person.name} is not {role}."], as_json=as_json)


@users.command("sign-in-link")
@click.argument("email")
@as_json
def sign_in_link(email: str, as_json: bool) -> None:
    """A link that lets the person EMAIL in once, within 15 minutes; for when no mail works yet."""
    person, at = person_mailed(email), now()
    token = actions.make_link(person, at=at)
    actions.record_link_made(person)
    db.session.commit()
    facts = {"link": address_of(token), "expires_at": (at + actions.LINK_LIVES).isoformat()}
    tell(facts, [facts["link"]], as_json=as_json)


def _part(role: str, organisation: str, cohort: str | None) -> actions.Part:
    found = db.session.scalars(
        select(Organisation).where(Organisation.name == organisation)
    ).one_or_none()
    if found is None:
        raise click.ClickException(f"There is no organisation {organisation!r}.")
    return actions.Part(Role(role), found, cohort_named(cohort).id if cohort else None)
