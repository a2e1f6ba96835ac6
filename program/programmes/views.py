"""Pages about programmes: read the form, call the action, commit, redirect."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.programmes import actions
from program.programmes.forms import (
    KINDS,
    NewProgrammeForm,
    ProgrammeForm,
    TitleForm,
    module_form,
)
from program.programmes.models import Domain, Module, Programme
from program.programmes.queries import bureaus_run_by, overview, programmes_run_by, whole

bp = Blueprint("programmes", __name__)

Row = TypeVar("Row", Domain, Module)


def programme_or_404(programme_id: int) -> Programme:
    mine = programmes_run_by(me().id, now().date()).where(Programme.id == programme_id)
    return db.session.scalars(whole(mine)).one_or_none() or abort(404)


def _row_or_404(kind: type[Row], programme_id: int, row_id: int) -> Row:
    programme = programme_or_404(programme_id)
    chosen = select(kind).where(kind.id == row_id, kind.programme_id == programme.id)
    return db.session.scalars(chosen).one_or_none() or abort(404)


def _done(programme_id: int, sentence: str) -> ResponseReturnValue:
    db.session.commit()
    flash(sentence)
    return redirect(url_for("programmes.show", programme_id=programme_id))


def _tried(programme_id: int, action: Callable[[], None], sentence: str) -> ResponseReturnValue:
    """For a button without a form of its own: a refusal is shown on the page it came from."""
    try:
        action()
    except Refusal as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return redirect(url_for("programmes.show", programme_id=programme_id))
    return _done(programme_id, sentence)


@bp.get("/programmes")
@requires(*PLANNERS)
def index() -> ResponseReturnValue:
    rows = db.session.execute(overview(programmes_run_by(me().id, now().date()))).all()
    return render_template("programmes/index.html", programmes=rows)


@bp.route("/programmes/new", methods=["GET", "POST"])
@requires(*PLANNERS)
def new() -> ResponseReturnValue:
    form = NewProgrammeForm()
    bureaus = db.session.scalars(bureaus_run_by(me().id, now().date()))
    form.organisation_id.choices = [SelectChoice(bureau.id, bureau.name) for bureau in bureaus]
    if form.validate_on_submit():
        try:
            programme = actions.add_programme(
                organisation_id=form.organisation_id.data,
                title=form.title.data,
                norm=form.norm.data / 100,
                by=me().id,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _done(programme.id, _("The programme is there. Now add its modules."))
    title = _("New programme")
    page = render_template("programmes/form.html", form=form, title=title, programme=None)
    return page, 422 if form.errors else 200


@bp.get("/programmes/<int:programme_id>")
@requires(*PLANNERS)
def show(programme_id: int) -> ResponseReturnValue:
    programme = programme_or_404(programme_id)
    titles = {module.id: module.title for module in programme.modules}
    return render_template(
        "programmes/show.html", programme=programme, titles=titles, kinds=KINDS, form=TitleForm()
    )


@bp.route("/programmes/<int:programme_id>/edit", methods=["GET", "POST"])
@requires(*PLANNERS)
def edit(programme_id: int) -> ResponseReturnValue:
    programme = programme_or_404(programme_id)
    norm = round(programme.attendance_norm * 100)
    form = ProgrammeForm(data={"title": programme.title, "norm": norm})
    if form.validate_on_submit():
        title, share = form.title.data, form.norm.data / 100
        try:
            actions.edit_programme(programme, title=title, norm=share, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _done(programme_id, _("Saved."))
    page = render_template(
        "programmes/form.html", form=form, title=_("Title and norm"), programme=programme
    )
    return page, 422 if form.errors else 200


@bp.post("/programmes/<int:programme_id>/domains")
@requires(*PLANNERS)
def add_domain(programme_id: int) -> ResponseReturnValue:
    programme = programme_or_404(programme_id)
    form = TitleForm()
    if not form.validate_on_submit():
        title = _("New domain")
        page = render_template("programmes/form.html", form=form, title=title, programme=programme)
        return page, 422
    actions.add_domain(programme, title=form.title.data, by=me().id)
    return _done(programme_id, _("The domain is added."))


@bp.route("/programmes/<int:programme_id>/domains/<int:domain_id>", methods=["GET", "POST"])
@requires(*PLANNERS)
def domain(programme_id: int, domain_id: int) -> ResponseReturnValue:
    row = _row_or_404(Domain, programme_id, domain_id)
    form = TitleForm(data={"title": row.title})
    if form.validate_on_submit():
        actions.rename_domain(row, title=form.title.data, by=me().id)
        return _done(programme_id, _("Saved."))
    page = render_template(
        "programmes/form.html", form=form, title=_("Domain"), programme=row.programme, domain=row
    )
    return page, 422 if form.errors else 200


@bp.post("/programmes/<int:programme_id>/domains/<int:domain_id>/removal")
@requires(*PLANNERS)
def remove_domain(programme_id: int, domain_id: int) -> ResponseReturnValue:
    row = _row_or_404(Domain, programme_id, domain_id)
    return _tried(
        programme_id,
        lambda: actions.remove_domain(row, by=me().id),
        _("%(title)s is removed.", title=row.title),
    )


@bp.route("/programmes/<int:programme_id>/modules/new", methods=["GET", "POST"])
@requires(*PLANNERS)
def new_module(programme_id: int) -> ResponseReturnValue:
    programme = programme_or_404(programme_id)
    form = module_form(programme)
    if form.validate_on_submit():
        try:
            added = actions.add_module(programme, form.spec, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _done(programme_id, _("%(title)s is added.", title=added.title))
    page = render_template("programmes/module.html", form=form, programme=programme, module=None)
    return page, 422 if form.errors else 200


@bp.route("/programmes/<int:programme_id>/modules/<int:module_id>", methods=["GET", "POST"])
@requires(*PLANNERS)
def module(programme_id: int, module_id: int) -> ResponseReturnValue:
    row = _row_or_404(Module, programme_id, module_id)
    form = module_form(row.programme, row)
    if form.validate_on_submit():
        try:
            actions.edit_module(row, form.spec, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _done(programme_id, _("Saved."))
    page = render_template("programmes/module.html", form=form, programme=row.programme, module=row)
    return page, 422 if form.errors else 200


@bp.post("/programmes/<int:programme_id>/modules/<int:module_id>/removal")
@requires(*PLANNERS)
def remove_module(programme_id: int, module_id: int) -> ResponseReturnValue:
    row = _row_or_404(Module, programme_id, module_id)
    return _tried(
        programme_id,
        lambda: actions.remove_module(row, by=me().id),
        _("%(title)s is removed.", title=row.title),
    )


def _steps() -> int:
    return -1 if request.form.get("direction") == "up" else 1


@bp.post("/programmes/<int:programme_id>/domains/<int:domain_id>/move")
@requires(*PLANNERS)
def move_domain(programme_id: int, domain_id: int) -> ResponseReturnValue:
    actions.move(_row_or_404(Domain, programme_id, domain_id), steps=_steps(), by=me().id)
    return _done(programme_id, _("The order is changed."))


@bp.post("/programmes/<int:programme_id>/modules/<int:module_id>/move")
@requires(*PLANNERS)
def move_module(programme_id: int, module_id: int) -> ResponseReturnValue:
    actions.move(_row_or_404(Module, programme_id, module_id), steps=_steps(), by=me().id)
    return _done(programme_id, _("The order is changed."))
