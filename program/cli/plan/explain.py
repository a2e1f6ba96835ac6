"""`flask plan explain COHORT`: why there is no plan, what would help, and at which price."""

import sys
from typing import Any

import click
from flask_babel import force_locale

from program.cli.plan import language, plan
from program.cli.terms import as_json, cohort_named, refusals_told, tell
from program.core.clock import now
from program.core.db import db
from program.planning.actions.asking_why import ask_why_again
from program.planning.jobs import claim, work_on
from program.planning.models import PlanRun, RunState
from program.planning.settings import last_proposal
from program.planning.why import TroubleTold, Why
from program.planning.wording import Wording


@plan.command("explain")
@click.argument("cohort")
@language
@as_json
def explain(cohort: str, language: str, as_json: bool) -> None:
    """Why the last plan of COHORT breaks rules. Exit code 1 when rules cannot hold together."""
    with refusals_told(), force_locale(language):
        why = Why(_explained(cohort))
        facts = _facts(why)
    tell(facts, _lines(why), as_json=as_json)
    if facts["problems"]:
        sys.exit(1)


def _explained(cohort: str) -> PlanRun:
    """Asked and claimed in one transaction, so that no runner takes it."""
    found = cohort_named(cohort)
    run = db.session.scalars(last_proposal(found.id)).first()
    if run is None:
        raise click.ClickException("There is no plan yet: flask plan COHORT.")
    asked = ask_why_again(run, at=now(), by=None, origin="command")
    number, state = asked.id, asked.state
    claimed = state == RunState.QUEUED and claim(number, now())
    db.session.commit()
    if claimed:
        work_on(number)
    answered = db.session.get_one(PlanRun, number, populate_existing=True)
    if answered.reasons is None:
        raise click.ClickException(Wording(answered).failed(answered.error))
    return answered


def _facts(why: Why) -> dict[str, Any]:
    return {
        "broken": why.found["broken"],
        "problems": [_problem(trouble) for trouble in why.troubles],
        "verdict": "" if why.troubles else why.verdict,
    }


def _problem(trouble: TroubleTold) -> dict[str, Any]:
    return {
        "proof": trouble.proof,
        "why": trouble.head,
        "rules": trouble.rules,
        "ways": [
            {"what": way.what, "outcome": way.outcome, "helps": way.helps, "costs": way.prices}
            for way in trouble.ways
        ],
    }


def _told(trouble: TroubleTold) -> list[str]:
    return [
        trouble.head,
        *(f"  - {rule}" for rule in trouble.rules),
        *(f"  {'+' if way.helps else ' '} {way.what}. {way.outcome}" for way in trouble.ways),
    ]


def _lines(why: Why) -> list[str]:
    if not why.troubles:
        return [why.verdict]
    return [line for trouble in why.troubles for line in _told(trouble)]
