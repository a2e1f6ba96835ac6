"""Swaps: who cannot come, the parallel session they could go to, and giving those seats."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.planning.actions.swapping import accept_swaps, offer
from program.planning.swap_list import SwapList
from program.planning.views import bp


@bp.get("/swaps")
@requires(*PLANNERS)
def swaps(cohort_id: int) -> ResponseReturnValue:
    """`?first=` (more than once): people who go before all others."""
    return _page(cohort_or_404(cohort_id))


def _first() -> list[int]:
    """Who goes before all others."""
    return request.values.getlist("first", type=int)


def _page(cohort: Cohort, refused: str = "") -> ResponseReturnValue:
    first = _first()
    found = SwapList(offer(cohort, at=now(), first=first), first)
    content = render_template("planning/swaps.html", cohort=cohort, list=found, refused=refused)
    return content, 422 if refused else 200


@bp.post("/swaps")
@requires(*PLANNERS)
def give_swaps(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    seen = request.form.get("seen", "")
    try:
        found = accept_swaps(cohort, seen, at=now(), by=me().id, first=_first())
    except Refusal as refusal:
        db.session.rollback()
        return _page(cohort_or_404(cohort_id), str(refusal))
    number = len(found.swaps.swaps)
    db.session.commit()
    flash(
        ngettext(
            "%(num)s person has a seat at a parallel session now. Publish to tell them.",
            "%(num)s people have a seat at a parallel session now. Publish to tell them.",
            number,
        )
    )
    return redirect(url_for(".swaps", cohort_id=cohort_id))
