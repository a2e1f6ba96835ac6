"""From many rules that cannot hold together to the few that matter."""

from collections.abc import Callable, Iterable, Sequence

from program.planning.solver.model import RuleRef
from program.planning.solver.proof.openings import Active

Bundle = frozenset[int]  # rules that are let go of together
Refused = Callable[[Active], bool]  # they cannot hold together, for sure

# What is let go first when one rule or another will do: what nobody can set, what is most work.
LET_GO = (
    "person.once", "order", "room.free", "trainer.away", "person.away", "trainer.week",
    "trainer.senior", "room.step_free", "travel.trainer", "trainer.domain",
)  # fmt: skip


def bundles(refs: Sequence[RuleRef], rules: Iterable[int]) -> list[Bundle]:
    """The days of all people are one rule, and so is who gives a module; what comes first goes."""
    found: dict[object, set[int]] = {}
    for rule in sorted(rules, key=lambda place: (_rank(refs[place].key), place)):
        found.setdefault(_bundle(refs[rule], rule), set()).add(rule)
    return [frozenset(several) for several in found.values()]


def _bundle(ref: RuleRef, rule: int) -> object:
    if ref.key == "person.away":
        return ref.key
    if ref.key == "trainer.domain":
        return ref.key, dict(ref.facts).get("module")
    return rule


def _rank(key: str) -> int:
    return LET_GO.index(key) if key in LET_GO else len(LET_GO)


def shrunk(several: Sequence[Bundle], refused: Refused, always: Active = frozenset()) -> Active:
    """As few as are still refused together with `always`: without any one of them they are not.

    Those that come first are let go first. Halves are tried before single ones (QuickXplain, Junker
    2004).
    """
    if refused(always):
        return frozenset()
    left = list(reversed(several))
    return _union(_needed(always, anew=False, rest=left, refused=refused))


def _needed(kept: Active, *, anew: bool, rest: list[Bundle], refused: Refused) -> list[Bundle]:
    if anew and refused(kept):
        return []
    if len(rest) <= 1:
        return rest
    half = len(rest) // 2
    one, other = rest[:half], rest[half:]
    later = _needed(kept | _union(one), anew=True, rest=other, refused=refused)
    sooner = _needed(kept | _union(later), anew=bool(later), rest=one, refused=refused)
    return sooner + later


def _union(several: Iterable[Bundle]) -> Active:
    return frozenset().union(*several)
