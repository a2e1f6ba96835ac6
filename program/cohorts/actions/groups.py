"""Learning groups and who is in them, from when until when."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, select

from program.accounts.models import Membership
from program.cohorts.models import Cohort, Enrolment, Group, GroupKind, GroupMembership
from program.cohorts.queries import member
from program.core.audit import record
from program.core.db import bump, db
from program.core.errors import Refusal


def add_group(cohort: Cohort, *, name: str, by: int | None) -> Group:
    _refuse_taken_name(cohort.id, name)
    group = Group(cohort_id=cohort.id, kind=GroupKind.LEARNING, name=name)
    db.session.add(group)
    db.session.flush()
    bump(Cohort, [cohort.id])
    record("group.added", f"group:{group.id}", by=by)
    return group


def rename_group(group: Group, *, name: str, by: int | None) -> None:
    if name != group.name:
        _refuse_taken_name(group.cohort_id, name)
    group.name = name
    bump(Cohort, [group.cohort_id])
    record("group.renamed", f"group:{group.id}", by=by)


def transfer(
    enrolment: Enrolment, group: Group, *, from_on: date, today: date, by: int | None
) -> None:
    """Put somebody in another learning group from a day on; the days before keep their group."""
    cohort = enrolment.cohort
    _check_day(cohort, enrolment, from_on, today)
    current = _current(enrolment, from_on)
    if current is not None and current.group_id == group.id:
        raise Refusal(_("They are in %(group)s already.", group=group.name), field="group_id")
    _forget_later(enrolment, from_on)
    if current is not None and current.since_on < from_on:
        current.until_on = from_on
    db.session.add(
        GroupMembership(
            group_id=group.id,
            enrolment_id=enrolment.id,
            since_on=from_on,
            until_on=enrolment.until_on,
        )
    )
    db.session.flush()
    bump(Cohort, [cohort.id])
    record("person.transferred", f"enrolment:{enrolment.id}", by=by)


def works_for(enrolment: Enrolment, group: Group, on: date) -> str | None:
    """The name of the own manager, when they are in that group on that day."""
    mine = _at_work(enrolment)
    if mine is None or not mine.manager_number:
        return None
    others = (
        select(Enrolment)
        .join(GroupMembership, GroupMembership.enrolment_id == Enrolment.id)
        .join(
            Membership,
            (Membership.person_id == Enrolment.person_id)
            & (Membership.organisation_id == Enrolment.organisation_id),
        )
        .where(
            GroupMembership.group_id == group.id,
            member(on),
            Membership.organisation_id == enrolment.organisation_id,
            Membership.employee_number == mine.manager_number,
        )
    )
    manager = db.session.scalar(others)
    return manager.person.name if manager else None


def _at_work(enrolment: Enrolment) -> Membership | None:
    return db.session.scalar(
        select(Membership).where(
            Membership.person_id == enrolment.person_id,
            Membership.organisation_id == enrolment.organisation_id,
        )
    )


def _check_day(cohort: Cohort, enrolment: Enrolment, from_on: date, today: date) -> None:
    last = enrolment.until_on or cohort.ends_on
    if not enrolment.since_on <= from_on <= last:
        raise Refusal(_("On that day they do not take part. Choose another day."), field="from_on")
    if cohort.starts_on <= today <= cohort.ends_on and from_on < today:
        raise Refusal(_("The past stays as it was. Choose today or a later day."), field="from_on")


def _of_learning_groups(enrolment: Enrolment) -> list[int]:
    learning = select(Group.id).where(
        Group.cohort_id == enrolment.cohort_id, Group.kind == GroupKind.LEARNING
    )
    return list(db.session.scalars(learning))


def _current(enrolment: Enrolment, on: date) -> GroupMembership | None:
    return db.session.scalar(
        select(GroupMembership).where(
            GroupMembership.enrolment_id == enrolment.id,
            GroupMembership.group_id.in_(_of_learning_groups(enrolment)),
            member(on),
        )
    )


def _forget_later(enrolment: Enrolment, from_on: date) -> None:
    """What was planned from that day on is replaced."""
    db.session.execute(
        delete(GroupMembership).where(
            GroupMembership.enrolment_id == enrolment.id,
            GroupMembership.group_id.in_(_of_learning_groups(enrolment)),
            GroupMembership.since_on >= from_on,
        )
    )


def _refuse_taken_name(cohort_id: int, name: str) -> None:
    taken = select(Group.id).where(
        Group.cohort_id == cohort_id, Group.kind == GroupKind.LEARNING, Group.name == name
    )
    if db.session.scalar(taken):
        raise Refusal(_("There is already a group called %(name)s.", name=name), field="name")
