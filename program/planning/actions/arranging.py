"""Moving people in a proposal of learning groups by hand, and making it the draft."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from program.accounts.models import Organisation, Person
from program.cohorts.models import Cohort, Enrolment, Group, GroupKind, GroupMembership
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.planning import queries
from program.planning.actions.accepting import PlanOutdated
from program.planning.actions.grouping import hash_of, pinned_of, question_again
from program.planning.actions.groups import free_names, join
from program.planning.actions.seats import write_seats
from program.planning.models import PlanRun


class ChangedMeanwhile(Refusal):
    """Somebody else changed the same proposal."""


def move_people(
    run: PlanRun, people: Collection[int], group: int, *, version: int, by: int | None
) -> None:
    """Put these people in one group of the proposal."""
    run, proposal = _open(run, version, people)
    groups = [[p for p in members if p not in people] for members in proposal["groups"]]
    if not 0 <= group < len(groups):
        raise Refusal(_("This group is not in the proposal."))
    groups[group] = sorted([*groups[group], *people])
    _arrange(run, groups)
    record("groups.moved", f"plan_run:{run.id}", by=by)


def swap_people(run: PlanRun, people: Collection[int], *, version: int, by: int | None) -> None:
    """Let two people of different groups change places, so that the sizes stay."""
    run, proposal = _open(run, version, people)
    group_of = {p: g for g, members in enumerate(proposal["groups"]) for p in members}
    if len(people) != 2 or len({group_of[p] for p in people}) != 2:
        raise Refusal(_("Select two people of different groups to let them change places."))
    one, other = people
    other_of = {one: other, other: one}
    _arrange(run, [sorted(other_of.get(p, p) for p in members) for members in proposal["groups"]])
    record("groups.moved", f"plan_run:{run.id}", by=by)


def pin_people(
    run: PlanRun, people: Collection[int], pinned: bool, *, version: int, by: int | None
) -> None:
    """Who is pinned stays where they are when the planner improves the groups."""
    run, proposal = _open(run, version, people)
    others = pinned_of(run) - set(people)
    now = sorted(others | set(people) if pinned else others)
    run.proposal = proposal | {"pinned": now, "version": version + 1}
    record("groups.pinned" if pinned else "groups.unpinned", f"plan_run:{run.id}", by=by)


def _arrange(run: PlanRun, groups: list[list[int]]) -> None:
    before = run.proposal or {}
    run.proposal = before | {"groups": groups, "version": before.get("version", 0) + 1}


def _open(
    run: PlanRun, version: int, people: Collection[int] | None = None
) -> tuple[PlanRun, dict[str, Any]]:
    """The proposal, ours to change until the commit, when it is still as it was shown."""
    run = locked(PlanRun, run.id)
    if run.accepted_at is not None:
        raise Refusal(_("These groups were accepted already. Make new ones to change them."))
    if run.proposal is None:
        raise Refusal(_("There is no proposal to change."))
    if run.proposal.get("version", 0) != version:
        raise ChangedMeanwhile(
            _("Somebody else changed these groups in the meantime. This is how they are now.")
        )
    inside = {person for members in run.proposal["groups"] for person in members}
    if people is not None and not people:
        raise Refusal(_("Select somebody first."))
    if people is not None and not set(people) <= inside:
        raise Refusal(_("Somebody of these is not in the proposal."))
    return run, run.proposal


def accept_groups(
    run: PlanRun, *, version: int | None = None, at: datetime, by: int | None, origin: str = "web"
) -> None:
    """Make these the learning groups of the cohort from the first day to plan. Twice is once."""
    locked(Organisation, run.cohort.organisation_id)  # whoever accepts a plan writes groups too
    db.session.expire_all()  # what was read before we had to wait may be old
    run = locked(PlanRun, run.id)
    if run.accepted_at is not None:
        return
    seen = (run.proposal or {}).get("version", 0) if version is None else version
    run, proposal = _open(run, seen)
    question = question_again(run, at)
    if hash_of(question) != run.question_hash:
        raise PlanOutdated(
            _("Somebody joined or left since. Improve these groups, or make new ones.")
        )
    _write(run, proposal["groups"], question.problem.from_on or run.cohort.starts_on, at)
    run.accepted_at = at
    _show(run.cohort)
    record("groups.accepted", f"plan_run:{run.id}", by=by, origin=origin)


def _write(run: PlanRun, groups: Sequence[Sequence[int]], since: date, at: datetime) -> None:
    """Only who goes elsewhere changes; the days before keep their group."""
    numbers = _numbers(run.cohort, len(groups))
    wanted = {person: numbers[g] for g, people in enumerate(groups) for person in people}
    spells = {
        person: (number, first, last)
        for person, number, first, last in db.session.execute(queries.enrolments(run.cohort_id))
    }
    now: dict[int, list[int]] = defaultdict(list)
    for person, group in db.session.execute(queries.learning_group_members(run.cohort_id, since)):
        now[person].append(group)
    moved = [p for p in wanted if p in spells and now[p] != [wanted[p]]]
    _leave([spells[person][0] for person in moved], numbers, since)
    join((wanted[p], max(since, spells[p][1]), spells[p]) for p in moved)
    meetings = db.session.scalars(queries.group_meetings(numbers, at)).all()
    write_seats(run.cohort, meetings, at=at)


def _numbers(cohort: Cohort, count: int) -> list[int]:
    """The learning groups in the order they were made, as many as are needed (or are there)."""
    known = db.session.execute(queries.learning_groups(cohort.id)).all()
    with force_locale("nl"):  # names are data, in the language of the cohort
        names = free_names(
            (_("Group %(n)s", n=n) for n in range(1, 10_000)),
            {name for _number, name in known},
            count - len(known),
        )
    new = [Group(cohort_id=cohort.id, kind=GroupKind.LEARNING, name=name) for name in names]
    db.session.add_all(new)
    db.session.flush()
    return [number for number, _name in known] + [group.id for group in new]


def _leave(enrolments: Sequence[int], groups: Sequence[int], on: date) -> None:
    quietly = {"synchronize_session": False}
    theirs = GroupMembership.enrolment_id.in_(enrolments) & GroupMembership.group_id.in_(groups)
    db.session.execute(
        delete(GroupMembership).where(theirs, GroupMembership.since_on >= on),
        execution_options=quietly,
    )
    still = GroupMembership.until_on.is_(None) | (GroupMembership.until_on > on)
    db.session.execute(
        update(GroupMembership).where(theirs, still).values(until_on=on), execution_options=quietly
    )


def _show(cohort: Cohort) -> None:
    bump(Cohort, [cohort.id])
    people = select(Enrolment.person_id).where(Enrolment.cohort_id == cohort.id)
    bump(Person, sorted(db.session.scalars(people)))
