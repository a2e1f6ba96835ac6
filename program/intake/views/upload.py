"""Choose the files and the cohort that they are for."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.queries import cohorts_run_by
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.intake.actions.uploads import discard_intake, start_intake
from program.intake.forms import UploadForm
from program.intake.queries import bureaus_of, uploads_of
from program.intake.views import bp, intake_or_404
from program.web.dates import moment


def _form() -> UploadForm:
    today = now().date()
    bureaus = list(db.session.scalars(bureaus_of(me().id, today)))
    wanted = cohorts_run_by(me().id, today).where(
        Cohort.organisation_id.in_([bureau.id for bureau in bureaus])
    )
    return UploadForm(
        cohorts=list(db.session.scalars(wanted)),
        bureaus=bureaus,
        data={"cohort": request.args.get("cohort", 0, int)},
    )


@bp.route("/", methods=["GET", "POST"])
@requires(*PLANNERS)
def index() -> ResponseReturnValue:
    form = _form()
    if form.validate_on_submit():
        try:
            intake = start_intake(form.uploads, form.target, by=me().id, at=now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(url_for(".columns", intake_id=intake.id))
    return _page(form), 422 if form.errors or form.form_errors else 200


def _page(form: UploadForm) -> str:
    wanted = uploads_of(me().id, now().date()).limit(20)
    found = [
        {
            "id": number,
            "name": cohort or name,
            "when": moment(loaded_at or created_at),
            "loaded": loaded_at is not None,
        }
        for number, name, cohort, created_at, loaded_at in db.session.execute(wanted)
    ]
    return render_template("intake/index.html", form=form, intakes=found)


@bp.post("/<int:intake_id>/discard")
@requires(*PLANNERS)
def discard(intake_id: int) -> ResponseReturnValue:
    discard_intake(intake_or_404(intake_id), by=me().id)
    db.session.commit()
    flash(_("The upload is thrown away."))
    return redirect(url_for(".index"))
