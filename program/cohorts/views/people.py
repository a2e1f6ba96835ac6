"""The list of the people in a cohort."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.cohorts.queries import ORDERS, people
from program.cohorts.views import bp
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db

PAGE = 200


def days_text() -> Mapping[int | None, str]:
    """ "Mo Tu Th" for every set of working days, made once for a whole page."""
    names = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))
    text: dict[int | None, str] = {
        mask: " ".join(name for day, name in enumerate(names) if mask >> day & 1)
        for mask in range(128)
    }
    return text | {None: "", 31: f"{names[0]} – {names[4]}"}


def listed(row: Any) -> str:
    """As in a sorted list: "Berg, Jan van der"."""
    return f"{row.surname}, {row.given_name} {row.infix}".rstrip()


@bp.get("/cohorts/<int:cohort_id>/people", endpoint="people")
@requires(*PLANNERS)
def people_page(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    search, order = request.args.get("q", ""), request.args.get("sort", "name")
    order = order if order in ORDERS else "name"
    page = max(request.args.get("page", 1, int), 1)
    wanted = people(cohort.id, cohort.day(now().date()), search=search[:100], order=order)
    rows = db.session.execute(wanted.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return render_template(
        "cohorts/people.html",
        cohort=cohort,
        people=[(listed(row), row) for row in rows[:PAGE]],
        days=days_text(),
        search=search,
        order=order,
        number=page,
        more=len(rows) > PAGE,
    )
