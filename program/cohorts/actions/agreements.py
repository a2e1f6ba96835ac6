"""What was agreed beside the programme: own closed days, and pairs that stay together or apart."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from program.cohorts.models import ClosedPart, Cohort, Enrolment, Pair
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal

MOST_DAYS = 366  # at once


def close_days(  # noqa: PLR0913  (what was closed, by whom, from where)
    cohort: Cohort,
    *,
    first_on: date,
    last_on: date,
    parts: int,
    name: str,
    by: int | None,
    origin: str = "web",
) -> int:
    """Let the cohort not meet on these days, or parts of them; says how many days that are."""
    _refuse_wrong_days(cohort, first_on, last_on)
    if not 1 <= parts <= 7:
        raise Refusal(_("Choose at least one part of the day."), field="parts")
    locked(Cohort, cohort.id)  # of two planners the second one changes what the first one noted
    wanted = select(ClosedPart).where(ClosedPart.cohort_id == cohort.id)
    known = {closed.day: closed for closed in db.session.scalars(wanted)}
    days = [date.fromordinal(n) for n in range(first_on.toordinal(), last_on.toordinal() + 1)]
    for day in days:
        if day not in known:
            known[day] = ClosedPart(cohort_id=cohort.id, day=day)
            db.session.add(known[day])
        known[day].parts, known[day].name = parts, name
    db.session.flush()
    bump(Cohort, [cohort.id])
    record("cohort.days_closed", f"cohort:{cohort.id} {first_on}..{last_on}", by=by, origin=origin)
    return len(days)


def _refuse_wrong_days(cohort: Cohort, first_on: date, last_on: date) -> None:
    if last_on < first_on:
        raise Refusal(_("The last day comes before the first."), field="last_on")
    if first_on < cohort.starts_on or last_on > cohort.ends_on:
        raise Refusal(_("That day is outside the period of the cohort."), field="first_on")
    if (last_on - first_on).days >= MOST_DAYS:
        raise Refusal(_("Close at most a year at once."), field="last_on")


def open_day(closed: ClosedPart, *, by: int | None) -> None:
    """The cohort can meet again on that day."""
    record("cohort.day_opened", f"cohort:{closed.cohort_id} {closed.day}", by=by)
    db.session.delete(closed)
    db.session.flush()
    bump(Cohort, [closed.cohort_id])


def add_pair(
    cohort: Cohort,
    one: Enrolment,
    other: Enrolment,
    *,
    together: bool,
    by: int | None,
    origin: str = "web",
) -> Pair:
    """Two people who stay together in one group, or never are in one group or at one table."""
    if one.id == other.id:
        raise Refusal(_("Choose two different people."), field="other_id")
    first, second = sorted((one.id, other.id))
    locked(Cohort, cohort.id)  # of two planners the second one changes what the first one noted
    pair = db.session.scalar(
        select(Pair).where(
            Pair.cohort_id == cohort.id, Pair.one_id == first, Pair.other_id == second
        )
    )
    if pair is None:
        pair = Pair(cohort_id=cohort.id, one_id=first, other_id=second)
        db.session.add(pair)
    pair.together = together
    db.session.flush()
    bump(Cohort, [cohort.id])
    what = "together" if together else "apart"
    record("pair.agreed", f"enrolment:{first} enrolment:{second} {what}", by=by, origin=origin)
    return pair


def drop_pair(pair: Pair, *, by: int | None) -> None:
    record("pair.dropped", f"enrolment:{pair.one_id} enrolment:{pair.other_id}", by=by)
    db.session.delete(pair)
    db.session.flush()
    bump(Cohort, [pair.cohort_id])
