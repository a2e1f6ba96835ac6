"""`flask release`, `flask invitations list` and `flask mail receive`, as automation uses them."""

import json
from contextvars import Context
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from program.core.db import db
from tests.invitations.cohort import Scene, make_scene, sent_to
from tests.invitations.incoming import Reply


@pytest.fixture
def scene(app: Flask) -> Scene:
    assert app.testing
    return make_scene()


def run(app: Flask, *words: str) -> Any:
    db.session.rollback()
    done = app.test_cli_runner().invoke(args=[*words, "--json"])
    assert done.exit_code == 0, done.output
    db.session.rollback()
    return json.loads(done.stdout)


@pytest.mark.parametrize("command", ["release", "progress"])
def test_a_program_may_call_a_command_without_having_opened_the_application(
    app: Flask, scene: Scene, command: str
) -> None:
    words = [command, scene.cohort.name, "--json"]
    db.session.rollback()

    done = Context().run(app.test_cli_runner().invoke, args=words)

    assert done.exit_code == 0, done.output


def test_release_tells_what_it_did(app: Flask, scene: Scene) -> None:
    before = run(app, "release", scene.cohort.name, "--dry-run")
    done = run(app, "release", str(scene.cohort.id), "--note", "Tot dan")
    again = run(app, "release", scene.cohort.name)

    assert (before["release"], before["messages"]) == (None, 6)
    assert (done["release"], done["participants"], done["trainers"]) == (1, 4, 2)
    assert (again["release"], again["messages"]) == (None, 0)
    assert len(sent_to(scene.people[0])) == 2


def test_the_list_shows_each_invitation_and_its_answer(
    app: Flask, scene: Scene, tmp_path: Path
) -> None:
    run(app, "release", scene.cohort.name)
    email = scene.people[0].email
    (first, _second) = run(app, "invitations", "list", scene.cohort.name, "--person", email)
    message = tmp_path / "reply.eml"
    message.write_bytes(replace(Reply(first["uid"], email), partstat="DECLINED").exchange())

    received = run(app, "mail", "receive", str(message))

    assert received == {
        "outcome": "answer",
        "applied": True,
        "flagged": True,
        "uid": first["uid"],
        "partstat": "DECLINED",
        "why": "It counts. Our mail server does not vouch for the sender.",
        "address": email,
    }
    (first, second) = run(app, "invitations", "list", scene.cohort.name, "--person", email)
    assert (first["partstat"], first["via"]) == ("DECLINED", "mail")
    assert second | {"uid": "", "meeting_id": 0} == {
        "uid": "",
        "address": email,
        "meeting": "Intervisie 2",
        "meeting_id": 0,
        "as_trainer": False,
        "starts_at": "2030-01-14T09:00:00+00:00",
        "sequence": 0,
        "revision": 1,
        "state": "invited",
        "partstat": "NEEDS-ACTION",
        "answered_at": None,
        "via": "",
        "undeliverable": False,
    }
    assert len(run(app, "invitations", "list", scene.cohort.name)) == 6


def test_an_unknown_cohort_is_one_clear_sentence(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["release", "Nergens"])

    assert (done.exit_code, done.stderr) == (1, "Error: There is no cohort 'Nergens'.\n")
