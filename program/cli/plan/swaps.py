"""`flask plan swaps COHORT`: seats at parallel sessions for who cannot come."""

import click
from flask_babel import force_locale

from program.cli.plan import plan
from program.cli.terms import as_json, cohort_named, person_mailed, refusals_told, tell
from program.core.clock import now
from program.core.db import db
from program.planning.actions.swapping import accept_swaps, offer
from program.planning.swap_list import Line, SwapList


@plan.command("swaps")
@click.argument("cohort")
@click.option("--first", multiple=True, help="Address of somebody who goes before all others.")
@click.option("--accept", "accepted", is_flag=True, help="Give these seats.")
@as_json
def swaps(cohort: str, first: tuple[str, ...], accepted: bool, as_json: bool) -> None:
    """Who of COHORT said no or is away, and where they could go instead."""
    with refusals_told(), force_locale("nl"):
        found, at = cohort_named(cohort), now()
        before = {person_mailed(email).id for email in first}
        offered = offer(found, at=at, first=before)
        if accepted:
            accept_swaps(found, offered.hash, at=at, by=None, first=before, origin="command")
            db.session.commit()
        listed = SwapList(offered)
        facts = listed.facts | {"accepted": accepted}
        lines = _lines(listed)
    tell(facts, lines, as_json=as_json)


def _lines(listed: SwapList) -> list[str]:
    found = listed.swaps
    return [
        (
            f"{found.absent_before} of {found.expected} seats empty ({found.share_before:.2%}), "
            f"{found.absent_after} after swaps ({found.share_after:.2%})."
        ),
        *(f"Swaps: {_told(line)}" for line in listed.moves),
        *(f"Waits ({line.number}): {_told(line)}" for line in listed.waiting),
        *(f"Cannot: {_told(line)}" for line in listed.without),
    ]


def _told(line: Line) -> str:
    own = f"{line.person}, {line.from_.title} {line.from_.group}"
    return own if line.to is None else f"{own} -> {line.to.group} ({line.to.starts_at:%Y-%m-%d})"
