"""`flask plan explain COHORT`: why there is no plan, what would help, and at which price.

With --meeting and --on: why a session is not on that day.
"""

import sys
from datetime import datetime
from typing import Any

import click
from flask_babel import force_locale

from program.cli.plan import language, plan
from program.cli.terms import as_json, cohort_named, meeting_numbered, refusals_told, tell
from program.core.clock import now
from program.core.db import db
from program.planning import queries
from program.planning.actions.asking_why import ask_why_again
from program.planning.drafted import draft_key, draft_question
from program.planning.jobs import claim, work_on
from program.planning.models import PlanRun, RunState
from program.planning.why import TroubleTold, Why
from program.planning.why_not import WhyNot, sentence
from program.planning.wording import Wording


@plan.command("explain")
@click.argument("cohort")
@click.option("--meeting", type=int, help="Number of a session of the draft; asks for --on.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Why is it not on this day?")
@language
@as_json
def explain(
    cohort: str, meeting: int | None, on: datetime | None, language: str, as_json: bool
) -> None:
    """Why the last plan of COHORT breaks rules, or why a session is not on a day.

    Exit code 1 when rules cannot hold together, or would be broken on that day.
    """
    if (meeting is None) != (on is None):
        raise click.UsageError("Say --meeting and --on together.")
    with refusals_told(), force_locale(language):
        if meeting is not None and on is not None:
            facts, lines = _why_not(cohort, meeting, on)
        else:
            why = Why(_explained(cohort))
            facts, lines = _facts(why), _lines(why)
    tell(facts, lines, as_json=as_json)
    if facts.get("problems") or facts.get("rules"):
        sys.exit(1)


def _why_not(cohort: str, number: int, on: datetime) -> tuple[dict[str, Any], list[str]]:
    found = cohort_named(cohort)
    question, plan = draft_question(found, now())
    meeting = meeting_numbered(number)
    key = draft_key(question, meeting) if meeting.cohort_id == found.id else None
    told = WhyNot(question.as_json, question.problem, plan)
    if key not in told.keys or key is None:
        raise click.ClickException(f"The planner does not decide about session {number}.")
    try:
        day = told.of(key).day(on.date())
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from None
    verdict = sentence(day)
    facts = {
        "meeting": number, "on": day.on.isoformat(), "verdict": verdict, "kind": day.kind,
        "rules": day.rules, "points": day.points, "prices": day.prices, "where": day.where,
    }  # fmt: skip
    prices = [f"  {points:+d} {rule}" for rule, points in day.prices]
    return facts, [
        f"{day.on.isoformat()}: {verdict} ({day.where})",
        *(f"  - {rule}" for rule in day.rules),
        *prices,
    ]


def _explained(cohort: str) -> PlanRun:
    """Asked and claimed in one transaction, so that no runner takes it."""
    found = cohort_named(cohort)
    run = db.session.scalars(queries.last_plan(found.id)).first()
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
