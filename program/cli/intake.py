"""`flask intake …`: check and load a folder of lists."""

from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from program.cli.terms import as_json, refusals_told, tell
from program.cohorts.models import Cohort
from program.core.db import db
from program.core.errors import Refusal
from program.intake.actions import Target, load, question, target_named
from program.intake.outcome import KINDS, Outcome
from program.intake.reading.archive import unpacked, wanted
from program.intake.reading.child import read_apart
from program.intake.reading.folder import Reading
from program.intake.reading.problems import Unreadable
from program.intake.rejects import as_workbook, rejects_of
from program.intake.report import lines, report
from program.intake.sentences import unreadable_sentence

intake = AppGroup("intake", help="Check and load a client's lists.")
folder = click.argument("folder", type=click.Path(exists=True, path_type=Path))
language = click.option(
    "--language", type=click.Choice(["nl", "en"]), default="nl", help="Of the sentences."
)
SECONDS = 600  # for somebody at the keyboard, who can stop it


@intake.command("check")
@folder
@click.option("--cohort", default="", help="Check against an existing cohort.")
@language
@as_json
def check(folder: Path, cohort: str, language: str, as_json: bool) -> None:
    """Say what a load would find in FOLDER (or a zip of it). Nothing is stored."""
    with refusals_told(), force_locale(language):
        reading = _read(folder, target_named(cohort) if cohort else Target())
        tell(report(reading) if as_json else {}, lines(reading), as_json=as_json)


@intake.command("load")
@folder
@click.option("--cohort", required=True, help="Its name or number; a new name makes a new cohort.")
@click.option("--bureau", default="", help="Who runs the programme, when it is not known yet.")
@click.option("--client", default="", help="Whose people they are, when no file says so.")
@click.option("--progress", is_flag=True, help="Tell on standard error how far it is.")
@as_json
def load_folder(
    folder: Path, cohort: str, bureau: str, client: str, progress: bool, as_json: bool
) -> None:
    """Load all that is good in FOLDER, in one transaction."""
    with refusals_told(), force_locale("nl"):
        target = target_named(cohort, bureau_name=bureau, client_name=client)
        reading = _read(folder, target)
        if progress:
            click.echo(f"Read {len(reading.people.people)} people.", err=True)
        outcome = load(
            reading, target, by=None, origin="command", progress=_shown if progress else _hidden
        )
        db.session.commit()
        document = {
            **outcome.as_json(),
            "rejected_rows": len(reading.rejected),
            "absence_rows_rejected": len(reading.lists.rejected_absences),
        }
    tell(document, _told(outcome), as_json=as_json)


@intake.command("rejects")
@folder
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The .xlsx to write.")
@language
def rejects(folder: Path, out: Path, language: str) -> None:
    """Write the rows that would be left out, with the reason of each, as a spreadsheet."""
    with refusals_told(), force_locale(language):
        problems = rejects_of(_read(folder, Target()))
        out.write_bytes(as_workbook(problems))
    click.echo(f"{len(problems)} rows: {out}")


def _read(folder: Path, target: Target) -> Reading:
    cohort = db.session.get(Cohort, target.cohort_id) if target.cohort_id else None
    try:
        asked = question(_files(folder), cohort, {}, {})
        db.session.rollback()  # reading takes seconds, and no transaction should last that long
        return read_apart(asked, seconds=SECONDS)
    except Unreadable as error:
        raise Refusal(unreadable_sentence(error.why, error.value)) from None


def _files(folder: Path) -> dict[str, bytes]:
    if folder.is_file():
        return unpacked(folder.name, folder.read_bytes())
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    found = {path.relative_to(folder).as_posix(): path for path in names}
    return {name: path.read_bytes() for name, path in found.items() if wanted(name)}


def _shown(done: int, of: int) -> None:
    click.echo(f"{done} of {of}", err=True)


def _hidden(_done: int, _of: int) -> None:
    """Nobody asked."""


def _told(outcome: Outcome) -> list[str]:
    tallies = (f"{kind}: {_counts(outcome, kind)}" for kind in KINDS)
    return [f"{outcome.cohort} ({outcome.client}), run by {outcome.bureau}", *tallies]


def _counts(outcome: Outcome, kind: str) -> str:
    tally = outcome.tallies[kind]
    return f"{tally.new} new, {tally.changed} changed, {tally.same} same, {tally.gone} gone"
