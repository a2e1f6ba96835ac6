"""The bureau's trainers: what they can do and when they cannot come."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from program.accounts.access import PLANNERS, requires
from program.accounts.addresses import forget
from program.accounts.login import me
from program.accounts.models import Organisation, Person
from program.accounts.queries import remembered_for
from program.cohorts.actions import add_absence, add_trainer, edit_trainer, remove_absence
from program.cohorts.forms import AbsenceForm, NewTrainerForm, TrainerForm, days_of
from program.cohorts.models import Absence, TrainerProfile
from program.cohorts.queries import absences_of, trainers_of
from program.cohorts.times import local
from program.cohorts.views import bp
from program.cohorts.views.people import days_text, listed
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.programmes.models import Domain, Programme
from program.programmes.queries import bureaus_run_by


def _my_bureaus() -> list[Organisation]:
    return list(db.session.scalars(bureaus_run_by(me().id, now().date())))


def _trainer_or_404(person_id: int) -> tuple[Person, int]:
    """The trainer and the bureau of mine that they work for."""
    of_mine = (
        bureau.id
        for bureau in _my_bureaus()
        if db.session.execute(
            trainers_of([bureau.id], now().date()).where(Person.id == person_id)
        ).first()
    )
    bureau_id = next(of_mine, None) or abort(404)
    return db.session.get_one(Person, person_id), bureau_id


def _offer_domains(form: TrainerForm, organisation_ids: list[int]) -> None:
    rows = db.session.execute(
        select(Domain.key, Domain.title)
        .join(Programme, Programme.id == Domain.programme_id)
        .where(Programme.organisation_id.in_(organisation_ids))
        .order_by(Domain.position, Domain.id)
    )
    titles: dict[str, str] = {}
    for key, title in rows:
        titles.setdefault(key, title)
    for key in form.domain_keys.data or ():
        titles.setdefault(key, key)
    form.domain_keys.choices = [SelectChoice(key, title) for key, title in titles.items()]


@bp.get("/trainers", endpoint="trainers")
@requires(*PLANNERS)
def trainers_page() -> ResponseReturnValue:
    ids = [bureau.id for bureau in _my_bureaus()]
    rows = db.session.execute(trainers_of(ids, now().date())).all()
    return render_template(
        "cohorts/trainers.html", trainers=[(listed(row), row) for row in rows], days=days_text()
    )


@bp.route("/trainers/new", methods=["GET", "POST"])
@requires(*PLANNERS)
def new_trainer() -> ResponseReturnValue:
    bureaus = _my_bureaus()
    form = NewTrainerForm()
    form.organisation_id.choices = [SelectChoice(bureau.id, bureau.name) for bureau in bureaus]
    _offer_domains(form, [bureau.id for bureau in bureaus])
    if form.validate_on_submit():
        chosen = {"organisation_id": form.organisation_id.data, "today": now().date()}
        try:
            person = add_trainer(form.spec, form.trainer, **chosen, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("%(name)s is added.", name=person.name))
            return redirect(url_for("cohorts.trainers"))
    return render_template("cohorts/trainer_new.html", form=form), 422 if form.errors else 200


@bp.route("/trainers/<int:person_id>", methods=["GET", "POST"])
@requires(*PLANNERS)
def trainer(person_id: int) -> ResponseReturnValue:
    person, bureau_id = _trainer_or_404(person_id)
    profile = db.session.scalar(
        select(TrainerProfile).where(TrainerProfile.person_id == person.id)
    ) or TrainerProfile(working_days=31, max_per_week=5, domain_keys="")
    form = TrainerForm(
        data={
            "working_days": days_of(profile.working_days),
            "max_per_week": profile.max_per_week,
            "domain_keys": profile.domain_keys.split(),
            "junior": profile.senior is False,
        }
    )
    _offer_domains(form, [bureau_id])
    if form.validate_on_submit():
        edit_trainer(person, form.trainer, organisation_id=bureau_id, by=me().id)
        db.session.commit()
        flash(_("Saved."))
        return redirect(url_for("cohorts.trainer", person_id=person_id))
    return _trainer_page(person, form, AbsenceForm())


def _trainer_page(person: Person, form: TrainerForm, absence: AbsenceForm) -> ResponseReturnValue:
    away = [
        (row.id, local(row.starts_at), local(row.ends_at), row.source.value)
        for row in db.session.scalars(absences_of(person.id))
    ]
    page = render_template(
        "cohorts/trainer.html",
        person=person,
        form=form,
        absence=absence,
        away=away,
        other_addresses=db.session.scalars(remembered_for(person.id)).all(),
    )
    return page, 422 if form.errors or absence.errors else 200


@bp.post("/trainers/<int:person_id>/absences")
@requires(*PLANNERS)
def new_absence(person_id: int) -> ResponseReturnValue:
    person, bureau_id = _trainer_or_404(person_id)
    form = AbsenceForm()
    if form.validate_on_submit():
        try:
            add_absence(person, **form.days, organisation_id=bureau_id, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("The absence is noted. The board shows what it touches."))
            return redirect(url_for("cohorts.trainer", person_id=person_id))
    plain = TrainerForm(formdata=None)
    _offer_domains(plain, [bureau_id])
    return _trainer_page(person, plain, form)


@bp.post("/trainers/<int:person_id>/absences/<int:absence_id>/removal")
@requires(*PLANNERS)
def drop_absence(person_id: int, absence_id: int) -> ResponseReturnValue:
    person, bureau_id = _trainer_or_404(person_id)
    absence = db.session.get(Absence, absence_id)
    if absence is None or absence.person_id != person.id:
        abort(404)
    remove_absence(absence, organisation_id=bureau_id, by=me().id)
    db.session.commit()
    flash(_("The absence is removed."))
    return redirect(url_for("cohorts.trainer", person_id=person_id))


@bp.post("/trainers/<int:person_id>/addresses/<int:other_address_id>/removal")
@requires(*PLANNERS)
def forget_address(person_id: int, other_address_id: int) -> ResponseReturnValue:
    """Answers from there wait for somebody to look again."""
    person, _bureau_id = _trainer_or_404(person_id)
    address = forget(person.id, other_address_id, by=me().id) or abort(404)
    db.session.commit()
    flash(_("%(address)s is forgotten.", address=address))
    return redirect(url_for("cohorts.trainer", person_id=person_id))
