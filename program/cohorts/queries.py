"""Which cohorts and people somebody may see. Functions return a select; the caller runs it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import aliased

from program.accounts.models import Membership, Organisation, Person, Role, RoleGrant
from program.cohorts.models import (
    Absence,
    ClosedPart,
    Cohort,
    CohortClient,
    Enrolment,
    Group,
    GroupKind,
    GroupMembership,
    Pair,
    TrainerProfile,
)
from program.programmes.models import Programme


def _grants(person_id: int, roles: tuple[Role, ...], on: date) -> ColumnElement[bool]:
    return and_(
        RoleGrant.person_id == person_id,
        or_(*(RoleGrant.role == role for role in roles)),  # an IN is spelled out at each request
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


def overview(cohorts: Select[Cohort], on: date) -> Select[*tuple[Any, ...]]:
    """Rows for the list: number, name, programme, first and last day, people."""
    wanted = cohorts.with_only_columns(Cohort.id).order_by(None)
    return (
        select(
            Cohort.id, Cohort.name, Programme.title, Cohort.starts_on, Cohort.ends_on,
            func.count(Enrolment.id).label("people"),
        )
        .join(Programme, Programme.id == Cohort.programme_id)
        .outerjoin(Enrolment, and_(Enrolment.cohort_id == Cohort.id, enrolled(on)))
        .where(Cohort.id.in_(wanted))
        .group_by(Cohort.id, Programme.title)
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    )  # fmt: skip


def _learning_group(cohort_id: int, on: date) -> Subquery:
    """The learning group of each enrolment on that day."""
    return (
        select(
            GroupMembership.enrolment_id,
            Group.id.label("group_id"),
            Group.name.label("group_name"),
        )
        .join(Group)
        .where(Group.cohort_id == cohort_id, Group.kind == GroupKind.LEARNING, member(on))
        .subquery("learning_group")
    )


ORDERS = ("name", "department", "group")


def people(
    cohort_id: int, on: date, *, search: str = "", order: str = "name"
) -> Select[*tuple[Any, ...]]:
    """A row per enrolled person, with their place at work and their learning group of that day."""
    group = _learning_group(cohort_id, on)
    rows = (
        select(
            Enrolment.id, Person.id.label("person_id"), Person.given_name, Person.infix,
            Person.surname, Person.email, Membership.department, Membership.job_title,
            Membership.gender, Membership.working_days, Membership.employee_number,
            Membership.manager_number, Organisation.name.label("organisation"),
            Enrolment.since_on, Enrolment.until_on, Enrolment.step_free, Enrolment.home_venue_id,
            group.c.group_id, group.c.group_name,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Organisation, Organisation.id == Enrolment.organisation_id)
        .outerjoin(
            Membership,
            and_(
                Membership.person_id == Person.id,
                Membership.organisation_id == Enrolment.organisation_id,
            ),
        )
        .outerjoin(group, group.c.enrolment_id == Enrolment.id)
        .where(Enrolment.cohort_id == cohort_id, enrolled(on))
    )  # fmt: skip
    for word in search.casefold().split():
        rows = rows.where(
            or_(
                Person.sort_key.contains(word, autoescape=True),
                Person.email.contains(word, autoescape=True),
                func.lower(Membership.department).contains(word, autoescape=True),
                func.lower(Membership.job_title).contains(word, autoescape=True),
            )
        )
    if order == "department":
        rows = rows.order_by(Membership.department)
    if order == "group":
        rows = rows.order_by(group.c.group_name)
    return rows.order_by(Person.sort_key, Enrolment.id)


def groups_of(enrolment_id: int) -> Select[*tuple[Any, ...]]:
    """A row per learning group that somebody is, was or will be in: name, since, until."""
    return (
        select(Group.name, GroupMembership.since_on, GroupMembership.until_on)
        .join(Group, Group.id == GroupMembership.group_id)
        .where(GroupMembership.enrolment_id == enrolment_id, Group.kind == GroupKind.LEARNING)
        .order_by(GroupMembership.since_on)
    )


def absences_of(person_id: int) -> Select[Absence]:
    return select(Absence).where(Absence.person_id == person_id).order_by(Absence.starts_at)


def clients_of(cohorts: Select[Cohort]) -> Select[Organisation]:
    """The organisations that take part in any of these cohorts."""
    wanted = cohorts.with_only_columns(Cohort.id).order_by(None)
    mine = select(CohortClient.organisation_id).where(CohortClient.cohort_id.in_(wanted))
    return select(Organisation).where(Organisation.id.in_(mine)).order_by(Organisation.name)


def trainers_of(organisation_ids: Sequence[int], on: date) -> Select[*tuple[Any, ...]]:
    """A row per trainer of these bureaus: person, and their profile when there is one."""
    grant = select(RoleGrant.person_id).where(
        RoleGrant.role == Role.TRAINER,
        RoleGrant.organisation_id.in_(organisation_ids),
        RoleGrant.since_on <= on,
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > on),
    )
    return (
        select(
            Person.id, Person.given_name, Person.infix, Person.surname, Person.email,
            TrainerProfile.working_days, TrainerProfile.max_per_week, TrainerProfile.domain_keys,
        )
        .outerjoin(TrainerProfile, TrainerProfile.person_id == Person.id)
        .where(Person.id.in_(grant))
        .order_by(Person.sort_key, Person.id)
    )  # fmt: skip


def closed_parts(cohort_id: int) -> Select[ClosedPart]:
    return select(ClosedPart).where(ClosedPart.cohort_id == cohort_id).order_by(ClosedPart.day)


def pairs(cohort_id: int) -> Select[*tuple[Any, ...]]:
    """A row per pair: the one person, the other person, and whether they stay together."""
    one, other = aliased(Enrolment), aliased(Enrolment)
    return (
        select(one.person_id, other.person_id, Pair.together)
        .join(one, one.id == Pair.one_id)
        .join(other, other.id == Pair.other_id)
        .where(Pair.cohort_id == cohort_id)
        .order_by(Pair.id)
    )


def named_pairs(cohort_id: int) -> Select[*tuple[Any, ...]]:
    """A row per pair: number, whether they stay together, and both names."""
    one, other = aliased(Enrolment), aliased(Enrolment)
    who, whom = aliased(Person), aliased(Person)
    return (
        select(
            Pair.id, Pair.together, who.given_name.label("one_given"),
            who.infix.label("one_infix"), who.surname.label("one_surname"),
            whom.given_name.label("other_given"), whom.infix.label("other_infix"),
            whom.surname.label("other_surname"),
        )
        .join(one, one.id == Pair.one_id)
        .join(who, who.id == one.person_id)
        .join(other, other.id == Pair.other_id)
        .join(whom, whom.id == other.person_id)
        .where(Pair.cohort_id == cohort_id)
        .order_by(who.sort_key, whom.sort_key, Pair.id)
    )  # fmt: skip
