"""What a release and the pages about invitations read. Rows, not objects."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from program.accounts.models import Person
from program.cohorts.models import Cohort, Group
from program.cohorts.queries import cohorts_run_by
from program.core.db import db
from program.invitations.changes import Facts, Invited, Reader, Seated, World
from program.invitations.itip import usable_address
from program.invitations.models import Answer, Invitation, InvitationState, PartStat, Release
from program.invitations.replies import Outcome
from program.mail.models import IncomingMail, MailState, OutgoingMail
from program.meetings.answers import Answered
from program.meetings.models import (
    Meeting,
    MeetingTrainer,
    PublishedMeeting,
    Room,
    Seat,
    SeatReason,
    Venue,
)


def world_of(cohort_id: int, *, organizer: str) -> World:
    """The draft, what was told of it, and everyone concerned; six statements, however large."""
    names: dict[int, list[str]] = {}
    seated = [Seated(*row) for row in db.session.execute(_seats(cohort_id))]
    for meeting_id, person_id, *parts in db.session.execute(_trainers(cohort_id)):
        names.setdefault(meeting_id, []).append(" ".join(part for part in parts if part))
        seated.append(Seated(meeting_id, person_id, as_trainer=True))
    published = {row.meeting_id: row for row in db.session.execute(_published(cohort_id))}
    invited = [_invited(row) for row in db.session.execute(_invitations(cohort_id))]
    return World(
        draft={row.id: _drafted(row, names) for row in db.session.execute(_drafts(cohort_id))},
        told={meeting_id: _told(row) for meeting_id, row in published.items()},
        revisions={meeting_id: row.revision for meeting_id, row in published.items()},
        seated=_participants_first(seated),
        invited=invited,
        readers=_readers({s.person_id for s in seated} | {i.person_id for i in invited}, organizer),
    )


def _participants_first(seated: list[Seated]) -> list[Seated]:
    """Who has a seat and trains too is invited once, as the participant."""
    taken = {(each.meeting_id, each.person_id) for each in seated if not each.as_trainer}
    return [s for s in seated if not s.as_trainer or (s.meeting_id, s.person_id) not in taken]


def _drafts(cohort_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Meeting.id, Meeting.title, Meeting.starts_at, Meeting.ends_at, Meeting.room_id,
            Meeting.note, Meeting.cancelled_at, Room.name.label("room_name"), Room.venue_id,
            Venue.name.label("venue_name"), Venue.address, Venue.join_url, Venue.online,
            Venue.latitude, Venue.longitude, Meeting.tentative,
            Group.name.label("group_name"),
        )
        .outerjoin(Room, Meeting.room_id == Room.id)
        .outerjoin(Venue, Room.venue_id == Venue.id)
        .outerjoin(Group, Meeting.group_id == Group.id)
        .where(Meeting.cohort_id == cohort_id)
        .order_by(Meeting.starts_at, Meeting.id)
    )  # fmt: skip


def _drafted(row: Row[Any], trainers: dict[int, list[str]]) -> Facts:
    return Facts(
        meeting_id=row.id,
        title=row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        room_id=row.room_id,
        venue_id=row.venue_id,
        venue_name=row.venue_name or "",
        room_name=row.room_name or "",
        address=row.address or "",
        join_url=(row.join_url or "") if row.online else "",
        trainer_names=", ".join(trainers.get(row.id, []))[:200],
        group_name=row.group_name or "",
        note=row.note,
        tentative=row.tentative,
        latitude=row.latitude,
        longitude=row.longitude,
        cancelled_at=row.cancelled_at,
    )


def _published(cohort_id: int) -> Select[Any]:
    return (
        select(*PublishedMeeting.__table__.columns, Room.venue_id)
        .outerjoin(Room, PublishedMeeting.room_id == Room.id)
        .where(PublishedMeeting.cohort_id == cohort_id)
    )


def _told(row: Row[Any]) -> Facts:
    return Facts(**{name: getattr(row, name) for name in Facts.__dataclass_fields__})


def _seats(cohort_id: int) -> Select[int, int]:
    return (
        select(Seat.meeting_id, Seat.person_id)
        .join(Meeting, Seat.meeting_id == Meeting.id)
        .where(
            Meeting.cohort_id == cohort_id,
            Seat.released_at.is_(None),
            Seat.reason != SeatReason.WAITING,
        )
        .order_by(Meeting.starts_at, Seat.id)
    )


def _trainers(cohort_id: int) -> Select[int, int, str, str, str]:
    return (
        select(
            MeetingTrainer.meeting_id, Person.id, Person.given_name, Person.infix, Person.surname
        )
        .join(Person, MeetingTrainer.person_id == Person.id)
        .join(Meeting, MeetingTrainer.meeting_id == Meeting.id)
        .where(Meeting.cohort_id == cohort_id)
        .order_by(Meeting.starts_at, Person.sort_key)
    )


def _invitations(cohort_id: int) -> Select[Any]:
    return (
        select(*Invitation.__table__.columns)
        .join(Meeting, Invitation.meeting_id == Meeting.id)
        .where(Meeting.cohort_id == cohort_id)
        .order_by(Invitation.id)
    )


def _invited(row: Row[Any]) -> Invited:
    return Invited(
        id=row.id,
        meeting_id=row.meeting_id,
        person_id=row.person_id,
        as_trainer=row.as_trainer,
        uid=row.uid,
        address=row.address,
        cancelled=row.state == InvitationState.CANCELLED,
        sequence=row.sequence,
        revision=row.revision,
        told_revision=row.told_revision,
        stamped_at=row.stamped_at,
        starts_at=row.starts_at,
        partstat=row.partstat,
    )


def _readers(person_ids: set[int], organizer: str) -> dict[int, Reader]:
    found: dict[int, Reader] = {}
    wanted = sorted(person_ids)
    for start in range(0, len(wanted), 500):
        rows = db.session.execute(
            select(
                Person.id, Person.email, Person.given_name, Person.infix, Person.surname,
                Person.language, Person.sort_key, Person.deactivated_at,
            ).where(Person.id.in_(wanted[start : start + 500]))
        )  # fmt: skip
        for row in rows:
            found[row.id] = Reader(
                id=row.id,
                email=row.email,
                name=" ".join(p for p in (row.given_name, row.infix, row.surname) if p),
                language=row.language,
                sort_key=row.sort_key,
                reachable=row.deactivated_at is None
                and usable_address(row.email, organizer=organizer),
            )
    return found


def answered_in(cohort_id: int) -> list[Answered]:
    """The yes and no of people to what they are invited to now, in the order of the answers."""
    rows = db.session.execute(
        select(
            Invitation.meeting_id, Invitation.person_id, Invitation.partstat,
            Invitation.answered_at,
        )
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .where(
            Meeting.cohort_id == cohort_id,
            Invitation.state == InvitationState.INVITED,
            Invitation.as_trainer.is_(False),
            Invitation.partstat.in_([PartStat.ACCEPTED, PartStat.DECLINED]),
            Invitation.answered_at.is_not(None),
        )
        .order_by(Invitation.answered_at, Invitation.id)
    )  # fmt: skip
    return [
        Answered(meeting, person, comes=said == PartStat.ACCEPTED, at=at)
        for meeting, person, said, at in rows
        if at is not None
    ]


def progress_of(cohort_id: int) -> Select[MailState, int]:
    """The messages of the last release, counted by what became of them."""
    latest = select(func.max(Release.released_at)).where(Release.cohort_id == cohort_id)
    return (
        select(OutgoingMail.state, func.count().label("number"))
        .join(Invitation, Invitation.uid == OutgoingMail.lane)
        .join(Meeting, Invitation.meeting_id == Meeting.id)
        .where(Meeting.cohort_id == cohort_id, OutgoingMail.created_at >= latest.scalar_subquery())
        .group_by(OutgoingMail.state)
    )


def comments_at(meeting_id: int) -> Select[int, str]:
    """What people wrote with their answer, the newest last. For the trainers only."""
    return (
        select(Answer.invitation_id, Answer.comment)
        .join(Invitation, Answer.invitation_id == Invitation.id)
        .where(Invitation.meeting_id == meeting_id, Answer.comment != "")
        .order_by(Answer.received_at)
    )


def undeliverable(cohort_id: int) -> Select[str]:
    """Addresses of this cohort's invitees that refused mail of ours."""
    invited = (
        select(Invitation.address)
        .join(Meeting, Invitation.meeting_id == Meeting.id)
        .where(Meeting.cohort_id == cohort_id)
    )
    return (
        select(IncomingMail.address)
        .where(IncomingMail.outcome == Outcome.BOUNCE, IncomingMail.address.in_(invited))
        .distinct()
        .order_by(IncomingMail.address)
    )


def releases_of(cohort_id: int) -> Select[Release]:
    return select(Release).where(Release.cohort_id == cohort_id).order_by(Release.number.desc())


def invitation_of(person_id: int, invitation_id: int) -> Select[Invitation]:
    """Somebody's own invitation."""
    return select(Invitation).where(
        Invitation.id == invitation_id, Invitation.person_id == person_id
    )


def meeting_run_by(person_id: int, meeting_id: int, on: date) -> Select[Meeting]:
    cohorts = cohorts_run_by(person_id, on).order_by(None).with_only_columns(Cohort.id)
    return select(Meeting).where(Meeting.id == meeting_id, Meeting.cohort_id.in_(cohorts))


def answers_at(
    meeting_id: int,
) -> Select[int, int, PartStat, datetime | None, str, bool, str, str, str]:
    """Who is invited to a meeting and what they answered, people's order."""
    return (
        select(
            Invitation.id, Invitation.person_id, Invitation.partstat, Invitation.answered_at,
            Invitation.answered_via, Invitation.as_trainer, Person.given_name, Person.infix,
            Person.surname,
        )
        .join(Person, Invitation.person_id == Person.id)
        .where(Invitation.meeting_id == meeting_id, Invitation.state == InvitationState.INVITED)
        .order_by(Invitation.as_trainer.desc(), Person.sort_key)
    )  # fmt: skip


def listed(cohort_id: int, email: str = "") -> Select[Any]:
    """Invitations of a cohort as `flask invitations list` shows them."""
    chosen = (
        select(*Invitation.__table__.columns, Meeting.title)
        .join(Meeting, Invitation.meeting_id == Meeting.id)
        .join(Person, Invitation.person_id == Person.id)
        .where(Meeting.cohort_id == cohort_id)
        .order_by(Invitation.starts_at, Person.sort_key, Invitation.id)
    )
    return chosen.where(Person.email == email.lower()) if email else chosen


def in_lanes(uids: Sequence[str]) -> Select[Any]:
    return select(Invitation).where(Invitation.uid.in_(uids))
