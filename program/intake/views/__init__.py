"""The pages of an import: upload, columns, preview, outcome."""

from collections import OrderedDict
from threading import Lock

from flask import Blueprint, abort
from sqlalchemy import select

from program.accounts.login import me
from program.cohorts.models import Cohort
from program.core.clock import now
from program.core.db import db
from program.intake.actions import question
from program.intake.actions.loading import Target
from program.intake.models import Intake, IntakeFile
from program.intake.queries import intakes_of
from program.intake.reading.child import read_apart
from program.intake.reading.folder import Reading

bp = Blueprint("intake", __name__, url_prefix="/intake")

KEPT = 4  # readings that one process remembers, for the next page of the same upload
_readings: OrderedDict[tuple[object, ...], Reading] = OrderedDict()
_lock = Lock()


def intake_or_404(intake_id: int) -> Intake:
    """An upload of a bureau whose planning I do."""
    wanted = intakes_of(me().id, now().date()).where(Intake.id == intake_id)
    found = db.session.scalar(wanted)
    return found or abort(404)


def waiting_or_404(intake_id: int) -> Intake:
    """An upload that is not loaded yet."""
    intake = intake_or_404(intake_id)
    return intake if intake.loaded_at is None else abort(404)


def cohort_of(intake: Intake) -> Cohort | None:
    return db.session.get(Cohort, intake.cohort_id) if intake.cohort_id else None


def target_of(intake: Intake) -> Target:
    return Target(
        cohort_id=intake.cohort_id,
        cohort_name=intake.cohort_name,
        bureau_id=intake.organisation_id,
        client_name=intake.mapping.get("client", ""),
    )


def reading_of(intake: Intake) -> Reading:
    """What the files hold. No transaction is open while a stranger's files are read."""
    cohort = cohort_of(intake)
    key = (intake.id, intake.created_at, str(intake.mapping), cohort and cohort.version)
    with _lock:
        if key in _readings:
            _readings.move_to_end(key)
            return _readings[key]
    wanted = select(IntakeFile.name, IntakeFile.content).where(IntakeFile.intake_id == intake.id)
    files = {row.name: row.content for row in db.session.execute(wanted)}
    asked = question(files, cohort, intake.mapping["columns"], intake.mapping["kinds"])
    db.session.rollback()
    reading = read_apart(asked)
    with _lock:
        _readings[key] = reading
        while len(_readings) > KEPT:
            _readings.popitem(last=False)
    return reading


from program.intake.views import columns, outcome, preview, upload  # noqa: E402, F401
