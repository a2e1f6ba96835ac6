"""Everybody's progress per domain, for the cohort's trainers."""

from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.attendance.norm import Forecast, Progress
from program.cohorts.models import Cohort
from program.cohorts.queries import cohorts_run_by
from program.core.clock import now
from program.core.db import db
from program.home import queries, words
from program.home.standing import standing_of
from program.home.views import bp
from program.home.views.schedule import hours

WORST_FIRST = (Forecast.IMPOSSIBLE, Forecast.AT_RISK, Forecast.REACHABLE, Forecast.MET)


@dataclass(slots=True)
class ProgressCell:
    word: str
    kind: str
    hours: str
    maximum: str
    work: str
    late: int


@dataclass(slots=True)
class ProgressRow:
    name: str
    worst: Forecast
    cells: list[ProgressCell]


@bp.get("/cohorts/<int:cohort_id>/progress")
@requires(*PLANNERS)
def progress(cohort_id: int) -> ResponseReturnValue:
    mine = cohorts_run_by(me().id, now().date()).where(Cohort.id == cohort_id)
    cohort = db.session.scalars(mine).one_or_none() or abort(404)
    domains = db.session.scalars(queries.domains(cohort.programme_id)).all()
    people = db.session.execute(queries.names_of(cohort.id, now().date())).all()
    standing = standing_of(cohort, domains, [person.id for person in people], at=now())
    said = words.forecasts()
    rows = [
        ProgressRow(
            name=" ".join(p for p in (person.given_name, person.infix, person.surname) if p),
            worst=worst(standing[person.id]),
            cells=[_cell(each, said) for each in standing[person.id]],
        )
        for person in people
    ]
    chosen = request.args.get("forecast", "")
    return render_template(
        "home/progress.html",
        cohort=cohort,
        domains=domains,
        rows=[row for row in rows if not chosen or row.worst == chosen],
        chosen=chosen,
        everyone=len(rows),
        counts=[(each, said[each], sum(row.worst is each for row in rows)) for each in WORST_FIRST],
    )


def worst(standing: list[Progress]) -> Forecast:
    found = {each.forecast for each in standing}
    return next((each for each in WORST_FIRST if each in found), Forecast.REACHABLE)


def _cell(each: Progress, said: dict[Forecast, words.Said]) -> ProgressCell:
    word, kind = said[each.forecast]
    short = each.forecast in {Forecast.AT_RISK, Forecast.IMPOSSIBLE}
    return ProgressCell(
        word=word,
        kind=kind,
        hours=f"{hours(each.attended)} / {hours(each.planned_total)}",
        maximum=hours(each.attainable) if short and each.attainable < each.planned_total else "",
        work=f"{each.handed_in} / {each.tasks}" if each.tasks else "",
        late=each.overdue,
    )
