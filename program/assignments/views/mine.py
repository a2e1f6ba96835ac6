"""A participant's own assignments: what is asked, what was handed in, what the trainer said."""

import io
from typing import Any

from flask import Response, abort, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import requires
from program.accounts.login import me
from program.accounts.models import Role
from program.assignments import actions, queries
from program.assignments.forms import HandInForm
from program.assignments.ledger import Work, work_by_person
from program.assignments.models import Assignment, Submission
from program.assignments.views import bp
from program.cohorts.models import Enrolment
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.web.dates import zone


@bp.get("/assignments")
@requires(Role.PARTICIPANT)
def mine() -> ResponseReturnValue:
    today = now().astimezone(zone()).date()
    enrolments = db.session.scalars(queries.enrolments_of(me().id, today)).all()
    lists = [(each.cohort, _work(each)) for each in enrolments]
    return render_template("assignments/mine.html", lists=lists, today=today)


def _work(enrolment: Enrolment) -> list[tuple[Assignment, Work]]:
    asked = db.session.scalars(queries.of_programme(enrolment.cohort.programme_id)).all()
    work = work_by_person(enrolment.cohort, asked, [enrolment.person_id])
    return list(zip(asked, work[enrolment.person_id], strict=True))


@bp.route("/assignments/<int:assignment_id>", methods=["GET", "POST"])
@requires(Role.PARTICIPANT)
def show(assignment_id: int) -> ResponseReturnValue:
    assignment, enrolment = _mine_or_404(assignment_id)
    form = HandInForm()
    if form.validate_on_submit():
        try:
            actions.submit(
                assignment.id, enrolment.id, text=form.text.data or "", upload=form.upload,
                by=me().id, at=now(),
            )  # fmt: skip
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("Handed in. Your trainer can read it now."))
            return redirect(url_for(".show", assignment_id=assignment_id), 303)
    assignment, enrolment = _mine_or_404(assignment_id)
    page = render_template(
        "assignments/show.html",
        form=form,
        assignment=assignment,
        **_standing(assignment, enrolment),
    )
    return page, 422 if form.errors else 200


def _standing(assignment: Assignment, enrolment: Enrolment) -> dict[str, Any]:
    work = work_by_person(enrolment.cohort, [assignment], [enrolment.person_id])
    return {
        "today": now().astimezone(zone()).date(),
        "work": work[enrolment.person_id][0],
        "versions": db.session.scalars(queries.versions(assignment.id, enrolment.id)).all(),
    }


def _mine_or_404(assignment_id: int) -> tuple[Assignment, Enrolment]:
    enrolments = db.session.scalars(queries.enrolments_of(me().id, now().date())).all()
    programmes = {each.cohort.programme_id: each for each in reversed(enrolments)}
    assignment = db.session.get(Assignment, assignment_id)
    if assignment is None or assignment.programme_id not in programmes:
        abort(404)
    return assignment, programmes[assignment.programme_id]


@bp.get("/submissions/<int:submission_id>/file")
@requires(Role.PARTICIPANT, Role.TRAINER, Role.PLANNER, Role.ADMIN)
def download(submission_id: int) -> Response:
    """Always as a download, never shown by the browser under our name."""
    mine = queries.seen_by(me().id, now().date()).where(Submission.id == submission_id)
    submission = db.session.scalars(mine).one_or_none()
    if submission is None or submission.file is None:
        abort(404)
    response = send_file(
        io.BytesIO(submission.file),
        mimetype=submission.media_type,
        as_attachment=True,
        download_name=submission.file_name,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
