"""Three learning groups with a day each of one module, published; the rooms are small."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from program.accounts.models import Person, Role
from program.catchup.jobs import CatchUps
from program.cohorts.models import Cohort
from program.core.db import db
from program.invitations.actions import Given, answer, release
from program.invitations.models import Invitation, PartStat
from program.mail.models import OutgoingMail
from program.meetings.models import Meeting, MeetingTrainer, Seat, SeatReason
from tests.factories import (
    MONDAY_9H,
    grant,
    make_bureau,
    make_cohort,
    make_enrolment,
    make_group,
    make_meeting,
    make_module,
    make_person,
    make_programme,
    make_room,
    make_seat,
    make_venue,
    stored,
)

SOON = MONDAY_9H - timedelta(days=60)
LATER = SOON + timedelta(hours=1)


@dataclass
class Scene:
    cohort: Cohort
    days: list[Meeting]  # one per group, a week apart
    groups: list[list[Person]]
    trainer: Person


def make_scene(sizes: tuple[int, ...] = (2, 1, 1), room_for: int = 2) -> Scene:
    """So many people per group; each room holds so many beside the trainer."""
    bureau = make_bureau()
    programme = make_programme(organisation=bureau)
    cohort = make_cohort(programme=programme)
    module = make_module(programme, domains=("opgave",), title="Dag")
    trainer = grant(make_person(), Role.TRAINER, bureau)
    venue = make_venue(organisation=bureau, name="De Spinnerij")
    days, groups = [], []
    for n, size in enumerate(sizes):
        enrolments = [make_enrolment(cohort) for _ in range(size)]
        group = make_group(cohort, *enrolments, name=f"Groep {n + 1}")
        room = make_room(venue=venue, capacity=room_for + 1, name=f"Zaal {n + 1}")
        day = make_meeting(
            cohort, module=module, group=group, room=room, title="Dag",
            starts_at=MONDAY_9H + timedelta(days=7 * n),
        )  # fmt: skip
        stored(MeetingTrainer(meeting_id=day.id, person_id=trainer.id))
        for each in enrolments:
            make_seat(day, each.person)
        days.append(day)
        groups.append([each.person for each in enrolments])
    release(cohort.id, by=trainer.id, at=SOON)
    db.session.commit()
    return Scene(cohort, days, groups, trainer)


def invited(meeting: Meeting, person: Person) -> Invitation:
    db.session.expire_all()
    return db.session.scalars(
        select(Invitation).where(
            Invitation.meeting_id == meeting.id, Invitation.person_id == person.id
        )
    ).one()


def says(partstat: PartStat, meeting: Meeting, person: Person, at: datetime = LATER) -> Invitation:
    mine = invited(meeting, person)
    answer(mine.id, Given(partstat, "link", at), by=person.id)
    db.session.commit()
    return mine


def declines(meeting: Meeting, person: Person, at: datetime = LATER) -> Invitation:
    return says(PartStat.DECLINED, meeting, person, at)


def look(at: datetime = LATER) -> int:
    """What the runner does a few seconds later."""
    return CatchUps().go(at)


def subjects(person: Person) -> list[str]:
    rows = select(OutgoingMail.subject).where(OutgoingMail.recipient == person.email)
    return list(db.session.scalars(rows.order_by(OutgoingMail.id)))


def seated(meeting: Meeting) -> set[int]:
    rows = select(Seat.person_id).where(
        Seat.meeting_id == meeting.id, Seat.released_at.is_(None),
        Seat.reason != SeatReason.WAITING,
    )  # fmt: skip
    return set(db.session.scalars(rows))


def waiting(meeting: Meeting) -> list[int]:
    rows = select(Seat.person_id).where(
        Seat.meeting_id == meeting.id, Seat.released_at.is_(None),
        Seat.reason == SeatReason.WAITING,
    )  # fmt: skip
    return list(db.session.scalars(rows.order_by(Seat.given_at, Seat.id)))
