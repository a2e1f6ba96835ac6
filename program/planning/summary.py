"""What pages tell about a question and about a proposal: counts, balance, load, exceptions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from program.planning.models import PlanRun
from program.planning.problem import BY_GROUP, PLANNED, WHOLE, Module, Problem
from program.planning.wording import Wording

ATTRIBUTES = ("department", "gender", "job_title")


@dataclass(frozen=True)
class Readiness:
    """What a plan would be about, and what stands in its way."""

    people: int
    part_time: int
    trainers: int
    rooms: int
    meetings: int
    kept: int
    groups: int  # that stand already
    lacking: tuple[str, ...]  # what to bring in first: "people", "modules", "trainers", …
    domains: tuple[str, ...]  # without a trainer


def readiness(problem: Problem) -> Readiness:
    modules = [module for module in problem.modules if module.kind in PLANNED]
    return Readiness(
        people=len(problem.people),
        part_time=sum(person.working_days & 31 != 31 for person in problem.people),
        trainers=len(problem.trainers),
        rooms=len(problem.rooms),
        meetings=sum(_count(module, problem) for module in modules),
        kept=len(problem.kept),
        groups=len(problem.groups),
        lacking=tuple(_lacking(problem, modules)),
        domains=tuple(_without_trainer(problem, modules)),
    )


def _count(module: Module, problem: Problem) -> int:
    if module.kind in WHOLE:
        return module.rounds
    groups = len(problem.groups) or min(problem.group_count, len(problem.people))
    if module.kind in BY_GROUP:
        return module.rounds * groups
    return module.rounds * -(-len(problem.people) // max(1, problem.table_size))


def _lacking(problem: Problem, modules: list[Module]) -> Iterable[str]:
    if not problem.people:
        yield "people"
    if not modules:
        yield "modules"
    if not problem.trainers:
        yield "trainers"
    if not problem.rooms:
        yield "rooms"
        return
    if any(m.is_online for m in modules) and not any(room.online for room in problem.rooms):
        yield "online"
    halls = [room.capacity for room in problem.rooms if not room.online]
    plenary = any(m.kind == "plenary" and not m.online for m in modules)
    if plenary and max(halls, default=0) <= len(problem.people):
        yield "hall"


def _without_trainer(problem: Problem, modules: list[Module]) -> Iterable[str]:
    given = {domain for trainer in problem.trainers for domain in trainer.domains}
    for module in modules:
        if problem.trainers and module.domains and module.domains.isdisjoint(given):
            yield module.title


@dataclass(frozen=True)
class Balance:
    """How often each value of an attribute is in each group."""

    title: str
    rows: list[tuple[str, list[int], int]]  # value, per group, in all


@dataclass(frozen=True)
class Load:
    trainer: str
    meetings: int
    busiest_week: int
    most: int


@dataclass(frozen=True)
class Part:
    """The meetings of one module and round."""

    title: str
    meetings: int
    first: datetime | None
    last: datetime | None
    missed: list[tuple[str, str]]  # who cannot come, and why


class Summary:
    """A proposal as its page shows it."""

    def __init__(self, run: PlanRun) -> None:
        if run.proposal is None or run.report is None:
            raise ValueError("There is no proposal to tell about.")
        self.words = Wording(run)
        self.problem: Mapping[str, Any] = run.question["problem"]
        self.plan: Mapping[str, Any] = run.proposal["plan"]
        self.report: Mapping[str, Any] = run.report
        self.cost: Mapping[str, float] = run.proposal["cost"]
        self.bound: Mapping[str, float] = run.proposal["bound"]
        self.stopped: bool = run.proposal["stopped"]

    @property
    def placed(self) -> list[Mapping[str, Any]]:
        return [meeting for meeting in self.plan["meetings"] if meeting["starts_at"]]

    @property
    def tables(self) -> int:
        return sum(len(mix["tables"]) for mix in self.plan["tables"])

    @property
    def above_bound(self) -> int:
        """How many percent the dates, rooms and trainers cost above what any plan must."""
        bound = self.bound["calendar"]
        return round(100 * (self.cost["calendar"] - bound) / bound) if bound else 0

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What could not be kept: the meeting and the reason."""
        broken = [
            (self.words.meeting(found["meeting"]), self.words.broken(found))
            for found in self.report["broken"]
        ]
        unplaced = [
            (self.words.meeting(item["meeting"]), self.words.unplaced(item["why"]))
            for item in self.report["unplaced"]
        ]
        return unplaced + broken

    @property
    def group_names(self) -> list[str]:
        return [self.words.group(None, number) for number in range(len(self.plan["groups"]))]

    @property
    def members(self) -> list[list[str]]:
        return [sorted(map(self.words.person, group)) for group in self.plan["groups"]]

    @property
    def balances(self) -> list[Balance]:
        titles = {
            "department": _("Department"), "gender": _("Gender"), "job_title": _("Job title"),
        }  # fmt: skip
        genders = {"V": _("women"), "M": _("men"), "X": _("otherwise")}
        found = [self._balance(name, titles[name]) for name in ATTRIBUTES]
        by_gender = [(genders.get(value, value), counts, n) for value, counts, n in found[1].rows]
        return [found[0], Balance(found[1].title, by_gender), found[2]]

    def _balance(self, name: str, title: str) -> Balance:
        of = {person["id"]: person[name] or _("unknown") for person in self.problem["people"]}
        groups = [Counter(of[p] for p in group if p in of) for group in self.plan["groups"]]
        total = Counter(of.values())
        return Balance(
            title,
            [(value, [group[value] for group in groups], n) for value, n in total.most_common()],
        )

    @property
    def common_days(self) -> list[list[int]]:
        """Per group: the weekdays (0 is Monday) on which all of its people work."""
        works = {person["id"]: person["working_days"] for person in self.problem["people"]}
        return [
            [day for day in range(5) if all(works.get(p, 31) >> day & 1 for p in group)]
            for group in self.plan["groups"]
        ]

    @property
    def loads(self) -> list[Load]:
        weeks: dict[int, Counter[str]] = defaultdict(Counter)
        for meeting in self.placed:
            day = datetime.fromisoformat(meeting["starts_at"]).date()
            monday = (day - timedelta(days=day.weekday())).isoformat()
            for trainer in meeting["trainers"]:
                weeks[trainer][monday] += 1
        return [
            Load(
                trainer["name"],
                weeks[trainer["id"]].total(),
                max(weeks[trainer["id"]].values(), default=0),
                trainer["max_per_week"],
            )
            for trainer in self.problem["trainers"]
        ]

    @property
    def parts(self) -> list[Part]:
        """In the order of their first dates."""
        turns: dict[tuple[int, int], list[datetime]] = defaultdict(list)
        for meeting in self.plan["meetings"]:
            found = turns[meeting["module"], meeting["round"]]
            if meeting["starts_at"]:
                found.append(datetime.fromisoformat(meeting["starts_at"]))
        missed = self._missed()
        parts = [
            Part(
                self.words.turn(*turn), len(starts), min(starts, default=None),
                max(starts, default=None), missed[turn],
            )
            for turn, starts in turns.items()
        ]  # fmt: skip
        return sorted(parts, key=lambda part: str(part.first or "later"))

    def _missed(self) -> dict[tuple[int, int], list[tuple[str, str]]]:
        found: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
        for item in self.report["missed"]:
            module, turn, _group = item["meeting"]
            why = self.words.away(item["why"])
            found[module, turn].append((self.words.person(item["person"]), why))
        return found

    @property
    def rounds(self) -> list[tuple[str, list[tuple[str, list[str]]]]]:
        """Each round that mixes, with its tables and who sits there."""
        return [
            (
                self.words.turn(mix["module"], mix["round"]),
                [
                    (self.words.group(mix["module"], n), sorted(map(self.words.person, people)))
                    for n, people in enumerate(mix["tables"])
                    if people
                ],
            )
            for mix in self.plan["tables"]
        ]
