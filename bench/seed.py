"""Fills a database with the load that is measured, by plain INSERTs.

A cohort is 14 modules for 6 groups (84 meetings) in 6 rooms with 12 trainers, two to a meeting.
The first has 90 people (1,260 places, all marked); the large one has 715 (10,010 places).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Table, insert, select

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
from program.attendance.models import Presence, PresenceState
from program.cohorts.models import (
    Cohort,
    CohortClient,
    Enrolment,
    Group,
    GroupKind,
    GroupMembership,
)
from program.core.db import Base, db
from program.feeds.models import FeedKey
from program.invitations.models import Invitation, PartStat, Release
from program.meetings.models import (
    Meeting,
    MeetingTrainer,
    PublishedMeeting,
    Room,
    Seat,
    SeatReason,
    Venue,
)
from program.programmes.models import Domain, Module, ModuleDomain, ModuleKind, Programme

GROUPS, MODULES = 6, 14
PEOPLE, MANY = 90, 715
START = datetime(2026, 1, 12, 8, tzinfo=UTC)
GIVEN = ("Anna", "Çağla", "Jan", "Fatima", "Sjoerd", "Noor", "Willem", "Aïsha", "Mark", "Ineke")
SURNAMES = ("Berg", "Yılmaz", "Jansen", "Boer", "Vries", "Wit", "Dijk", "Bakker", "Öztürk")
INFIXES = ("", "van der", "", "de", "", "van den")
DEPARTMENTS = ("Ruimte", "Sociaal domein", "Bedrijfsvoering", "Veiligheid & Zorg", "Economie")
DOMAINS = ("zelf", "opgave", "organisatie", "samenleving")
TITLES = {
    "zelf": "In verbinding met jezelf",
    "opgave": "In verbinding met de opgave en de teamleden",
    "organisatie": "In verbinding met de organisatie",
    "samenleving": "In verbinding met de samenleving",
}
Rows = list[dict[str, Any]]


def table_of(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def put(model: type[Base], rows: Rows) -> list[int]:
    """Insert the rows and return their numbers, which follow on those that were there."""
    last = db.session.scalar(select(table_of(model).c.id).order_by(table_of(model).c.id.desc()))
    ids = list(range((last or 0) + 1, (last or 0) + 1 + len(rows)))
    given = [{"id": number, **row} for number, row in zip(ids, rows, strict=True)]
    for at in range(0, len(given), 1000):
        db.session.execute(insert(model), given[at : at + 1000])
    return ids


def persons(count: int, kind: str) -> list[int]:
    rows = []
    for n in range(count):
        given, surname = GIVEN[n % len(GIVEN)], SURNAMES[n % len(SURNAMES)]
        infix = INFIXES[n % len(INFIXES)]
        rows.append(
            {
                "email": f"{kind}{n}@leergang.example", "given_name": given, "infix": infix,
                "surname": f"{surname}{n // 9 or ''}", "language": "nl", "version": 1,
                "sort_key": sort_key(given, infix, f"{surname}{n // 9 or ''}"),
            }
        )  # fmt: skip
    return put(Person, rows)


def invitation(meeting: int, person: int, starts_at: datetime) -> dict[str, Any]:
    return {
        "meeting_id": meeting, "person_id": person, "as_trainer": False, "sequence": 0,
        "uid": f"{meeting}-{person}@leergang.example", "address": f"p{person}@leergang.example",
        "revision": 1, "told_revision": 1, "stamped_at": START, "starts_at": starts_at,
        "partstat": PartStat.ACCEPTED, "answered_via": "link",
    }  # fmt: skip


class Seeder:
    """One bureau with its programme, rooms and trainers; cohorts are added to it."""

    def __init__(self) -> None:
        (self.bureau, self.client) = put(
            Organisation,
            [
                {"name": "Bureau Verbinding", "kind": OrganisationKind.BUREAU},
                {"name": "Gemeente Enschede", "kind": OrganisationKind.CLIENT},
            ],
        )
        self.trainers = persons(12, "trainer")
        found = db.session.scalars(select(Person).where(Person.id.in_(self.trainers)))
        self.names = [person.name for person in found]
        (self.hr,) = persons(1, "hr")
        grant = {"since_on": date(2020, 1, 1)}
        put(
            RoleGrant,
            [
                {"person_id": p, "role": Role.TRAINER, "organisation_id": self.bureau, **grant}
                for p in self.trainers
            ]
            + [{"person_id": self.hr, "role": Role.HR, "organisation_id": self.client, **grant}],
        )
        (venue,) = put(
            Venue,
            [
                {
                    "organisation_id": self.bureau, "name": "Het Volkspark",
                    "address": "Hengelosestraat 10, 7514 AD Enschede", "online": False,
                    "join_url": "",
                }
            ],
        )  # fmt: skip
        self.rooms = put(
            Room,
            [{"venue_id": venue, "name": f"Zaal {n + 1}", "capacity": 2000} for n in range(6)],
        )
        self._programme()

    def _programme(self) -> None:
        (self.programme,) = put(
            Programme,
            [
                {
                    "organisation_id": self.bureau, "title": "Leiderschap in verbinding",
                    "attendance_norm": 0.8, "version": 1,
                }
            ],
        )  # fmt: skip
        self.domains = put(
            Domain,
            [
                {"programme_id": self.programme, "key": k, "title": TITLES[k], "position": n}
                for n, k in enumerate(DOMAINS, 1)
            ],
        )
        self.modules = put(
            Module,
            [
                {
                    "programme_id": self.programme, "key": f"module-{n + 1}",
                    "title": f"Module {n + 1}: {DOMAINS[n % 4]}", "kind": ModuleKind.GROUP,
                    "minutes": 420, "position": n + 1, "rounds": 1, "online": False, "trainers": 2,
                }
                for n in range(MODULES)
            ],
        )  # fmt: skip
        put(
            ModuleDomain,
            [
                {"module_id": module, "domain_id": self.domains[n % 4], "weight": 1.0}
                for n, module in enumerate(self.modules)
            ],
        )
        put(
            Assignment,
            [
                {
                    "programme_id": self.programme, "key": f"opdracht-{n}",
                    "title": f"Opdracht {n + 1}", "instructions": "", "domain_id": domain,
                    "due_after_id": self.modules[n], "due_days": 28,
                }
                for n, domain in enumerate(self.domains)
            ],
        )  # fmt: skip

    def cohort(self, name: str, people: int) -> int:
        cohort = self._cohort(name)
        self._meetings(cohort, self._people(cohort, people))
        return cohort

    def _cohort(self, name: str) -> int:
        (cohort,) = put(
            Cohort,
            [
                {
                    "name": name, "programme_id": self.programme, "organisation_id": self.bureau,
                    "starts_on": date(2026, 1, 1), "ends_on": date(2027, 6, 30),
                    "timezone": "Europe/Amsterdam", "school_region": "noord", "group_count": 6,
                    "table_size": 6, "version": 1,
                }
            ],
        )  # fmt: skip
        put(CohortClient, [{"cohort_id": cohort, "organisation_id": self.client}])
        return cohort

    def _people(self, cohort: int, count: int) -> list[list[int]]:
        """The people of each group."""
        found = persons(count, f"deelnemer{cohort}-")
        client = {"organisation_id": self.client}
        put(
            Membership,
            [
                {
                    "person_id": p, "employee_number": f"{n:06}", "manager_number": "",
                    "department": DEPARTMENTS[n % 5], "job_title": "Teamleider", "gender": "V",
                    "working_days": 31, **client,
                }
                for n, p in enumerate(found)
            ],
        )  # fmt: skip
        put(
            RoleGrant,
            [
                {
                    "person_id": p, "role": Role.PARTICIPANT, "cohort_id": cohort,
                    "since_on": date(2026, 1, 1), **client,
                }
                for p in found
            ],
        )  # fmt: skip
        enrolments = put(
            Enrolment,
            [
                {"cohort_id": cohort, "person_id": p, "since_on": date(2026, 1, 1), **client}
                for p in found
            ],
        )
        self.groups = put(
            Group,
            [
                {"cohort_id": cohort, "kind": GroupKind.LEARNING, "name": f"Leergroep {n + 1}"}
                for n in range(GROUPS)
            ],
        )
        put(
            GroupMembership,
            [
                {
                    "group_id": self.groups[n % GROUPS], "enrolment_id": e,
                    "since_on": date(2026, 1, 1),
                }
                for n, e in enumerate(enrolments)
            ],
        )  # fmt: skip
        return [found[n::GROUPS] for n in range(GROUPS)]

    def _meetings(self, cohort: int, members: list[list[int]]) -> None:
        slots = list(self._slots(cohort))
        meetings = put(Meeting, slots)
        told = [
            {
                "meeting_id": m, "cohort_id": cohort, "title": s["title"],
                "starts_at": s["starts_at"], "ends_at": s["ends_at"], "room_id": s["room_id"],
                "venue_name": "Het Volkspark", "room_name": f"Zaal {n % 6 + 1}", "join_url": "",
                "address": "Hengelosestraat 10, 7514 AD Enschede", "note": "", "revision": 1,
                "trainer_names": ", ".join(self.names[(n * 2 + k) % 12] for k in (0, 1)),
                "group_name": f"Leergroep {n % 6 + 1}", "released_at": START - timedelta(days=60),
            }
            for n, (m, s) in enumerate(zip(meetings, slots, strict=True))
        ]  # fmt: skip
        put(PublishedMeeting, told)
        put(
            MeetingTrainer,
            [
                {"meeting_id": m, "person_id": self.trainers[(n * 2 + k) % 12]}
                for n, m in enumerate(meetings)
                for k in (0, 1)
            ],
        )
        put(
            Release,
            [
                {
                    "cohort_id": cohort, "number": 1, "released_at": START - timedelta(days=60),
                    "note": "", "counts": {"new": len(meetings)},
                }
            ],
        )  # fmt: skip
        self._places(told, members)

    def plenary(self, name: str, people: int) -> int:
        """A cohort with one meeting, and everybody on its roll."""
        cohort = self._cohort(name)
        members = self._people(cohort, people)
        given = {
            "cohort_id": cohort, "title": "Aftrap", "starts_at": START + timedelta(weeks=3),
            "ends_at": START + timedelta(weeks=3, hours=4), "note": "", "room_id": self.rooms[0],
        }  # fmt: skip
        (meeting,) = put(Meeting, [{**given, "module_id": self.modules[0], "round": 1}])
        told = {**given, "meeting_id": meeting, "venue_name": "Het Volkspark", "join_url": ""}
        told |= {"room_name": "Zaal 1", "address": "", "revision": 1, "trainer_names": ""}
        put(PublishedMeeting, [{**told, "group_name": "", "released_at": START}])
        self._places([told], [[person for group in members for person in group]])
        return meeting

    def reader(self, cohort: int) -> int:
        """Somebody whose calendar holds all meetings of the groups."""
        (person,) = persons(1, "lezer")
        meetings = db.session.execute(
            select(Meeting.id, Meeting.starts_at).where(
                Meeting.cohort_id == cohort, Meeting.group_id.is_not(None)
            )
        ).all()
        put(Invitation, [invitation(m, person, starts_at) for m, starts_at in meetings])
        return person

    def _slots(self, cohort: int) -> Iterator[dict[str, Any]]:
        for m, module in enumerate(self.modules):
            for g, group in enumerate(self.groups):
                days = timedelta(weeks=m * 5 + cohort - 1, days=g % 5)  # no cohort in another's way
                starts = START + days + timedelta(hours=1 if g == 5 else 0)
                yield {
                    "cohort_id": cohort, "module_id": module, "group_id": group, "round": 1,
                    "title": f"Module {m + 1}: {DOMAINS[m % 4]}", "starts_at": starts,
                    "ends_at": starts + timedelta(hours=7), "room_id": self.rooms[g], "note": "",
                }  # fmt: skip

    def _places(self, told: Rows, members: list[list[int]]) -> None:
        pairs = [(row, p) for n, row in enumerate(told) for p in members[n % GROUPS]]
        put(
            Seat,
            [
                {
                    "meeting_id": row["meeting_id"], "person_id": p, "reason": SeatReason.GROUP,
                    "given_at": START - timedelta(days=90),
                }
                for row, p in pairs
            ],
        )  # fmt: skip
        put(Invitation, [invitation(row["meeting_id"], p, row["starts_at"]) for row, p in pairs])
        states = [PresenceState.PRESENT] * 9 + [PresenceState.LATE, PresenceState.ABSENT]
        put(
            Presence,
            [
                {
                    "meeting_id": row["meeting_id"], "person_id": p, "state": (s := states[n % 11]),
                    "minutes": {PresenceState.LATE: 405, PresenceState.ABSENT: 0}.get(s, 420),
                    "marked_at": row["starts_at"] + timedelta(seconds=n % 90),
                    "marked_by_id": self.trainers[0], "device_stamp": "",
                }
                for n, (row, p) in enumerate(pairs)
            ],
        )  # fmt: skip


def seed(app: Flask, *, many: int = MANY) -> dict[str, Any]:
    """Make the schema and the rows; returns the numbers that the measurements ask for."""
    with app.app_context():
        upgrade(directory=f"{app.root_path}/../migrations")
        seeder = Seeder()
        cohort = seeder.cohort("Enschede 2026", PEOPLE)
        large = seeder.cohort("Oost 2026", many)
        meeting, reader = seeder.plenary("Aula 2026", PEOPLE), seeder.reader(cohort)
        secret = "a-secret-that-only-this-reader-knows"
        key = {"person_id": reader, "secret_hash": sha256(secret.encode()).hexdigest()}
        put(FeedKey, [{**key, "created_at": START}])
        db.session.commit()
        return {
            "cohort": cohort, "large": large, "meeting": meeting, "reader": reader,
            "secret": secret, "trainer": seeder.trainers[0], "hr": seeder.hr,
            "client": seeder.client,
        }  # fmt: skip
