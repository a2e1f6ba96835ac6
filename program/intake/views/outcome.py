"""What a load changed, and what to do next."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from program.accounts.access import PLANNERS, requires
from program.intake.actions.uploads import rejected_in
from program.intake.models import Intake
from program.intake.sentences import sentence
from program.intake.views import bp, cohort_of, intake_or_404
from program.intake.views.preview import as_download
from program.intake.words import counted


@bp.get("/<int:intake_id>", endpoint="outcome")
@requires(*PLANNERS)
def show(intake_id: int) -> ResponseReturnValue:
    intake = intake_or_404(intake_id)
    if intake.loaded_at is None:
        return redirect(url_for(".preview", intake_id=intake_id))
    tallies = [
        (name, intake.outcome[kind])
        for kind, name in counted().items()
        if intake.outcome and any(intake.outcome.get(kind, {}).values())
    ]
    return render_template(
        "intake/outcome.html",
        intake=intake,
        cohort=cohort_of(intake),
        outcome=intake.outcome,
        tallies=tallies,
        left_out=[(p.file, p.row, p.value, sentence(p)) for p in rejected_in(intake)],
    )


@bp.get("/<int:intake_id>/left-out.xlsx")
@requires(*PLANNERS)
def left_out(intake_id: int) -> ResponseReturnValue:
    intake: Intake = intake_or_404(intake_id)
    return as_download(rejected_in(intake)) if intake.loaded_at else abort(404)
