"""`/` brings everyone to the page they need first; settings."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me, my_roles
from program.accounts.models import Role
from program.cohorts.queries import cohorts_run_by
from program.core.clock import now
from program.core.db import db
from program.home.actions import choose_language
from program.home.forms import SettingsForm
from program.home.views import bp
from program.home.views.schedule import my_page
from program.web.navigation import page


@bp.get("/")
@requires()
def index() -> ResponseReturnValue:
    roles = my_roles()
    if not roles.isdisjoint(PLANNERS):
        return redirect(_cohorts())
    if Role.PARTICIPANT in roles:
        return my_page()
    if Role.HR in roles and (reports := page("reports.index")):
        return redirect(reports)
    return render_template("home/nothing.html")


def _cohorts() -> str:
    mine = db.session.scalars(cohorts_run_by(me().id, now().date()).limit(2)).all()
    only = page("cohorts.show", cohort_id=mine[0].id) if len(mine) == 1 else None
    return only or page("cohorts.index") or url_for(".settings")


@bp.route("/settings", methods=["GET", "POST"])
@requires()
def settings() -> ResponseReturnValue:
    form = SettingsForm(language=me().language)
    if form.validate_on_submit():
        choose_language(me().id, form.language.data)
        db.session.commit()
        session["language"] = form.language.data
        with force_locale(form.language.data):
            flash(_("Saved."))
        return redirect(url_for(".settings"), 303)
    return render_template("home/settings.html", form=form), 422 if form.errors else 200
