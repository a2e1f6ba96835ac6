"""Feeds of a whole cohort or one group, for who runs it, and the page with their links."""

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.queries import learning_groups
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.feeds import actions, queries
from program.feeds.content import calendar_for_planner
from program.feeds.ics import VERSION
from program.feeds.views import bp
from program.feeds.views.personal import answer_to


@bp.get("/calendar/cohort/<secret>.ics")
def of_cohort(secret: str) -> Response:
    """Unknown, revoked and of who runs it no longer look the same; unchanged costs one query."""
    at = now()
    asked = queries.opened_by_planner(actions.hashed(secret), at.date())
    row = db.session.execute(asked).one_or_none() or abort(404)
    version = f"c{row.id}-{row.group_id}-{row.version}-{row.language}-{VERSION}-{at:%Y%m%d}"
    response, known = answer_to(version)
    if not known:
        public = str(current_app.config["PUBLIC_URL"])
        with force_locale(row.language):
            text = calendar_for_planner(row, source=_link(secret), public_url=public, at=at)
        response.set_data(text)
    return response


def _link(secret: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}{url_for('feeds.of_cohort', secret=secret)}"


@bp.get("/cohorts/<int:cohort_id>/calendar-links")
@requires(*PLANNERS)
def for_planners(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    links = []
    for group_id, name in _scopes(cohort).items():
        key = db.session.scalars(
            queries.keys_of(me().id, cohort_id=cohort.id, group_id=group_id)
        ).first()
        secret = actions.secret_of(key, current_app.config["SECRET_KEY"]) if key else None
        links.append((group_id, name, key is not None, _link(secret) if secret else ""))
    return render_template("feeds/planners.html", cohort=cohort, links=links)


def _scopes(cohort: Cohort) -> dict[int | None, str]:
    """What there can be a link to, by the number of the group."""
    groups = db.session.scalars(learning_groups(cohort.id))
    return {None: _("The whole cohort"), **{group.id: group.name for group in groups}}


@bp.post("/cohorts/<int:cohort_id>/calendar-links")
@requires(*PLANNERS)
def renew_for_planner(cohort_id: int) -> ResponseReturnValue:
    """A new link; the old one ends. Or an end only."""
    cohort = cohort_or_404(cohort_id)
    group_id = request.form.get("group", type=int)
    if group_id not in _scopes(cohort):
        abort(404)
    scope, who, at = actions.Scope(cohort.id, group_id), me().id, now()
    if request.form.get("end"):
        actions.revoke(who, by=who, at=at, scope=scope)
        flash(_("Your link no longer works."))
    else:
        actions.new_link(who, current_app.config["SECRET_KEY"], by=who, at=at, scope=scope)
        flash(_("This is your new link. Links you had before no longer work."))
    db.session.commit()
    return redirect(url_for(".for_planners", cohort_id=cohort_id), 303)
