"""Asking for learning groups: new ones, or better ones from those at hand."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from program.cohorts.models import Cohort
from program.cohorts.times import local
from program.core.audit import record
from program.core.db import db, locked
from program.core.errors import Refusal
from program.planning import queries
from program.planning.actions.posing import LONGEST, NothingToPlan, first_day
from program.planning.group_question import asked
from program.planning.grouping import Attribute, GroupProblem, Sizes, usual_steps
from program.planning.models import PlanRun, RunKind, RunState
from program.planning.question import Question, question_about
from program.planning.wire import from_json, to_json

HEAVIEST = 9


@dataclass(frozen=True)
class GroupWish:
    """What to spread and how much each counts; sizes where they need not be quite equal."""

    attributes: Mapping[str, int] = field(default_factory=dict)  # none: all that are known
    groups: int | None = None
    least: int | None = None
    most: int | None = None
    keep: bool = False  # who is in a group stays there; the others find a place
    seed: int = 1
    seconds: float = 30


def pose_groups(
    cohort: Cohort, wish: GroupWish, *, at: datetime, by: int | None, origin: str = "web"
) -> PlanRun:
    """Put the question for groups in the queue."""
    posing = _Posing(cohort, at, by, origin)
    question = posing.question(mix=not wish.keep)
    return posing.queued(question, _wished(asked(question.problem), question, wish), wish)


def improve(run: PlanRun, *, at: datetime, by: int | None) -> PlanRun:
    """Go on from the groups of this run as they were moved; who is pinned stays."""
    if run.proposal is None:
        raise Refusal(_("There is no proposal to improve."))
    posing = _Posing(run.cohort, at, by, "web")
    question = posing.question(mix=True)
    problem = _from_here(run, run.proposal["groups"], asked(question.problem))
    better = posing.queued(question, problem, GroupWish(seed=run.seed))
    better.based_on_id = run.id
    return better


def _from_here(run: PlanRun, groups: Sequence[Sequence[int]], now: GroupProblem) -> GroupProblem:
    """What was asked then, of who is here now."""
    before = from_json(GroupProblem, run.question["problem"])
    inside = {person.id for person in now.people}
    start = tuple(tuple(p for p in people if p in inside) for people in groups)
    pinned = pinned_of(run)
    return replace(
        now,
        attributes=before.attributes,
        sizes=_roomy(before.sizes, len(inside)),
        pinned=tuple((p, g) for g, people in enumerate(start) for p in people if p in pinned),
        start=start,
    )


def pinned_of(run: PlanRun) -> set[int]:
    """Who stays where they are when the groups are improved: as asked, unless changed since."""
    asked_for = [person for person, _group in run.question["problem"]["pinned"]]
    return set((run.proposal or {}).get("pinned", asked_for))


class _Posing:
    """One run at a time: who asks first locks the cohort."""

    def __init__(self, cohort: Cohort, at: datetime, by: int | None, origin: str) -> None:
        self.cohort, self.at, self.by, self.origin = cohort, at, by, origin
        locked(Cohort, cohort.id)
        if db.session.scalars(queries.at_work(cohort.id)).first():
            raise Refusal(
                _("A plan for this cohort is being made already. Wait for it, or stop it.")
            )

    def question(self, *, mix: bool) -> Question:
        today = local(self.at, self.cohort.timezone).date()
        from_on = first_day(self.cohort, today)
        question = question_about(self.cohort, on=today, from_on=from_on, mix=mix)
        if not question.problem.people:
            raise NothingToPlan(_("Nobody takes part yet. Bring in the participants first."))
        return question

    def queued(self, question: Question, problem: GroupProblem, wish: GroupWish) -> PlanRun:
        if not 0 < wish.seconds <= LONGEST:
            raise Refusal(_("Choose between 1 and %(n)s seconds.", n=LONGEST), field="seconds")
        run = PlanRun(
            cohort_id=self.cohort.id,
            kind=RunKind.GROUPS,
            state=RunState.QUEUED,
            question=_told(question, problem),
            question_hash=hash_of(question),
            seed=wish.seed,
            seconds=wish.seconds,
            progress={},
            created_at=self.at,
            created_by_id=self.by,
        )
        db.session.add(run)
        db.session.flush()
        record("groups.asked", f"plan_run:{run.id}", by=self.by, origin=self.origin)
        return run


def _wished(problem: GroupProblem, question: Question, wish: GroupWish) -> GroupProblem:
    known = [attribute.key for attribute in problem.attributes]
    weights = {key: wish.attributes[key] for key in known if wish.attributes.get(key, 0) > 0}
    if any(weight > HEAVIEST for weight in weights.values()):
        raise Refusal(_("Choose weights from 0 to %(n)s.", n=HEAVIEST))
    if wish.attributes and not weights:
        raise Refusal(_("Choose at least one thing to spread."), field="attributes")
    chosen = tuple(Attribute(key, n) for key, n in weights.items()) or problem.attributes
    if wish.keep and question.problem.groups:
        return replace(problem, attributes=chosen)
    return replace(problem, attributes=chosen, sizes=_sizes(problem, question, wish))


def _sizes(problem: GroupProblem, question: Question, wish: GroupWish) -> tuple[Sizes, ...]:
    people = len(problem.people)
    count = wish.groups or min(question.problem.group_count, people)
    if not 1 <= count <= people:
        raise Refusal(_("Choose from 1 to %(n)s groups.", n=people), field="groups")
    low, high = people // count, -(-people // count)
    least = low if wish.least is None else wish.least
    most = high if wish.most is None else wish.most
    if not 0 <= least <= low or most < high:
        raise Refusal(
            _("%(count)s groups of %(least)s to %(most)s people do not hold %(people)s people.",
              count=count, least=least, most=most, people=people),
            field="least",
        )  # fmt: skip
    return (Sizes(least, most),) * count


def _roomy(sizes: tuple[Sizes, ...], people: int) -> tuple[Sizes, ...]:
    """The same, with room for who joined since."""
    low, high = people // len(sizes), -(-people // len(sizes))
    return tuple(Sizes(min(size.least, low), max(size.most, high)) for size in sizes)


def _told(question: Question, problem: GroupProblem) -> dict[str, Any]:
    from_on = question.problem.from_on
    return {
        "problem": to_json(problem),
        "group_ids": list(question.group_ids),
        "group_names": list(question.group_names),
        "pairs": [[p.one, p.other, p.together] for p in question.problem.pairs],
        "from_on": from_on.isoformat() if from_on else None,
        "steps": usual_steps(len(problem.people)),
    }


def hash_of(question: Question) -> str:
    """Of what must still be so when the groups are accepted: who takes part."""
    told = sorted(person.id for person in question.problem.people)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def question_again(run: PlanRun, at: datetime) -> Question:
    """Who takes part now, from the same day on."""
    told = run.question["from_on"]
    return question_about(
        run.cohort,
        on=local(at, run.cohort.timezone).date(),
        from_on=date.fromisoformat(told) if told else None,
        mix=False,
    )
