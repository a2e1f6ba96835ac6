"""Copying a cohort to a new start; its schedule comes as near to the old one as can be."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.models import Organisation
from program.assignments.copying import copy_programme
from program.cohorts.actions import CohortSpec, add_cohort
from program.cohorts.models import (
    ClosedPart,
    Cohort,
    Enrolment,
    Group,
    GroupKind,
    GroupMembership,
    Pair,
)
from program.cohorts.queries import closed_parts
from program.cohorts.times import local
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.meetings.models import Meeting
from program.planning.actions.groups import Groups
from program.planning.actions.meetings import write_meetings
from program.planning.actions.seats import write_seats
from program.planning.anchoring import weeks_between
from program.planning.changes import standing_plan
from program.planning.models import PlanRule, PlanRun, RunKind, RunState
from program.planning.problem import Limits, Person, Placed, Plan, Problem, Tables
from program.planning.question import Question, question_about
from program.planning.standing import table_order
from program.planning.wire import from_json
from program.programmes.models import Module, Programme

CHANGED = "changed"  # the error of a copy whose programme is no longer what was asked about


@dataclass(frozen=True)
class Again:
    """What the copy is called, when it starts, and whether the same people take part."""

    name: str
    starts_on: date
    with_people: bool = False
    seed: int = 1


def copy_cohort(
    cohort: Cohort, again: Again, *, at: datetime, by: int | None, origin: str = "web"
) -> PlanRun:
    """A new cohort with the same programme, rules, closed days and groups; its schedule is asked.

    The run that comes back is of the new cohort: its question holds where each meeting was, moved
    by whole weeks. `write_copy` makes what the planner finds the draft.
    """
    today = local(at, cohort.timezone).date()
    old = question_about(cohort, on=today, repair=True)
    if not (old.problem.standing or old.problem.kept):
        raise Refusal(_("This cohort has no schedule to copy yet."))
    copying = _Copying(cohort, again, old, by)
    run = _asked(copying.made, copying.question(today), Limits(seed=again.seed))
    run.created_at, run.created_by_id = at, by
    run.question = run.question | {"fixed": copying.fixed}
    db.session.add(run)
    db.session.flush()
    record("cohort.copied", f"cohort:{copying.made.id}", by=by, origin=origin)
    return run


def _asked(cohort: Cohort, question: Question, limits: Limits) -> PlanRun:
    return PlanRun(
        cohort_id=cohort.id,
        kind=RunKind.COPY,
        state=RunState.QUEUED,
        question=question.as_json | {"steps": limits.steps, "mix": False, "copied": True},
        question_hash=question.hash,
        seed=limits.seed,
        seconds=limits.seconds,
        progress={},
    )


def write_copy(run: PlanRun, *, at: datetime, origin: str = "runner") -> None:
    """Make what was found the draft of the copy; a second time changes nothing.

    When its programme, groups or rooms changed while the planner was at work, nothing is written.
    """
    locked(Organisation, run.cohort.organisation_id)  # rooms and trainers are the whole bureau's
    run = locked(PlanRun, run.id)
    if run.accepted_at is not None or run.proposal is None:
        return
    plan = from_json(Plan, run.proposal["plan"])
    if _is_outdated(run, plan, at):
        run.state, run.error = RunState.FAILED, CHANGED
        return
    rows = Groups(run.cohort, list(run.question["group_ids"]), table_order(run.cohort_id))
    meetings: list[Meeting] = write_meetings(run.cohort, plan, rows, at=at)
    write_seats(run.cohort, meetings, at=at)
    _fix_days(run, plan)
    run.accepted_at = at
    bump(Cohort, [run.cohort_id])
    record("plan.accepted", f"plan_run:{run.id}", by=run.created_by_id, origin=origin)


def _is_outdated(run: PlanRun, plan: Plan, at: datetime) -> bool:
    now = question_about(run.cohort, on=local(at, run.cohort.timezone).date())
    rooms = {room.id for room in now.problem.rooms}
    return (
        now.problem.modules != from_json(Problem, run.question["problem"]).modules
        or list(now.group_ids) != run.question["group_ids"]
        or any(meeting.room not in rooms for meeting in plan.meetings if meeting.room)
    )


def _fix_days(run: PlanRun, plan: Plan) -> None:
    """The new day of each module that had a fixed one."""
    days = {m.module: m.begins.date() for m in plan.meetings if m.starts_at is not None}
    for number in run.question["fixed"]:
        module = db.session.get(Module, number)
        if module is not None and number in days:
            module.fixed_on = days[number]


class _Copying:
    def __init__(self, cohort: Cohort, again: Again, old: Question, by: int | None) -> None:
        self.cohort, self.again, self.old = cohort, again, old
        self.shift = weeks_between(cohort.starts_on, again.starts_on)
        self.programme = self._programme(by)
        self.made = add_cohort(
            self.programme,
            CohortSpec(
                name=again.name,
                starts_on=again.starts_on,
                ends_on=cohort.ends_on + self.shift,
                client_ids=[client.id for client in cohort.clients],
                school_region=cohort.school_region,
                group_count=cohort.group_count,
                table_size=cohort.table_size,
            ),
            by=by,
        )
        self.made.timezone = cohort.timezone
        self.modules = self._modules()
        self._rules()
        self._closed_days()
        self.learning: list[Group] = []
        self.rounds: dict[tuple[int, int], list[Group]] = {}
        self._groups()
        if again.with_people:
            self._people()

    def _programme(self, by: int | None) -> Programme:
        title = f"{self.cohort.programme.title} – {self.again.name}"
        return copy_programme(self.cohort.programme, title=title, by=by)

    def _modules(self) -> Mapping[int, Module]:
        """The copy of each module, by the number of the old one."""
        new = {module.key: module for module in self.programme.modules}
        return {module.id: new[module.key] for module in self.cohort.programme.modules}

    def _rules(self) -> None:
        rows = db.session.scalars(select(PlanRule).where(PlanRule.cohort_id == self.cohort.id))
        for row in rows.all():
            module = self.modules[row.module_id].id if row.module_id else None
            db.session.add(
                PlanRule(
                    cohort_id=self.made.id, key=row.key, module_id=module, state=row.state,
                    weight=row.weight, value=dict(row.value),
                )
            )  # fmt: skip

    def _closed_days(self) -> None:
        """Own days and council evenings, moved as the meetings are: on the same weekday."""
        days = db.session.scalars(closed_parts(self.cohort.id)).all()
        db.session.add_all(
            ClosedPart(cohort_id=self.made.id, day=one.day + self.shift, parts=one.parts,
                       name=one.name)
            for one in days
            if self.made.starts_on <= one.day + self.shift <= self.made.ends_on
        )  # fmt: skip

    def _groups(self) -> None:
        """Of the same names, in the same order; who is in them is another matter."""
        order = table_order(self.cohort.id)
        numbers = [*self.old.group_ids, *(n for ids in order.values() for n in ids)]
        known = select(Group.id, Group.name).where(Group.id.in_(numbers))
        names = dict(db.session.execute(known).all())
        self.learning = [
            Group(cohort_id=self.made.id, kind=GroupKind.LEARNING, name=names[n])
            for n in self.old.group_ids
        ]
        for (module, turn), ids in order.items():
            new = self.modules[module].id
            self.rounds[new, turn] = [
                Group(
                    cohort_id=self.made.id, kind=GroupKind.TABLE, name=names[n], module_id=new,
                    round=turn,
                )
                for n in ids
            ]  # fmt: skip
        for groups in (self.learning, *self.rounds.values()):
            for group in groups:
                db.session.add(group)
                db.session.flush()  # numbers in this order, for plans number groups by them

    def _people(self) -> None:
        """Everybody who took part until the end, in the same groups and at the same tables."""
        inside = [person.id for person in self.old.problem.people]
        wanted = select(Enrolment).where(
            Enrolment.cohort_id == self.cohort.id, Enrolment.person_id.in_(inside)
        )
        new: dict[int, Enrolment] = {}
        for old in db.session.scalars(wanted.order_by(Enrolment.id)).all():
            new[old.person_id] = Enrolment(
                cohort_id=self.made.id, person_id=old.person_id,
                organisation_id=old.organisation_id, since_on=self.again.starts_on,
                step_free=old.step_free, home_venue_id=old.home_venue_id,
            )  # fmt: skip
        db.session.add_all(new.values())
        db.session.flush()
        tables = {(self.modules[mix.module].id, mix.round): mix.tables for mix in
                  self.old.problem.tables}  # fmt: skip
        sets = [*zip(self.learning, self.old.problem.groups, strict=False)]
        for turn, groups in self.rounds.items():
            sets += zip(groups, tables.get(turn, ()), strict=False)
        db.session.add_all(
            GroupMembership(
                group_id=group.id, enrolment_id=new[person].id, since_on=self.again.starts_on
            )
            for group, people in sets
            for person in people
            if person in new
        )
        self._pairs(new)

    def _pairs(self, new: Mapping[int, Enrolment]) -> None:
        for pair in self.old.problem.pairs:
            one, other = sorted((new[pair.one].id, new[pair.other].id))
            db.session.add(
                Pair(cohort_id=self.made.id, one_id=one, other_id=other, together=pair.together)
            )

    def question(self, today: date) -> Question:
        """The new period, with every meeting on its target and everybody without a name."""
        db.session.flush()
        asked = question_about(self.made, on=today)
        number = {person.id: n for n, person in enumerate(self.old.problem.people, 1)}
        problem = replace(
            asked.problem,
            people=tuple(Person(n, "") for n in number.values()),
            groups=_renumbered(self.old.problem.groups, number),
            tables=tuple(
                Tables(self.modules[mix.module].id, mix.round, _renumbered(mix.tables, number))
                for mix in self.old.problem.tables
            ),
            kept=(),
            standing=tuple(map(self._target, self._meetings())),
            pairs=(),
        )
        ids = tuple(group.id for group in self.learning)
        return Question(problem, ids, tuple(group.name for group in self.learning))

    def _meetings(self) -> tuple[Placed, ...]:
        return standing_plan(self.old.problem).meetings

    def _target(self, old: Placed) -> Placed:
        module = self.modules[old.module].id
        return replace(old, module=module, starts_at=old.begins + self.shift, kept=False)

    @property
    def fixed(self) -> list[int]:
        """Modules of the copy whose day was agreed in the old cohort."""
        old = (m for m in self.cohort.programme.modules if m.fixed_on and m.rounds == 1)
        return [self.modules[module.id].id for module in old]


def _renumbered(
    sets: tuple[tuple[int, ...], ...], number: Mapping[int, int]
) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(number[p] for p in people if p in number) for people in sets)
