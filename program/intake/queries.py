"""What is known already of what the files are about."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Select, and_, or_, select

from program.accounts.models import Membership, Organisation, Person, Role, RoleGrant
from program.cohorts.models import Absence, Cohort, Enrolment
from program.intake.models import Intake

CHUNK = 500


def chunks(values: Sequence[str] | Sequence[int]) -> Iterator[Sequence[str] | Sequence[int]]:
    """Few enough at a time for one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def people_mailed(emails: Sequence[str]) -> Select[int, str, str, str, str]:
    return select(Person.id, Person.email, Person.given_name, Person.infix, Person.surname).where(
        Person.email.in_(emails)
    )


def people_numbered(ids: Sequence[int]) -> Select[int, str, str, str, str]:
    return select(Person.id, Person.email, Person.given_name, Person.infix, Person.surname).where(
        Person.id.in_(ids)
    )


def members_of(organisation_ids: Sequence[int]) -> Select[Membership]:
    return select(Membership).where(Membership.organisation_id.in_(organisation_ids))


def enrolled_in(cohort_id: int) -> Select[int, date | None, str, str, str, str]:
    return (
        select(
            Enrolment.person_id, Enrolment.until_on,
            Person.email, Person.given_name, Person.infix, Person.surname,
        )
        .join(Enrolment.person)
        .where(Enrolment.cohort_id == cohort_id)
        .order_by(Person.sort_key, Person.id)
    )  # fmt: skip


def people_of(cohort_id: int) -> Select[str, str, str, str, str]:
    """Address, number and name of everybody whom a file about this cohort may name."""
    return (
        select(
            Person.email, Membership.employee_number,
            Person.given_name, Person.infix, Person.surname,
        )
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(
            Membership,
            and_(
                Membership.person_id == Person.id,
                Membership.organisation_id == Enrolment.organisation_id,
            ),
        )
        .where(Enrolment.cohort_id == cohort_id)
    )  # fmt: skip


def trainers_of(organisation_id: int) -> Select[str, str, str, str]:
    return (
        select(Person.email, Person.given_name, Person.infix, Person.surname)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.organisation_id == organisation_id, RoleGrant.role == Role.TRAINER)
        .distinct()
    )


def absences_of(person_ids: Sequence[int]) -> Select[Absence]:
    return select(Absence).where(Absence.person_id.in_(person_ids))


def bureaus_of(person_id: int, on: date) -> Select[Organisation]:
    """Bureaus whose whole planning this person does."""
    return (
        select(Organisation)
        .join(RoleGrant, RoleGrant.organisation_id == Organisation.id)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.role.in_((Role.ADMIN, Role.PLANNER, Role.TRAINER)),
            RoleGrant.cohort_id.is_(None),
            RoleGrant.since_on <= on,
            or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > on),
        )
        .order_by(Organisation.name)
        .distinct()
    )


def intakes_of(person_id: int, on: date) -> Select[Intake]:
    """Uploads for the bureaus whose planning this person does, the newest first."""
    bureaus = bureaus_of(person_id, on).with_only_columns(Organisation.id).order_by(None)
    return select(Intake).where(Intake.organisation_id.in_(bureaus)).order_by(Intake.id.desc())


def uploads_of(person_id: int, on: date) -> Select[int, str, str, datetime, datetime | None]:
    """Their numbers, the cohort (made already, or by the name it will have) and the times."""
    return (
        intakes_of(person_id, on)
        .outerjoin(Cohort, Cohort.id == Intake.cohort_id)
        .with_only_columns(
            Intake.id, Intake.cohort_name, Cohort.name, Intake.created_at, Intake.loaded_at
        )
    )


def cohort_called(name: str) -> Select[Cohort]:
    return select(Cohort).where(Cohort.name == name)
