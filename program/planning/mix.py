"""What the page "Mix" shows of a proposal: groups with their people and balance, and how good."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flask_babel import format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _l

from program.planning.actions.grouping import pinned_of
from program.planning.grouping import GroupProblem
from program.planning.judging import Broken, judge
from program.planning.models import PlanRun
from program.planning.wire import from_json

ATTRIBUTES = {
    "department": _l("Department"),
    "gender": _l("Gender"),
    "job_title": _l("Job title"),
    "organisation": _l("Organisation"),
}
GENDERS = {"V": _l("women"), "M": _l("men"), "X": _l("otherwise")}
TONES = 6  # colours for the largest values; the smaller ones share grey
WEEKDAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"))
PairRow = tuple[int, int, bool]


def _(text: str, **facts: object) -> str:
    return str(gettext(text, **facts))


@dataclass(frozen=True)
class Part:
    """One value in one group: its place in the bar, and how far from its even share it is."""

    value: str
    count: int
    start: int
    tone: int
    off: int  # people too many (or, below zero, too few)


@dataclass(frozen=True)
class Bar:
    title: str
    parts: tuple[Part, ...]
    length: int

    @property
    def words(self) -> str:
        return ", ".join(f"{part.value} {part.count}" for part in self.parts if part.count)

    @property
    def off(self) -> int:
        """People who would have to change places for an even spread."""
        return max(
            sum(part.off for part in self.parts if part.off > 0),
            -sum(part.off for part in self.parts if part.off < 0),
        )


@dataclass(frozen=True)
class Someone:
    id: int
    name: str
    about: str
    pinned: bool


@dataclass(frozen=True)
class Numbers:
    """One attribute in all groups: per value its counts and their sum."""

    title: str
    rows: tuple[tuple[str, tuple[int, ...], int], ...]


@dataclass(frozen=True)
class Card:
    number: int
    name: str
    people: tuple[Someone, ...]
    bars: tuple[Bar, ...]
    days: str
    faults: tuple[str, ...]


class Mix:
    """A proposal as it was moved by hand, under the pairs that hold now."""

    def __init__(self, run: PlanRun, pairs: Iterable[PairRow]) -> None:
        self.run, self.proposal = run, run.proposal or {}
        asked = from_json(GroupProblem, run.question["problem"])
        self.pinned = pinned_of(run)
        then = {tuple(pair) for pair in run.question["pairs"]}
        now = {tuple(pair) for pair in pairs}
        self.pairs_changed = then != now
        self.problem = replace(
            asked,
            together=tuple((one, other) for one, other, together in now if together),
            apart=tuple(sorted(_managed(asked, then) | _apart(now))),
            pinned=(),
        )
        self.groups = tuple(tuple(people) for people in self.proposal.get("groups", ()))
        self.people = {person.id: person for person in asked.people}
        self.judged = judge(self.problem, self.groups)

    @property
    def version(self) -> int:
        return int(self.proposal.get("version", 0))

    @property
    def is_best(self) -> bool:
        """Proven, for the pairs that hold now."""
        proven = self.judged.cost <= self.bound and not self.judged.broken
        return proven and not self.pairs_changed

    @property
    def above(self) -> float:
        """Percent above what no groups can be better than."""
        return max(0.0, 100 * (self.judged.cost - self.bound) / self.bound) if self.bound else 0.0

    @property
    def bound(self) -> int:
        """No groups cost less."""
        return int(self.proposal["bound"]["groups"])

    @cached_property
    def verdict(self) -> str:
        """How good it is, in a sentence."""
        broken = len(self.judged.broken)
        if broken:
            return str(
                ngettext(
                    "%(num)s thing is not as you asked; it is marked below.",
                    "%(num)s things are not as you asked; they are marked below.",
                    broken,
                )
            )
        if self.pairs_changed:
            return _("Pairs changed since: improve the groups to see how good they can be.")
        if self.is_best:
            return _("This is the best possible spread.")
        if self.above < 0.1:
            return _("Less than %(n)s%% above the best possible.", n=format_decimal(0.1))
        return _("At most %(n)s%% above the best possible.", n=format_decimal(round(self.above, 1)))

    @property
    def score(self) -> str:
        """The same in a few words, to have beside the buttons."""
        if self.judged.broken:
            return _("%(n)s not as asked", n=len(self.judged.broken))
        if self.pairs_changed:
            return ""
        if self.is_best:
            return _("best possible")
        return _("%(n)s%% above best", n=format_decimal(max(0.1, round(self.above, 1))))

    @property
    def off(self) -> int:
        """People who are off on the weekday that suits their group best."""
        return sum(self.judged.off)

    @cached_property
    def names(self) -> tuple[str, ...]:
        known = self.run.question["group_names"]
        return tuple(
            str(known[g]) if g < len(known) else _("Group %(n)s", n=g + 1)
            for g in range(len(self.groups))
        )

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        return tuple(
            Card(
                number=g,
                name=self.names[g],
                people=tuple(self._someone(person) for person in self._sorted(people)),
                bars=tuple(self._bar(a.key, people) for a in self.problem.attributes),
                days=self._days(g),
                faults=tuple(self._faults(g)),
            )
            for g, people in enumerate(self.groups)
        )

    @cached_property
    def tables(self) -> tuple[Numbers, ...]:
        bars = list(zip(*(card.bars for card in self.cards), strict=True))
        return tuple(
            Numbers(
                groups[0].title,
                tuple(
                    (parts[0].value, (counts := tuple(p.count for p in parts)), sum(counts))
                    for parts in zip(*(bar.parts for bar in groups), strict=True)
                ),
            )
            for groups in bars
        )

    def _sorted(self, people: Sequence[int]) -> list[int]:
        """In the order of the list, which is by surname."""
        return sorted(people, key=self._order.__getitem__)

    @cached_property
    def _order(self) -> Mapping[int, int]:
        return {person: place for place, person in enumerate(self.people)}

    def _someone(self, person: int) -> Someone:
        member = self.people[person]
        about = [member.values.get(key, "") for key in ("department", "job_title")]
        return Someone(person, member.name, " · ".join(filter(None, about)), person in self.pinned)

    @cached_property
    def totals(self) -> Mapping[str, Counter[str]]:
        """Per attribute how often each value is there, the most frequent first."""
        return {
            a.key: Counter(p.values.get(a.key, "") for p in self.problem.people)
            for a in self.problem.attributes
        }

    def _bar(self, key: str, people: Sequence[int]) -> Bar:
        there = Counter(self.people[person].values.get(key, "") for person in people)
        parts, start = [], 0
        for place, (value, total) in enumerate(self.totals[key].most_common()):
            count = there[value]
            off = self._off(count, total, len(people))
            tone = place + 1 if place < TONES else 0
            parts.append(Part(word(key, value), count, start, tone, off))
            start += count
        return Bar(title(key), tuple(parts), max(1, len(people)))

    def _off(self, count: int, total: int, size: int) -> int:
        everybody = len(self.problem.people)
        low, high = total * size // everybody, -(-total * size // everybody)
        return count - high if count > high else min(0, count - low)

    def _days(self, g: int) -> str:
        days = [str(WEEKDAYS[day]) for day in self.judged.weekdays[g]]
        if not self.groups[g]:
            return ""
        if not self.judged.off[g]:
            return _("All work on %(days)s.", days=", ".join(days))
        return _("On %(day)s most work: %(n)s not.", day=days[0], n=self.judged.off[g])

    def _faults(self, g: int) -> Iterable[str]:
        for broken in self.judged.broken:
            if self._is_about(broken, g):
                yield self._words(broken)

    def _is_about(self, broken: Broken, g: int) -> bool:
        if "group" in broken.facts:
            return broken.facts["group"] == g
        return broken.facts.get("one") in self.groups[g]

    def _words(self, broken: Broken) -> str:
        facts = broken.facts
        if broken.rule == "group.size":
            size = self.problem.sizes[int(facts["group"])]
            if size.least == size.most:
                asked, people = size.most, facts["people"]
                return _("%(n)s people, while %(size)s were asked.", n=people, size=asked)
            return _("%(n)s people, while %(least)s to %(most)s were asked.",
                     n=facts["people"], least=size.least, most=size.most)  # fmt: skip
        one, other = (self.name(int(facts[key])) for key in ("one", "other"))
        if broken.rule == "group.together":
            return _("%(one)s and %(other)s should be together.", one=one, other=other)
        return _("%(one)s and %(other)s may not be in one group.", one=one, other=other)

    def name(self, person: int) -> str:
        return self.people[person].name if person in self.people else _("somebody who left")


def _managed(asked: GroupProblem, then: Iterable[tuple[object, ...]]) -> set[tuple[int, int]]:
    """People and their own managers: what is apart without being named so."""
    return set(asked.apart) - _apart(then)


def _apart(pairs: Iterable[tuple[object, ...]]) -> set[tuple[int, int]]:
    return {
        (min(int(str(one)), int(str(other))), max(int(str(one)), int(str(other))))
        for one, other, together in pairs
        if not together
    }


def title(key: str) -> str:
    return str(ATTRIBUTES.get(key, key))


def word(key: str, value: str) -> str:
    if not value:
        return _("unknown")
    return str(GENDERS.get(value, value)) if key == "gender" else value
