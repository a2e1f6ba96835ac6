"""Two planners at the same moment, on both databases: nothing is lost, nothing is double."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from flask import Flask
from sqlalchemy import select

from program.cohorts.actions import add_pair, close_days
from program.cohorts.models import (
    ClosedPart,
    Cohort,
    Enrolment,
    Group,
    GroupKind,
    GroupMembership,
    Pair,
)
from program.core.db import db
from program.core.errors import Refusal
from program.planning.actions import accept, accept_groups
from program.planning.models import PlanRun
from tests.planning.grouping.mixing import proposed
from tests.planning.stored import AT, plannable, solved


def at_once(app: Flask, *works: Callable[[], object]) -> list[str]:
    """What each was refused for, or nothing."""
    start = Barrier(len(works))

    def one(work: Callable[[], object]) -> str:
        with app.app_context():
            start.wait()
            try:
                work()
                db.session.commit()
            except Refusal as refusal:
                db.session.rollback()
                return str(refusal)
            return ""

    db.session.remove()
    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def test_a_plan_and_groups_accepted_at_once_leave_everybody_in_one_group(each_app: Flask) -> None:
    cohort = plannable()
    plan, mix = solved(cohort).id, proposed(cohort).id
    refused = at_once(
        each_app,
        lambda: accept(db.session.get_one(PlanRun, plan), at=AT, by=None),
        lambda: accept_groups(db.session.get_one(PlanRun, mix), at=AT, by=None),
    )
    rows = db.session.execute(
        select(GroupMembership.enrolment_id)
        .join(Group, Group.id == GroupMembership.group_id)
        .where(Group.kind == GroupKind.LEARNING, GroupMembership.until_on.is_(None))
    ).all()
    assert set(Counter(rows).values()) == {1}
    assert refused[1] == ""


def test_two_who_name_one_pair_or_close_one_day_name_and_close_it_once(each_app: Flask) -> None:
    cohort = plannable()
    number = cohort.id
    pair = [row.id for row in db.session.scalars(select(Enrolment).limit(2))]

    def agree() -> None:
        found = db.session.get_one(Cohort, number)
        one, other = (db.session.get_one(Enrolment, n) for n in pair)
        add_pair(found, one, other, together=True, by=None)
        day = date(2030, 2, 4)
        close_days(found, first_on=day, last_on=day, parts=4, name="Raad", by=None)

    assert at_once(each_app, *[agree] * 4) == [""] * 4
    assert len(db.session.scalars(select(Pair)).all()) == 1
    assert len(db.session.scalars(select(ClosedPart)).all()) == 1
