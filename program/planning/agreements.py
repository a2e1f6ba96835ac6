"""What was agreed about a cohort: its rules, special days, pairs of people, and travel."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from program.cohorts.closed_days import special_days
from program.cohorts.models import Cohort
from program.cohorts.queries import closed_parts, pairs
from program.core.db import db
from program.meetings.queries import travel_of
from program.planning.models import PlanRule
from program.planning.problem import Pair, Problem, SpecialDay, Travel
from program.planning.rules import BY_KEY, Rule, State

EVENING = 4  # the bit of a part of the day


def with_agreements(problem: Problem, cohort: Cohort) -> Problem:
    """The problem with all of these, as they are stored now."""
    inside = {person.id for person in problem.people}
    return replace(
        problem,
        rules=rules_of(cohort),
        special=tuple(_special(cohort)),
        travel=tuple(
            Travel(one, other, minutes)
            for one, other, minutes in db.session.execute(travel_of(cohort.organisation_id))
        ),
        pairs=tuple(
            Pair(one, other, together)
            for one, other, together in db.session.execute(pairs(cohort.id))
            if {one, other} <= inside
        ),
    )


def rules_of(cohort: Cohort) -> tuple[Rule, ...]:
    """As far as they are set otherwise than usual."""
    rows = db.session.scalars(
        select(PlanRule).where(PlanRule.cohort_id == cohort.id).order_by(PlanRule.id)
    )
    return tuple(
        Rule(row.key, State(row.state), row.weight, row.value, row.module_id)
        for row in rows
        if row.key in BY_KEY
    )


def _special(cohort: Cohort) -> Iterable[SpecialDay]:
    """Holidays on working days, and what was closed for the cohort itself."""
    period = cohort.starts_on, cohort.ends_on
    for day, kind, name in special_days(*period, cohort.school_region):
        if day.weekday() < 5:
            yield SpecialDay(day, f"day.{kind}", name)
    for closed in db.session.scalars(closed_parts(cohort.id)):
        rule = "day.council" if closed.parts == EVENING else "day.own"
        yield SpecialDay(closed.day, rule, closed.name, closed.parts)
