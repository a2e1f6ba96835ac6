"""An offer of swaps in words: who goes from which session to which, who waits, who cannot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_percent

from program.planning.actions.swapping import Offer


@dataclass(frozen=True)
class There:
    """A session, as it is called; the moment is in UTC."""

    id: int
    title: str
    group: str
    starts_at: datetime
    ends_at: datetime
    room: str


@dataclass(frozen=True)
class Line:
    person: str
    person_id: int
    from_: There
    to: There | None = None
    number: int = 0  # in line, for who waits


class SwapList:
    """`first`: people who go before all others, because the planner said so."""

    def __init__(self, offer: Offer, first: Iterable[int] = ()) -> None:
        self.offer, self.swaps, self.first = offer, offer.swaps, frozenset(first)
        self.names = {person.id: person.name for person in offer.question.problem.people}

    @property
    def moves(self) -> list[Line]:
        return [
            Line(self._name(one.person), one.person, self._there(one.from_), self._there(one.to))
            for one in self.swaps.swaps
        ]

    @property
    def waiting(self) -> list[Line]:
        return [
            Line(self._name(one.person), one.person, self._there(one.from_), self._there(one.to),
                 one.number)
            for one in self.swaps.waiting
        ]  # fmt: skip

    @property
    def without(self) -> list[Line]:
        """Nobody else's session suits them, or there is no parallel one."""
        return [
            Line(self._name(ask.person), ask.person, self._there(ask.meeting))
            for ask in self.swaps.without
        ]

    @property
    def may_go_first(self) -> list[tuple[int, str, bool]]:
        """Who waits, or was put first: number, name, and whether they are first now."""
        people = {one.person for one in self.swaps.waiting} | (self.first & self.names.keys())
        known = ((person, self._name(person), person in self.first) for person in people)
        return sorted(known, key=lambda one: (one[1], one[0]))

    @property
    def shares(self) -> tuple[str, str]:
        """Of all seats the part that stays empty, before and after: "1,7%"."""
        before, after = self.swaps.share_before, self.swaps.share_after
        return format_percent(before, "#,##0.0%"), format_percent(after, "#,##0.0%")

    @property
    def facts(self) -> dict[str, Any]:
        """For the commands."""
        return {
            "expected": self.swaps.expected,
            "absent_before": self.swaps.absent_before,
            "absent_after": self.swaps.absent_after,
            "share_before": round(self.swaps.share_before, 4),
            "share_after": round(self.swaps.share_after, 4),
            "swaps": [_facts(line) for line in self.moves],
            "waiting": [_facts(line) | {"number": line.number} for line in self.waiting],
            "without": [_facts(line) for line in self.without],
        }

    def _name(self, person: int) -> str:
        return self.names.get(person, "")

    def _there(self, number: int) -> There:
        row = self.offer.rows[number]
        return There(
            row.id, row.title, row.group_name or "", row.starts_at, row.ends_at,
            row.room_name or "",
        )  # fmt: skip


def _facts(line: Line) -> dict[str, Any]:
    return {
        "person": line.person,
        "meeting": line.from_.id,
        "title": line.from_.title,
        "group": line.from_.group,
        "to": line.to and line.to.id,
        "to_group": line.to and line.to.group,
    }
