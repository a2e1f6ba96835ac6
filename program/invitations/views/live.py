"""The answers of one session as bits for a page that stays open: the roll at the door.

The page around it has a place for each person (`said` and their number); these bits fill those
places and nothing else, so what was typed or tapped there stays, and so does the keyboard.
"""

from collections import Counter
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import Integer, Row, Select, bindparam

from program.accounts.access import PLANNERS, requires
from program.accounts.login import DAY, PERSON, beside_or_404
from program.cohorts.models import Cohort
from program.core.db import db
from program.invitations import words
from program.invitations.models import InvitationState
from program.invitations.queries import meeting_run_by
from program.invitations.seats import said_by_seat
from program.invitations.views import bp
from program.meetings.models import Meeting
from program.web.kept import kept

NOT_INVITED = (_l("Not invited yet"), "")
NOT_EXPECTED = (_l("Not expected any more"), "warn")


def _version_beside() -> Select[*tuple[Any, ...]]:
    meeting_id: Any = bindparam("meeting_id", type_=Integer)
    mine = meeting_run_by(PERSON, meeting_id, DAY).join(Meeting.cohort)
    return mine.with_only_columns(Meeting.id, Cohort.version)


@bp.get("/meetings/<int:meeting_id>/answers/live")
@requires(*PLANNERS, beside=_version_beside)
def live(meeting_id: int) -> ResponseReturnValue:
    """What everybody said, for the places on the roll; unchanged it costs one statement.

    `of` is how many people the page around it shows: when it are others now, that is told.
    """
    return kept(*beside_or_404(), render=lambda: _bits(meeting_id))


def _bits(meeting_id: int) -> str:
    rows = db.session.execute(said_by_seat(meeting_id)).all()
    expected = [row for row in rows if row.expected]
    counted = Counter(row.partstat for row in expected if _invited(row))
    return render_template(
        "invitations/_live.html",
        meeting_id=meeting_id,
        said=[(row.person_id, _said(row)) for row in rows],
        counts=[(said, counted[stat]) for stat, said in words.PARTSTATS.items()],
        uninvited=sum(not _invited(row) for row in expected),
        others=request.args.get("of", len(expected), int) != len(expected),
    )


def _invited(row: Row[Any]) -> bool:
    return row.state is InvitationState.INVITED


def _said(row: Row[Any]) -> tuple[Any, str]:
    if not row.expected:
        return NOT_EXPECTED
    return words.PARTSTATS[row.partstat] if _invited(row) else NOT_INVITED
