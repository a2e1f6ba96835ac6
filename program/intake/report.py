"""What was found in the files, as one document for people and programs."""

from typing import Any

from program.intake.reading.folder import Reading
from program.intake.reading.problems import Problem
from program.intake.reading.records import FileReport
from program.intake.sentences import file_sentence, programme_sentence, sentence


def report(reading: Reading) -> dict[str, Any]:
    people, lists, programme = reading.people.people, reading.lists, reading.programme
    return {
        "people": len(people),
        "emails": sorted(person.email for person in people),
        "part_time": sum(person.is_part_time for person in people),
        "rejected_rows": [_row(problem) for problem in reading.rejected],
        "absence_rows_accepted": lists.absence_rows,
        "absence_rows_rejected": len(lists.rejected_absences),
        "rejected_absences": [_row(problem) for problem in lists.rejected_absences],
        "remarks": [_row(problem) for problem in reading.remarks],
        "trainers": len(lists.trainers),
        "rooms": len(lists.rooms),
        "absences": len(lists.absences),
        "programme": programme
        and {
            "title": programme.title,
            "domains": len(programme.domains),
            "modules": len(programme.modules),
            "assignments": len(programme.assignments),
        },
        "programme_mistakes": [
            {"key": p.column, "value": p.value, "why": p.why, "sentence": programme_sentence(p)}
            for p in reading.mistakes
        ],
        "files": {file.name: _file(file) for file in reading.files},
    }


def _row(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "why": problem.why,
        "sentence": sentence(problem),
    }


def _file(file: FileReport) -> dict[str, Any]:
    return {
        "kind": file.kind,
        "used": bool(file.kind) and not file.why,
        "why": file.why,
        "sentence": file_sentence(file),
        "columns": {"recognised": file.recognised, "ignored": file.ignored},
        "rows": file.rows,
        "skipped_rows": [_row(problem) for problem in file.skipped],
        "encoding": file.encoding,
        "delimiter": file.delimiter,
        "sheet": file.sheet,
        "hidden_sheets": file.hidden_sheets,
        "header_row": file.header_row,
        "owner": file.owner,
    }


def lines(reading: Reading) -> list[str]:
    """The same in a few lines, for who reads it on a screen."""
    document = report(reading)
    counts = (
        f"{document['people']} people, {document['part_time']} of them part-time; "
        f"{document['trainers']} trainers, {document['rooms']} rooms, "
        f"{document['absence_rows_accepted']} rows of absence."
    )
    bad = document["rejected_rows"] + document["rejected_absences"]
    return [
        counts,
        *(f"{row['file']}, row {row['row']}: {row['sentence']}" for row in bad),
        *(f"programme: {mistake['sentence']}" for mistake in document["programme_mistakes"]),
        *(f"{name}: {f['sentence']}" for name, f in document["files"].items() if f["sentence"]),
    ]
