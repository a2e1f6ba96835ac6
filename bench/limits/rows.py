"""For each page one statement, and how the values of one row are shown."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")

ROLL = """
SELECT p.id, p.given_name, p.infix, p.surname, m.department, q.id, q.state, q.minutes
FROM seat s JOIN person p ON p.id = s.person_id JOIN meeting g ON g.id = s.meeting_id
LEFT JOIN enrolment e ON e.person_id = p.id AND e.cohort_id = g.cohort_id
LEFT JOIN membership m ON m.person_id = p.id AND m.organisation_id = e.organisation_id
LEFT JOIN presence q ON q.meeting_id = s.meeting_id AND q.person_id = s.person_id
 AND q.superseded_at IS NULL
WHERE s.meeting_id = ? AND s.released_at IS NULL AND s.reason != 'waiting'
ORDER BY p.sort_key, p.id
"""

FEED = """
SELECT i.uid, i.sequence, i.stamped_at, q.starts_at, q.ends_at, q.title, q.venue_name,
 q.room_name, q.address, q.group_name, q.trainer_names, q.meeting_id
FROM invitation i JOIN published_meeting q ON q.meeting_id = i.meeting_id
WHERE i.person_id = ? ORDER BY i.starts_at, i.meeting_id
"""


BOARD = """
SELECT m.id, g.name, m.title, m.starts_at, r.name, i.asked, i.yes, i.no
FROM meeting m JOIN "group" g ON g.id = m.group_id JOIN module d ON d.id = m.module_id
JOIN room r ON r.id = m.room_id
LEFT JOIN (
 SELECT meeting_id, count(*) AS asked, sum(partstat = 'ACCEPTED') AS yes,
  sum(partstat = 'DECLINED') AS no
 FROM invitation WHERE state = 'invited' AND NOT as_trainer GROUP BY meeting_id
) i ON i.meeting_id = m.id
WHERE m.cohort_id = ? AND m.cancelled_at IS NULL ORDER BY g.name, d.position
"""
DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def _board(row: tuple[Any, ...]) -> tuple[str, ...]:
    number, group, title, starts, room, asked, yes, no = row
    at = _moment(starts).astimezone(ZONE)
    return (
        f'/{number}"',
        escape(f"{group}, {title}"),
        f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]}",
        f"{at.hour}:{at.minute:02}",
        escape(room),
        f">{yes} <",
        f" {no} <",
        f" {asked - yes - no} <",
    )


def _roll(row: tuple[Any, ...]) -> tuple[str, ...]:
    person, given, infix, surname, department, mark, _state, _minutes = row
    name = escape(f"{given} {infix} {surname}" if infix else f"{given} {surname}")
    return (name, escape(department or ""), f"p{person}", f'"{mark}"', str(person))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _feed(row: tuple[Any, ...]) -> tuple[str, ...]:
    uid, sequence, stamped, starts, ends, title, venue, room, address, group, trainers, n = row
    return (
        f"UID:{uid}",
        f"SEQUENCE:{sequence}",
        f"{_moment(stamped):%Y%m%dT%H%M%SZ}",
        f"{_moment(starts).astimezone(ZONE):%Y%m%dT%H%M%S}",
        f"{_moment(ends).astimezone(ZONE):%Y%m%dT%H%M%S}",
        title.replace(",", "\\,"),
        f"{venue}, {room}, {address}".replace(",", "\\,"),
        f"{group}\n{trainers}".replace(",", "\\,").replace("\n", "\\n"),
        f"/{n}\r\n",
    )


ROWS: dict[str, tuple[str, Callable[[tuple[Any, ...]], tuple[str, ...]]]] = {
    "board": (BOARD, _board),
    "roll": (ROLL, _roll),
    "feed": (FEED, _feed),
}
