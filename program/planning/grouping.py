"""The question of learning groups as plain data: who is spread how, and what must hold."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

WEEKDAYS = range(5)
STEPS_PER_PERSON, LEAST_STEPS, MOST_STEPS = 4_000, 400_000, 8_000_000
HEAVIEST = 1_000  # an attribute
HEAVIEST_OFF = 100_000
OFF_WEIGHT = 50  # points for each person who is off on the weekday that suits their group best

Groups = tuple[tuple[int, ...], ...]  # the people of each group


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    values: Mapping[str, str] = field(default_factory=dict)  # attribute: value
    working_days: int = 31  # bit 0 is Monday
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is spread evenly over the groups: a department, a gender, a municipality."""

    key: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many people a group may have."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class GroupProblem:
    """Everybody in exactly one group; `sizes` has one entry per group."""

    people: tuple[Member, ...]
    attributes: tuple[Attribute, ...]
    sizes: tuple[Sizes, ...]
    together: tuple[tuple[int, int], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()  # somebody and their manager; named pairs
    pinned: tuple[tuple[int, int], ...] = ()  # person, group (from 0)
    off_weight: int = OFF_WEIGHT
    start: Groups = ()  # improve from here, where this is given
    second_days: bool = False  # of equal groupings, one whose groups have a second good weekday


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups with what they cost, and what no grouping can cost less than."""

    groups: Groups
    cost: int
    bound: int
    broken: int  # people outside the sizes, pairs and pins that do not hold
    seed: int
    steps: int  # really done
    stopped: bool = False  # by the clock or by a person

    @property
    def gap(self) -> float:
        """How far above the bound, in percent."""
        return 100 * (self.cost - self.bound) / self.bound if self.bound else 0.0

    @property
    def optimal(self) -> bool:
        """Proven: nothing is broken, and no grouping is better."""
        return not self.broken and self.cost == self.bound


class Impossible(ValueError):
    """No grouping has these sizes; the message says why."""


def usual_steps(people: int) -> int:
    """As many as find the best groups of so many people, nearly always."""
    return min(max(LEAST_STEPS, STEPS_PER_PERSON * people), MOST_STEPS)


def even_sizes(people: int, groups: int) -> tuple[Sizes, ...]:
    """As equal as can be, in either order of the groups."""
    least, more = divmod(people, groups)
    return (Sizes(least, least + bool(more)),) * groups


def refuse_wrong(problem: GroupProblem) -> None:
    """Raise Impossible where the question contradicts itself before any search."""
    ids = [person.id for person in problem.people]
    if len(set(ids)) != len(ids):
        raise Impossible("Somebody is in the list twice.")
    _refuse_sizes(problem.sizes, len(ids))
    _refuse_weights(problem)
    named = {person for pair in (*problem.together, *problem.apart) for person in pair}
    unknown = sorted((named | {person for person, _group in problem.pinned}) - set(ids))
    if unknown:
        raise Impossible(f"Person {unknown[0]} is in a pair or pinned, but not in the list.")
    if any(not 0 <= group < len(problem.sizes) for _person, group in problem.pinned):
        raise Impossible("Somebody is pinned in a group that is not there.")
    if any(count > 1 for count in Counter(person for person, _ in problem.pinned).values()):
        raise Impossible("Somebody is pinned twice.")


def _refuse_weights(problem: GroupProblem) -> None:
    """The kernel counts in whole numbers of 64 bits."""
    if any(not 0 <= attribute.weight <= HEAVIEST for attribute in problem.attributes):
        raise Impossible(f"An attribute counts for 0 to {HEAVIEST}.")
    if not 0 <= problem.off_weight <= HEAVIEST_OFF:
        raise Impossible(f"A common weekday counts for 0 to {HEAVIEST_OFF} points.")


def _refuse_sizes(sizes: Sequence[Sizes], people: int) -> None:
    if not sizes:
        raise Impossible("There are no groups to make.")
    if any(not 0 <= size.least <= size.most for size in sizes):
        raise Impossible("A size is not a range from low to high.")
    least, most = sum(size.least for size in sizes), sum(size.most for size in sizes)
    if not least <= people <= most:
        raise Impossible(f"The groups hold {least} to {most} people, and there are {people}.")
