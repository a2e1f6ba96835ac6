import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Role
from program.assignments.models import Assignment
from program.cohorts.models import ClosedPart, Cohort, Enrolment, GroupMembership, Pair
from program.core.audit import AuditEntry
from program.core.db import db
from program.meetings.models import Meeting, VenueTravel
from tests.conftest import sign_in
from tests.factories import (
    MONDAY_9H,
    grant,
    make_assignment,
    make_cohort,
    make_enrolment,
    make_group,
    make_meeting,
    make_module,
    make_person,
    make_programme,
    make_room,
    make_venue,
)


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    return make_cohort(name="Lichting 1")


def run(app: Flask, *args: str, code: int = 0) -> Any:
    """The document that a command prints with --json; for a failure what it says."""
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=[*args, "--json"])
    db.session.rollback()
    assert result.exit_code == code, result.output
    return json.loads(result.stdout) if code == 0 else result.stderr


def held(cohort: Cohort, **given: object) -> Meeting:
    if "room" not in given:
        given["room"] = make_room(venue=make_venue(organisation=cohort.organisation))
    if "module" not in given:
        given["module"] = make_module(cohort.programme, trainers=0)
    return make_meeting(cohort, **given)


def test_a_programme_is_copied_with_its_assignments(app: Flask) -> None:
    programme = make_programme(title="Koers")
    module = make_module(programme, key="start")
    make_assignment(programme, key="missie", due_after_id=module.id)

    made = run(app, "programme", "copy", "Koers", "--title", "Koers 2")

    copied = db.session.scalars(
        select(Assignment).where(Assignment.programme_id == made["id"])
    ).one()
    assert (copied.key, copied.domain.programme_id) == ("missie", made["id"])
    assert copied.due_after is not None
    assert copied.due_after.programme_id == made["id"]
    assert [module["key"] for module in made["modules"]] == ["start"]
    assert [row["title"] for row in run(app, "programme", "list")] == ["Koers", "Koers 2"]
    assert "Koers" in run(app, "programme", "copy", "Koers", "--title", "Koers", code=1)


def test_a_cohort_starts_by_command(app: Flask) -> None:
    make_programme(title="Koers")
    dates = ("--starts", "2030-01-07", "--ends", "2031-06-30")

    made = run(
        app, "cohort", "create", "Lichting 2", "--programme", "Koers", "--client", "Almelo", *dates
    )

    assert run(app, "cohort", "show", "Lichting 2")["clients"] == ["Almelo"]
    assert [row["id"] for row in run(app, "cohort", "list")] == [made["id"]]


def test_evenings_of_the_council_are_closed_by_command(app: Flask, cohort: Cohort) -> None:
    days = ("--from", "2030-02-04", "--until", "2030-02-05", "--part", "evening", "--name", "Raad")

    told = run(app, "cohort", "close", "Lichting 1", *days)
    refused = run(app, "cohort", "close", "Lichting 1", "--from", "2020-01-01", code=1)

    assert told["days"] == 2
    closed = db.session.execute(select(ClosedPart.parts, ClosedPart.name)).all()
    assert closed == [(4, "Raad"), (4, "Raad")]
    assert "period" in refused


def test_pairs_needs_and_travel_are_agreed_by_command(app: Flask, cohort: Cohort) -> None:
    one, other = (make_enrolment(cohort) for _ in range(2))
    emails = [one.person.email, other.person.email]
    places = [
        make_venue(organisation=cohort.organisation, name=name) for name in ("Stadhuis", "Park")
    ]

    pair = run(app, "cohort", "pair", "Lichting 1", *emails, "--apart")
    run(app, "cohort", "needs", "Lichting 1", emails[0], "--step-free")
    run(app, "cohort", "needs", "Lichting 1", emails[0], "--home", "Stadhuis")
    run(app, "cohort", "travel", "Lichting 1", "Stadhuis", "Park", "25")
    unknown = run(app, "cohort", "travel", "Lichting 1", "Stadhuis", "Maan", "25", code=1)

    assert db.session.get_one(Pair, pair["pair"]).together is False
    db.session.refresh(one)
    assert (one.step_free, one.home_venue_id) == (True, places[0].id)
    assert db.session.scalars(select(VenueTravel.minutes)).all() == [25]
    assert "Maan" in unknown
    origins = db.session.scalars(select(AuditEntry.origin).where(AuditEntry.actor == "system"))
    assert {"command"} == set(origins)


def test_somebody_comes_changes_groups_and_leaves(app: Flask, cohort: Cohort) -> None:
    make_group(cohort, name="Groep A")
    name = ("--given-name", "Dana", "--surname", "Horst")

    run(app, "cohort", "enrol", "Lichting 1", "dana@example.nl", *name)
    run(app, "cohort", "move-person", "Lichting 1", "dana@example.nl", "Groep A")
    run(app, "cohort", "withdraw", "Lichting 1", "dana@example.nl", "--from", "2030-06-01")

    assert db.session.scalars(select(Enrolment.until_on)).all() == [date(2030, 6, 1)]
    spells = select(GroupMembership.since_on, GroupMembership.until_on)
    assert db.session.execute(spells).all() == [(date(2030, 1, 1), date(2030, 6, 1))]
    again = run(app, "cohort", "move-person", "Lichting 1", "dana@example.nl", "Groep Z", code=1)
    assert "Groep Z" in again


def test_the_schedule_is_listed(app: Flask, cohort: Cohort) -> None:
    amber = grant(
        make_person(given_name="Amber", surname="Berg"), Role.TRAINER, cohort.organisation
    )
    held(cohort, title="Koers", trainers=[amber])

    rows = run(app, "meetings", "list", "Lichting 1")

    assert [(row["title"], row["starts_at"], row["trainers"], row["changed"]) for row in rows] == [
        ("Koers", "2030-01-07T10:00:00+01:00", ["Amber Berg"], True)
    ]


def test_a_meeting_moves_by_command(app: Flask, cohort: Cohort) -> None:
    meeting = held(cohort)

    run(app, "meetings", "move", str(meeting.id), "--date", "2030-01-08", "--start", "13:30")

    db.session.refresh(meeting)
    assert meeting.starts_at.isoformat() == "2030-01-08T12:30:00+00:00"
    assert meeting.ends_at - meeting.starts_at == timedelta(hours=4)


def test_a_warning_stops_a_move_until_it_is_forced(app: Flask, cohort: Cohort) -> None:
    number = str(held(cohort).id)
    new_year = ("meetings", "move", number, "--date", "2030-01-01")

    refused = run(app, *new_year, code=1)
    before = db.session.scalar(select(Meeting.starts_at))
    moved = run(app, *new_year, "--force")

    assert "--force" in refused
    assert before == MONDAY_9H
    assert len(moved["warnings"]) == 1


def test_a_double_room_is_told_and_not_saved(app: Flask, cohort: Cohort) -> None:
    first, second = held(cohort), held(cohort)
    room = str(first.room_id)

    run(app, "meetings", "move", str(second.id), "--room", room, "--force", code=1)

    assert run(app, "meetings", "conflicts", "Lichting 1") == []


def test_conflicts_are_told(app: Flask, cohort: Cohort) -> None:
    first = held(cohort, title="Koers")
    second = held(cohort, room=first.room)

    found = run(app, "meetings", "conflicts", "Lichting 1")

    assert [(each["kind"], each["hard"], each["meetings"]) for each in found] == [
        ("room", True, [first.id, second.id])
    ]
    assert found[0]["sentence"].startswith("Koers")


def test_a_meeting_is_locked_unlocked_and_cancelled(app: Flask, cohort: Cohort) -> None:
    meeting = held(cohort)
    number = str(meeting.id)

    run(app, "meetings", "lock", number)
    locked = db.session.scalar(select(Meeting.locked_at))
    run(app, "meetings", "unlock", number)
    run(app, "meetings", "cancel", number)

    assert locked is not None
    assert db.session.scalar(select(Meeting.locked_at)) is None
    assert db.session.scalar(select(Meeting.cancelled_at)) is not None
    assert run(app, "meetings", "cancel", number, code=1)


def test_what_does_not_exist_is_told_in_a_sentence(app: Flask) -> None:
    assert "Nergens" in run(app, "meetings", "list", "Nergens", code=1)
    assert "99" in run(app, "meetings", "lock", "99", code=1)


def test_the_page_copies_a_programme_too(app: Flask, cohort: Cohort) -> None:
    planner = sign_in(app, grant(make_person(), Role.PLANNER, cohort.organisation))
    make_enrolment(cohort)

    page = planner.post(
        f"/programmes/{cohort.programme_id}/copy", data={"title": "Kopie"}, follow_redirects=True
    )

    assert "Kopie" in page.text
    assert planner.post(f"/programmes/{make_programme().id}/copy").status_code == 404
