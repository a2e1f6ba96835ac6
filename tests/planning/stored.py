"""Planning rows: a small cohort that can be planned, and a run that was solved."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from program.accounts.models import Membership, Organisation, Person, Role
from program.cohorts.models import Cohort, Enrolment, TrainerProfile
from program.core.db import db
from program.meetings.models import Room, Venue
from program.planning.actions import Wish, pose
from program.planning.check import check
from program.planning.jobs import claim
from program.planning.models import PlanRun, RunState
from program.planning.problem import Limits, Problem
from program.planning.solver import solve
from program.planning.wire import from_json, to_json
from program.planning.worker import WORK
from program.programmes.models import ModuleKind
from tests.factories import (
    grant,
    make_cohort,
    make_module,
    make_person,
    make_programme,
    make_room,
    make_venue,
    number,
    stored,
)

AT = datetime(2029, 11, 5, 9, tzinfo=UTC)  # before the cohort's period
FEW = Wish(steps=200)


def make_participant(cohort: Cohort, **work: Any) -> Person:
    (person,) = make_participants(cohort, [work])
    return person


def make_participants(cohort: Cohort, works: Iterable[dict[str, Any]]) -> list[Person]:
    """In one transaction: a row of work each."""
    client = cohort.clients[0].id
    people = []
    for work in works:
        n = next(number)
        person = Person(
            email=f"p{n}@example.nl", given_name="Noor", surname=f"Berg{n}", sort_key=f"berg{n:05}"
        )
        row = {"department": "Ruimte", "gender": "V", "job_title": "Manager"} | work
        db.session.add(Membership(person=person, organisation_id=client, **row))
        db.session.add(
            Enrolment(
                person=person, cohort_id=cohort.id, organisation_id=client,
                since_on=cohort.starts_on,
            )
        )  # fmt: skip
        people.append(person)
    db.session.commit()
    return people


def make_trainer(bureau: Organisation, **given: Any) -> Person:
    person = grant(make_person(), Role.TRAINER, bureau)
    row = {"domain_keys": "zelf opgave"} | given
    stored(TrainerProfile(person_id=person.id, **row))
    return person


def make_rooms(bureau: Organisation) -> tuple[Room, Venue]:
    venue = make_venue(organisation=bureau)
    room = make_room(venue=venue, name="Zaal", capacity=30)
    make_room(venue=venue, name="Kamer", capacity=12)
    online = make_venue(organisation=bureau, online=True)
    make_room(venue=online, name="Teams", capacity=100)
    return room, venue


def plannable(people: int = 8, **given: Any) -> Cohort:
    """A kick-off, a group day, two rounds at tables and a webinar, for eight people."""
    programme = make_programme()
    start = make_module(
        programme, title="Aftrap", kind=ModuleKind.PLENARY, fixed_on=date(2030, 1, 7)
    )
    day = make_module(programme, title="Dag", minutes=420, after=start)
    make_module(
        programme, title="Intervisie", kind=ModuleKind.TABLES, minutes=180, rounds=2, after=day
    )
    make_module(programme, title="Webinar", kind=ModuleKind.WEBINAR, minutes=90, after=day)
    cohort = make_cohort(
        programme=programme,
        starts_on=date(2030, 1, 7),
        ends_on=date(2030, 4, 30),
        group_count=2,
        table_size=4,
        **given,
    )
    make_participants(
        cohort,
        [
            {"gender": "VM"[n % 2], "department": "AB"[n // 2 % 2], "employee_number": str(100 + n)}
            for n in range(people)
        ],
    )
    make_rooms(cohort.organisation)
    make_trainer(cohort.organisation)
    make_trainer(cohort.organisation)
    return cohort


def solved(cohort: Cohort, wish: Wish = FEW, *, at: datetime = AT) -> PlanRun:
    """As the job would have, but here and now."""
    run = pose(cohort, wish, at=at, by=None)
    claim(run.id, at)
    db.session.refresh(run)
    problem = from_json(Problem, run.question["problem"])
    work = WORK.get(run.kind.value, solve)
    proposal = work(problem, Limits(seed=wish.seed, steps=wish.steps), lambda _progress: True)
    run.proposal = to_json(proposal)
    run.report = to_json(check(problem, proposal.plan))
    run.state, run.finished_at = RunState.DONE, at
    db.session.commit()
    return run
