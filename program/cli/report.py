"""`flask report …`: exports for HR."""

import shutil
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from program.accounts.models import Organisation
from program.cli.terms import as_json, cohort_named, refusals_told, tell
from program.cohorts.models import Cohort
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.reports.actions import note_export, write_report
from program.reports.attendance import Scope, people_of
from program.reports.exports import WRITERS
from program.reports.queries import organisations_in

report = AppGroup("report", help="Exports for HR.")
_TODAY = "today"
_STDOUT = "-"


@report.command("attendance")
@click.argument("cohort")
@click.option("--organisation", required=True, help="The client's name, or its number.")
@click.option("--as-of", default=_TODAY, show_default=True, help="A day, as 2027-06-30.")
@click.option("--format", "kind", type=click.Choice(sorted(WRITERS)), help="Or by the file's name.")
@click.option("--out", required=True, help="The file to write; - is standard output.")
@click.option("--part", type=click.Choice(["rows", "summary"]), help="One part only.")
@click.option("--summary", type=click.Path(), help="A second CSV file, for the summary.")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
@as_json
def attendance(  # noqa: PLR0913, PLR0917 one per option
    cohort: str,
    organisation: str,
    as_of: str,
    kind: str | None,
    out: str,
    part: str | None,
    summary: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Presence, hours and completion of one organisation's people, as known on a day.

    A spreadsheet holds two sheets: a row per person and session, and a summary per person and
    domain. A CSV file holds one of them.
    """
    kind = kind or _kind_of(out)
    _check_usage(kind=kind, out=out, part=part, summary=summary, as_json=as_json)
    parts = _parts(kind, part)
    with refusals_told(), force_locale(language):
        found = cohort_named(cohort)
        scope = Scope(found, [_client(found, organisation).id], _day(as_of))
        rows = _write(out, scope, kind=kind, parts=parts)
        if summary:
            _write(summary, scope, kind="csv", parts=["summary"])
        people = len(people_of(scope))
        note_export(scope, kind, by=None, origin="command")
        db.session.commit()
    if out != _STDOUT:
        facts = {"rows": rows, "people": people, "file": out, "as_of": str(scope.as_of)}
        line = f"{rows} rows of {people} people, as of {scope.as_of}: {out}"
        tell(facts, [line], as_json=as_json)


def _check_usage(
    *, kind: str, out: str, part: str | None, summary: str | None, as_json: bool
) -> None:
    if as_json and out == _STDOUT:
        raise click.UsageError("--json and --out - both want standard output: give a file.")
    if summary and (kind != "csv" or part == "summary"):
        raise click.UsageError("--summary is a second file beside a CSV file of the rows.")


def _kind_of(out: str) -> str:
    kind = Path(out).suffix.lstrip(".").lower()
    if kind not in WRITERS:
        raise click.UsageError(f"Say which --format: {', '.join(sorted(WRITERS))}.")
    return kind


def _parts(kind: str, part: str | None) -> list[str]:
    if part:
        return [part]
    return ["rows"] if kind == "csv" else ["rows", "summary"]


def _client(cohort: Cohort, asked: str) -> Organisation:
    """By its exact name, else by its number."""
    clients = db.session.scalars(organisations_in(cohort.id)).all()
    for found in clients:
        if asked in {found.name, str(found.id)}:
            return found
    names = ", ".join(client.name for client in clients) or "nobody"
    raise Refusal(f"{asked!r} has no people in {cohort.name}; there are people of {names}.")


def _day(asked: str) -> date:
    if asked == _TODAY:
        return now().date()
    try:
        return datetime.strptime(asked, "%Y-%m-%d").date()  # noqa: DTZ007 a date only
    except ValueError:
        raise Refusal(f"{asked!r} is not a date: write it as 2027-06-30.") from None


def _write(out: str, scope: Scope, *, kind: str, parts: list[str]) -> int:
    """Beside its place first, so that a failure leaves no half file."""
    if out == _STDOUT:
        with tempfile.TemporaryFile() as file:
            rows = write_report(file, scope, kind=kind, parts=parts)
            file.seek(0)
            shutil.copyfileobj(file, sys.stdout.buffer)
            return rows
    target = Path(out)
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            rows = write_report(file, scope, kind=kind, parts=parts)
        unfinished.replace(target)
    except OSError as error:
        raise Refusal(f"{out} cannot be written: {error.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return rows
