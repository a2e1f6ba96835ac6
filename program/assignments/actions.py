"""Handing in work, answering it, and editing what a programme asks. None of these commits."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from program.accounts.models import Person
from program.assignments.files import LIMIT, MEDIA_TYPES, Upload, kind_of, tidy_name
from program.assignments.models import Assignment, Feedback, Submission
from program.cohorts.models import Cohort, Enrolment
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.programmes.models import Domain, Module, Programme

LONGEST = 100_000  # characters


class NothingHandedIn(Refusal):
    field = "text"


class FileNotTaken(Refusal):
    field = "file"


class SaidNothing(Refusal):
    field = "text"


@dataclass(frozen=True, slots=True)
class Wording:
    """What a programme says of an assignment."""

    title: str
    instructions: str
    domain_id: int
    due_after_id: int | None
    due_days: int


def submit(
    assignment_id: int,
    enrolment_id: int,
    *,
    text: str = "",
    upload: Upload | None = None,
    by: int | None,
    at: datetime,
) -> Submission:
    """Hand in text, a file or both; a second time is the next version."""
    enrolment = locked(Enrolment, enrolment_id)
    assignment = _asked_of(enrolment, assignment_id)
    text = text.strip()
    if not text and upload is None:
        raise NothingHandedIn(_("Write something or choose a file."))
    if len(text) > LONGEST:
        raise NothingHandedIn(_("This text is too long. Hand it in as a file."))
    name, media_type = _let_in(upload) if upload else ("", "")
    submission = Submission(
        assignment_id=assignment.id,
        enrolment_id=enrolment.id,
        number=1 + _versions(assignment.id, enrolment.id),
        text=text,
        file_name=name,
        media_type=media_type,
        file=upload.content if upload else None,
        submitted_at=at,
    )
    db.session.add(submission)
    db.session.flush()
    record("submission.handed_in", f"submission:{submission.id}", by=by)
    _show_anew(enrolment)
    return submission


def give_feedback(submission_id: int, text: str, *, by: int, at: datetime) -> Feedback:
    """A trainer's words to the participant."""
    submission = db.session.get_one(Submission, submission_id)
    if not text.strip():
        raise SaidNothing(_("Write your feedback first."))
    feedback = Feedback(submission_id=submission.id, author_id=by, text=text.strip(), given_at=at)
    db.session.add(feedback)
    db.session.flush()
    record("feedback.given", f"feedback:{feedback.id}", by=by)
    _show_anew(submission.enrolment)
    return feedback


def add_assignment(programme_id: int, wording: Wording, *, by: int | None) -> Assignment:
    programme = locked(Programme, programme_id)
    assignment = Assignment(programme_id=programme.id, key=_free_key(programme_id, wording.title))
    _reword(assignment, wording)
    db.session.add(assignment)
    db.session.flush()
    record("assignment.added", f"assignment:{assignment.id}", by=by)
    _programme_changed(programme_id)
    return assignment


def change_assignment(assignment_id: int, wording: Wording, *, by: int | None) -> None:
    assignment = locked(Assignment, assignment_id)
    _reword(assignment, wording)
    record("assignment.changed", f"assignment:{assignment_id}", by=by)
    _programme_changed(assignment.programme_id)


def remove_assignment(assignment_id: int, *, by: int | None) -> None:
    assignment = locked(Assignment, assignment_id)
    handed_in = select(func.count(Submission.id)).where(Submission.assignment_id == assignment_id)
    if db.session.scalar(handed_in):
        raise Refusal(_("Work was handed in for this assignment, so it stays."))
    db.session.delete(assignment)
    record("assignment.removed", f"assignment:{assignment_id}", by=by)
    _programme_changed(assignment.programme_id)


def copy_assignments(source_programme_id: int, target_programme_id: int) -> None:
    """Give the target the same assignments; domains and modules are matched by their keys."""
    domains = _by_key(Domain, target_programme_id)
    modules = _by_key(Module, target_programme_id)
    wanted = select(Assignment).where(Assignment.programme_id == source_programme_id)
    for old in db.session.scalars(wanted.order_by(Assignment.id)):
        db.session.add(
            Assignment(
                programme_id=target_programme_id,
                key=old.key,
                title=old.title,
                instructions=old.instructions,
                domain_id=domains[old.domain.key],
                due_after_id=modules.get(old.due_after.key) if old.due_after else None,
                due_days=old.due_days,
            )
        )
    db.session.flush()


def _asked_of(enrolment: Enrolment, assignment_id: int) -> Assignment:
    wanted = select(Assignment).where(
        Assignment.id == assignment_id,
        Assignment.programme_id == enrolment.cohort.programme_id,
    )
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise Refusal(_("This assignment is not part of your programme."))
    return found


def _versions(assignment_id: int, enrolment_id: int) -> int:
    wanted = select(func.max(Submission.number)).where(
        Submission.assignment_id == assignment_id, Submission.enrolment_id == enrolment_id
    )
    return db.session.scalar(wanted) or 0


def _let_in(upload: Upload) -> tuple[str, str]:
    if len(upload.content) > LIMIT:
        raise FileNotTaken(_("This file is larger than 20 MB. Make it smaller and try again."))
    if not upload.content:
        raise FileNotTaken(_("This file is empty."))
    kind = kind_of(upload)
    if kind is None:
        raise FileNotTaken(
            _(
                "This file is not taken. Hand in a PDF, Word (docx), Excel (xlsx), "
                "PowerPoint (pptx), ODT, PNG, JPG or plain text file, without macros."
            )
        )
    return tidy_name(upload.name), MEDIA_TYPES[kind]


def _reword(assignment: Assignment, wording: Wording) -> None:
    assignment.title = wording.title.strip()
    assignment.instructions = wording.instructions.strip()
    assignment.domain_id = wording.domain_id
    assignment.due_after_id = wording.due_after_id
    assignment.due_days = wording.due_days


def _free_key(programme_id: int, title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "opdracht"
    wanted = select(Assignment.key).where(Assignment.programme_id == programme_id)
    taken = set(db.session.scalars(wanted))
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return next(key for key in (stem, *numbered) if key not in taken)


def _by_key(kind: type[Domain] | type[Module], programme_id: int) -> dict[str, int]:
    rows = db.session.execute(select(kind.key, kind.id).where(kind.programme_id == programme_id))
    return {row.key: row.id for row in rows}


def _programme_changed(programme_id: int) -> None:
    db.session.flush()
    bump(Programme, [programme_id])
    cohorts = select(Cohort.id).where(Cohort.programme_id == programme_id).order_by(Cohort.id)
    ids = list(db.session.scalars(cohorts))
    bump(Cohort, ids)
    people = select(Enrolment.person_id).where(Enrolment.cohort_id.in_(ids)).distinct()
    bump(Person, sorted(db.session.scalars(people)))


def _show_anew(enrolment: Enrolment) -> None:
    bump(Cohort, [enrolment.cohort_id])
    bump(Person, [enrolment.person_id])
