"""The rules and wishes that a planner can switch, weigh and add to, as plain data.

A rule is hard (a plan that breaks it is not right), a wish (breaking it costs points) or off. The
words that people read are in `wording`; nothing here needs a database or Flask.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    HARD = "hard"
    WISH = "wish"
    OFF = "off"


HARD, WISH, OFF = State.HARD, State.WISH, State.OFF


@dataclass(frozen=True, slots=True)
class Kind:
    """What there is to say about one rule: which states it may have, and how it starts."""

    key: str
    state: State
    states: tuple[State, ...]
    weight: int = 0  # points, when it is a wish
    value: Mapping[str, Any] = field(default_factory=dict)  # its own settings, if it has any
    per: str = ""  # what one breach is: "day", "person", "trainer", "meeting", "minute", "euro"


# Points: missing one plenary by one person is 40; all other weights are beside that.
KINDS: tuple[Kind, ...] = (
    # Days
    Kind("day.public", HARD, (HARD, WISH, OFF), 400, per="meeting"),
    Kind("day.optional", WISH, (HARD, WISH, OFF), 200, per="meeting"),
    Kind("day.school", HARD, (HARD, WISH, OFF), 150, per="meeting"),
    Kind("day.council", HARD, (HARD, WISH, OFF), 100, {"weekdays": 1}, per="meeting"),
    Kind("day.own", HARD, (HARD, WISH, OFF), 200, per="meeting"),
    Kind("weekday.preferred", OFF, (WISH, OFF), 20, {"weekdays": 31}, per="meeting"),
    Kind("part.preferred", OFF, (WISH, OFF), 20, {"parts": 7}, per="meeting"),
    Kind("pace", WISH, (WISH, OFF), 3, per="meeting"),
    # People
    Kind("person.away", HARD, (HARD, WISH), 60, per="person"),
    Kind("person.missed", WISH, (WISH, OFF), 40, per="person"),
    Kind("person.once", HARD, (HARD,), per="person"),
    # Order
    Kind("order", HARD, (HARD,), per="meeting"),
    Kind("gap.most", HARD, (HARD, WISH, OFF), 10, per="day"),
    # Parallel meetings of one module
    Kind("parallel.window", WISH, (HARD, WISH, OFF), 6, {"days": 28}, per="day"),
    Kind("parallel.weekday", WISH, (HARD, WISH, OFF), 40, {"percent": 60}, per="meeting"),
    # Rooms
    Kind("room.size", HARD, (HARD,), per="meeting"),
    Kind("room.free", HARD, (HARD,), per="meeting"),
    Kind("room.step_free", HARD, (HARD, WISH, OFF), 200, per="meeting"),
    Kind("room.price", WISH, (WISH, OFF), 1, {"euro_per_point": 5}, per="euro"),
    # Travel
    Kind("travel.trainer", HARD, (HARD, WISH, OFF), 1, {"minutes": 60}, per="minute"),
    Kind("travel.people", WISH, (WISH, OFF), 1, {"minutes_per_point": 30}, per="minute"),
    # Trainers
    Kind("trainer.away", HARD, (HARD,), per="meeting"),
    Kind("trainer.domain", HARD, (HARD, WISH, OFF), 80, per="meeting"),
    Kind("trainer.week", HARD, (HARD, WISH, OFF), 60, per="meeting"),
    Kind("trainer.count", HARD, (HARD,), per="meeting"),
    Kind("trainer.senior", HARD, (HARD, WISH, OFF), 80, per="meeting"),
    Kind("trainer.continuity", WISH, (WISH, OFF), 60, per="trainer"),
    Kind("trainer.load", WISH, (WISH, OFF), 12, per="meeting"),
    # Changes to what stands (repair)
    Kind("change.day", WISH, (WISH, OFF), 300, per="meeting"),
    Kind("change.part", WISH, (WISH, OFF), 120, per="meeting"),
    Kind("change.room", WISH, (WISH, OFF), 40, per="meeting"),
    Kind("change.trainer", WISH, (WISH, OFF), 60, per="trainer"),
    Kind("change.accepted", WISH, (WISH, OFF), 15, per="person"),
    # Tables
    Kind("tables.again", WISH, (WISH,), 10, per="pair"),
    Kind("tables.mates", WISH, (WISH, OFF), 10, per="pair"),
    Kind("tables.manager", HARD, (HARD, WISH, OFF), 500, per="pair"),
    Kind("tables.day", HARD, (HARD, WISH, OFF), 400, per="table"),
)  # fmt: skip
BY_KEY: Mapping[str, Kind] = {kind.key: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Rule:
    """How one rule is set; for one module, or for all where `module` is none."""

    key: str
    state: State
    weight: int = 0
    value: Mapping[str, Any] = field(default_factory=dict)
    module: int | None = None


_USUAL = {kind.key: Rule(kind.key, kind.state, kind.weight, kind.value) for kind in KINDS}


class Rules:
    """All rules as they are set: what was not set is as its kind says."""

    def __init__(self, given: Iterable[Rule] = ()) -> None:
        self._given = {(rule.key, rule.module): rule for rule in given}

    def of(self, key: str, module: int | None = None) -> Rule:
        """A rule for a module goes before the one for all."""
        found = self._given.get((key, module)) or self._given.get((key, None))
        return found or _USUAL[key]

    def weight(self, key: str, module: int | None = None) -> int:
        """Points for one breach; nothing when the rule is hard or off."""
        rule = self.of(key, module)
        return rule.weight if rule.state == WISH else 0

    def is_hard(self, key: str, module: int | None = None) -> bool:
        return self.of(key, module).state == HARD

    def is_off(self, key: str, module: int | None = None) -> bool:
        return self.of(key, module).state == OFF

    def value(self, key: str, name: str, module: int | None = None) -> Any:
        return self.of(key, module).value.get(name, BY_KEY[key].value.get(name))
