"""A small invented municipality in full swing: something to see on every page."""

from datetime import UTC, datetime, timedelta

from program.accounts.models import Organisation, Person, Role
from program.assignments.actions import give_feedback, submit
from program.assignments.models import Assignment
from program.attendance.actions import mark
from program.attendance.models import PresenceState
from program.cohorts.models import Cohort, Enrolment, Group
from program.core.clock import now
from program.core.db import db
from program.invitations.actions.releasing import release
from program.meetings.models import Meeting, Room
from program.programmes.models import Domain, Module, ModuleKind, Programme
from tests.factories import (
    grant,
    make_assignment,
    make_bureau,
    make_cohort,
    make_enrolment,
    make_group,
    make_meeting,
    make_module,
    make_organisation,
    make_person,
    make_programme,
    make_room,
    make_seat,
    make_venue,
)
from tests.planning.grouping.mixing import proposed

DOMAINS = (
    ("zelf", "Uzelf"),
    ("opgave", "Opgave en team"),
    ("organisatie", "Organisatie"),
    ("samenleving", "Samenleving"),
)
MODULES = (
    ("Kick-off", ModuleKind.PLENARY, ("zelf", "opgave", "organisatie", "samenleving")),
    ("Mijn drijfveren en valkuilen", ModuleKind.GROUP, ("zelf",)),
    ("De opgave centraal", ModuleKind.GROUP, ("opgave",)),
    ("Samenwerken over grenzen heen", ModuleKind.GROUP, ("organisatie",)),
    ("Leerbezoek", ModuleKind.VISIT, ("samenleving",)),
)
PEOPLE = (
    ("Joris", "van den", "Berg", "Ruimte"),
    ("Wim", "de", "Boer", "Sociaal domein"),
    ("Fatima", "", "Bouzidi", "Belastingen"),
    ("Annelies", "ter", "Braak", "Publiekszaken"),
    ("Sanne", "van 't", "Hek", "Ruimte"),
    ("Çağla", "", "Kaya", "Sociaal domein"),
    ("Pieter-Jan", "", "Nijhuis", "Belastingen"),
    ("Maria", "de", "Vries-van den Heuvel", "Publiekszaken"),
)


def build() -> dict[str, Person]:
    """Fill the database; says who is who."""
    bureau = make_bureau(name="Bureau Leerkracht")
    client = make_organisation(name="Gemeente Enschede")
    programme = _programme(bureau)
    cohort = make_cohort(
        name="Enschede najaar", programme=programme, client=client, group_count=2,
        starts_on=_day(-60).date(), ends_on=_day(200).date(),
    )  # fmt: skip
    trainers = _trainers(bureau)
    enrolments = [_enrolled(cohort, *person) for person in PEOPLE]
    groups = [
        make_group(cohort, *enrolments[start::2], name=f"Groep {name}")
        for start, name in enumerate("AB")
    ]
    _schedule(cohort, groups, enrolments, trainers, _rooms(bureau))
    release(cohort.id, by=trainers[0].id, at=now())
    db.session.commit()
    _past(cohort, enrolments, trainers[0])
    proposed(cohort, at=now())
    planner = grant(_person("Carla", "", "Planken"), Role.PLANNER, bureau)
    hr = grant(_person("Hanneke", "de", "Wit"), Role.HR, client)
    return {
        "trainer": trainers[0], "planner": planner, "participant": enrolments[0].person, "hr": hr,
    }  # fmt: skip


def _day(days: int, hour: int = 8) -> datetime:
    """A Tuesday about so many days from now."""
    at = now() + timedelta(days=days)
    at += timedelta(days=1 - at.weekday())
    return at.replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=UTC)


def _person(given_name: str, infix: str, surname: str) -> Person:
    email = f"{given_name}.{surname}@example.nl".replace(" ", "").lower()
    return make_person(
        given_name=given_name, infix=infix, surname=surname,
        email=email.translate(str.maketrans("çğöü", "cgou")),
    )  # fmt: skip


def _programme(bureau: Organisation) -> Programme:
    domains = [
        Domain(key=key, title=title, position=position)
        for position, (key, title) in enumerate(DOMAINS, 1)
    ]
    programme = make_programme(title="Digitaal leiderschap", organisation=bureau, domains=domains)
    for position, (title, kind, keys) in enumerate(MODULES, 1):
        make_module(programme, title=title, kind=kind, domains=keys, position=position, minutes=210)
    make_assignment(programme, title="Persoonlijk missiestatement", domain=domains[0])
    make_assignment(programme, title="Opgavekaart", domain=domains[1])
    return programme


def _trainers(bureau: Organisation) -> list[Person]:
    people = (("Joost", "van der", "Berg"), ("Carmen", "", "Öztürk"))
    return [grant(_person(*person), Role.TRAINER, bureau) for person in people]


def _enrolled(
    cohort: Cohort, given_name: str, infix: str, surname: str, department: str
) -> Enrolment:
    enrolment = make_enrolment(cohort, _person(given_name, infix, surname))
    enrolment.person.memberships[0].department = department
    db.session.commit()
    return enrolment


def _rooms(bureau: Organisation) -> list[Room]:
    venue = make_venue(organisation=bureau, name="Stadhuis", address="Langestraat 24, Enschede")
    return [make_room(venue=venue, name=f"Zaal 2.{n}", capacity=30) for n in (14, 15)]


def _schedule(
    cohort: Cohort,
    groups: list[Group],
    enrolments: list[Enrolment],
    trainers: list[Person],
    rooms: list[Room],
) -> None:
    for number, module in enumerate(sorted(cohort.programme.modules, key=lambda m: m.position)):
        day = -45 + number * 25
        if module.kind is ModuleKind.PLENARY:
            _meeting(cohort, module, None, day, trainers[0], rooms[0], enrolments)
            continue
        for row, group in enumerate(groups):
            seated = [membership.enrolment for membership in group.memberships]
            # both groups in one room with one trainer, once: something to solve on the board
            side = 0 if number == 3 else row
            _meeting(cohort, module, group, day, trainers[side], rooms[side], seated)


def _meeting(  # noqa: PLR0913, PLR0917 - what a meeting has
    cohort: Cohort,
    module: Module,
    group: Group | None,
    day: int,
    trainer: Person,
    room: Room,
    seated: list[Enrolment],
) -> Meeting:
    meeting = make_meeting(
        cohort, module=module, group=group, room=room, trainers=[trainer],
        starts_at=_day(day), ends_at=_day(day) + timedelta(minutes=module.minutes),
        locked_at=now() if day < 0 else None,
    )  # fmt: skip
    for enrolment in seated:
        make_seat(meeting, enrolment.person)
    return meeting


def _past(cohort: Cohort, enrolments: list[Enrolment], trainer: Person) -> None:
    """What was attended and handed in."""
    first = db.session.query(Meeting).order_by(Meeting.starts_at).first()
    assert first is not None
    states = (PresenceState.PRESENT, PresenceState.LATE, PresenceState.ABSENT)
    for number, enrolment in enumerate(enrolments[:6]):
        mark(first.id, enrolment.person_id, states[number % 3], by=trainer.id, at=now())
    mission, opgave = db.session.query(Assignment).order_by(Assignment.id)
    work = submit(mission.id, enrolments[0].id, text="Ik wil ruimte geven.", by=None, at=now())
    db.session.flush()
    give_feedback(work.id, "Mooi en concreet.", by=trainer.id, at=now())
    submit(opgave.id, enrolments[1].id, text="De wijk in.", by=None, at=now())
    db.session.commit()
