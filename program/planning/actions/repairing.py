"""Noting what happened to a schedule, and asking for the smallest change that mends it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.actions import Part, revoke_role
from program.accounts.models import Person, Role
from program.cohorts.actions import add_absence
from program.cohorts.models import Absence, Cohort
from program.cohorts.times import local, whole_days
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.actions.venues import close_room
from program.meetings.models import Room
from program.planning.actions.posing import Wish, pose
from program.planning.models import PlanRun


@dataclass(frozen=True)
class Happening:
    """Who cannot come or which rooms cannot be used, from a day until and with another."""

    first_on: date
    last_on: date
    people: Sequence[Person] = ()  # trainers or participants
    rooms: Sequence[Room] = ()
    leaves: bool = False  # these trainers stop for good on the first day


def note_happening(cohort: Cohort, happened: Happening, *, at: datetime, by: int | None) -> None:
    """From now on every plan knows it. What was noted before stays noted once."""
    if happened.last_on < happened.first_on:
        raise Refusal(_("The last day comes before the first."), field="last_on")
    if happened.last_on < local(at, cohort.timezone).date():
        raise Refusal(_("That is over: nothing can be repaired any more."), field="last_on")
    for person in happened.people:
        if happened.leaves:
            _leave(cohort, person, happened.first_on, by)
        elif not _is_known(person, happened):
            add_absence(
                person,
                first_on=happened.first_on,
                last_on=happened.last_on,
                organisation_id=cohort.organisation_id,
                by=by,
            )
    for room in happened.rooms:
        close_room(room, first_on=happened.first_on, last_on=happened.last_on, by=by)


def _leave(cohort: Cohort, person: Person, on: date, by: int | None) -> None:
    """Whether they are a trainer of the whole bureau or of this cohort only."""
    everywhere = Part(Role.TRAINER, cohort.organisation)
    try:
        revoke_role(person, everywhere, until=on, by=by)
    except Refusal:
        revoke_role(person, replace(everywhere, cohort_id=cohort.id), until=on, by=by)


def _is_known(person: Person, happened: Happening) -> bool:
    starts_at, ends_at = whole_days(happened.first_on, happened.last_on)
    same = select(Absence.id).where(
        Absence.person_id == person.id, Absence.starts_at <= starts_at, Absence.ends_at >= ends_at
    )
    return db.session.scalar(same.limit(1)) is not None


def repair(
    cohort: Cohort, wish: Wish, *, at: datetime, by: int | None, origin: str = "web"
) -> PlanRun:
    """Ask for the smallest change after which every rule holds again."""
    return pose(cohort, replace(wish, repair=True), at=at, by=by, origin=origin)
