"""Rows for tests. Each factory makes a valid row and stores it; a test names only what matters."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from program.accounts.models import (
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    RoleGrant,
    sort_key,
)
from program.assignments.models import Assignment
from program.cohorts.models import (
    Cohort,
    CohortClient,
    Enrolment,
    Group,
    GroupKind,
    GroupMembership,
)
from program.core.db import Base, db
from program.meetings.models import Meeting, PublishedMeeting, Room, Seat, SeatReason, Venue
from program.programmes.models import Domain, Module, ModuleDomain, ModuleKind, Programme

MONDAY_9H = datetime(2030, 1, 7, 9, tzinfo=UTC)
LONG_AGO = date(2000, 1, 1)
number = count(1)
Row = TypeVar("Row", bound=Base)


def stored(row: Row) -> Row:
    db.session.add(row)
    db.session.commit()
    return row


def make_organisation(**given: Any) -> Organisation:
    defaults = {"name": f"Gemeente {next(number)}", "kind": OrganisationKind.CLIENT}
    return stored(Organisation(**defaults | given))


def make_bureau(**given: Any) -> Organisation:
    return make_organisation(
        **{"name": f"Bureau {next(number)}", "kind": OrganisationKind.BUREAU} | given
    )


def make_person(**given: Any) -> Person:
    n = next(number)
    row = {"email": f"person{n}@example.nl", "given_name": "Noor", "surname": f"Berg{n}"} | given
    row.setdefault("sort_key", sort_key(row["given_name"], row.get("infix", ""), row["surname"]))
    return stored(Person(**row))


def grant(person: Person, role: Role, organisation: Organisation, **given: Any) -> Person:
    stored(
        RoleGrant(
            person_id=person.id, role=role, organisation_id=organisation.id,
            **{"since_on": LONG_AGO} | given,
        )
    )  # fmt: skip
    return person


def make_programme(**given: Any) -> Programme:
    """With the four domains, unless told otherwise."""
    if "organisation" not in given and "organisation_id" not in given:
        given["organisation"] = make_bureau()
    given.setdefault(
        "domains",
        [
            Domain(key=key, title=key.title(), position=i)
            for i, key in enumerate(("zelf", "opgave", "organisatie", "samenleving"), 1)
        ],
    )
    return stored(Programme(**{"title": f"Programme {next(number)}"} | given))


def make_module(
    programme: Programme, *, domains: tuple[str, ...] = ("zelf",), **given: Any
) -> Module:
    n = next(number)
    defaults = {"key": f"module-{n}", "title": f"Module {n}", "kind": ModuleKind.GROUP}
    chosen = [domain for domain in programme.domains if domain.key in domains]
    module = Module(programme=programme, **defaults | {"minutes": 240, "position": n} | given)
    module.weights = [ModuleDomain(domain=domain, weight=1 / len(chosen)) for domain in chosen]
    return stored(module)


def make_cohort(**given: Any) -> Cohort:
    """Run by the programme's bureau for one client (`client=` to choose it)."""
    client = given.pop("client", None) or make_organisation()
    programme = given.setdefault("programme", None) or make_programme()
    given["programme"] = programme
    given.setdefault("organisation", programme.organisation)
    defaults = {
        "name": f"Cohort {next(number)}",
        "starts_on": date(2030, 1, 1),
        "ends_on": date(2031, 6, 30),
    }
    cohort = stored(Cohort(**defaults | given))
    stored(CohortClient(cohort_id=cohort.id, organisation_id=client.id))
    return cohort


def make_enrolment(cohort: Cohort, person: Person | None = None, **given: Any) -> Enrolment:
    """Someone of the cohort's first client takes part, with membership and role."""
    person = person or make_person()
    client = given.pop("organisation", None) or cohort.clients[0]
    if not any(m.organisation_id == client.id for m in person.memberships):
        stored(Membership(person_id=person.id, organisation_id=client.id, department="Ruimte"))
    grant(person, Role.PARTICIPANT, client, cohort_id=cohort.id)
    row = {"since_on": cohort.starts_on} | given
    return stored(
        Enrolment(cohort_id=cohort.id, person_id=person.id, organisation_id=client.id, **row)
    )


def make_group(cohort: Cohort, *enrolments: Enrolment, **given: Any) -> Group:
    group = stored(
        Group(
            cohort_id=cohort.id,
            **{"kind": GroupKind.LEARNING, "name": f"Groep {next(number)}"} | given,
        )
    )
    for enrolment in enrolments:
        stored(
            GroupMembership(
                group_id=group.id, enrolment_id=enrolment.id, since_on=enrolment.since_on
            )
        )
    return group


def make_venue(**given: Any) -> Venue:
    if "organisation" not in given and "organisation_id" not in given:
        given["organisation"] = make_bureau()
    defaults = {"name": f"Venue {next(number)}", "address": "Plein 1, Enschede"}
    return stored(Venue(**defaults | given))


def make_room(**given: Any) -> Room:
    if "venue" not in given:
        given["venue"] = make_venue()
    return stored(Room(**{"name": f"Zaal {next(number)}", "capacity": 30} | given))


def make_meeting(cohort: Cohort | None = None, **given: Any) -> Meeting:
    cohort = cohort or make_cohort()
    if "module" not in given:
        given["module"] = make_module(cohort.programme)
    given.setdefault("starts_at", MONDAY_9H)
    given.setdefault("ends_at", given["starts_at"] + timedelta(hours=4))
    given.setdefault("room", make_room())
    given.setdefault("title", given["module"].title)
    return stored(Meeting(cohort_id=cohort.id, **given))


def make_seat(meeting: Meeting, person: Person, **given: Any) -> Seat:
    row = {"reason": SeatReason.GROUP, "given_at": MONDAY_9H - timedelta(days=90)} | given
    return stored(Seat(meeting_id=meeting.id, person_id=person.id, **row))


def publish(meeting: Meeting, **given: Any) -> PublishedMeeting:
    """As a release would have: the world knows the meeting as it is drafted now."""
    room = meeting.room
    row = {
        "meeting_id": meeting.id,
        "cohort_id": meeting.cohort_id,
        "title": meeting.title,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "room_id": meeting.room_id,
        "venue_name": room.venue.name if room else "",
        "room_name": room.name if room else "",
        "address": room.venue.address if room else "",
        "group_name": meeting.group.name if meeting.group else "",
        "cancelled_at": meeting.cancelled_at,
        "released_at": meeting.starts_at - timedelta(days=60),
    }
    return stored(PublishedMeeting(**row | given))


def make_assignment(programme: Programme, **given: Any) -> Assignment:
    n = next(number)
    defaults = {"key": f"assignment-{n}", "title": f"Opdracht {n}", "domain": programme.domains[0]}
    return stored(Assignment(programme_id=programme.id, **defaults | given))
