"""The board, the same as a list, its conflicts, and a cohort's first page."""

from collections.abc import Callable
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from program.accounts.access import PLANNERS, requires
from program.board.cells import Board, Filter, Line, board_of
from program.board.overview import overview
from program.cohorts.models import Cohort
from program.cohorts.views import bp as cohorts
from program.cohorts.views.access import cohort_or_404, versions_beside, versions_or_404
from program.core.clock import now
from program.meetings.views import bp as meetings
from program.meetings.wording import Words
from program.web.kept import kept
from program.web.stencil import filled, together

bp = Blueprint("board", __name__)
FIRST = 3  # conflicts in full above the board


def _wanted() -> Filter:
    return Filter(request.args.get("trainer", type=int), request.args.get("room", type=int))


@meetings.get("/cohorts/<int:cohort_id>/board")
@requires(*PLANNERS, beside=versions_beside)
def board(cohort_id: int) -> ResponseReturnValue:
    versions = versions_or_404()

    def made() -> str:
        cohort = cohort_or_404(cohort_id)
        shown = board_of(cohort, _wanted())
        texts = _around(shown) | _told(shown, FIRST) | {"drawn": _drawn(shown)}
        return render_template("meetings/board.html", cohort=cohort, board=shown, **texts)

    return kept(*versions, render=made)


def _drawn(shown: Board) -> Callable[[Line], list[Markup]]:
    """Of a line what is in each of its columns, as HTML."""
    base = url_for("meetings.index", cohort_id=shown.schedule.cohort.id) + "/"
    cells = shown.cells
    texts = (cell.texts(base) for cell in cells.values())
    drawn = dict(zip(cells, filled("meetings/_cell.html", texts), strict=True))
    return lambda line: [together(drawn[cell.id] for cell in inside) for inside in line.cells]


def _told(shown: Board, most: int | None = None) -> dict[str, Any]:
    """Conflicts as sentences with the meeting to look at."""
    words = Words(shown.schedule)
    missing = shown.schedule.missing
    return {
        "missing": [(found.meetings[0], words.sentence(found)) for found in missing],
        "missed": sum(len(found.people) for found in missing),
        "conflicts": [
            (conflict.hard, conflict.meetings[0], words.sentence(conflict))
            for conflict in shown.conflicts[:most]
        ],
        "hard": sum(conflict.hard for conflict in shown.conflicts),
    }


def _around(shown: Board) -> dict[str, Any]:
    """What the toolbar offers: trainers and rooms that are in use."""
    names = shown.schedule.names
    used = {trainer for slot in shown.schedule.slots.values() for trainer in slot.trainers}
    one_in = {row.room_id: row for row in shown.meetings if row.room_id}
    rooms = {number: f"{row.venue_name}, {row.room_name}" for number, row in one_in.items()}
    return {
        "trainers": sorted(((t, names.get(t, "?")) for t in used), key=lambda pair: pair[1]),
        "rooms": sorted(rooms.items(), key=lambda pair: pair[1]),
    }


@meetings.get("/cohorts/<int:cohort_id>/meetings", endpoint="index")
@requires(*PLANNERS, beside=versions_beside)
def as_list(cohort_id: int) -> ResponseReturnValue:
    versions = versions_or_404()

    def made() -> str:
        cohort = cohort_or_404(cohort_id)
        shown = board_of(cohort, _wanted())
        return render_template(
            "meetings/list.html",
            cohort=cohort,
            board=shown,
            months=_by_month(shown, cohort),
            names=shown.schedule.names,
            **_around(shown),
        )

    return kept(*versions, render=made)


def _by_month(shown: Board, cohort: Cohort) -> list[tuple[Any, list[Any]]]:
    zone = ZoneInfo(cohort.timezone)
    rows = [row for row in shown.meetings if row.id in shown.cells]
    rows.sort(key=lambda row: (row.starts_at, row.position, row.group_name or ""))

    def month(row: Any) -> tuple[int, int]:
        there = row.starts_at.astimezone(zone)
        return there.year, there.month

    months = ((list(inside)) for _, inside in groupby(rows, key=month))
    return [(inside[0].starts_at, inside) for inside in months]


@meetings.get("/cohorts/<int:cohort_id>/conflicts")
@requires(*PLANNERS)
def conflicts(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    return render_template("meetings/conflicts.html", cohort=cohort, **_told(board_of(cohort)))


@cohorts.get("/cohorts/<int:cohort_id>")
@requires(*PLANNERS, beside=versions_beside)
def show(cohort_id: int) -> ResponseReturnValue:
    versions = versions_or_404()
    at = now()

    def made() -> str:
        cohort = cohort_or_404(cohort_id)
        return render_template("cohorts/show.html", cohort=cohort, seen=overview(cohort, at))

    return kept(*versions, at.hour, at.minute // 15, render=made)  # sessions begin and end
