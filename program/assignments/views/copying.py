"""The button "copy as template" of a programme, here because a copy takes its assignments along."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.assignments.copying import copy_programme
from program.assignments.views import bp
from program.core.db import db
from program.core.errors import Refusal
from program.programmes.forms import TitleForm
from program.programmes.views import programme_or_404


@bp.post("/programmes/<int:programme_id>/copy")
@requires(*PLANNERS)
def copy(programme_id: int) -> ResponseReturnValue:
    programme = programme_or_404(programme_id)
    form = TitleForm()
    if form.validate_on_submit():
        try:
            made = copy_programme(programme, title=form.title.data.strip(), by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("This is the copy. Change what you want; the original stays as it is."))
            return redirect(url_for("programmes.show", programme_id=made.id))
    db.session.rollback()
    page = render_template(
        "programmes/form.html", form=form, title=_("Copy as template"), programme=programme
    )
    return page, 422
