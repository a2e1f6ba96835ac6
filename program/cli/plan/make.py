"""`flask plan make` and `flask plan accept`: groups, tables, dates, rooms and trainers."""

from datetime import datetime
from typing import Any

import click
from flask_babel import force_locale

from program.cli.plan import DEFAULT, language, plan
from program.cli.terms import as_json, cohort_named, refusals_told, tell
from program.core.clock import now
from program.core.db import db
from program.planning.actions import Wish, accept, pose
from program.planning.jobs import claim, work_on
from program.planning.models import PlanRun, RunState
from program.planning.problem import Limits
from program.planning.wording import Wording


@plan.command(DEFAULT)
@click.argument("cohort")
@click.option("--seconds", type=float, default=30.0, show_default=True, help="At most so long.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another plan.")
@click.option("--steps", type=int, default=Limits().steps, show_default=True, help="How thorough.")
@click.option("--mix", is_flag=True, help="Make new learning groups where some stand already.")
@click.option("--afresh", is_flag=True, help="Once published: not only what must change.")
@click.option("--from", "from_on", type=click.DateTime(["%Y-%m-%d"]), help="Nothing new before.")
@language
@click.option("--proposal-only", is_flag=True, help="Store the proposal; change nothing yet.")
@as_json
def make(  # noqa: PLR0913, PLR0917  (one per option)
    cohort: str,
    seconds: float,
    seed: int,
    steps: int,
    mix: bool,
    afresh: bool,
    from_on: datetime | None,
    language: str,
    proposal_only: bool,
    as_json: bool,
) -> None:
    """Plan COHORT, check the plan, and make it the draft. Nobody is told before a release."""
    wish = Wish(
        seed=seed, seconds=seconds, steps=steps, mix=mix, afresh=afresh,
        from_on=from_on.date() if from_on else None,
    )  # fmt: skip
    with refusals_told(), force_locale(language):
        run = solved(cohort, wish)
        if not proposal_only:
            accept(run, at=now(), by=None, origin="command")
            db.session.commit()
        facts = facts_of(run)
    tell(facts, _lines(facts, accepted=not proposal_only), as_json=as_json)


@plan.command("accept")
@click.argument("run", type=int)
@language
@as_json
def accept_run(run: int, language: str, as_json: bool) -> None:
    """Make the proposal of RUN the draft."""
    found = db.session.get(PlanRun, run)
    if found is None:
        raise click.ClickException(f"There is no plan {run}.")
    with refusals_told(), force_locale(language):
        accept(found, at=now(), by=None, origin="command")
        db.session.commit()
        facts = facts_of(found)
    tell(facts, _lines(facts, accepted=True), as_json=as_json)


def solved(cohort: str, wish: Wish) -> PlanRun:
    """Asked and claimed in one transaction, so that no runner takes it."""
    found = cohort_named(cohort)
    run = pose(found, wish, at=now(), by=None, origin="command")
    number = run.id
    claim(number, now())
    db.session.commit()
    work_on(number)
    run = db.session.get_one(PlanRun, number, populate_existing=True)
    if run.state == RunState.FAILED or run.proposal is None:
        raise click.ClickException(Wording(run).failed(run.error))
    return run


def facts_of(run: PlanRun) -> dict[str, Any]:
    """What came of it, in words."""
    words = Wording(run)
    proposal, report = run.proposal or {}, run.report or {}
    meetings = proposal["plan"]["meetings"]
    took = (run.finished_at - run.started_at) if run.finished_at and run.started_at else None
    return {
        "run": run.id,
        "cohort": run.cohort_id,
        "meetings": sum(meeting["starts_at"] is not None for meeting in meetings),
        "groups": len(proposal["plan"]["groups"]),
        "tables": sum(len(mix["tables"]) for mix in proposal["plan"]["tables"]),
        "unplaced": [
            {"meeting": words.meeting(item["meeting"]), "why": words.unplaced(item["why"])}
            for item in report["unplaced"]
        ],
        "broken": [
            {
                "rule": item["rule"],
                "meeting": words.meeting(item["meeting"]),
                "why": words.broken(item),
            }
            for item in report["broken"]
        ],
        "exceptions": [
            {
                "person": words.person(item["person"]),
                "person_id": item["person"],
                "meeting": words.meeting(item["meeting"]),
                "why": words.away(item["why"]),
            }
            for item in report["missed"]
        ],
        "met_again": report["met_again"],
        "mates_met": report["mates_met"],
        "cost": sum(proposal["cost"].values()),
        "bound": sum(proposal["bound"].values()),
        "costs": proposal["cost"],
        "bounds": proposal["bound"],
        "seconds": round(took.total_seconds(), 2) if took else None,
        "seed": run.seed,
        "steps": proposal["steps"],
        "stopped": proposal["stopped"],
        "accepted": run.accepted_at is not None,
    }


def _lines(facts: dict[str, Any], *, accepted: bool) -> list[str]:
    made = f"{facts['meetings']} sessions, {facts['groups']} groups, {facts['tables']} tables"
    return [
        f"{made} in {facts['seconds']} s (seed {facts['seed']}, plan {facts['run']}).",
        *(f"No place: {item['meeting']}. {item['why']}" for item in facts["unplaced"]),
        *(f"Broken: {item['meeting']} {item['why']}" for item in facts["broken"]),
        *(
            f"Cannot come: {item['person']}, {item['meeting']}: {item['why']}"
            for item in facts["exceptions"]
        ),
        "This is the draft now. Nobody was told yet."
        if accepted
        else f"Nothing changed yet: flask plan accept {facts['run']}",
    ]
