"""Repair: what breaks now, what happened, and the smallest change that mends it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.accounts.models import Person
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.models import Room
from program.planning.actions import Happening, Wish, note_happening, repair
from program.planning.forms import RepairForm
from program.planning.needs import needs_of
from program.planning.question import question_about
from program.planning.views import bp


@bp.get("/repair")
@requires(*PLANNERS)
def mend(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    form = RepairForm()
    _offer(form, cohort)
    return _page(cohort, form)


def _offer(form: RepairForm, cohort: Cohort) -> None:
    problem = question_about(cohort, on=now().date()).problem
    form.offer(
        trainers=[(trainer.id, trainer.name) for trainer in problem.trainers],
        rooms=[(room.id, room.name) for room in problem.rooms],
        people=[(person.id, person.name) for person in problem.people],
    )


def _page(cohort: Cohort, form: RepairForm) -> ResponseReturnValue:
    content = render_template(
        "planning/repair.html", cohort=cohort, form=form, needs=needs_of(cohort, at=now())
    )
    return content, 422 if form.errors or form.form_errors else 200


@bp.post("/repair")
@requires(*PLANNERS)
def start_repair(cohort_id: int) -> ResponseReturnValue:
    """Note what happened, and ask for a repair: both, or neither."""
    cohort = cohort_or_404(cohort_id)
    form = RepairForm()
    _offer(form, cohort)
    if form.validate_on_submit():
        try:
            if happened := _happening(form):
                note_happening(cohort, happened, at=now(), by=me().id)
            run = repair(cohort, Wish(), at=now(), by=me().id)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            run_id = run.id
            db.session.commit()
            return redirect(url_for(".show", cohort_id=cohort_id, run_id=run_id))
    return _page(cohort_or_404(cohort_id), form)


def _happening(form: RepairForm) -> Happening | None:
    if form.chosen is None:
        return None
    kind, number = form.chosen
    rooms = [db.session.get_one(Room, number)] if kind == "room" else []
    people = [] if rooms else [db.session.get_one(Person, number)]
    return Happening(
        first_on=form.first_on.data,
        last_on=form.last_on.data or form.first_on.data,
        people=people,
        rooms=rooms,
        leaves=form.leaves.data,
    )


@bp.get("/repair/needed")
@requires(*PLANNERS)
def repair_needed(cohort_id: int) -> ResponseReturnValue:
    """A line for other pages: how many sessions need repair, or nothing."""
    cohort = cohort_or_404(cohort_id)
    return render_template("planning/_needed.html", cohort=cohort, needs=needs_of(cohort, at=now()))
