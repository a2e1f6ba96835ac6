"""Our guess of what each column is, with examples from it, and a way to change it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.core.db import db
from program.intake.actions.uploads import choose_columns
from program.intake.models import Intake
from program.intake.reading import aliases
from program.intake.reading.folder import Reading
from program.intake.reading.problems import Unreadable
from program.intake.reading.records import FileReport
from program.intake.sentences import file_sentence, unreadable_sentence
from program.intake.views import bp, reading_of, waiting_or_404
from program.intake.words import fields_of, kinds

NEEDED = {
    "people": ("email",),
    "trainers": ("email",),
    "venues": ("capacity",),
    "absences": ("from",),
}


@dataclass
class Column:
    name: str  # of the select on the page
    heading: str
    samples: str
    chosen: str
    error: str = ""


@dataclass
class Sheet:
    number: int
    file: FileReport
    kind: str
    columns: list[Column] = field(default_factory=list)
    error: str = ""

    @property
    def fields(self) -> dict[str, str]:
        return fields_of(self.kind)


@bp.route("/<int:intake_id>/columns", methods=["GET", "POST"])
@requires(*PLANNERS)
def columns(intake_id: int) -> ResponseReturnValue:
    intake = waiting_or_404(intake_id)
    try:
        reading = reading_of(intake)
    except Unreadable as error:
        flash(unreadable_sentence(error.why, error.value), "error")
        return redirect(url_for(".index"))
    intake = waiting_or_404(intake_id)
    sheets = _sheets(reading)
    if request.method == "POST":
        again = _turned_into_another_kind(sheets)
        if again or not _mistakes(sheets):
            _store(intake, sheets)
            db.session.commit()
            return redirect(url_for(".columns" if again else ".preview", intake_id=intake_id))
    return _page(intake, reading, sheets)


def _page(intake: Intake, reading: Reading, sheets: list[Sheet]) -> ResponseReturnValue:
    listed = {sheet.file.name for sheet in sheets}
    others = [
        {"name": file.name, "why": file_sentence(file), "rows": file.rows, "kind": file.kind}
        for file in reading.files
        if file.name not in listed
    ]
    wrong = any(sheet.error or any(c.error for c in sheet.columns) for sheet in sheets)
    page = render_template(
        "intake/columns.html", intake=intake, sheets=sheets, choices=kinds(), others=others
    )
    return page, 422 if wrong else 200


def _sheets(reading: Reading) -> list[Sheet]:
    """The files with columns, each with our guess, or with what was just chosen."""
    shown = [f for f in reading.files if (f.samples and not f.why) or f.why == "not a list"]
    return [_sheet(number, file, request.form) for number, file in enumerate(shown)]


def _sheet(number: int, file: FileReport, form: Any) -> Sheet:
    kind = form.get(f"kind-{number}", file.kind or "none")
    sheet = Sheet(number, file, kind if kind in kinds() else "none")
    for position, heading in enumerate(file.samples):
        name = f"column-{number}-{position}"
        chosen = form.get(name, file.recognised.get(heading, ""))
        sheet.columns.append(Column(name, heading, " · ".join(file.samples[heading]), chosen))
    return sheet


def _turned_into_another_kind(sheets: list[Sheet]) -> bool:
    """Then the guesses are made anew, for that kind."""
    return any(sheet.kind != (sheet.file.kind or "none") for sheet in sheets)


def _mistakes(sheets: list[Sheet]) -> bool:
    wrong = False
    for sheet in sheets:
        if sheet.kind in aliases.LISTS:
            wrong |= _check(sheet)
    return wrong


def _check(sheet: Sheet) -> bool:
    names = sheet.fields
    times = Counter(column.chosen for column in sheet.columns if column.chosen)
    for column in sheet.columns:
        if column.chosen not in names:
            column.error = _("Choose one of the list.")
        elif times[column.chosen] > 1:
            column.error = _("“%(field)s” is chosen more than once.", field=names[column.chosen])
    missing = [names[name] for name in NEEDED[sheet.kind] if name not in times]
    if missing:
        sheet.error = _("Say which column holds “%(field)s”.", field=missing[0])
    return bool(missing) or any(column.error for column in sheet.columns)


def _store(intake: Intake, sheets: list[Sheet]) -> None:
    """Of a file that became another kind of list the columns are guessed anew."""
    same = [sheet for sheet in sheets if sheet.kind == (sheet.file.kind or "none")]
    choose_columns(
        intake,
        columns={
            sheet.file.name: {column.heading: column.chosen for column in sheet.columns}
            for sheet in same
            if sheet.kind in aliases.LISTS
        },
        kinds={sheet.file.name: sheet.kind for sheet in sheets},
        by=me().id,
    )
