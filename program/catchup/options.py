"""The other sessions that somebody could come to, with room or not, and what each does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from program.attendance import queries as attendance
from program.attendance.ledger import parts_by_person
from program.attendance.norm import Part
from program.catchup import queries
from program.catchup.effect import Effect, effects
from program.core.db import db
from program.invitations.models import Invitation
from program.meetings.models import Meeting, PublishedMeeting, Seat, SeatReason
from program.meetings.queries import held_for
from program.planning.actions.swapping import parallel
from program.programmes.models import Domain

LONGEST, SHORTEST = timedelta(hours=24), timedelta(minutes=30)
AT_LEAST_BEFORE = timedelta(minutes=15)  # later than that before it starts nobody is offered it


@dataclass(frozen=True)
class Option:
    """One session that suits."""

    told: PublishedMeeting
    free: int  # seats for this person, beside those that are held for others
    line: int  # how many wait
    ahead: int  # of them, those whose turn comes before this person's, and who have no offer yet
    waits: bool  # this person does
    held_until: datetime | None  # a seat for this person

    @property
    def id(self) -> int:
        return self.told.meeting_id

    @property
    def bookable(self) -> bool:
        """A seat that comes free is for who waits, also in the seconds before it is offered."""
        return self.held_until is not None or self.free > self.ahead

    @property
    def minutes(self) -> int:
        return int((self.told.ends_at - self.told.starts_at).total_seconds()) // 60


def options_of(invitation: Invitation, *, at: datetime) -> list[Option]:
    """What suits in place of this session: no clash, nothing absent, in order; nearest first."""
    meeting = invitation.meeting
    to_come = told_of(invitation).starts_at > at
    if not to_come and not is_missed(invitation, at):
        return []
    person = invitation.person_id
    found = parallel(meeting.cohort, person, meeting.id, at=at, in_order=to_come)
    free = {held.id: seats for held, seats in found}
    told = {row.meeting_id: row for row in db.session.scalars(queries.told_of([*free]))}
    suiting = [told[n] for n in free if n in told and not _elsewhere(person, meeting, told[n])]
    return _options(person, suiting, free, at)


def is_missed(invitation: Invitation, at: datetime) -> bool:
    """It is over, they were not there, and they come to no other in its place."""
    missed = queries.missed_by(invitation.person_id, at).where(Invitation.id == invitation.id)
    return db.session.scalars(missed).first() is not None


def told_of(invitation: Invitation) -> PublishedMeeting:
    """The session as they know it; what a planner has in mind with it stays with the planners."""
    told = invitation.meeting.published
    if told is None:
        raise ValueError("Nobody is invited to what was not published.")
    return told


def _elsewhere(person: int, own: Meeting, told: PublishedMeeting) -> bool:
    """In another cohort, or as a trainer; planning looks at one cohort only."""
    others = db.session.scalars(held_for(person, told.starts_at, told.ends_at))
    return any(other.id != own.id for other in others)


def _options(
    person: int, suiting: Sequence[PublishedMeeting], free: Mapping[int, int], at: datetime
) -> list[Option]:
    ids = [told.meeting_id for told in suiting]
    offers = db.session.execute(queries.open_offers(ids)).all()
    lines = [tuple(row) for row in db.session.execute(queries.waiting_at(ids))]
    return [_option(told, person, free[told.meeting_id], offers, lines, at) for told in suiting]


def _option(
    told: PublishedMeeting, person: int, free: int, offers: Iterable[Any], lines: Iterable[Any],
    at: datetime,
) -> Option:  # fmt: skip
    held = {whose: until for meeting, whose, until in offers if meeting == told.meeting_id}
    line = [whose for meeting, whose in lines if meeting == told.meeting_id]
    before = line[: line.index(person)] if person in line else line
    offered = held_until(told.starts_at, at) is not None  # else nobody is asked any more
    return Option(
        told,
        free=max(0, free - sum(whose != person for whose in held)),
        line=len(line),
        ahead=sum(whose not in held for whose in before) if offered else 0,
        waits=person in line,
        held_until=held.get(person) if free > 0 else None,  # a guest may have taken it
    )


def held_until(starts_at: datetime, at: datetime) -> datetime | None:
    """A quarter of the time that is left, a day at most; nothing when it begins too soon."""
    last = starts_at - AT_LEAST_BEFORE
    if at + SHORTEST > last:
        return None
    return min(at + max(SHORTEST, min(LONGEST, (starts_at - at) / 4)), last)


def effect_of(
    invitation: Invitation, option: Option, *, at: datetime
) -> list[tuple[Domain, Effect]]:
    """Per domain of the session, by its place in the programme."""
    meeting = invitation.meeting
    cohort = meeting.cohort
    rows = db.session.execute(attendance.weights(cohort.programme_id))
    weights = {domain: weight for module, domain, weight in rows if module == meeting.module_id}
    parts = parts_by_person(cohort, at=at, person_id=invitation.person_id)
    found = effects(
        parts.get(invitation.person_id, []),
        _own_part(invitation, weights, at),
        option.minutes,
        share=cohort.programme.attendance_norm,
        today=at.astimezone(ZoneInfo(cohort.timezone)).date(),
    )
    domains = db.session.scalars(
        select(Domain).where(Domain.id.in_([*weights])).order_by(Domain.position)
    )
    by_domain = {each.domain: each for each in found}
    return [(domain, by_domain[domain.id]) for domain in domains]


def _own_part(invitation: Invitation, weights: dict[int, float], at: datetime) -> Part:
    """As the ledger has it."""
    told, seat = told_of(invitation), own_seat(invitation)
    marks = attendance.marks(invitation.meeting_id, invitation.person_id)
    mark = db.session.scalars(marks.where(attendance.CURRENT)).one_or_none()
    return Part(
        int((told.ends_at - told.starts_at).total_seconds()) // 60,
        weights,
        over=told.ends_at <= at,
        attended=mark.minutes if mark else None,
        catch_up=seat is not None and seat.reason is SeatReason.CATCH_UP,
    )


def own_seat(invitation: Invitation) -> Seat | None:
    """The place that they do not come to, while it is theirs."""
    return db.session.scalars(
        queries.seats_of(invitation.person_id, [invitation.meeting_id]).where(
            Seat.released_at.is_(None), Seat.reason != SeatReason.WAITING
        )
    ).one_or_none()
