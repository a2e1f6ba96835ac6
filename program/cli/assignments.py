"""`flask assignments …`: what is asked, handed in and answered. `flask progress …`: the norm."""

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from program.assignments import actions, queries
from program.assignments.files import LIMIT, Upload
from program.assignments.ledger import work_by_person
from program.assignments.models import Assignment, Submission
from program.attendance.norm import Progress
from program.cli.terms import as_json, cohort_named, person_mailed, refusals_told, tell
from program.cohorts.models import Cohort, Enrolment
from program.core.clock import now
from program.core.db import db
from program.home import queries as home
from program.home.standing import standing_of

assignments = AppGroup("assignments", help="Assignments, work handed in and feedback.")


@assignments.command("list")
@click.argument("cohort")
@as_json
def list_(cohort: str, as_json: bool) -> None:
    """The assignments of COHORT, and who handed in what."""
    found = cohort_named(cohort)
    asked = db.session.scalars(queries.of_programme(found.programme_id)).all()
    people = db.session.execute(queries.taking_part(found.id, now().date())).all()
    work = work_by_person(found, asked, [person.person_id for person in people])
    facts = [
        {
            "assignment": each.id,
            "key": each.key,
            "title": each.title,
            "domain": each.domain.key,
            "work": [
                {
                    "person": person.person_id,
                    "due_on": work[person.person_id][i].due_on,
                    "version": work[person.person_id][i].version,
                    "submission": work[person.person_id][i].submission_id,
                    "answers": work[person.person_id][i].answers,
                }
                for person in people
            ],
        }
        for i, each in enumerate(asked)
    ]
    lines = (
        f"{each.id:>4} {each.title}: "
        f"{sum(work[person.person_id][i].version > 0 for person in people)} of {len(people)}"
        for i, each in enumerate(asked)
    )
    tell({"cohort": found.id, "assignments": facts}, lines, as_json=as_json)


@assignments.command("submit")
@click.argument("assignment", type=int)
@click.argument("email")
@click.option("--text", default="", help="What to hand in.")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def submit(assignment: int, email: str, text: str, file: Path | None, as_json: bool) -> None:
    """Hand in work of the person EMAIL for the assignment with the number ASSIGNMENT."""
    person = person_mailed(email)
    enrolment = _enrolment(assignment, person.id)
    upload = Upload(file.name, _read(file)) if file else None
    with refusals_told():
        done = actions.submit(
            assignment, enrolment.id, text=text, upload=upload, by=person.id, at=now()
        )
        facts = {"submission": done.id, "version": done.number}
        db.session.commit()
    tell(facts, [f"submission {facts['submission']}, version {done.number}"], as_json=as_json)


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(LIMIT + 1)


def _enrolment(assignment_id: int, person_id: int) -> Enrolment:
    wanted = (
        select(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Assignment, Assignment.programme_id == Cohort.programme_id)
        .where(Assignment.id == assignment_id, Enrolment.person_id == person_id)
        .order_by(Enrolment.id.desc())
    )
    found = db.session.scalars(wanted).first()
    if found is None:
        raise click.ClickException("This person takes part in no cohort with that assignment.")
    return found


@assignments.command("feedback")
@click.argument("submission", type=int)
@click.option("--text", required=True)
@click.option("--by", required=True, help="E-mail address of the trainer.")
@as_json
def feedback(submission: int, text: str, by: str, as_json: bool) -> None:
    """Answer the work with the number SUBMISSION."""
    trainer = person_mailed(by)
    wanted = queries.trained_by(trainer.id, now().date()).where(Submission.id == submission)
    if db.session.scalars(wanted).one_or_none() is None:
        raise click.ClickException(f"{by} trains no cohort with submission {submission}.")
    with refusals_told():
        given = actions.give_feedback(submission, text, by=trainer.id, at=now())
        facts = {"feedback": given.id, "submission": submission}
        db.session.commit()
    tell(facts, [f"feedback {facts['feedback']}"], as_json=as_json)


@click.command("progress")
@with_appcontext
@click.argument("cohort")
@click.option("--person", "email", help="One participant only, by e-mail address.")
@as_json
def progress(cohort: str, email: str | None, as_json: bool) -> None:
    """Hours and assignments per person and domain of COHORT, with the forecast of the norm."""
    found = cohort_named(cohort)
    domains = db.session.scalars(home.domains(found.programme_id)).all()
    people = [
        each
        for each in db.session.execute(home.names_of(found.id, now().date()))
        if email is None or each.email == email.strip().lower()
    ]
    if email is not None and not people:
        raise click.ClickException(f"{email} does not take part in {found.name}.")
    standing = standing_of(found, domains, [each.id for each in people], at=now())
    keys = {domain.id: domain.key for domain in domains}
    facts = [
        {
            "person": each.id,
            "email": each.email,
            "domains": [_told(keys[one.domain], one) for one in standing[each.id]],
        }
        for each in people
    ]
    lines = (
        f"{each.email}: " + ", ".join(f"{keys[o.domain]} {o.forecast}" for o in standing[each.id])
        for each in people
    )
    document = {"cohort": found.id, "norm": found.programme.attendance_norm, "people": facts}
    tell(document, lines, as_json=as_json)


def _told(key: str, one: Progress) -> dict[str, object]:
    return {
        "domain": key,
        "hours_attended": round(one.attended / 60, 2),
        "hours_planned_so_far": round(one.planned_so_far / 60, 2),
        "hours_planned": round(one.planned_total / 60, 2),
        "hours_required": round(one.required / 60, 2),
        "hours_attainable": round(one.attainable / 60, 2),
        "share": round(one.share, 4),
        "assignments": one.tasks,
        "handed_in": one.handed_in,
        "overdue": one.overdue,
        "forecast": one.forecast.value,
    }
