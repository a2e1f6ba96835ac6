"""When people cannot come: from lists, which only add, and calendars, which replace."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from program.accounts.models import Person
from program.cohorts.models import Absence, AbsenceSource
from program.core.db import bump, db
from program.intake.actions.rows import insert_rows, update_rows
from program.intake.outcome import Errand
from program.intake.queries import absences_of, chunks
from program.intake.reading.folder import Reading
from program.intake.reading.records import ReadAbsence

Key = tuple[int, AbsenceSource, datetime, datetime]


def load_absences(reading: Reading, errand: Errand) -> None:
    """Nothing that a list no longer names is removed, for a planner may have added it by hand.

    A calendar is the whole truth about its owner: what is gone from it is gone.
    """
    people, tally = _numbers(reading), errand.tally("absences")
    read = {_key(one, people): one for one in reading.lists.absences if one.email in people}
    known = _known(sorted(set(people.values())))
    new = [key for key in read if key not in known]
    other = [known[key] for key in read if key in known and known[key].all_day != read[key].all_day]
    insert_rows(Absence, [_row(key, read[key].all_day) for key in new])
    update_rows(Absence, [{"id": row.id, "all_day": not row.all_day} for row in other])
    gone = _gone_from_calendars(reading, people, read, known)
    _remove([known[key].id for key in gone])
    tally.new += len(new)
    tally.changed += len(other) + len(gone)
    tally.same += len(read) - len(new) - len(other)
    tally.gone = len(_gone_from_lists(reading, read, known))
    touched = {key[0] for key in [*new, *gone]} | {row.person_id for row in other}
    bump(Person, sorted(touched))
    errand.note_many("absences.imported", (f"person:{number}" for number in sorted(touched)))


def _numbers(reading: Reading) -> dict[str, int]:
    emails = sorted(
        {one.email for one in reading.lists.absences}
        | {report.owner for report in reading.files if report.owner}
    )
    found: dict[str, int] = {}
    for part in chunks(emails):
        rows = db.session.execute(select(Person.email, Person.id).where(Person.email.in_(part)))
        found |= dict(rows.all())
    return found


def _key(one: ReadAbsence, people: dict[str, int]) -> Key:
    source = AbsenceSource.CALENDAR if one.from_calendar else AbsenceSource.LIST
    return people[one.email], source, one.starts_at, one.ends_at


def _known(person_ids: Sequence[int]) -> dict[Key, Absence]:
    found = {}
    for part in chunks(person_ids):
        for row in db.session.scalars(absences_of([int(number) for number in part])):
            found[row.person_id, row.source, row.starts_at, row.ends_at] = row
    return found


def _row(key: Key, all_day: bool) -> dict[str, object]:
    person_id, source, starts_at, ends_at = key
    return {
        "person_id": person_id,
        "source": source,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "all_day": all_day,
    }


def _gone_from_calendars(
    reading: Reading, people: dict[str, int], read: dict[Key, ReadAbsence],
    known: dict[Key, Absence],
) -> list[Key]:  # fmt: skip
    owners = {
        people[report.owner]
        for report in reading.files
        if report.kind == "calendar" and not report.why and report.owner in people
    }
    if reading.period is None:
        return []
    start, end = reading.period
    return [
        key
        for key in known
        if key[1] is AbsenceSource.CALENDAR and key[0] in owners and key not in read
        if key[2] < end and key[3] > start
    ]


def _gone_from_lists(
    reading: Reading, read: dict[Key, ReadAbsence], known: dict[Key, Absence]
) -> list[Key]:
    if not reading.lists.absence_rows:
        return []
    return [key for key in known if key[1] is AbsenceSource.LIST and key not in read]


def _remove(numbers: Sequence[int]) -> None:
    for part in chunks(numbers):
        db.session.execute(delete(Absence).where(Absence.id.in_(part)))
