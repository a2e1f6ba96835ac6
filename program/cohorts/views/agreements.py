"""Own closed days and council evenings of a cohort, and pairs of people."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.actions import add_pair, close_days, drop_pair, open_day
from program.cohorts.forms import ClosedForm, PairForm
from program.cohorts.models import ClosedPart, Cohort, Pair
from program.cohorts.queries import closed_parts, named_pairs, people
from program.cohorts.views import bp
from program.cohorts.views.access import cohort_or_404, enrolment_or_404
from program.cohorts.views.people import listed
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal


def _pair_form(cohort: Cohort) -> PairForm:
    form = PairForm()
    rows = db.session.execute(people(cohort.id, cohort.day(now().date()))).all()
    choices = [SelectChoice(row.id, listed(row)) for row in rows]
    form.one_id.choices = form.other_id.choices = choices
    return form


def _page(cohort: Cohort, closing: ClosedForm, pairing: PairForm) -> ResponseReturnValue:
    page = render_template(
        "cohorts/agreements.html",
        cohort=cohort,
        closed=db.session.scalars(closed_parts(cohort.id)).all(),
        pairs=[_named(row) for row in db.session.execute(named_pairs(cohort.id))],
        closing=closing,
        pairing=pairing,
        parts={4: _("evening"), 7: _("whole day"), 1: _("morning"), 2: _("afternoon")},
    )
    return page, 422 if closing.errors or pairing.errors else 200


def _named(row: Any) -> tuple[int, str, str, bool]:
    one = (row.one_given, row.one_infix, row.one_surname)
    other = (row.other_given, row.other_infix, row.other_surname)
    return row.id, " ".join(filter(None, one)), " ".join(filter(None, other)), row.together


def _saved(cohort: Cohort, sentence: str) -> ResponseReturnValue:
    db.session.commit()
    flash(sentence)
    return redirect(url_for("cohorts.agreements", cohort_id=cohort.id))


@bp.get("/cohorts/<int:cohort_id>/agreements")
@requires(*PLANNERS)
def agreements(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    return _page(cohort, ClosedForm(formdata=None), _pair_form(cohort))


@bp.post("/cohorts/<int:cohort_id>/closed")
@requires(*PLANNERS)
def new_closed(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    form = ClosedForm()
    if form.validate_on_submit():
        try:
            days = close_days(cohort, **form.days, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            closed = ngettext(
                "Closed: %(num)s day. The planner leaves it out.",
                "Closed: %(num)s days. The planner leaves them out.",
                days,
            )
            return _saved(cohort, closed)
    return _page(cohort, form, _pair_form(cohort))


@bp.post("/cohorts/<int:cohort_id>/closed/<int:closed_id>/removal")
@requires(*PLANNERS)
def drop_closed(cohort_id: int, closed_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    closed = db.session.get(ClosedPart, closed_id)
    if closed is None or closed.cohort_id != cohort.id:
        abort(404)
    open_day(closed, by=me().id)
    return _saved(cohort, _("The day is open again."))


@bp.post("/cohorts/<int:cohort_id>/pairs")
@requires(*PLANNERS)
def new_pair(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    form = _pair_form(cohort)
    if form.validate_on_submit():
        both = (enrolment_or_404(cohort, n) for n in (form.one_id.data, form.other_id.data))
        try:
            add_pair(cohort, *both, together=form.together, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _saved(cohort, _("Noted. It counts when groups and tables are made."))
    return _page(cohort, ClosedForm(formdata=None), form)


@bp.post("/cohorts/<int:cohort_id>/pairs/<int:pair_id>/removal")
@requires(*PLANNERS)
def remove_pair(cohort_id: int, pair_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    pair = db.session.get(Pair, pair_id)
    if pair is None or pair.cohort_id != cohort.id:
        abort(404)
    drop_pair(pair, by=me().id)
    return _saved(cohort, _("The pair is free again."))
