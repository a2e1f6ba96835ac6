"""`flask cohort copy`: a cohort that was held, once more from another day."""

from datetime import date
from typing import Any

import click
from flask_babel import force_locale

from program.cli import agreements  # noqa: F401 - it adds its commands
from program.cli.cohort import DAY, cohort
from program.cli.terms import as_json, cohort_named, refusals_told, tell
from program.cohorts.models import Cohort
from program.core.clock import now
from program.core.db import db
from program.planning.jobs import claim, work_on
from program.planning.models import PlanRun
from program.planning.wording import Wording
from program.rerun.actions import Again, copy_cohort, write_copy
from program.rerun.words import Outcome


@cohort.command("copy")
@click.argument("which", metavar="COHORT")
@click.argument("name")
@click.option("--starts-on", type=DAY, required=True, help="First day of the copy.")
@click.option("--with-people", is_flag=True, help="The same people, groups and tables.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl")
@as_json
def copy(  # noqa: PLR0913, PLR0917  (one per option)
    which: str,
    name: str,
    starts_on: date,
    with_people: bool,
    seed: int,
    language: str,
    as_json: bool,
) -> None:
    """Copy COHORT to a new start, as NAME: programme, rules, groups and schedule, as a draft."""
    with refusals_told(), force_locale(language):
        again = Again(name, starts_on, with_people, seed)
        facts = _copied(cohort_named(which), again)
    lines = (f"{one['meeting']}: {one['target']} -> {one['new']}. {' '.join(one['reasons'])}"
             for one in facts["lost"])  # fmt: skip
    head = f"Cohort {facts['cohort']}: {facts['kept']} sessions kept, {len(facts['lost'])} not."
    tell(facts, [head, *lines], as_json=as_json)


def _copied(which: Cohort, again: Again) -> dict[str, Any]:
    """Asked and claimed in one transaction, so that no runner takes it."""
    run = copy_cohort(which, again, at=now(), by=None, origin="command")
    number = run.id
    claim(number, now())
    db.session.commit()
    work_on(number)
    run = db.session.get_one(PlanRun, number, populate_existing=True)
    if run.proposal is None:
        raise click.ClickException(Wording(run).failed(run.error))
    write_copy(run, at=now(), origin="command")
    db.session.commit()
    if run.accepted_at is None:
        raise click.ClickException(Wording(run).failed(run.error))
    return _facts(run.cohort_id, Outcome(run))


def _facts(number: int, outcome: Outcome) -> dict[str, Any]:
    return {"cohort": number, "kept": outcome.kept, "lost": outcome.facts}
