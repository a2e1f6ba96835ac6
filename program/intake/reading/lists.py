"""The lists of trainers, rooms and absences."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from program.intake.reading.dates import (
    DAY_PARTS,
    puts_month_first,
    read_date,
    read_day_parts,
)
from program.intake.reading.days import writes_dash_lists
from program.intake.reading.names import split_name
from program.intake.reading.people import name_or_address, read_week
from program.intake.reading.problems import Problem
from program.intake.reading.records import Known, ReadAbsence, ReadRoom, ReadTrainer, Row
from program.intake.reading.values import (
    read_email,
    read_money,
    read_number,
    read_senior,
    read_yes,
)

LONGEST_DAYS = 800  # an absence, from its first to its last day
_RANGE = re.compile(
    r"\s*(?:\.{2,}|>+|t/?m|tot en met|tot|until|to|\u2013|\u2014| - )\s*", re.IGNORECASE
)
_ONLINE = re.compile(r"\b(online|digitaal|virtual|teams|zoom|webex)\b", re.IGNORECASE)


@dataclass
class Lists:
    """What has been read so far from the lists beside that of the participants."""

    trainers: list[ReadTrainer] = field(default_factory=list)
    rooms: list[ReadRoom] = field(default_factory=list)
    absences: list[ReadAbsence] = field(default_factory=list)
    absence_rows: int = 0
    rejected: list[Problem] = field(default_factory=list)
    rejected_absences: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


class Directory:
    """Finds the person whom a row or a calendar is about."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._emails = {one.email for one in known}
        self._others: dict[str, set[str]] = {}
        for one in known:
            for key in (one.email.split("@")[0], one.employee_number, one.name.casefold()):
                if key:
                    self._others.setdefault(key, set()).add(one.email)

    def find(self, *keys: str) -> str | None:
        for key in (key.strip().casefold() for key in keys if key.strip()):
            if key in self._emails:
                return key
            if len(found := self._others.get(key, set())) == 1:
                return next(iter(found))
        return None


def read_trainers(rows: Sequence[Row], zone: ZoneInfo, lists: Lists) -> None:
    dash_lists = writes_dash_lists(row.cell("working_days") for row in rows)
    seen: set[str] = {trainer.email for trainer in lists.trainers}
    for row in rows:
        address = read_email(row.cell("email"))
        if address is None or address in seen:
            lists.rejected.append(_no_trainer(row, address))
            continue
        seen.add(address)
        lists.trainers.append(_trainer(row, address, dash_lists, lists))
        lists.absences += _unavailable(row, address, zone, lists)


def _no_trainer(row: Row, address: str | None) -> Problem:
    if address:
        return row.problem("email", "duplicate", address)
    if row.text("email"):
        return row.problem("email", "invalid e-mail")
    return row.problem("email", "missing e-mail", row.text("name"))


def _trainer(row: Row, address: str, dash_lists: bool, lists: Lists) -> ReadTrainer:
    name = name_or_address(row, address, lists.remarks)
    most = read_number(row.cell("max_per_week")) if row.text("max_per_week") else None
    if row.text("max_per_week") and (most is None or not 1 <= most <= 14):
        lists.remarks.append(row.problem("max_per_week", "unreadable number"))
        most = None
    return ReadTrainer(
        file=row.file,
        row=row.number,
        email=address,
        given_name=name.given[:200],
        infix=name.infix[:40],
        surname=name.surname[:200],
        domains=tuple(re.findall(r"[\w-]+", row.text("domains").casefold())),
        working_days=read_week(row, dash_lists=dash_lists, remarks=lists.remarks),
        max_per_week=None if most is None else int(most),
        senior=read_senior(row.cell("senior")),
    )


def _unavailable(row: Row, address: str, zone: ZoneInfo, lists: Lists) -> list[ReadAbsence]:
    """ "07-07-2019..18-07-2019, 20-07-2019"."""
    found = []
    for part in re.split(r"[,;\n]", row.text("unavailable")):
        if part.strip():
            ends = [read_date(piece) for piece in _RANGE.split(part.strip())]
            first, last = ends[0], ends[-1]
            if first is None or last is None or len(ends) > 2 or last < first:
                lists.remarks.append(row.problem("unavailable", "unreadable date", part.strip()))
            else:
                found.append(whole_days(address, first, last, zone))
    return found


def read_rooms(rows: Sequence[Row], lists: Lists) -> None:
    seen = {(room.venue.casefold(), room.room.casefold()) for room in lists.rooms}
    for row in rows:
        venue, room = row.text("venue")[:200], row.text("room")[:200]
        venue, room = venue or room, room or venue
        capacity = read_number(row.cell("capacity"))
        if problem := _room_problem(row, venue, capacity):
            lists.rejected.append(problem)
        elif (key := (venue.casefold(), room.casefold())) in seen:
            lists.rejected.append(row.problem("room", "duplicate", f"{venue}, {room}"))
        elif capacity is not None:
            seen.add(key)
            lists.rooms.append(_room(row, venue, room, int(capacity)))


def _room_problem(row: Row, venue: str, capacity: float | None) -> Problem | None:
    if not venue:
        return row.problem("venue", "missing venue")
    if capacity is None or not 1 <= capacity <= 100_000:
        return row.problem("capacity", "unreadable capacity")
    return None


def _room(row: Row, venue: str, room: str, capacity: int) -> ReadRoom:
    address = ", ".join(part for part in (row.text("address"), row.text("city")) if part)
    link = row.text("join_url")
    named_online = bool(_ONLINE.search(venue)) or (not address and bool(_ONLINE.search(room)))
    return ReadRoom(
        file=row.file,
        row=row.number,
        venue=venue,
        room=room,
        address=address[:200],
        capacity=capacity,
        price_cents=read_money(row.cell("price")) or 0,
        wheelchair=read_yes(row.cell("wheelchair"), default=True),
        online=read_yes(row.cell("online"), default=named_online),
        join_url=link[:500] if link.startswith("https://") else "",
    )


def read_absences(rows: Sequence[Row], directory: Directory, zone: ZoneInfo, lists: Lists) -> None:
    month_first = puts_month_first(c for row in rows for c in (row.cell("from"), row.cell("until")))
    for row in rows:
        found = _absence(row, directory, zone, month_first)
        if isinstance(found, Problem):
            lists.rejected_absences.append(found)
        else:
            lists.absence_rows += 1
            lists.absences += found


def _absence(
    row: Row, directory: Directory, zone: ZoneInfo, month_first: bool
) -> list[ReadAbsence] | Problem:
    who = _who(row)
    address = directory.find(*who)
    if address is None:
        shown = next((key for key in who if key), "")
        return row.problem("email", "unknown person" if shown else "missing e-mail", shown)
    first = read_date(row.cell("from"), month_first=month_first)
    last = read_date(row.cell("until"), month_first=month_first) if row.text("until") else first
    if first is None or last is None:
        return row.problem("from" if first is None else "until", "unreadable date")
    if last < first:
        return row.problem("until", "ends before it starts")
    parts = read_day_parts(row.cell("day_part"))
    if parts is None:
        return row.problem("day_part", "unreadable day part")
    if (last - first).days > LONGEST_DAYS:
        return row.problem("until", "too long")
    return _spread(address, (first, last), parts, zone)


def _who(row: Row) -> list[str]:
    name = row.text("name")
    turned = " ".join(part for part in split_name(name) if part) if name else ""
    return [read_email(row.cell("email")) or row.text("email"), row.text("employee_number"), turned]


def _spread(
    address: str, days: tuple[date, date], parts: list[str], zone: ZoneInfo
) -> list[ReadAbsence]:
    first, last = days
    if not parts:
        return [whole_days(address, first, last, zone)]
    return [
        ReadAbsence(
            email=address,
            starts_at=_utc(first + timedelta(days=n), DAY_PARTS[part][0], zone),
            ends_at=_utc(first + timedelta(days=n), DAY_PARTS[part][1], zone),
            all_day=False,
        )
        for n in range((last - first).days + 1)
        for part in parts
    ]


def whole_days(address: str, first: date, last: date, zone: ZoneInfo) -> ReadAbsence:
    """From the midnight before the first day to the midnight after the last."""
    return ReadAbsence(
        email=address,
        starts_at=_utc(first, time(), zone),
        ends_at=_utc(last + timedelta(days=1), time(), zone),
        all_day=True,
    )


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
