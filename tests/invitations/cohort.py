"""A small cohort with a schedule, ready to be published."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

from sqlalchemy import select

from program.accounts.models import Person, Role
from program.cohorts.models import Cohort
from program.core.db import db
from program.invitations.actions import Published, release
from program.invitations.models import Invitation
from program.mail.models import OutgoingMail
from program.meetings.models import Meeting, MeetingTrainer
from tests.factories import (
    MONDAY_9H,
    grant,
    make_cohort,
    make_enrolment,
    make_group,
    make_meeting,
    make_person,
    make_room,
    make_seat,
    make_venue,
    stored,
)
from tests.invitations.letters import calendar_in

SOON = MONDAY_9H - timedelta(days=60)


@dataclass
class Scene:
    cohort: Cohort
    meetings: list[Meeting]
    people: list[Person]
    trainer: Person

    def publish(self, *, at: datetime = SOON, **given: Any) -> Published:
        done = release(self.cohort.id, by=self.trainer.id, at=at, **given)
        db.session.commit()
        return done


def make_scene(people: int = 2, meetings: int = 2) -> Scene:
    """Two people with a seat at each of two meetings, and one trainer of both."""
    cohort = make_cohort()
    persons = [make_enrolment(cohort).person for _ in range(people)]
    trainer = grant(make_person(), Role.TRAINER, cohort.organisation)
    group = make_group(cohort, name="Groep 1")
    venue = make_venue(name="De Spinnerij", address="Spinnerijstraat 15, 7511 RG Enschede")
    room = make_room(venue=venue, name="Zaal 1")
    found = []
    for n in range(meetings):
        meeting = make_meeting(
            cohort, title=f"Intervisie {n + 1}", group=group, room=room,
            starts_at=MONDAY_9H + timedelta(days=7 * n),
        )  # fmt: skip
        for person in persons:
            make_seat(meeting, person)
        stored(MeetingTrainer(meeting_id=meeting.id, person_id=trainer.id))
        found.append(meeting)
    return Scene(cohort, found, persons, trainer)


def sent_to(person: Person) -> list[tuple[str, str, int]]:
    """Method, session and sequence of the messages to someone, in order."""
    mails = db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.recipient == person.email).order_by(OutgoingMail.id)
    )
    return [_gist(mail.content) for mail in mails]


def _gist(content: bytes) -> tuple[str, str, int]:
    lines = calendar_in(content).replace(b"\r\n ", b"").decode().split("\r\n")
    facts = dict(line.split(":", 1) for line in lines if ":" in line and not line.startswith("X-"))
    summary = next(line for line in lines if line.startswith("SUMMARY:"))
    return facts["METHOD"], summary[8:], int(facts["SEQUENCE"])


def invitation(meeting: Meeting, person: Person) -> Invitation:
    db.session.expire_all()
    return db.session.scalars(
        select(Invitation).where(
            Invitation.meeting_id == meeting.id, Invitation.person_id == person.id
        )
    ).one()


def last_mail(person: Person) -> OutgoingMail:
    return (
        db.session.scalars(
            select(OutgoingMail)
            .where(OutgoingMail.recipient == person.email)
            .order_by(OutgoingMail.id.desc())
        ).first()
        or OutgoingMail()
    )


def header(mail: OutgoingMail, name: str) -> str:
    return str(message_from_bytes(mail.content)[name])
