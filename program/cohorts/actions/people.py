"""Who takes part: enrolling somebody, and leaving from a date."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update

from program.accounts.models import Membership, Person, Role, RoleGrant, sort_key
from program.cohorts.models import Cohort, Enrolment, GroupMembership
from program.core.audit import record
from program.core.db import bump, db
from program.core.errors import Refusal


@dataclass(frozen=True)
class PersonSpec:
    """What a list or a form says of somebody; `working_days`: bit 0 is Monday."""

    email: str
    given_name: str
    surname: str
    infix: str = ""
    department: str = ""
    job_title: str = ""
    gender: str = ""
    working_days: int = 31


def enrol(
    cohort: Cohort, spec: PersonSpec, *, organisation_id: int, since_on: date, by: int | None
) -> Enrolment:
    """Let somebody take part, for the client that sends them."""
    if organisation_id not in {client.id for client in cohort.clients}:
        raise Refusal(_("That organisation is no client of this cohort."), field="organisation_id")
    if not cohort.starts_on <= since_on <= cohort.ends_on:
        raise Refusal(_("That day is outside the period of the cohort."), field="since_on")
    person = known_person(spec)
    _at_work(person, organisation_id, spec)
    enrolment = _enrolment(cohort, person, organisation_id, since_on)
    _let_in(cohort, enrolment)
    record("person.enrolled", f"enrolment:{enrolment.id}", by=by)
    bump(Cohort, [cohort.id])
    bump(Person, [person.id])
    return enrolment


def known_person(spec: PersonSpec) -> Person:
    """Whoever has this address; somebody we know already keeps the name that they have."""
    email = spec.email.strip().lower()
    person = db.session.scalar(select(Person).where(Person.email == email))
    if person is None:
        person = Person(
            email=email,
            given_name=spec.given_name,
            infix=spec.infix,
            surname=spec.surname,
            sort_key=sort_key(spec.given_name, spec.infix, spec.surname),
        )
        db.session.add(person)
        db.session.flush()
    return person


def leave(enrolment: Enrolment, *, until_on: date, by: int | None) -> None:
    """Take part no longer, from that day on; what came before it stays as it was."""
    if until_on < enrolment.since_on:
        raise Refusal(_("That is before they began."), field="until_on")
    enrolment.until_on = until_on
    of_this = GroupMembership.enrolment_id == enrolment.id
    db.session.execute(delete(GroupMembership).where(of_this, GroupMembership.since_on >= until_on))
    db.session.execute(
        update(GroupMembership)
        .where(
            of_this, or_(GroupMembership.until_on.is_(None), GroupMembership.until_on > until_on)
        )
        .values(until_on=until_on)
    )
    _grants(enrolment, until_on)
    record("person.withdrawn", f"enrolment:{enrolment.id}", by=by)
    bump(Cohort, [enrolment.cohort_id])
    bump(Person, [enrolment.person_id])


def _at_work(person: Person, organisation_id: int, spec: PersonSpec) -> None:
    chosen = select(Membership).where(
        Membership.person_id == person.id, Membership.organisation_id == organisation_id
    )
    membership = db.session.scalar(chosen)
    if membership is None:
        membership = Membership(person_id=person.id, organisation_id=organisation_id)
        db.session.add(membership)
    membership.department, membership.job_title = spec.department, spec.job_title
    membership.gender, membership.working_days = spec.gender, spec.working_days


def _enrolment(cohort: Cohort, person: Person, organisation_id: int, since_on: date) -> Enrolment:
    """A new enrolment, or the old one of somebody who had left and comes back."""
    chosen = select(Enrolment).where(
        Enrolment.cohort_id == cohort.id, Enrolment.person_id == person.id
    )
    enrolment = db.session.scalar(chosen)
    if enrolment is None:
        enrolment = Enrolment(cohort_id=cohort.id, person_id=person.id, since_on=since_on)
        enrolment.organisation_id = organisation_id
        db.session.add(enrolment)
        db.session.flush()
    elif enrolment.until_on is None:
        raise Refusal(_("%(name)s takes part already.", name=person.name), field="email")
    enrolment.until_on = None
    return enrolment


def _let_in(cohort: Cohort, enrolment: Enrolment) -> None:
    db.session.add(
        RoleGrant(
            person_id=enrolment.person_id,
            role=Role.PARTICIPANT,
            organisation_id=enrolment.organisation_id,
            cohort_id=cohort.id,
            since_on=min(enrolment.since_on, cohort.starts_on),
        )
    )
    db.session.flush()


def _grants(enrolment: Enrolment, until_on: date) -> None:
    db.session.execute(
        update(RoleGrant)
        .where(
            RoleGrant.person_id == enrolment.person_id,
            RoleGrant.cohort_id == enrolment.cohort_id,
            RoleGrant.role == Role.PARTICIPANT,
            or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > until_on),
        )
        .values(until_on=until_on)
    )
