"""Where somebody goes instead: they booked another date, or moved to another group. Pure."""

from collections.abc import Iterable
from typing import Any

from program.invitations.models import InvitationState


def instead_of(rows: Iterable[Any]) -> dict[int, Any]:
    """For each session that goes on without this person, the one of the same turn they go to.

    Rows are what one participant was told: `meeting_id`, `cohort_id`, `module_id`, `round`,
    `state`, and `cancelled_at` of the session itself.
    """
    held = [row for row in rows if row.cancelled_at is None]
    goes = {_turn(row): row for row in held if row.state is InvitationState.INVITED}
    return {
        row.meeting_id: goes[_turn(row)]
        for row in held
        if row.state is InvitationState.CANCELLED and _turn(row) in goes
    }


def _turn(row: Any) -> tuple[int, int, int]:
    return row.cohort_id, row.module_id, row.round
