"""The report on attendance: who was where, and how everyone stands in every domain.

It tells presence, hours and counts. Never a reason, a note, a comment or the text of any work.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import Row as Record

from program.assignments.ledger import work_by_person
from program.assignments.queries import of_programme
from program.attendance.ledger import parts_by_person
from program.attendance.models import PresenceState
from program.attendance.norm import Forecast, Norm, Progress, Task, progress
from program.cohorts.models import Cohort
from program.core.db import db
from program.reports import queries
from program.reports.exports import Column, Kind, Table
from program.reports.exports.tables import Piece, Row

_DATE = 3  # where a meeting's columns hold its date
_AT_ONCE = 1000  # rows in memory while a report streams


@dataclass(frozen=True)
class Scope:
    """What is asked: a cohort's people of these organisations, as things were known on a day."""

    cohort: Cohort
    organisation_ids: Sequence[int]
    as_of: date

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.cohort.timezone)

    @property
    def moment(self) -> datetime:
        """The end of that day."""
        midnight = datetime.combine(self.as_of + timedelta(days=1), time(), self.zone)
        return midnight.astimezone(UTC) - timedelta(microseconds=1)


@dataclass(frozen=True)
class Standing:
    """One person in every domain, in the order of the programme."""

    person: Record[Any]
    domains: Sequence[Progress]


def states() -> dict[PresenceState, str]:
    return {
        PresenceState.PRESENT: _("Present"),
        PresenceState.LATE: _("Late"),
        PresenceState.LEFT_EARLY: _("Left early"),
        PresenceState.ABSENT: _("Absent"),
        PresenceState.EXCUSED: _("Excused"),
    }


def forecasts() -> dict[Forecast, str]:
    return {
        Forecast.MET: _("Met"),
        Forecast.REACHABLE: _("Within reach"),
        Forecast.AT_RISK: _("At risk"),
        Forecast.IMPOSSIBLE: _("No longer possible"),
    }


def _person_columns() -> list[Column]:
    return [
        Column(_("Personnel number"), width=18),
        Column(_("E-mail"), width=34),
        Column(_("Surname"), width=22),
        Column(_("Infix"), width=14),
        Column(_("Given name"), width=16),
        Column(_("Department"), width=26),
        Column(_("Programme"), width=28),
    ]


def attendance_table(scope: Scope) -> Table:
    """One row per person and meeting that is over."""
    columns = [
        *_person_columns(),
        Column(_("Session code"), width=14),
        Column(_("Session"), width=34),
        Column(_("Domain"), width=34),
        Column(_("Date"), Kind.DATE, 12),
        Column(_("Start time"), Kind.TIME, 8),
        Column(_("End time"), Kind.TIME, 8),
        Column(_("Hours planned"), Kind.NUMBER, 14),
        Column(_("Attendance"), width=22),
        Column(_("Hours attended"), Kind.NUMBER, 14),
        Column(_("Registered on"), Kind.DATE, 16),
    ]
    return Table(_("Attendance"), columns, attendance_rows(scope))


def summary_table(scope: Scope) -> Table:
    """One row per person and domain."""
    columns = [
        *_person_columns(),
        Column(_("Domain"), width=34),
        Column(_("Hours planned to date"), Kind.NUMBER, 22),
        Column(_("Hours attended"), Kind.NUMBER, 14),
        Column(_("Attended to date"), Kind.SHARE, 18),
        Column(_("Hours in the whole programme"), Kind.NUMBER, 24),
        Column(_("Norm"), Kind.SHARE, 8),
        Column(_("Completion"), width=20),
        Column(_("Assignments handed in"), Kind.COUNT, 24),
        Column(_("Assignments asked"), Kind.COUNT, 20),
    ]
    return Table(_("Summary"), columns, summary_rows(scope))


def attendance_rows(scope: Scope) -> Iterator[Row]:
    people = {row.id: row for row in people_of(scope)}
    who = {row.id: _who(row, scope.cohort) for row in people.values()}
    left = {row.id: row.until_on for row in people.values() if row.until_on}
    held = _held(scope)
    shown = {state.value: words for state, words in states().items()}
    not_yet = (_("Not registered yet"), None, None)
    zone = scope.zone
    asked = queries.places(scope.cohort.id, scope.organisation_ids, scope.moment)
    plain = db.session.connection()  # thousands of rows, and none of them an object
    places = plain.execute(asked, execution_options={"yield_per": _AT_ONCE})
    for person_id, meeting_id, state, minutes, marked_at in places:
        meeting = held[meeting_id]
        if person_id not in who or (person_id in left and meeting[_DATE] >= left[person_id]):
            continue
        mark: Piece = not_yet
        if state is not None:
            mark = (shown[state], round(minutes / 60, 2), marked_at.astimezone(zone).date())
        yield who[person_id], meeting, mark


def summary_rows(scope: Scope) -> Iterator[Row]:
    titles = {domain.id: domain.title for domain in scope.cohort.programme.domains}
    norm = scope.cohort.programme.attendance_norm
    shown = forecasts()
    for standing in standings(scope):
        who = _who(standing.person, scope.cohort)
        for at in standing.domains:
            so_far = at.attended / at.planned_so_far if at.planned_so_far else None
            yield (
                who,
                (
                    titles[at.domain],
                    round(at.planned_so_far / 60, 2),
                    round(at.attended / 60, 2),
                    None if so_far is None else round(so_far, 4),
                    round(at.planned_total / 60, 2),
                    norm,
                    shown[at.forecast],
                    at.handed_in,
                    at.tasks,
                ),
            )


def standings(scope: Scope) -> list[Standing]:
    """Everyone, by name, against the norm."""
    cohort = scope.cohort
    domains = [domain.id for domain in cohort.programme.domains]
    parts = parts_by_person(cohort, at=scope.moment, known_at=scope.moment)
    people = people_of(scope)
    tasks = _tasks(scope, [person.id for person in people])
    norm = Norm(share=cohort.programme.attendance_norm)
    return [
        Standing(
            person,
            progress(
                domains,
                parts.get(person.id, ()),
                tasks[person.id],
                norm=norm,
                today=scope.as_of,
            ),
        )
        for person in people
    ]


def _tasks(scope: Scope, people: Sequence[int]) -> dict[int, list[Task]]:
    """What everyone was asked, and whether they had handed it in by then."""
    asked = db.session.scalars(of_programme(scope.cohort.programme_id)).all()
    found = work_by_person(scope.cohort, asked, people, known_at=scope.moment)
    return {
        person: [Task(each.domain_id, each.version > 0, each.due_on) for each in work]
        for person, work in found.items()
    }


def people_of(scope: Scope) -> Sequence[Record[Any]]:
    asked = queries.people(scope.cohort.id, scope.organisation_ids, scope.as_of)
    return db.session.execute(asked).all()


def _who(person: Record[Any], cohort: Cohort) -> Piece:
    return (
        person.employee_number,
        person.email,
        person.surname,
        person.infix,
        person.given_name,
        person.department,
        cohort.programme.title,
    )


def _held(scope: Scope) -> dict[int, tuple[str, str, str, date, time, time, float]]:
    """The columns of each meeting, made once."""
    cohort, zone = scope.cohort, scope.zone
    domains: dict[int, list[str]] = defaultdict(list)
    for module_id, title in db.session.execute(queries.domains_of_modules(cohort.programme_id)):
        domains[module_id].append(title)
    held = {}
    for row in db.session.execute(queries.meetings(cohort.id)):
        starts, ends = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
        hours = round((row.ends_at - row.starts_at).total_seconds() / 3600, 2)
        titles = ", ".join(domains[row.module_id])
        code = f"B{row.id}"  # of the meeting's number, which nothing changes
        held[row.id] = (
            code, row.title, titles, starts.date(), starts.time(), ends.time(), hours,
        )  # fmt: skip
    return held
