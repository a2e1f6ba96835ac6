"""What would be loaded, row by row, with the problem next to each bad row; and the loading."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.intake.actions import load, preview
from program.intake.actions.people import Match
from program.intake.actions.uploads import finish_intake
from program.intake.models import Intake
from program.intake.reading.folder import Reading
from program.intake.reading.problems import Problem, Unreadable
from program.intake.rejects import as_workbook, rejects_of
from program.intake.sentences import (
    file_sentence,
    programme_sentence,
    sentence,
    unreadable_sentence,
)
from program.intake.views import bp, cohort_of, intake_or_404, reading_of, target_of, waiting_or_404
from program.intake.words import changes

PER_PAGE = 50
SHOWN = ("bad", "new", "changed", "same", "remarks", "all")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(slots=True)
class Line:
    """One row of a file, as the page shows it."""

    file: str
    row: int
    status: str  # bad, new, changed or same
    name: str
    email: str  # of a bad row: the column with the problem
    detail: str
    remarked: bool = False


@bp.get("/<int:intake_id>/preview", endpoint="preview")
@requires(*PLANNERS)
def show(intake_id: int) -> ResponseReturnValue:
    return _page(intake_id)


@bp.post("/<int:intake_id>/load", endpoint="load")
@requires(*PLANNERS)
def load_good_rows(intake_id: int) -> ResponseReturnValue:
    intake = intake_or_404(intake_id)
    if intake.loaded_at is not None:  # pressed twice
        return redirect(url_for(".outcome", intake_id=intake_id))
    try:
        reading = reading_of(intake)
        intake = waiting_or_404(intake_id)
        outcome = load(reading, target_of(intake), by=me().id)
        finish_intake(intake, outcome, reading, by=me().id, at=now())
    except Unreadable:
        return _page(intake_id)
    except Refusal as refusal:
        db.session.rollback()
        return _page(intake_id, refused=str(refusal))
    db.session.commit()
    flash(_("The good rows are loaded."))
    return redirect(url_for(".outcome", intake_id=intake_id))


@bp.get("/<int:intake_id>/rejects.xlsx")
@requires(*PLANNERS)
def rejects(intake_id: int) -> ResponseReturnValue:
    reading = reading_of(waiting_or_404(intake_id))
    return as_download(rejects_of(reading))


def as_download(problems: list[Problem]) -> ResponseReturnValue:
    name = f"{_('Rows left out').lower().replace(' ', '-')}.xlsx"
    return send_file(
        io.BytesIO(as_workbook(problems)),
        mimetype=WORKBOOK,
        as_attachment=True,
        download_name=name,
        max_age=0,
    )


def _page(intake_id: int, refused: str = "") -> ResponseReturnValue:
    intake = waiting_or_404(intake_id)
    try:
        reading = reading_of(intake)
    except Unreadable as error:
        flash(unreadable_sentence(error.why, error.value), "error")
        return redirect(url_for(".index"))
    intake = waiting_or_404(intake_id)
    cohort = cohort_of(intake)
    matches, gone = preview(reading, cohort, intake.mapping.get("client", ""))
    lines = [*_bad(reading), *_people(matches, reading)]
    wanted = _wanted(lines)
    people = {file.name for file in reading.files if file.kind == "people"}
    shown = sorted(
        _chosen(lines, wanted), key=lambda line: (line.file not in people, line.file, line.row)
    )
    page = min(max(1, request.args.get("page", 1, int)), max(1, -(-len(shown) // PER_PAGE)))
    text = render_template(
        "intake/preview.html",
        intake=intake,
        target=cohort.name if cohort else intake.cohort_name,
        lines=shown[(page - 1) * PER_PAGE : page * PER_PAGE],
        counts={name: len(_chosen(lines, name)) for name in SHOWN},
        wanted=wanted,
        page_number=page,
        pages=-(-len(shown) // PER_PAGE),
        gone=gone,
        reading=reading,
        mistakes=[programme_sentence(problem) for problem in reading.mistakes],
        obstacle=refused or _obstacle(intake, reading),
        unused=[(file.name, file_sentence(file)) for file in reading.files if file.why],
    )
    return text, 422 if refused else 200


def _wanted(lines: list[Line]) -> str:
    """The filter asked for; without one, bad rows first, for those need a person."""
    asked = request.args.get("show", "")
    if asked in SHOWN:
        return asked
    return "bad" if _chosen(lines, "bad") else "all"


def _chosen(lines: list[Line], wanted: str) -> list[Line]:
    if wanted == "all":
        return lines
    if wanted == "remarks":
        return [line for line in lines if line.remarked]
    return [line for line in lines if line.status == wanted]


def _bad(reading: Reading) -> list[Line]:
    return [Line(p.file, p.row, "bad", p.value, p.column, sentence(p)) for p in rejects_of(reading)]


def _people(matches: Iterable[Match], reading: Reading) -> list[Line]:
    remarks: dict[tuple[str, int], list[str]] = {}
    for problem in reading.remarks:
        remarks.setdefault((problem.file, problem.row), []).append(sentence(problem))
    lines = []
    for match in matches:
        read = match.read
        said = remarks.get((read.file, read.row), [])
        differs = changes({*match.person, *match.membership} if match.enrolled else set())
        detail = " ".join([f"{_('Changes')}: {differs}." if differs else "", *said]).strip()
        lines.append(
            Line(read.file, read.row, match.status, read.name, read.email, detail, bool(said))
        )
    return lines


def _obstacle(intake: Intake, reading: Reading) -> str:
    why = ""
    if reading.mistakes:
        why = _("The programme file has mistakes. Mend them first, then upload the files again.")
    elif intake.cohort_id is None and reading.programme is None:
        why = _(
            "A new cohort needs a programme file (.yaml) for its period and modules. Upload it "
            "with the lists, or make the cohort first and choose it there."
        )
    return why
