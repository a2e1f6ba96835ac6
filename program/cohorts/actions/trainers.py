"""What a trainer of the bureau can do, and when they cannot come."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.models import Person, Role, RoleGrant
from program.cohorts.actions.people import PersonSpec, known_person
from program.cohorts.models import Absence, AbsenceSource, Cohort, TrainerProfile
from program.cohorts.times import whole_days
from program.core.audit import record
from program.core.db import bump, db
from program.core.errors import Refusal


@dataclass(frozen=True)
class TrainerSpec:
    working_days: int = 31  # bit 0 is Monday
    max_per_week: int = 5
    domain_keys: tuple[str, ...] = ()
    senior: bool = True


def add_trainer(
    spec: PersonSpec, trainer: TrainerSpec, *, organisation_id: int, today: date, by: int | None
) -> Person:
    person = known_person(spec)
    chosen = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == Role.TRAINER,
        RoleGrant.organisation_id == organisation_id,
        RoleGrant.until_on.is_(None),
    )
    if db.session.scalar(chosen):
        raise Refusal(_("%(name)s is a trainer already.", name=person.name), field="email")
    db.session.add(
        RoleGrant(
            person_id=person.id,
            role=Role.TRAINER,
            organisation_id=organisation_id,
            since_on=today,
        )
    )
    record("role.granted", f"person:{person.id} trainer organisation:{organisation_id}", by=by)
    edit_trainer(person, trainer, organisation_id=organisation_id, by=by)
    bump(Person, [person.id])
    return person


def edit_trainer(
    person: Person, spec: TrainerSpec, *, organisation_id: int, by: int | None
) -> None:
    profile = db.session.scalar(select(TrainerProfile).where(TrainerProfile.person_id == person.id))
    if profile is None:
        profile = TrainerProfile(person_id=person.id)
        db.session.add(profile)
    profile.working_days, profile.max_per_week = spec.working_days, spec.max_per_week
    profile.domain_keys, profile.senior = " ".join(spec.domain_keys), spec.senior
    _plans_change(organisation_id)
    record("trainer.edited", f"person:{person.id}", by=by)


def add_absence(
    person: Person, *, first_on: date, last_on: date, organisation_id: int, by: int | None
) -> Absence:
    """Whole days on which somebody cannot come. Never why."""
    if last_on < first_on:
        raise Refusal(_("The last day comes before the first."), field="last_on")
    starts_at, ends_at = whole_days(first_on, last_on)
    known = select(Absence.id).where(
        Absence.person_id == person.id,
        Absence.source == AbsenceSource.LIST,
        Absence.starts_at == starts_at,
        Absence.ends_at == ends_at,
    )
    if db.session.scalar(known):
        raise Refusal(_("That absence is there already."), field="first_on")
    absence = Absence(
        person_id=person.id, source=AbsenceSource.LIST, starts_at=starts_at, ends_at=ends_at
    )
    db.session.add(absence)
    _plans_change(organisation_id)
    record("absence.added", f"person:{person.id}", by=by)
    return absence


def remove_absence(absence: Absence, *, organisation_id: int, by: int | None) -> None:
    db.session.delete(absence)
    _plans_change(organisation_id)
    record("absence.removed", f"person:{absence.person_id}", by=by)


def _plans_change(organisation_id: int) -> None:
    """The board of every cohort of the bureau may now show other conflicts."""
    of_bureau = select(Cohort.id).where(Cohort.organisation_id == organisation_id)
    db.session.flush()
    bump(Cohort, list(db.session.scalars(of_bureau)))
