import json

import pytest
from click.testing import Result
from flask import Flask

from program.accounts.models import Role, RoleGrant
from program.core.audit import AuditEntry
from program.core.db import db
from tests.factories import grant, make_bureau, make_person

NOOR = ("--given-name", "Noor", "--infix", "van den", "--surname", "Berg")


def run(app: Flask, *words: str) -> Result:
    result = app.test_cli_runner().invoke(args=["users", *words])
    db.session.rollback()
    return result


def told(app: Flask, *words: str) -> dict[str, object]:
    result = run(app, *words, "--json")
    assert result.exit_code == 0, result.output
    document: dict[str, object] = json.loads(result.stdout)
    return document


def test_a_person_is_added_with_a_name_that_sorts(app: Flask) -> None:
    told(app, "add", "Noor@Example.nl", *NOOR)
    grant(make_person(surname="Aalbers"), Role.HR, make_bureau())

    people = told(app, "list")["people"]
    assert [each["name"] for each in people] == ["Noor Aalbers", "Noor van den Berg"]  # type: ignore[attr-defined]


def test_an_address_belongs_to_one_person(app: Flask) -> None:
    run(app, "add", "noor@example.nl", *NOOR)

    again = run(app, "add", "NOOR@example.nl", *NOOR)

    assert again.exit_code == 1
    assert again.stderr == "Error: Er is al iemand met dit adres: noor@example.nl.\n"


def test_a_role_is_granted_and_revoked_with_a_trace_of_both(app: Flask) -> None:
    person, bureau = make_person(), make_bureau()
    words = (person.email, "trainer", "--organisation", bureau.name)

    told(app, "grant", *words)
    told(app, "grant", *words)  # once is enough
    assert db.session.query(RoleGrant.role).all() == [(Role.TRAINER,)]
    told(app, "revoke", *words)

    assert told(app, "list", "--role", "trainer") == {"people": []}
    what = f"person:{person.id} trainer organisation:{bureau.id}"
    assert db.session.query(AuditEntry.action, AuditEntry.object).all() == [
        ("role.granted", what),
        ("role.revoked", what),
    ]
    assert run(app, "revoke", *words).exit_code == 1


def test_a_role_needs_an_organisation_that_exists(app: Flask) -> None:
    person = make_person()

    refused = run(app, "grant", person.email, "hr", "--organisation", "Nergens")

    assert refused.stderr == "Error: There is no organisation 'Nergens'.\n"


def test_a_link_from_the_command_line_signs_in(app: Flask) -> None:
    person = make_person()
    link = str(told(app, "sign-in-link", person.email)["link"])

    browser = app.test_client()
    browser.post(link.removeprefix("http://localhost:5000"))

    with browser.session_transaction() as session:
        assert session["_user_id"] == str(person.id)


@pytest.mark.parametrize("words", [("add",), ("grant", "x@example.nl", "king")])
def test_a_wrong_call_ends_with_code_two(app: Flask, words: tuple[str, ...]) -> None:
    assert run(app, *words).exit_code == 2


def test_an_organisation_is_added_once(app: Flask) -> None:
    runner = app.test_cli_runner()
    words = ["organisation", "add", "Bureau Zuid", "--kind", "bureau"]

    assert runner.invoke(args=words).exit_code == 0
    again = runner.invoke(args=words)
    assert (again.exit_code, "Bureau Zuid" in again.output) == (1, True)
