"""Taking a part of a proposal: some of its meetings become the draft, the others stay."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from flask_babel import gettext as _

from program.accounts.models import Organisation
from program.cohorts.times import local
from program.core.audit import record
from program.core.db import db, locked
from program.core.errors import Refusal
from program.meetings.actions.moving import set_lock
from program.planning import queries
from program.planning.actions.accepting import asked_again, refuse_outdated, tell
from program.planning.actions.groups import write_groups
from program.planning.actions.meetings import numbers_of, write_meetings
from program.planning.actions.posing import pose, wish_again
from program.planning.actions.seats import write_seats
from program.planning.changes import Change, changes, standing_plan
from program.planning.check.findings import Key
from program.planning.models import PlanRun
from program.planning.parts import Part
from program.planning.problem import Plan, Problem
from program.planning.question import question_about
from program.planning.wire import from_json, to_json
from program.planning.wording import Wording


class PartRefused(Refusal):
    """What was ticked does not hold together with what stands."""


def draft_of(run: PlanRun, at: datetime) -> Problem:
    """What stands now, groups and tables too, as the problem that this run is about."""
    from_on = run.question["problem"]["from_on"]
    question = question_about(
        run.cohort,
        on=local(at, run.cohort.timezone).date(),
        from_on=date.fromisoformat(from_on) if from_on else None,
        repair=True,
    )
    return question.problem


def take(
    run: PlanRun, keys: Collection[Key], *, at: datetime, by: int | None, origin: str = "web"
) -> None:
    """These meetings become as the proposal says; the others stay as they are.

    New learning groups come along with the first of their meetings. Refused when what would come
    of it breaks a hard rule that holds in the draft and in the proposal.
    """
    locked(Organisation, run.cohort.organisation_id)  # rooms and trainers are the whole bureau's
    db.session.expire_all()  # what was read before we had to wait may be old
    run = locked(PlanRun, run.id)
    if run.proposal is None:
        raise Refusal(_("There is no proposal to accept."))
    if not keys:
        raise PartRefused(_("Tick the sessions that you want to take."))
    refuse_outdated(run, at)
    now = draft_of(run, at)
    part = Part(now, standing_plan(now), from_json(Plan, run.proposal["plan"]), frozenset(keys))
    _refuse_split(run, part)
    _refuse_broken(run, part)
    _write(run, part, at)
    _remember(run, part, at)
    record("plan.part_accepted", f"plan_run:{run.id}", by=by, origin=origin)


def lock_and_go_on(run: PlanRun, keys: Collection[Key], *, at: datetime, by: int | None) -> PlanRun:
    """Take these meetings, lock them, and ask for a new plan of the rest. Returns the new run."""
    changed = {change.key for change in _changes(run, at)}
    if wanted := changed & set(keys):
        take(run, wanted, at=at, by=by)
    elif not keys:
        raise PartRefused(_("Tick the sessions that you want to lock."))
    set_lock(run.cohort, numbers_of(run.cohort, keys), on=True, at=at, by=by)
    new = pose(run.cohort, wish_again(run), at=at, by=by)
    new.based_on_id = run.id
    return new


def _changes(run: PlanRun, at: datetime) -> tuple[Change, ...]:
    if run.proposal is None:
        raise Refusal(_("There is no proposal to accept."))
    now = draft_of(run, at)
    return changes(now, standing_plan(now), from_json(Plan, run.proposal["plan"]))


def _refuse_split(run: PlanRun, part: Part) -> None:
    words = Wording(run)
    for module, turn, group in part.split():
        meeting = words.meeting((module, turn, group))
        if (module, turn) in part.rounds:
            raise PartRefused(
                _(
                    "The tables of %(round)s are mixed anew: take all of them, or none. "
                    "%(meeting)s is not ticked.",
                    round=words.turn(module, turn),
                    meeting=meeting,
                )
            )
        raise PartRefused(
            _(
                "The learning groups are new in this plan: take all their sessions, or none. "
                "%(meeting)s is not ticked.",
                meeting=meeting,
            )
        )


def _refuse_broken(run: PlanRun, part: Part) -> None:
    words = Wording(run)
    for found in part.broken():
        told = to_json(found)
        sentence = words.broken(told)
        where = f"{words.meeting(told['meeting'])}: " if told["meeting"] else ""
        raise PartRefused(
            _(
                "This does not go together with what stands. %(where)s%(sentence)s "
                "Tick that session as well, or leave this one out.",
                where=where,
                sentence=sentence,
            )
        )


def _write(run: PlanRun, part: Part, at: datetime) -> None:
    plan, asked = part.plan, from_json(Problem, run.question["problem"])
    problem = replace(part.problem, groups=asked.groups if part.groups else plan.groups)
    mixed = tuple(mix for mix in plan.tables if (mix.module, mix.round) in part.rounds)
    groups = write_groups(run.cohort, problem, replace(plan, tables=mixed))
    meetings = write_meetings(run.cohort, plan, groups, at=at)
    if part.groups:
        meetings += db.session.scalars(queries.locked_ahead(run.cohort_id, at))  # some may join
    write_seats(run.cohort, meetings, at=at)
    groups.drop_unused_tables()
    tell(run.cohort, problem)


def _remember(run: PlanRun, part: Part, at: datetime) -> None:
    """What was taken; the proposal still fits after a change that was its own."""
    taken = {tuple(key) for key in run.taken or []} | part.taken
    run.taken = to_json(sorted(taken, key=str))
    run.question_hash = asked_again(run, at).hash
    if not _changes(run, at):
        run.accepted_at = at
