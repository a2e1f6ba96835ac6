"""What the page of encounters tells: per person, in all, and as a map of everybody by everybody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from program.encounters.ledger import Ledger, Pair, others

BUCKETS = 10  # bars of the distribution, at most
OFTEN = 4  # from so many times on a cell is darkest


@dataclass(frozen=True, slots=True)
class Somebody:
    id: int
    enrolment: int
    name: str
    group: int | None = None  # the learning group they are in now
    group_name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One person: how many others they met, and will have met when all goes as drafted."""

    person: Somebody
    met: int
    will: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many people will have met so many others: from, until and with."""

    least: int
    most: int
    people: int


class Figures:
    """People come in the order of the map: group by group, then by name."""

    def __init__(self, people: Sequence[Somebody], ledger: Ledger) -> None:
        self.people = sorted(people, key=lambda p: (p.group is None, p.group_name))
        self._inside = {person.id for person in people}
        self._ledger = ledger
        self.met = self._of_cohort(ledger.met())
        self.will = self._of_cohort(ledger.met(to_come=True))

    def _of_cohort(self, pairs: set[Pair]) -> set[Pair]:
        return {pair for pair in pairs if self._inside.issuperset(pair)}

    @property
    def most(self) -> int:
        """As many others as there are."""
        return max(0, len(self.people) - 1)

    @property
    def pairs(self) -> int:
        return len(self.people) * self.most // 2

    @property
    def again(self) -> int:
        """Pairs that share a table more than once, past and drafted."""
        return sum(self._inside.issuperset(pair) for pair in self._ledger.again())

    @property
    def mates(self) -> int:
        """Pairs of one learning group who share a table, past or drafted."""
        group = {person.id: person.group for person in self.people}
        shared = self._of_cohort({*self._ledger.tables, *self._ledger.tables_to_come})
        return sum(group[a] is not None and group[a] == group[b] for a, b in shared)

    @cached_property
    def lines(self) -> list[Line]:
        """Who will have met the fewest others comes first."""
        met, will = others(self.met), others(self.will)
        lines = [Line(p, len(met[p.id]), len(will[p.id])) for p in self.people]
        return sorted(lines, key=lambda line: (line.will, line.met, line.person.name))

    @property
    def middle(self) -> int:
        """Half of the people will have met this many others, or more."""
        return self.lines[len(self.lines) // 2].will if self.lines else 0

    @property
    def buckets(self) -> list[Bucket]:
        counts = Counter(line.will for line in self.lines)
        if not counts:
            return []
        least, most = min(counts), max(counts)
        width = max(1, -(-(most - least + 1) // BUCKETS))
        return [
            Bucket(
                start,
                min(start + width - 1, most),
                sum(counts[n] for n in range(start, start + width)),
            )
            for start in range(least, most + 1, width)
        ]  # fmt: skip

    def times(self, pair: Pair) -> tuple[int, int, int, int]:
        """Of two people: at tables, with groups, at tables to come, with groups to come."""
        pair = min(pair), max(pair)
        ledger = self._ledger
        return (
            ledger.tables.get(pair, 0), ledger.groups.get(pair, 0),
            ledger.tables_to_come.get(pair, 0), ledger.groups_to_come.get(pair, 0),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Map:
    """Everybody by everybody as paths of an SVG, one path per shade."""

    rows: list[Somebody]
    columns: list[Somebody]
    paths: dict[str, str]  # "draft", "once", "more" or "often": what to draw
    across: list[tuple[int, int, str]]  # learning groups: first column, how many, name
    down: list[tuple[int, int, str]]


def map_of(figures: Figures, group: int | None = None) -> Map:
    """Rows of one group only, if one is asked for."""
    columns = figures.people
    rows = [person for person in columns if group in {None, person.group}]
    paths: dict[str, list[str]] = {"draft": [], "once": [], "more": [], "often": []}
    for y, one in enumerate(rows):
        for x, length, shade in _runs([_shade(figures, one.id, other.id) for other in columns]):
            paths[shade].append(f"M{x} {y}h{length}v1h-{length}z")
    drawn = {shade: "".join(parts) for shade, parts in paths.items()}
    return Map(rows, columns, drawn, _spans(columns), _spans(rows))


def _shade(figures: Figures, one: int, other: int) -> str:
    tables, groups, tables_to_come, groups_to_come = figures.times((one, other))
    times = tables + groups
    if times == 0:
        return "draft" if tables_to_come + groups_to_come else ""
    return "once" if times == 1 else "more" if times < OFTEN else "often"


def _runs(shades: list[str]) -> list[tuple[int, int, str]]:
    """Neighbours of one shade together: where they begin, how many, which shade."""
    found: list[tuple[int, int, str]] = []
    for x, shade in enumerate(shades):
        if shade and found and found[-1][2] == shade and sum(found[-1][:2]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1, shade)
        elif shade:
            found.append((x, 1, shade))
    return found


def _spans(people: list[Somebody]) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for at, person in enumerate(people):
        if found and found[-1][2] == person.group_name:
            found[-1] = (found[-1][0], found[-1][1] + 1, person.group_name)
        else:
            found.append((at, 1, person.group_name))
    return found
