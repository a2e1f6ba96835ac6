"""What is known around the meetings of a cohort, sorted out of one long answer."""

from collections import defaultdict
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from program.meetings.clashes import Slot


@lru_cache(maxsize=4096)
def day_of(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


class Around:
    """Sorts the rows of `around_rows`."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.working_days: dict[int, int] = {}
        self.max_per_week: dict[int, int] = {}
        self.capacity: dict[int, int] = {}
        self.rooms: dict[int, str] = {}
        self.absences: defaultdict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        self.groups: list[tuple[int, str]] = []
        self.domains: list[tuple[int, str]] = []
        self.elsewhere: dict[int, str] = {}
        self._busy: dict[int, dict[str, Any]] = {}

    def take(self, row: Any) -> None:
        what, number, second, third, starts_at, ends_at, text = row
        if what in {"person", "trainer"}:
            self._person(what, number, second, third, text)
        elif what == "absence":
            self.absences[number].append((starts_at, ends_at))
        elif what == "group":
            self.groups.append((number, text))
        elif what == "domain":
            self.domains.append((number, text))
        elif what == "room":
            self.capacity[number], self.rooms[number] = second, text
        else:
            self._taken(what, number, second, (starts_at, ends_at, text))

    def _person(
        self, what: str, person: int, days: int | None, most: int | None, name: str
    ) -> None:
        self.names[person] = " ".join(name.split())
        if days is not None:
            self.working_days[person] = days
        if what == "trainer" and most is not None:
            self.max_per_week[person] = most

    def _taken(self, what: str, meeting: int, who: int | None, when: tuple[Any, ...]) -> None:
        starts_at, ends_at, cohort = when
        self.elsewhere[meeting] = cohort
        busy = self._busy.setdefault(
            meeting,
            {"starts_at": starts_at, "ends_at": ends_at, "people": set(), "trainers": set()},
        )
        if what == "busy room":
            busy["room_id"] = who
        else:
            busy["trainers" if what == "busy trainer" else "people"].add(who)

    def slots(self, zone: ZoneInfo) -> dict[int, Slot]:
        return {
            meeting: Slot(
                id=meeting,
                starts_at=busy["starts_at"],
                ends_at=busy["ends_at"],
                day=day_of(busy["starts_at"], zone),
                room_id=busy.get("room_id"),
                trainers=tuple(sorted(busy["trainers"])),
                people=frozenset(busy["people"]),
                ours=False,
            )
            for meeting, busy in self._busy.items()
        }
