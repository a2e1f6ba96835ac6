"""The list of cohorts, starting one, and what was agreed about it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.actions import add_cohort, edit_cohort
from program.cohorts.forms import CohortForm, NewCohortForm
from program.cohorts.models import Cohort
from program.cohorts.queries import clients_of, cohorts_run_by, overview
from program.cohorts.views import bp
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.programmes.models import Programme
from program.programmes.queries import programmes_run_by


@bp.get("/cohorts")
@requires(*PLANNERS)
def index() -> ResponseReturnValue:
    today = now().date()
    rows = db.session.execute(overview(cohorts_run_by(me().id, today), today)).all()
    return render_template("cohorts/index.html", cohorts=rows, today=today)


def _offer_clients(form: CohortForm, cohort: Cohort | None = None) -> None:
    known = db.session.scalars(clients_of(cohorts_run_by(me().id, now().date())))
    clients = {client.id: client.name for client in known}
    clients |= {client.id: client.name for client in (cohort.clients if cohort else [])}
    form.client_ids.choices = [SelectChoice(n, name) for n, name in clients.items()]


@bp.route("/cohorts/new", methods=["GET", "POST"])
@requires(*PLANNERS)
def new() -> ResponseReturnValue:
    form = NewCohortForm()
    _offer_clients(form)
    programmes = db.session.scalars(programmes_run_by(me().id, now().date())).all()
    form.programme_id.choices = [
        SelectChoice(programme.id, programme.title) for programme in programmes
    ]
    if form.validate_on_submit():
        programme = db.session.get_one(Programme, form.programme_id.data)
        try:
            cohort = add_cohort(programme, form.spec, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("The cohort is there. Now bring in its people."))
            return redirect(url_for("cohorts.people", cohort_id=cohort.id))
    page = render_template(
        "cohorts/form.html", form=form, title=_("New cohort"), programmes=programmes
    )
    return page, 422 if form.errors else 200


@bp.route("/cohorts/<int:cohort_id>/edit", methods=["GET", "POST"])
@requires(*PLANNERS)
def edit(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    form = CohortForm(obj=cohort, client_ids=[client.id for client in cohort.clients])
    _offer_clients(form, cohort)
    if form.validate_on_submit():
        try:
            edit_cohort(cohort, form.spec, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("Saved."))
            return redirect(url_for("cohorts.show", cohort_id=cohort_id))
    page = render_template(
        "cohorts/form.html", form=form, title=_("What was agreed"), cohort=cohort
    )
    return page, 422 if form.errors else 200
