"""Who met whom in a cohort: for planners and trainers, never for participants."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from program.accounts.access import PLANNERS, requires
from program.cohorts.models import Cohort
from program.cohorts.queries import people
from program.cohorts.times import local
from program.cohorts.views.access import cohort_or_404, versions_beside, versions_or_404
from program.core.clock import now
from program.core.db import db
from program.encounters.figures import Figures, Somebody, map_of
from program.encounters.ledger import ledger
from program.encounters.queries import gatherings
from program.web.kept import kept

bp = Blueprint("encounters", __name__, url_prefix="/cohorts/<int:cohort_id>/encounters")


@bp.get("")
@requires(*PLANNERS, beside=versions_beside)
def index(cohort_id: int) -> ResponseReturnValue:
    """The whole cohort, or the rows of one learning group; a name narrows the list."""
    versions = versions_or_404()
    return kept(*versions, _quarter(), render=lambda: _index(cohort_or_404(cohort_id)))


def _index(cohort: Cohort) -> str:
    figures = _figures(cohort)
    group = request.args.get("group", type=int)
    wanted = request.args.get("q", "").strip().casefold()
    shown = [
        line
        for line in figures.lines
        if group in {None, line.person.group} and wanted in line.person.name.casefold()
    ]
    groups = {p.group: p.group_name for p in figures.people if p.group is not None}
    return render_template(
        "encounters/index.html",
        cohort=cohort,
        figures=figures,
        lines=shown,
        map=map_of(figures, group if group in groups else None),
        groups=groups,
        group=group,
        q=request.args.get("q", ""),
    )


@bp.get("/<int:enrolment_id>")
@requires(*PLANNERS, beside=versions_beside)
def person(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    """Whom one person met, will meet, and will not meet."""
    versions = versions_or_404()
    return kept(
        *versions, _quarter(), render=lambda: _person(cohort_or_404(cohort_id), enrolment_id)
    )


def _person(cohort: Cohort, enrolment_id: int) -> str:
    figures = _figures(cohort)
    who = next((p for p in figures.people if p.enrolment == enrolment_id), None) or abort(404)
    rows = [
        (other, figures.times((who.id, other.id))) for other in figures.people if other is not who
    ]
    line = next(line for line in figures.lines if line.person is who)
    return render_template(
        "encounters/person.html",
        cohort=cohort,
        who=who,
        line=line,
        figures=figures,
        met=[row for row in rows if any(row[1][:2])],
        coming=[row for row in rows if not any(row[1][:2]) and any(row[1][2:])],
        never=[row for row in rows if not any(row[1])],
    )


def _figures(cohort: Cohort) -> Figures:
    at = now()
    day = cohort.day(local(at, cohort.timezone).date())
    rows = db.session.execute(people(cohort.id, day))
    everybody = [
        Somebody(
            row.person_id,
            row.id,
            " ".join(part for part in (row.given_name, row.infix, row.surname) if part),
            row.group_id,
            row.group_name or "",
        )
        for row in rows
    ]
    return Figures(everybody, ledger(gatherings(cohort.id, at)))


def _quarter() -> tuple[int, int]:
    """What is to come becomes what was while nothing changes but the clock."""
    at = now()
    return at.hour, at.minute // 15
