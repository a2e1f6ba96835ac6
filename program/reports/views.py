"""Reports for HR and trainers. A download is a POST: it leaves a line in the audit."""

from contextlib import ExitStack
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me, my_roles
from program.accounts.models import Role
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.reports.actions import file_name, note_export, write_report
from program.reports.attendance import Scope
from program.reports.exports import MEDIA_TYPES
from program.reports.forms import DOWNLOADS, ReportForm
from program.reports.overview import SHOWN, overview
from program.reports.queries import reports_of, turnout
from program.web.dates import zone

bp = Blueprint("reports", __name__)
_IN_MEMORY = 1 << 20  # of a report that is being made; more goes to a temporary file

Mine = list[Row[Any]]


@bp.get("/reports/")
@requires(Role.HR, *PLANNERS)
def index() -> ResponseReturnValue:
    mine = _mine()
    cohorts = sorted({row.cohort_id for row in mine})
    marked = {
        (row.cohort_id, row.organisation_id): row
        for row in db.session.execute(turnout(cohorts, now()))
    }
    reports = [(row, _attended(marked.get((row.cohort_id, row.organisation_id)))) for row in mine]
    return render_template("reports/index.html", reports=reports, today=_today())


def _attended(row: Row[Any] | None) -> int | None:
    """Of every hundred marks, how many were there."""
    return None if row is None else round(100 * row.there / row.marked)


@bp.get("/cohorts/<int:cohort_id>/report")
@requires(Role.HR, *PLANNERS)
def cohort(cohort_id: int) -> ResponseReturnValue:
    mine = _found(cohort_id)
    if not mine:
        return render_template("reports/nobody.html", cohort=cohort_or_404(cohort_id))
    form = _form(mine, formdata=None)
    form.as_of.data = _asked_day()
    form.organisation_id.data = _asked_organisation(mine)
    return _page(cohort_id, form)


@bp.post("/cohorts/<int:cohort_id>/report")
@requires(Role.HR, *PLANNERS)
def export(cohort_id: int) -> ResponseReturnValue:
    mine = _mine(cohort_id)
    form = _form(mine)
    if not form.validate():
        form.as_of.data = form.as_of.data or _today()
        form.organisation_id.data = _one_of(mine, form.organisation_id.data)
        return _page(cohort_id, form), 422
    chosen = request.form.get("as", "show")
    if chosen not in DOWNLOADS:
        asked = {"organisation": form.organisation_id.data, "as_of": form.as_of.data.isoformat()}
        return redirect(url_for(".cohort", cohort_id=cohort_id, **asked), 303)
    with ExitStack() as unless_sent:
        file = unless_sent.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY))
        try:
            answer = _download(cohort_id, form, chosen, cast(BinaryIO, file))
        except Refusal as refusal:
            form.refuse(refusal)
            return _page(cohort_id, form), 422
        unless_sent.pop_all()  # the answer closes it, when it was sent
        return answer


def _mine(cohort_id: int | None = None) -> Mine:
    """The reports of this person, or those of one cohort; without any it does not exist."""
    found = _found(cohort_id)
    if cohort_id is not None and not found:
        abort(404)
    return found


def _found(cohort_id: int | None) -> Mine:
    asked = reports_of(me().id, now().date())
    if cohort_id is not None:
        asked = asked.where(Cohort.id == cohort_id)
    return list(db.session.execute(asked))


def _form(mine: Mine, **given: Any) -> ReportForm:
    return ReportForm([(row.organisation_id, row.organisation) for row in mine], **given)


def _today() -> date:
    return now().astimezone(zone()).date()


def _asked_day() -> date:
    try:
        return datetime.strptime(request.args.get("as_of", ""), "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        return _today()


def _asked_organisation(mine: Mine) -> int:
    return _one_of(mine, request.args.get("organisation", type=int))


def _one_of(mine: Mine, asked: int | None) -> int:
    """What was asked, if it may be; else the first: the page is made of nobody else's people."""
    allowed = [cast(int, row.organisation_id) for row in mine]
    return asked if asked in allowed else allowed[0]


def _page(cohort_id: int, form: ReportForm) -> str:
    found = db.session.get_one(Cohort, cohort_id)
    scope = Scope(found, [form.organisation_id.data], form.as_of.data)
    names = dict(form.organisation_id.choices)
    return render_template(
        "reports/cohort.html",
        cohort=None if my_roles().isdisjoint(PLANNERS) else found,  # its tabs are for planners
        found=found,
        organisation=names.get(form.organisation_id.data, ""),
        form=form,
        several=len(names) > 1,
        overview=overview(scope),
        shown=SHOWN,
    )


def _download(cohort_id: int, form: ReportForm, chosen: str, file: BinaryIO) -> Response:
    """Made whole before the first byte leaves, so that what fails is a page and not half a file."""
    kind, parts = DOWNLOADS[chosen]
    person_id, names = me().id, dict(form.organisation_id.choices)
    organisation_id, as_of = form.organisation_id.data, form.as_of.data
    scope = Scope(db.session.get_one(Cohort, cohort_id), [organisation_id], as_of)
    write_report(file, scope, kind=kind, parts=parts)
    note_export(scope, kind, by=person_id)
    db.session.commit()
    length = file.tell()
    file.seek(0)
    response = send_file(
        file,
        MEDIA_TYPES[kind],
        as_attachment=True,
        download_name=file_name(scope.cohort, names[organisation_id], as_of, kind, part=parts[0]),
    )
    response.content_length = length
    response.headers["Cache-Control"] = "no-store"
    return response
