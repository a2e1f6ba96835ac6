"""What the checker can find."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Key = tuple[int, int, int | None]  # module, round, group or table


@dataclass(frozen=True, slots=True)
class Broken:
    """A hard rule that does not hold; `facts` says for whom, how much, with which other one."""

    rule: str  # "trainer.week"; `rule_of` says which of the rules that can be set it is
    meeting: Key | None
    facts: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody who cannot come to a meeting for everybody, and why."""

    person: int
    meeting: Key
    why: str  # "weekday" or "absent"


@dataclass(frozen=True, slots=True)
class Unplaced:
    meeting: Key
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    broken: tuple[Broken, ...] = ()
    missed: tuple[Missed, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    met_again: int = 0  # pairs that share a table more than once
    mates_met: int = 0  # pairs of one learning group that share a table


RULE_OF: Mapping[str, str] = {
    "gap": "gap.most", "person.clash": "person.once", "room.none": "room.free",
    "room.busy": "room.free", "room.clash": "room.free", "trainer.none": "trainer.count",
    "trainer.weekday": "trainer.away", "trainer.busy": "trainer.away",
    "trainer.clash": "trainer.away", "table.manager": "tables.manager",
    "table.apart": "tables.manager", "table.day": "tables.day",
}  # fmt: skip


def rule_of(finding: str) -> str:
    """The key of the rule that a finding breaks; its own name where no rule can be set."""
    return RULE_OF.get(finding, finding)
