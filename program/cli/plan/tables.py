"""`flask plan tables COHORT`: the rounds to come, mixed anew against who really met whom."""

from datetime import datetime
from typing import Any

import click
from flask_babel import force_locale

from program.cli.plan import language, plan
from program.cli.plan.make import facts_of, solved
from program.cli.terms import as_json, refusals_told, tell
from program.core.clock import now
from program.core.db import db
from program.planning.actions import Wish, accept
from program.planning.problem import Limits


@plan.command("tables")
@click.argument("cohort")
@click.option(
    "--rounds-from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Tables before this day stay as they are (without it: all that are over).",
)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--steps", type=int, default=Limits().steps, show_default=True)
@click.option("--accept", "accepted", is_flag=True, help="Make it the draft as well.")
@language
@as_json
def mix_tables(  # noqa: PLR0913, PLR0917  (one per option)
    cohort: str,
    rounds_from: datetime | None,
    seed: int,
    steps: int,
    accepted: bool,
    language: str,
    as_json: bool,
) -> None:
    """Mix the tables to come of COHORT anew: nobody meets whom they met, if it can be.

    Presence counts where the roll was called, seats elsewhere. Dates stay where they can. Nobody is
    told before a release.
    """
    first = rounds_from.date() if rounds_from else None
    wish = Wish(seed=seed, steps=steps, tables=True, from_on=first)
    with refusals_told(), force_locale(language):
        run = solved(cohort, wish)
        if accepted:
            accept(run, at=now(), by=None, origin="command")
            db.session.commit()
        facts = facts_of(run)
    tell(facts, _lines(facts, accepted=accepted), as_json=as_json)


def _lines(facts: dict[str, Any], *, accepted: bool) -> list[str]:
    pairs = f"{facts['met_again']} pairs meet again, {facts['mates_met']} of one group sit together"
    return [
        f"{facts['tables']} tables: {pairs} ({facts['seconds']} s, plan {facts['run']}).",
        *(f"No place: {item['meeting']}. {item['why']}" for item in facts["unplaced"]),
        *(f"Broken: {item['meeting']} {item['why']}" for item in facts["broken"]),
        "This is the draft now. Nobody was told yet."
        if accepted
        else f"Nothing changed yet: flask plan accept {facts['run']}",
    ]
