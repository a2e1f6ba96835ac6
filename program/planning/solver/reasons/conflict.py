"""What the reasons say: rules that cannot hold together, and what would help."""

from dataclasses import dataclass
from enum import StrEnum

from program.planning.solver.model import RuleRef


class Proof(StrEnum):
    MINIMAL = "minimal"  # they cannot hold together, and without any one of them they can
    NOT_MINIMAL = "not_minimal"  # they cannot; some may not matter: the time was up
    UNPROVEN = "unproven"  # these stand in the way of what was found; perhaps there is a plan


@dataclass(frozen=True, slots=True)
class WayOut:
    """One thing to do about a rule, and what the calendar comes to then."""

    rule: RuleRef
    deed: str  # see `ways`
    facts: tuple[tuple[str, int | str], ...] = ()
    helps: bool = False  # then there is a calendar that breaks none of these rules
    broken: int = 0  # rules that are broken still
    cost: int | None = None  # points of the best calendar found then; none: not tried
    before: int | None = None  # and of the best one found without it, which breaks rules
    costs: tuple[tuple[RuleRef, int], ...] = ()  # points that it adds, by rule; the most first


@dataclass(frozen=True, slots=True)
class Conflict:
    rules: tuple[RuleRef, ...]
    proof: Proof
    meetings: tuple[int, ...] = ()  # that the rules are about
    ways: tuple[WayOut, ...] = ()
    places: tuple[int, ...] = ()  # of the rules, in `Book.rules`
