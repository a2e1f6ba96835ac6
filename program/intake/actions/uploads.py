"""Uploads that wait for their columns to be confirmed; kept no longer than needed."""

import posixpath
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select

from program.core.audit import record
from program.core.db import db
from program.core.errors import Refusal
from program.intake.actions.loading import Target
from program.intake.models import Intake, IntakeFile
from program.intake.outcome import Outcome
from program.intake.reading.archive import unpacked, wanted
from program.intake.reading.folder import Reading
from program.intake.reading.problems import Problem, Unreadable
from program.intake.rejects import rejects_of
from program.intake.sentences import unreadable_sentence

KEPT_FOR = timedelta(days=7)


def start_intake(uploads: Mapping[str, bytes], target: Target, *, by: int, at: datetime) -> Intake:
    """Keep the files (those in a zip as well) until somebody has looked at their columns."""
    forget_old(at)
    files = _unpacked(uploads)
    intake = Intake(
        organisation_id=target.bureau_id,
        cohort_id=target.cohort_id,
        cohort_name=target.cohort_name,
        mapping={"columns": {}, "kinds": {}, "client": target.client_name},
        created_at=at,
        created_by_id=by,
        files=[IntakeFile(name=name, content=content) for name, content in files.items()],
    )
    db.session.add(intake)
    db.session.flush()
    record("intake.uploaded", f"intake:{intake.id}", by=by)
    return intake


def _unpacked(uploads: Mapping[str, bytes]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for upload, body in uploads.items():
        try:
            inside = unpacked(posixpath.basename(upload), body)
        except Unreadable as error:
            sentence = unreadable_sentence(error.why, error.value)
            raise Refusal(f"{upload}: {sentence}", field="files") from None
        for name, content in inside.items():
            if not wanted(name):
                raise Refusal(
                    _(
                        "%(name)s is not a kind of file that we can read. "
                        "Choose .xlsx, .ods, .csv, .ics, .yaml or a .zip of them.",
                        name=name,
                    ),
                    field="files",
                )
            files[_short(name)] = content
    if not files:
        raise Refusal(_("Choose at least one file."), field="files")
    return files


def _short(name: str) -> str:
    """Without the folders above, that every name in a zip begins with."""
    parts = name.split("/")
    kept = "/".join(parts[-2:]) if len(parts) > 1 and parts[-2] == "agenda" else parts[-1]
    return kept[-200:]


def choose_columns(
    intake: Intake, *, columns: Mapping[str, Mapping[str, str]], kinds: Mapping[str, str], by: int
) -> None:
    """What a person decided about the columns; for the rest our guess stands."""
    intake.mapping = {**intake.mapping, "columns": columns, "kinds": kinds}
    record("intake.mapped", f"intake:{intake.id}", by=by)


def finish_intake(
    intake: Intake, outcome: Outcome, reading: Reading, *, by: int, at: datetime
) -> None:
    """The files are done with; the counts and the rows left out stay for a week."""
    intake.loaded_at = at
    intake.cohort_id = outcome.cohort_id
    intake.cohort_name = outcome.cohort
    intake.outcome = {
        **outcome.as_json(),
        "rejected": [_kept(problem) for problem in rejects_of(reading)],
    }
    db.session.execute(delete(IntakeFile).where(IntakeFile.intake_id == intake.id))
    record("intake.finished", f"intake:{intake.id}", by=by)


def _kept(problem: Problem) -> list[Any]:
    return [problem.file, problem.row, problem.column, problem.value, problem.why]


def rejected_in(intake: Intake) -> list[Problem]:
    """The rows that were left out of an upload that is loaded."""
    return [Problem(*row) for row in (intake.outcome or {}).get("rejected", [])]


def discard_intake(intake: Intake, *, by: int) -> None:
    record("intake.discarded", f"intake:{intake.id}", by=by)
    db.session.delete(intake)


def forget_old(at: datetime) -> None:
    """Throw away uploads, and rows that were left out, after a week."""
    old = select(Intake.id).where(Intake.created_at < at - KEPT_FOR)
    db.session.execute(delete(IntakeFile).where(IntakeFile.intake_id.in_(old)))
    db.session.execute(
        delete(Intake).where(Intake.id.in_(old), Intake.loaded_at.is_(None)),
        execution_options={"synchronize_session": False},
    )
    for intake in db.session.scalars(select(Intake).where(Intake.id.in_(old))):
        if intake.outcome and intake.outcome.get("rejected"):
            intake.outcome = {**intake.outcome, "rejected": [], "gone_people": []}
