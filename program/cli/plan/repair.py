"""`flask plan repair COHORT`: the smallest change that mends what happened."""

from datetime import datetime
from typing import Any

import click
from flask_babel import force_locale
from sqlalchemy import select

from program.accounts.models import Person
from program.cli.plan import language, plan
from program.cli.plan.make import facts_of, solved
from program.cli.terms import as_json, cohort_named, person_mailed, refusals_told, tell
from program.cohorts.models import Cohort
from program.core.clock import now
from program.core.db import db
from program.meetings.models import Room, Venue
from program.planning.actions import Happening, Wish, accept, note_happening
from program.planning.change_list import ChangeList, Spot, as_facts
from program.planning.models import PlanRun
from program.planning.problem import Limits

DAY = click.DateTime(["%Y-%m-%d"])


@plan.command("repair")
@click.argument("cohort")
@click.option("--trainer", "trainers", multiple=True, help="Address of a trainer who is away.")
@click.option("--person", "people", multiple=True, help="Address of a participant who is away.")
@click.option("--room", "rooms", multiple=True, help="Name of a room, or of a venue, that is lost.")
@click.option("--from", "first_on", type=DAY, help="First day.")
@click.option("--until", "last_on", type=DAY, help="Last day; without it the first day only.")
@click.option("--leaves", is_flag=True, help="These trainers stop for good on the first day.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--steps", type=int, default=Limits().steps, show_default=True)
@click.option("--accept", "accepted", is_flag=True, help="Make it the draft as well.")
@language
@as_json
def repair_plan(
    cohort: str, accepted: bool, language: str, as_json: bool, seed: int, steps: int, **what: Any
) -> None:
    """Note what happened to COHORT, and find the smallest change after which every rule holds.

    Without --trainer, --person or --room it mends what is broken now: newcomers, another length of
    a module, a trainer who left. Nobody is told before a release.
    """
    with refusals_told(), force_locale(language):
        found = cohort_named(cohort)
        happened = _happening(found, **what)
        if happened is not None:
            note_happening(found, happened, at=now(), by=None)
        run = solved(cohort, Wish(seed=seed, steps=steps, repair=True))
        if accepted:
            accept(run, at=now(), by=None, origin="command")
            db.session.commit()
        diff = ChangeList.of(run)
        facts = _facts(run, diff)
    tell(facts, _lines(run, diff, accepted=accepted), as_json=as_json)


def _happening(  # noqa: PLR0913, PLR0917  (one per option)
    cohort: Cohort,
    trainers: tuple[str, ...],
    people: tuple[str, ...],
    rooms: tuple[str, ...],
    first_on: datetime | None,
    last_on: datetime | None,
    leaves: bool,
) -> Happening | None:
    who: list[Person] = [person_mailed(email) for email in (*trainers, *people)]
    lost = [room for name in rooms for room in _rooms_named(cohort, name)]
    if not who and not lost:
        return None
    if first_on is None:
        raise click.UsageError("Say from which day with --from YYYY-MM-DD.")
    if leaves and (people or rooms):
        raise click.UsageError("--leaves is for trainers only.")
    return Happening(first_on.date(), (last_on or first_on).date(), who, lost, leaves)


def _rooms_named(cohort: Cohort, name: str) -> list[Room]:
    """All rooms of a venue by its name, else the room."""
    ours = (
        select(Room).join(Venue).where(Venue.organisation_id == cohort.organisation_id)
    )  # fmt: skip
    found = db.session.scalars(ours.where(Venue.name == name)).all()
    found = found or db.session.scalars(ours.where(Room.name == name)).all()
    if not found:
        raise click.ClickException(f"There is no room or venue {name!r}.")
    return list(found)


def _facts(run: PlanRun, diff: ChangeList) -> dict[str, Any]:
    facts = facts_of(run)
    wanted = ("run", "cohort", "unplaced", "broken", "seconds", "seed", "steps", "accepted")
    return {name: facts[name] for name in wanted} | {
        "changes": as_facts(diff.lines),
        "unchanged": diff.unchanged,
        "people": diff.people,
        "trainers": diff.trainers,
        "had_accepted": diff.accepted,
    }


def _lines(run: PlanRun, diff: ChangeList, *, accepted: bool) -> list[str]:
    facts = facts_of(run)
    changed, people = f"{len(diff.lines)} sessions change", f"{len(diff.people)} people are touched"
    said = f"{diff.accepted} times somebody had said yes"
    return [
        f"{changed}, {diff.unchanged} stay, {people}, {said} ({facts['seconds']} s).",
        *(f"{line.title}: {_told(line.old)} -> {_told(line.new)}" for line in diff.lines),
        *(f"No place: {item['meeting']}. {item['why']}" for item in facts["unplaced"]),
        *(f"Broken: {item['meeting']} {item['why']}" for item in facts["broken"]),
        "This is the draft now. Nobody was told yet."
        if accepted
        else f"Nothing changed yet: flask plan accept {run.id}",
    ]


def _told(spot: Spot | None) -> str:
    if spot is None:
        return "-"
    return f"{spot.starts_at:%Y-%m-%d %H:%M} {spot.room} ({', '.join(spot.trainers)})"
