"""Writes the meetings of an accepted plan, in place: their numbers and invitations survive."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from program.cohorts.models import Cohort
from program.cohorts.times import at_wall
from program.core.db import db
from program.meetings.models import Meeting, MeetingTrainer, PublishedMeeting, Seat
from program.planning import queries
from program.planning.actions.groups import Groups
from program.planning.problem import Placed, Plan
from program.planning.standing import table_order
from program.planning.titles import titles

Key = tuple[int, int, int | None]  # module, round, the number of the group


def write_meetings(cohort: Cohort, plan: Plan, groups: Groups, *, at: datetime) -> list[Meeting]:
    """The meetings that the plan decided about; kept ones are not touched."""
    modules = {m.id: m for m in db.session.scalars(queries.modules(cohort.programme_id))}
    wanted = {
        (placed.module, placed.round, groups.number_of(placed, modules[placed.module].kind)): placed
        for placed in plan.meetings
        if placed.starts_at is not None
    }
    standing = _standing(cohort)
    called = titles((m.id, m.title, m.rounds) for m in modules.values())
    drafted = {
        key: _drafted(standing.get(key), key, cohort, placed)
        for key, placed in wanted.items()
        if not placed.kept
    }
    for (module_id, turn, _group), row in drafted.items():
        row.title = called[module_id, turn]
    _drop(cohort, [row for key, row in standing.items() if key not in wanted], at)
    db.session.add_all(drafted.values())
    db.session.flush()
    _staff({row.id: wanted[key].trainers for key, row in drafted.items()})
    return list(drafted.values())


def numbers_of(cohort: Cohort, keys: Collection[Key]) -> list[int]:
    """The rows of meetings that a plan names by module, round and number of the group."""
    learning = [number for number, _name in db.session.execute(queries.learning_groups(cohort.id))]
    groups = Groups(cohort, learning, table_order(cohort.id))
    kinds = {m.id: m.kind for m in db.session.scalars(queries.modules(cohort.programme_id))}
    standing = _standing(cohort)
    rows = (standing.get((key[0], key[1], groups.row_of(key, kinds[key[0]]))) for key in keys)
    return [row.id for row in rows if row is not None]


def _standing(cohort: Cohort) -> dict[Key, Meeting]:
    """What there is; of two for the same the one that was not cancelled."""
    found: dict[Key, Meeting] = {}
    rows = db.session.scalars(queries.planned_meetings(cohort.id)).all()
    for row in sorted(rows, key=lambda row: row.cancelled_at is not None):
        found.setdefault((row.module_id, row.round, row.group_id), row)
    return found


def _drafted(row: Meeting | None, key: Key, cohort: Cohort, placed: Placed) -> Meeting:
    if row is None:
        module_id, turn, group_id = key
        row = Meeting(cohort_id=cohort.id, module_id=module_id, round=turn, group_id=group_id)
    row.starts_at = _moment(placed.begins, cohort)
    row.ends_at = _moment(placed.ends, cohort)
    row.room_id = placed.room
    row.cancelled_at = None
    return row


def _moment(wall: datetime, cohort: Cohort) -> datetime:
    return at_wall(wall.date(), wall.time(), cohort.timezone)


def _drop(cohort: Cohort, rows: Sequence[Meeting], at: datetime) -> None:
    """Nobody was told: it goes. Somebody was: it is cancelled, and the release will tell."""
    told = set(
        db.session.scalars(
            select(PublishedMeeting.meeting_id).where(PublishedMeeting.cohort_id == cohort.id)
        )
    )
    dropped = [row for row in rows if row.locked_at is None and row.cancelled_at is None]
    for row in dropped:
        row.cancelled_at = at
    gone = [row.id for row in dropped if row.id not in told]
    db.session.flush()
    for model, whose in (
        (MeetingTrainer, MeetingTrainer.meeting_id), (Seat, Seat.meeting_id), (Meeting, Meeting.id),
    ):  # fmt: skip
        db.session.execute(delete(model).where(whose.in_(gone)))


def _staff(wanted: Mapping[int, tuple[int, ...]]) -> None:
    """Who gives which meeting, written where it changed."""
    known = queries.trainers_by_meeting(list(wanted))
    changed = [m for m, trainers in wanted.items() if set(known.get(m, ())) != set(trainers)]
    db.session.execute(delete(MeetingTrainer).where(MeetingTrainer.meeting_id.in_(changed)))
    rows: list[dict[str, Any]] = [
        {"meeting_id": meeting, "person_id": person}
        for meeting in changed
        for person in wanted[meeting]
    ]
    if rows:
        db.session.execute(insert(MeetingTrainer), rows)
