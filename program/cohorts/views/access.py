"""Which cohort a page is about: only one that the person who asks runs."""

from functools import cache
from typing import Any

from flask import abort
from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from program.accounts.login import DAY, PERSON, beside_or_404, me
from program.cohorts.models import Cohort, Enrolment, Group
from program.cohorts.queries import cohorts_run_by, learning_groups
from program.core.clock import now
from program.core.db import db
from program.programmes.models import Programme
from program.web.dates import use_zone


def cohort_or_404(cohort_id: int) -> Cohort:
    """Not yours and not there are the same."""
    asked = {"person": me().id, "day": now().date(), "cohort_id": cohort_id}
    cohort = db.session.scalars(_mine(), asked).one_or_none() or abort(404)
    use_zone(cohort.timezone)
    return cohort


@cache
def _mine() -> Select[Cohort]:
    """Of who asks, by its number. Built once: to build it cost more than to run it."""
    mine = cohorts_run_by(PERSON, DAY).order_by(None)
    return mine.where(Cohort.id == bindparam("cohort_id", type_=Integer))


def versions_beside() -> Select[*tuple[Any, ...]]:
    """The versions that all of a cohort's schedule depends on, to ask `beside` who asks for it.

    Rooms and trainers are shared, so a change in another cohort of the bureau counts too.
    """
    other = aliased(Cohort)
    others = (
        select(func.sum(other.version))
        .where(other.organisation_id == Cohort.organisation_id)
        .scalar_subquery()
    )
    return (
        _mine()
        .join(Cohort.programme)
        .with_only_columns(Cohort.id, Cohort.version, Programme.version, others, Cohort.timezone)
    )


def versions_or_404() -> tuple[Any, ...]:
    """The row of `versions_beside`."""
    row = beside_or_404()
    use_zone(row[-1])
    return row


def enrolment_or_404(cohort: Cohort, enrolment_id: int) -> Enrolment:
    enrolment = db.session.get(Enrolment, enrolment_id)
    if enrolment is None or enrolment.cohort_id != cohort.id:
        abort(404)
    return enrolment


def group_or_404(cohort: Cohort, group_id: int) -> Group:
    mine = learning_groups(cohort.id).where(Group.id == group_id)
    return db.session.scalars(mine).one_or_none() or abort(404)
