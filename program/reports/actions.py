"""Making a report and noting that it was made."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

from flask_babel import gettext as _

from program.cohorts.models import Cohort
from program.core.audit import record
from program.core.db import db, reading
from program.core.errors import Refusal
from program.reports.attendance import Scope, attendance_table, summary_table
from program.reports.exports import WRITERS, SheetFull

TABLES = {"rows": attendance_table, "summary": summary_table}
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


class TooLarge(Refusal):
    field = "format"


def write_report(file: BinaryIO, scope: Scope, *, kind: str, parts: Sequence[str]) -> int:
    """Write the report into a file and return the number of rows of its first part.

    It reads in a short transaction of its own: the file goes to a slow reader only afterwards, so
    no download ever keeps others from writing.
    """
    with reading():
        db.session.rollback()
        try:
            return WRITERS[kind](file, *(TABLES[part](scope) for part in parts))
        except SheetFull:
            raise TooLarge(
                _("This report is too long for a spreadsheet. Choose CSV instead.")
            ) from None
        finally:
            db.session.rollback()


def note_export(scope: Scope, kind: str, *, by: int | None, origin: str = "web") -> None:
    """That somebody took a report with them: of whom, as of when, as what."""
    organisations = "+".join(str(number) for number in scope.organisation_ids)
    what = f"cohort:{scope.cohort.id} organisation:{organisations} {scope.as_of} {kind}"
    record("report.exported", what, by=by, origin=origin)


def file_name(cohort: Cohort, organisation: str, as_of: date, kind: str, *, part: str) -> str:
    """Letters, digits, `-` and `_` only: some HR systems silently drop any other name."""
    stem = {"rows": _("attendance"), "summary": _("summary")}[part]
    names = "_".join(_plain(name)[:40] for name in (stem, cohort.name, organisation))
    return f"{names}_{as_of:%Y-%m-%d}.{kind}"


def _plain(name: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", ascii_only).strip("-") or "x"
