"""Which rolls of a cohort are kept, and which still wait."""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.attendance import queries
from program.attendance.views import bp
from program.cohorts.models import Cohort
from program.cohorts.queries import cohorts_run_by
from program.core.clock import now
from program.core.db import db
from program.web.dates import day, span, zone


class RollLine(NamedTuple):
    url: str
    title: str
    group: str
    day: str
    time: str
    marked: int
    expected: int
    on: date

    @property
    def complete(self) -> bool:
        return self.marked >= self.expected


@bp.get("/cohorts/<int:cohort_id>/attendance")
@requires(*PLANNERS)
def index(cohort_id: int) -> ResponseReturnValue:
    mine = cohorts_run_by(me().id, now().date()).where(Cohort.id == cohort_id)
    cohort = db.session.scalars(mine).one_or_none() or abort(404)
    today = now().astimezone(zone()).date()
    midnight = datetime.combine(today + timedelta(days=1), time(), zone())
    base = url_for(".roll", meeting_id=0)
    lines = [_line(row, base) for row in db.session.execute(queries.rolls(cohort.id, midnight))]
    before = [line for line in lines if line.on < today]
    return render_template(
        "attendance/index.html",
        cohort=cohort,
        today=sorted((line for line in lines if line.on == today), key=lambda line: line.time),
        waiting=[line for line in before if not line.complete],
        complete=[line for line in before if line.complete],
    )


def _line(row: Any, base: str) -> RollLine:
    starts = row.starts_at.astimezone(zone())
    return RollLine(
        url=base.replace("/0/", f"/{row.id}/"),
        title=row.title,
        group=row.group_name or "",
        day=day(row.starts_at, "medium"),
        time=span(row.starts_at, row.ends_at),
        marked=row.marked,
        expected=row.expected,
        on=starts.date(),
    )
