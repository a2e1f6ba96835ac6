"""Tells which meetings a proposal changes, from what to what, and who is touched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask_babel import gettext as _

from program.planning.changes import Change, What, changes, standing_plan
from program.planning.models import PlanRun
from program.planning.problem import Placed, Plan, Problem
from program.planning.wire import from_json
from program.planning.wording import Wording


@dataclass(frozen=True)
class Spot:
    """A meeting in words: wall times where the cohort is."""

    starts_at: datetime
    ends_at: datetime
    room: str
    trainers: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One meeting that changes."""

    change: Change
    title: str
    what: tuple[str, ...]
    old: Spot | None
    new: Spot | None
    people: tuple[str, ...]
    joined: tuple[str, ...]
    left: tuple[str, ...]
    accepted: int  # how many said yes to what it was


class ChangeList:
    """Of one plan against another, with the names that the question of the run knows."""

    def __init__(self, run: PlanRun, problem: Problem, found: tuple[Change, ...]) -> None:
        self.words, self.problem, self.found = Wording(run), problem, found

    @classmethod
    def of(cls, run: PlanRun) -> "ChangeList":
        """Of a proposal against what stood when it was asked for."""
        if run.proposal is None:
            raise ValueError("There is no proposal to tell about.")
        problem = from_json(Problem, run.question["problem"])
        plan = from_json(Plan, run.proposal["plan"])
        return cls(run, problem, changes(problem, standing_plan(problem), plan))

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(change) for change in self.found]

    @property
    def unchanged(self) -> int:
        """Meetings to come that stay as they are."""
        return len(self.problem.standing) - sum(change.old is not None for change in self.found)

    @property
    def people(self) -> list[str]:
        """Everybody who is touched."""
        return self._names({person for change in self.found for person in change.people})

    @property
    def trainers(self) -> list[str]:
        """Who gives what changes, or gave it before."""
        of = {t for c in self.found for side in (c.old, c.new) if side for t in side.trainers}
        return sorted(map(self.words.trainer, of))

    @property
    def accepted(self) -> int:
        """How many times somebody said yes to what changes now."""
        return sum(line.accepted for line in self.lines)

    @cached_property
    def _yes(self) -> Mapping[Placed, int]:
        return {self.problem.standing[place]: n for place, n in self.problem.accepted.items()}

    def _line(self, change: Change) -> Line:
        said = self._yes.get(change.old, 0) if change.old else 0
        return Line(
            change=change,
            title=self.words.meeting(change.key),
            what=tuple(what_word(what) for what in change.what),
            old=self._spot(change.old),
            new=self._spot(change.new),
            people=tuple(self._names(change.people)),
            joined=tuple(self._names(change.joined)),
            left=tuple(self._names(change.left)),
            accepted=0 if change.what == (What.PEOPLE,) else said,
        )

    def _names(self, people: Iterable[int]) -> list[str]:
        return sorted(map(self.words.person, people))

    def _spot(self, placed: Placed | None) -> Spot | None:
        if placed is None:
            return None
        trainers = tuple(sorted(map(self.words.trainer, placed.trainers)))
        room = self.words.room(placed.room) if placed.room is not None else ""
        return Spot(placed.begins, placed.ends, room, trainers)


def what_word(what: What) -> str:
    return {
        What.NEW: str(_("new")),
        What.GONE: str(_("no longer held")),
        What.MOVED: str(_("other time")),
        What.ROOM: str(_("other room")),
        What.TRAINERS: str(_("other trainer")),
        What.PEOPLE: str(_("other people")),
    }[what]


def as_facts(lines: Sequence[Line]) -> list[dict[str, object]]:
    """For the commands."""
    return [
        {
            "meeting": line.title,
            "what": [what.value for what in line.change.what],
            "old": _spot_facts(line.old),
            "new": _spot_facts(line.new),
            "people": len(line.people),
            "accepted": line.accepted,
            "joined": list(line.joined),
            "left": list(line.left),
        }
        for line in lines
    ]


def _spot_facts(spot: Spot | None) -> dict[str, object] | None:
    if spot is None:
        return None
    return {
        "starts_at": spot.starts_at.isoformat(),
        "ends_at": spot.ends_at.isoformat(),
        "room": spot.room,
        "trainers": list(spot.trainers),
    }
