"""Which cohorts and people somebody may see. Functions return a select; the caller runs it."""

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select

from program.accounts.models import Role, RoleGrant
from program.cohorts.models import Cohort, Enrolment, Group, GroupKind, GroupMembership


def _grants(person_id: int, roles: tuple[Role, ...], on: date) -> ColumnElement[bool]:
    return and_(
        RoleGrant.person_id == person_id,
        RoleGrant.role.in_(roles),
        RoleGrant.since_on <= on,
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > on),
    )


def cohorts_run_by(person_id: int, on: date) -> Select[Cohort]:
    """Cohorts that this person plans or trains, by a grant on the cohort or on its bureau."""
    grant = select(RoleGrant.id).where(
        _grants(person_id, (Role.ADMIN, Role.PLANNER, Role.TRAINER), on),
        RoleGrant.organisation_id == Cohort.organisation_id,
        or_(RoleGrant.cohort_id.is_(None), RoleGrant.cohort_id == Cohort.id),
    )
    return select(Cohort).where(grant.exists()).order_by(Cohort.starts_on.desc(), Cohort.id)


def cohorts_joined_by(person_id: int, on: date) -> Select[Cohort]:
    """Cohorts that this person takes part in on that day."""
    return (
        select(Cohort)
        .join(Cohort.enrolments)
        .where(Enrolment.person_id == person_id, enrolled(on))
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    )


def cohorts_reported_to(person_id: int, on: date) -> Select[Cohort]:
    """Cohorts with people of an organisation whose HR this person is."""
    shared = (
        select(RoleGrant.id)
        .join(Enrolment, Enrolment.organisation_id == RoleGrant.organisation_id)
        .where(_grants(person_id, (Role.HR,), on), Enrolment.cohort_id == Cohort.id)
    )
    return select(Cohort).where(shared.exists()).order_by(Cohort.starts_on.desc(), Cohort.id)


def enrolled(on: date) -> ColumnElement[bool]:
    """Enrolments that hold on that day, or begin later."""
    return or_(Enrolment.until_on.is_(None), Enrolment.until_on > on)


def member(on: date) -> ColumnElement[bool]:
    """Group memberships that hold on that day."""
    return and_(
        GroupMembership.since_on <= on,
        or_(GroupMembership.until_on.is_(None), GroupMembership.until_on > on),
    )


def learning_groups(cohort_id: int) -> Select[Group]:
    return (
        select(Group)
        .where(Group.cohort_id == cohort_id, Group.kind == GroupKind.LEARNING)
        .order_by(Group.name)
    )
