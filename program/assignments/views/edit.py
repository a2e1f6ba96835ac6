"""The assignments of a programme: what is asked, in which domain, and when it is due."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.assignments import actions, queries
from program.assignments.forms import AssignmentForm
from program.assignments.models import Assignment
from program.assignments.views import bp
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.programmes.models import Programme
from program.programmes.queries import programmes_run_by


def programme_or_404(programme_id: int) -> Programme:
    mine = programmes_run_by(me().id, now().date()).where(Programme.id == programme_id)
    return db.session.scalars(mine).one_or_none() or abort(404)


def _assignment_or_404(programme: Programme, assignment_id: int) -> Assignment:
    wanted = queries.of_programme(programme.id).where(Assignment.id == assignment_id)
    return db.session.scalars(wanted).one_or_none() or abort(404)


def _form(programme: Programme, assignment: Assignment | None = None) -> AssignmentForm:
    form = AssignmentForm(obj=assignment)
    form.domain_id.choices = [SelectChoice(each.id, each.title) for each in programme.domains]
    form.due_after_id.choices = [SelectChoice(0, _("No date"))] + [
        SelectChoice(each.id, each.title) for each in programme.modules
    ]
    return form


@bp.get("/programmes/<int:programme_id>/assignments")
@requires(*PLANNERS)
def of_programme(programme_id: int) -> ResponseReturnValue:
    programme = programme_or_404(programme_id)
    asked = db.session.scalars(queries.of_programme(programme.id)).all()
    return render_template("assignments/programme.html", programme=programme, asked=asked)


@bp.route("/programmes/<int:programme_id>/assignments/new", methods=["GET", "POST"])
@requires(*PLANNERS)
def new(programme_id: int) -> ResponseReturnValue:
    programme = programme_or_404(programme_id)
    form = _form(programme)
    if form.validate_on_submit():
        actions.add_assignment(programme.id, form.wording, by=me().id)
        return _done(programme_id, _("The assignment is there."))
    page = render_template("assignments/edit.html", programme=programme, form=form)
    return page, 422 if form.errors else 200


@bp.route("/programmes/<int:programme_id>/assignments/<int:assignment_id>", methods=["GET", "POST"])
@requires(*PLANNERS)
def edit(programme_id: int, assignment_id: int) -> ResponseReturnValue:
    programme = programme_or_404(programme_id)
    assignment = _assignment_or_404(programme, assignment_id)
    form = _form(programme, assignment)
    if form.validate_on_submit():
        actions.change_assignment(assignment_id, form.wording, by=me().id)
        return _done(programme_id, _("Saved."))
    page = render_template(
        "assignments/edit.html", programme=programme, form=form, assignment=assignment
    )
    return page, 422 if form.errors else 200


@bp.post("/programmes/<int:programme_id>/assignments/<int:assignment_id>/removal")
@requires(*PLANNERS)
def remove(programme_id: int, assignment_id: int) -> ResponseReturnValue:
    _assignment_or_404(programme_or_404(programme_id), assignment_id)
    try:
        actions.remove_assignment(assignment_id, by=me().id)
    except Refusal as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return redirect(url_for(".of_programme", programme_id=programme_id), 303)
    return _done(programme_id, _("The assignment is gone."))


def _done(programme_id: int, sentence: str) -> ResponseReturnValue:
    db.session.commit()
    flash(sentence)
    return redirect(url_for(".of_programme", programme_id=programme_id), 303)
