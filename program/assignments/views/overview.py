"""The trainers' overview of a cohort: who handed in what, what waits, and answering it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.assignments import actions, queries
from program.assignments.forms import FeedbackForm
from program.assignments.ledger import Work, WorkState, work_by_person
from program.assignments.models import Assignment
from program.assignments.views import bp
from program.cohorts.models import Cohort, Enrolment, Group
from program.cohorts.queries import cohorts_run_by, learning_groups
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.web.dates import day, zone


@dataclass(slots=True)
class WorkCell:
    url: str
    word: str
    kind: str
    due: str


@dataclass(slots=True)
class WorkRow:
    name: str
    cells: list[WorkCell]


def cohort_or_404(cohort_id: int) -> Cohort:
    mine = cohorts_run_by(me().id, now().date()).where(Cohort.id == cohort_id)
    return db.session.scalars(mine).one_or_none() or abort(404)


@bp.get("/cohorts/<int:cohort_id>/assignments")
@requires(*PLANNERS)
def index(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    today = now().astimezone(zone()).date()
    asked = db.session.scalars(queries.of_programme(cohort.programme_id)).all()
    groups = db.session.scalars(learning_groups(cohort.id)).all()
    on = max(today, cohort.starts_on)  # groups are there before the cohort begins
    people = db.session.execute(queries.taking_part(cohort.id, on)).all()
    work = work_by_person(cohort, asked, [person.person_id for person in people])
    chosen = _chosen_group(groups)
    shown = [person for person in people if chosen is None or person.group_id == chosen]
    return render_template(
        "assignments/index.html",
        cohort=cohort,
        asked=asked,
        groups=groups,
        chosen=chosen,
        rows=_rows(cohort, shown, work, today),
        waiting=_waiting(cohort, people, work, {each.id: each.title for each in asked}),
    )


def _chosen_group(groups: Sequence[Group]) -> int | None:
    """The group of this page; without groups, or when asked, everyone."""
    wanted = request.args.get("group", groups[0].id if groups else "all")
    return next((group.id for group in groups if str(group.id) == str(wanted)), None)


def _rows(cohort: Cohort, people: Any, work: dict[int, list[Work]], today: date) -> list[WorkRow]:
    base = url_for(".work", cohort_id=cohort.id, assignment_id=0, enrolment_id=0)
    stem = base.removesuffix("/0/0")
    said = _said()
    return [
        WorkRow(
            _name(person),
            [
                WorkCell(
                    url=f"{stem}/{each.assignment_id}/{person.id}",
                    word=said[each.state(today)][0],
                    kind=said[each.state(today)][1],
                    due=day(each.due_on) if each.due_on and not each.version else "",
                )
                for each in work[person.person_id]
            ],
        )
        for person in people
    ]


def _said() -> dict[WorkState, tuple[str, str]]:
    return {
        WorkState.TO_DO: (_("open"), ""),
        WorkState.OVERDUE: (_("overdue"), "bad"),
        WorkState.WAITING: (_("waits for feedback"), "warn"),
        WorkState.ANSWERED: (_("feedback given"), "ok"),
    }


def _waiting(
    cohort: Cohort, people: Any, work: dict[int, list[Work]], titles: dict[int, str]
) -> list[tuple[str, str, str, str]]:
    """Url, name, assignment and day of what nobody answered yet, longest first."""
    found = [
        (each.submitted_at, person, each)
        for person in people
        for each in work[person.person_id]
        if each.submitted_at is not None and not each.answers
    ]
    found.sort(key=lambda one: one[0])
    base = url_for(".work", cohort_id=cohort.id, assignment_id=0, enrolment_id=0)
    stem = base.removesuffix("/0/0")
    return [
        (
            f"{stem}/{each.assignment_id}/{person.id}",
            _name(person),
            titles[each.assignment_id],
            day(at),
        )
        for at, person, each in found
    ]


def _name(person: Any) -> str:
    return " ".join(p for p in (person.given_name, person.infix, person.surname) if p)


@bp.route(
    "/cohorts/<int:cohort_id>/assignments/<int:assignment_id>/<int:enrolment_id>",
    methods=["GET", "POST"],
)
@requires(*PLANNERS)
def work(cohort_id: int, assignment_id: int, enrolment_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    assignment, enrolment = _work_or_404(cohort, assignment_id, enrolment_id)
    versions = db.session.scalars(queries.versions(assignment.id, enrolment.id)).all()
    form = FeedbackForm()
    if form.validate_on_submit():
        newest = versions[0] if versions else abort(404)
        try:
            actions.give_feedback(newest.id, form.text.data, by=me().id, at=now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("Your feedback is there for %(name)s.", name=enrolment.person.name))
            return redirect(url_for(".index", cohort_id=cohort_id), 303)
    page = render_template(
        "assignments/work.html",
        cohort=cohort,
        assignment=assignment,
        participant=enrolment.person,
        versions=versions,
        form=form,
    )
    return page, 422 if form.errors else 200


def _work_or_404(
    cohort: Cohort, assignment_id: int, enrolment_id: int
) -> tuple[Assignment, Enrolment]:
    wanted = queries.of_programme(cohort.programme_id).where(Assignment.id == assignment_id)
    enrolled = (
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.cohort_id == cohort.id)
        .options(joinedload(Enrolment.person))
    )
    assignment = db.session.scalars(wanted).one_or_none() or abort(404)
    return assignment, db.session.scalars(enrolled).one_or_none() or abort(404)
