"""Which cohort a page is about: only one that the person who asks runs."""

from functools import cache
from typing import Any

from flask import abort
from sqlalchemy import Date, Integer, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from program.accounts.login import me
from program.cohorts.models import Cohort, Enrolment, Group
from program.cohorts.queries import cohorts_run_by, learning_groups
from program.core.clock import now
from program.core.db import db
from program.programmes.models import Programme
from program.web.dates import use_zone


def cohort_or_404(cohort_id: int) -> Cohort:
    """Not yours and not there are the same."""
    mine = cohorts_run_by(me().id, now().date()).where(Cohort.id == cohort_id)
    cohort = db.session.scalars(mine).one_or_none() or abort(404)
    use_zone(cohort.timezone)
    return cohort


def cohort_and_version_or_404(cohort_id: int) -> tuple[Cohort, tuple[int, ...]]:
    """The cohort, and the versions that all of its schedule depends on: for kept pages.

    Rooms and trainers are shared, so a change in another cohort of the bureau counts too.
    """
    asked = {"person": me().id, "day": now().date(), "cohort": cohort_id}
    row = db.session.execute(_with_versions(), asked).one_or_none()
    cohort, *versions = row or abort(404)
    use_zone(cohort.timezone)
    return cohort, (cohort.id, cohort.version, *versions)


@cache
def _with_versions() -> Select[*tuple[Any, ...]]:
    """Built once: for a page that did not change, building it cost as much as all the rest."""
    other = aliased(Cohort)
    others = (
        select(func.sum(other.version))
        .where(other.organisation_id == Cohort.organisation_id)
        .scalar_subquery()
    )
    person: Any = bindparam("person", type_=Integer)
    day: Any = bindparam("day", type_=Date)
    mine = cohorts_run_by(person, day).where(Cohort.id == bindparam("cohort", type_=Integer))
    return mine.join(Cohort.programme).add_columns(Programme.version, others)


def enrolment_or_404(cohort: Cohort, enrolment_id: int) -> Enrolment:
    enrolment = db.session.get(Enrolment, enrolment_id)
    if enrolment is None or enrolment.cohort_id != cohort.id:
        abort(404)
    return enrolment


def group_or_404(cohort: Cohort, group_id: int) -> Group:
    mine = learning_groups(cohort.id).where(Group.id == group_id)
    return db.session.scalars(mine).one_or_none() or abort(404)
