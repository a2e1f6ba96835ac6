"""`flask plan groups COHORT`: learning groups only, by command."""

from typing import Any

import click
from flask_babel import force_locale

from program.cli.plan import language, plan
from program.cli.terms import as_json, cohort_named, refusals_told, tell
from program.cohorts.queries import pairs
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.planning.actions import GroupWish, accept_groups, pose_groups
from program.planning.jobs import claim, work_on
from program.planning.mix import Mix
from program.planning.models import PlanRun, RunState


@plan.command("groups")
@click.argument("cohort")
@click.option("--attributes", default="", help="What to spread: department:2,gender (else: all).")
@click.option("--groups", type=int, help="How many groups; else as agreed for the cohort.")
@click.option("--sizes", default="", help="LO-UP people in each group; else as equal as can be.")
@click.option("--keep", is_flag=True, help="Who is in a group stays; the others get a place.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, other groups.")
@click.option("--seconds", type=float, default=30.0, show_default=True, help="At most so long.")
@click.option("--accept", is_flag=True, help="Make these the learning groups of the cohort.")
@language
@as_json
def groups(cohort: str, language: str, accept: bool, as_json: bool, **asked: Any) -> None:
    """Make balanced learning groups for COHORT, checked separately."""
    with refusals_told(), force_locale(language):
        run = _solved(cohort, _wish(**asked))
        if accept:
            accept_groups(run, at=now(), by=None, origin="command")
            db.session.commit()
        facts = _facts(run)
    tell(facts, _lines(facts), as_json=as_json)


def _wish(
    attributes: str, groups: int | None, sizes: str, keep: bool, seed: int, seconds: float
) -> GroupWish:
    low, _dash, high = sizes.partition("-")
    try:
        weights = dict(map(_weight, filter(None, attributes.split(","))))
        least, most = (int(low), int(high or low)) if sizes else (None, None)
    except ValueError as error:
        raise Refusal(f"This is no number, or no range: {error}.") from error
    return GroupWish(weights, groups, least, most, keep, seed, seconds)


def _weight(told: str) -> tuple[str, int]:
    key, _colon, weight = told.partition(":")
    return key.strip(), int(weight or 1)


def _solved(cohort: str, wish: GroupWish) -> PlanRun:
    """Asked and claimed in one transaction, so that no runner takes it."""
    run = pose_groups(cohort_named(cohort), wish, at=now(), by=None, origin="command")
    number = run.id
    claim(number, now())
    db.session.commit()
    work_on(number)
    run = db.session.get_one(PlanRun, number, populate_existing=True)
    if run.state == RunState.FAILED or run.proposal is None:
        raise click.ClickException("The planner stopped unexpectedly. Try again.")
    return run


def _facts(run: PlanRun) -> dict[str, Any]:
    mix = Mix(run, [tuple(row) for row in db.session.execute(pairs(run.cohort_id))])
    took = (run.finished_at - run.started_at) if run.finished_at and run.started_at else None
    return {
        "run": run.id,
        "cohort": run.cohort_id,
        "groups": [
            {"name": card.name, "people": [{"id": p.id, "name": p.name} for p in card.people]}
            for card in mix.cards
        ],
        "cost": mix.judged.cost,
        "bound": mix.bound,
        "optimal": mix.is_best,
        "verdict": mix.verdict,
        "off_on_best_weekday": mix.off,
        "broken": [fault for card in mix.cards for fault in card.faults],
        "seconds": round(took.total_seconds(), 2) if took else None,
        "seed": run.seed,
        "accepted": run.accepted_at is not None,
    }


def _lines(facts: dict[str, Any]) -> list[str]:
    return [
        *(
            f"{group['name']} ({len(group['people'])}): "
            + ", ".join(person["name"] for person in group["people"])
            for group in facts["groups"]
        ),
        *(f"Broken: {fault}" for fault in facts["broken"]),
        facts["verdict"],
        "These are the learning groups now."
        if facts["accepted"]
        else f"Nothing changed yet: look at proposal {facts['run']}, or give --accept.",
    ]
