"""One person in a cohort; coming, changing groups and leaving, with the seats that follow."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from program.accounts.access import PLANNERS, requires
from program.accounts.addresses import forget
from program.accounts.login import me
from program.accounts.models import Membership
from program.accounts.queries import remembered_for
from program.cohorts.actions import works_for
from program.cohorts.forms import EnrolForm, LeaveForm, TransferForm
from program.cohorts.models import Cohort, Enrolment
from program.cohorts.queries import absences_of, groups_of, learning_groups
from program.cohorts.views.access import cohort_or_404, enrolment_or_404, group_or_404
from program.cohorts.views.people import days_text
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.actions import seats
from program.meetings.actions.travel import note_needs
from program.meetings.forms import NeedsForm
from program.meetings.queries import seats_of, venues_of
from program.meetings.views import bp


def _at_work(enrolment: Enrolment) -> Membership | None:
    return db.session.scalar(
        select(Membership).where(
            Membership.person_id == enrolment.person_id,
            Membership.organisation_id == enrolment.organisation_id,
        )
    )


def _groups(cohort: Cohort) -> list[SelectChoice]:
    return [
        SelectChoice(group.id, group.name)
        for group in db.session.scalars(learning_groups(cohort.id))
    ]


@bp.get("/cohorts/<int:cohort_id>/people/<int:enrolment_id>")
@requires(*PLANNERS)
def person(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    enrolment = enrolment_or_404(cohort, enrolment_id)
    return _person_page(cohort, enrolment)


def _person_page(cohort: Cohort, enrolment: Enrolment, **forms: Any) -> ResponseReturnValue:
    day = cohort.day(now().date())
    transfer = forms.get("transfer") or TransferForm(formdata=None, from_on=day)
    transfer.group_id.choices = _groups(cohort)
    leaving = forms.get("leaving") or LeaveForm(formdata=None, until_on=day)
    needs = forms.get("needs") or _needs_form(cohort, enrolment)
    page = render_template(
        "cohorts/person.html",
        cohort=cohort,
        enrolment=enrolment,
        person=enrolment.person,
        work=_at_work(enrolment),
        days=days_text(),
        groups=db.session.execute(groups_of(enrolment.id)).all(),
        seats=db.session.execute(seats_of(enrolment.person_id, cohort.id)).all(),
        absences=db.session.scalars(absences_of(enrolment.person_id)).all(),
        other_addresses=db.session.scalars(remembered_for(enrolment.person_id)).all(),
        transfer=transfer,
        leaving=leaving,
        needs=needs,
    )
    return page, 422 if transfer.errors or leaving.errors or needs.errors else 200


def _needs_form(cohort: Cohort, enrolment: Enrolment) -> NeedsForm:
    home = enrolment.home_venue_id or 0
    form = NeedsForm(data={"step_free": enrolment.step_free, "home_venue_id": home})
    places = db.session.scalars(venues_of([cohort.organisation_id])).all()
    form.home_venue_id.choices = [
        SelectChoice(0, _("Unknown")),
        *(SelectChoice(place.id, place.name) for place in places if not place.online),
    ]
    return form


@bp.post("/cohorts/<int:cohort_id>/people/<int:enrolment_id>/needs")
@requires(*PLANNERS)
def needs(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    enrolment = enrolment_or_404(cohort, enrolment_id)
    form = _needs_form(cohort, enrolment)
    if form.validate_on_submit():
        home = form.home_venue_id.data or None
        try:
            note_needs(enrolment, step_free=form.step_free.data, home_venue_id=home, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("Saved."))
            return redirect(
                url_for("meetings.person", cohort_id=cohort_id, enrolment_id=enrolment_id)
            )
    db.session.rollback()
    return _person_page(cohort, enrolment, needs=form)


@bp.post(
    "/cohorts/<int:cohort_id>/people/<int:enrolment_id>/addresses/<int:other_address_id>/removal"
)
@requires(*PLANNERS)
def forget_address(cohort_id: int, enrolment_id: int, other_address_id: int) -> ResponseReturnValue:
    """Answers from there wait for somebody to look again."""
    enrolment = enrolment_or_404(cohort_or_404(cohort_id), enrolment_id)
    address = forget(enrolment.person_id, other_address_id, by=me().id) or abort(404)
    db.session.commit()
    flash(_("%(address)s is forgotten.", address=address))
    return redirect(url_for("meetings.person", cohort_id=cohort_id, enrolment_id=enrolment_id))


@bp.route("/cohorts/<int:cohort_id>/people/new", methods=["GET", "POST"])
@requires(*PLANNERS)
def enrol(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    form = EnrolForm(since_on=cohort.day(now().date()))
    form.organisation_id.choices = [
        SelectChoice(client.id, client.name) for client in cohort.clients
    ]
    if form.validate_on_submit():
        chosen = {"organisation_id": form.organisation_id.data, "since_on": form.since_on.data}
        try:
            enrolment = seats.enrol(cohort, form.spec, **chosen, at=now(), by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("%(name)s takes part. Choose a group.", name=enrolment.person.name))
            return redirect(
                url_for("meetings.person", cohort_id=cohort_id, enrolment_id=enrolment.id)
            )
    page = render_template("cohorts/enrol.html", form=form, cohort=cohort)
    return page, 422 if form.errors else 200


@bp.post("/cohorts/<int:cohort_id>/transfers")
@requires(*PLANNERS)
def transfer(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    enrolment = enrolment_or_404(cohort, request.form.get("enrolment_id", 0, int))
    form = TransferForm()
    form.enrolment_id.choices = [SelectChoice(enrolment.id, enrolment.person.name)]
    form.group_id.choices = _groups(cohort)
    if form.validate_on_submit():
        group = group_or_404(cohort, form.group_id.data)
        from_on: date = form.from_on.data
        try:
            seats.transfer(enrolment, group, from_on=from_on, at=now(), by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            boss = works_for(enrolment, group, from_on)
            db.session.commit()
            names = {"name": enrolment.person.name, "group": group.name}
            flash(_("%(name)s is in %(group)s from then on.", **names))
            if boss:
                flash(_("%(boss)s, the own manager, is in that group too.", boss=boss), "warning")
            return redirect(url_for("cohorts.groups", cohort_id=cohort_id))
    db.session.rollback()
    return _person_page(cohort, enrolment, transfer=form)


@bp.post("/cohorts/<int:cohort_id>/people/<int:enrolment_id>/leaving")
@requires(*PLANNERS)
def withdraw(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    enrolment = enrolment_or_404(cohort, enrolment_id)
    form = LeaveForm()
    if form.validate_on_submit():
        try:
            seats.withdraw(enrolment, until_on=form.until_on.data, at=now(), by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("%(name)s takes part no longer from then on.", name=enrolment.person.name))
            return redirect(url_for("cohorts.people", cohort_id=cohort_id))
    db.session.rollback()
    return _person_page(cohort, enrolment, leaving=form)
