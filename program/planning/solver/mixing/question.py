"""Puts the tables of a planning problem as numbers: who sits where to begin with, who met whom."""

from collections.abc import Iterator
from itertools import combinations
from random import Random

from program.planning.problem import TABLES, Module, Placed, Problem, Tables
from program.planning.rules import Rules, State
from program.planning.solver.mixing.dated import Dated
from program.planning.solver.mixing.find import Mixing, Rounds
from program.planning.solver.mixing.seating import NEVER, Known, Prices
from program.planning.solver.mixing.tasks import shared_tasks

AGAIN = 10  # points inside the search; other weights are in proportion
HARD_DAY = 4_000
ONE_DAY = 2  # one common weekday is enough, two are a little better

Groups = tuple[tuple[int, ...], ...]


def rounds(problem: Problem) -> Iterator[tuple[Module, int]]:
    for module in problem.modules:
        if module.kind == TABLES:
            for number in range(1, module.rounds + 1):
                yield module, number


class Asked:
    """The rounds of all modules that mix, one after the other, in numbers of people from 0.

    Once the problem says who met whom, that speaks for all tables before its first day to plan.
    """

    def __init__(self, problem: Problem, groups: Groups, rng: Random) -> None:
        self._problem, self._groups = problem, groups
        self._index = {person.id: i for i, person in enumerate(problem.people)}
        self._rules = Rules(problem.rules)
        self._over = {
            (kept.module, kept.round, kept.group)
            for kept in problem.kept
            if problem.met and _is_over(problem, kept)
        }
        alone = tuple(p.id for p in problem.people if not any(p.id in group for group in groups))
        self._shuffled = [rng.sample(group, len(group)) for group in (*groups, alone)]
        self.rounds: Rounds = []
        self._locked: set[tuple[int, int]] = set()
        self._past: dict[tuple[int, int], list[int]] = {}
        for module, turn in rounds(problem):
            self._seat_round(module.id, turn)

    def _seat_round(self, module: int, turn: int) -> None:
        """Deal group by group, each round further along: group mates never share a table."""
        number = len(self.rounds)
        tables = self._standing(module, turn)
        self._locked |= {(number, t) for t, table in enumerate(tables) if table}
        past = {t for t in range(len(tables)) if (module, turn, t) in self._over}
        placed = {i for table in tables for i in table}
        order = [
            i
            for g, group in enumerate(self._shuffled)
            for i in self._turned(group, g * number)
            if i not in placed
        ]
        new = -(-len(order) // max(1, self._problem.table_size))
        empty = [t for t, table in enumerate(tables) if not table][:new]
        for _ in range(new - len(empty)):
            empty.append(len(tables))
            tables.append([])
        for place, i in enumerate(order):
            tables[empty[place % new]].append(i)
        self._past |= {(number, t): tables[t] for t in past}
        self.rounds.append([[] if t in past else table for t, table in enumerate(tables)])

    def _standing(self, module: int, turn: int) -> list[list[int]]:
        found = (t.tables for t in self._problem.tables if (t.module, t.round) == (module, turn))
        return [
            [self._index[person] for person in table if person in self._index]
            for table in next(found, ())
        ]

    def _turned(self, group: list[int], by: int) -> list[int]:
        start = by % len(group) if group else 0
        return [self._index[person] for person in group[start:] + group[:start]]

    def mixing(self, seed: int) -> Mixing:
        turns = [(module.id, turn) for module, turn in rounds(self._problem)]
        dated = Dated(self._problem, self._groups, turns, [len(tables) for tables in self.rounds])
        return Mixing(
            self._known(), self.rounds, self._prices(), frozenset(self._locked), seed,
            dated.dates(),
        )  # fmt: skip

    def _prices(self) -> Prices:
        if self._rules.is_off("tables.day"):
            return Prices(AGAIN)
        hard = self._rules.is_hard("tables.day")
        return Prices(AGAIN, HARD_DAY if hard else self._points("tables.day"), ONE_DAY)

    def _points(self, key: str) -> int:
        """A wish's weight, where meeting somebody again costs `AGAIN`."""
        return round(AGAIN * self._rules.weight(key) / max(1, self._rules.weight("tables.again")))

    def _times(self, key: str) -> int:
        """As how many earlier meetings it counts to be mates, or to manage the other."""
        state = self._rules.of(key).state
        if state == State.HARD:
            return NEVER
        if state == State.OFF or not self._rules.weight(key):
            return 0
        return max(1, round(self._points(key) / AGAIN))  # a light wish is still one

    def _known(self) -> Known:
        known = Known.nothing(len(self._index))
        if not self._rules.is_off("tables.day"):
            known.works = bytes(person.working_days & 31 for person in self._problem.people)
        self._note_met(known)
        self._note_mates(known)
        self._note_never(known)
        return known

    def _note_met(self, known: Known) -> None:
        for met in self._problem.met:
            if met.one in self._index and met.other in self._index:
                times = met.times + (self._times("tables.mates") if met.in_group else 0)
                known.note(self._index[met.one], self._index[met.other], times)

    def _note_mates(self, known: Known) -> None:
        """Mates of now; whoever was one before, and met, is in `met` already."""
        counted = {frozenset((met.one, met.other)) for met in self._problem.met if met.in_group}
        times = self._times("tables.mates")
        for group in self._groups:
            for pair in combinations(group, 2):
                if times and frozenset(pair) not in counted:
                    known.note(self._index[pair[0]], self._index[pair[1]], times)

    def _note_never(self, known: Known) -> None:
        times = self._times("tables.manager")
        for person in self._problem.people:
            if times and person.manager in self._index:
                known.note(self._index[person.id], self._index[person.manager], times)
        for pair in self._problem.pairs:
            if not pair.together and {pair.one, pair.other} <= self._index.keys():
                known.note(self._index[pair.one], self._index[pair.other], NEVER)

    def tables(self, found: Rounds) -> tuple[Tables, ...]:
        """The rounds as the plan tells them."""
        seated = [
            [
                sorted(self._problem.people[i].id for i in self._past.get((r, t), table))
                for t, table in enumerate(tables)
            ]
            for r, tables in enumerate(found)
        ]
        tasks = shared_tasks(seated, self._given())
        return tuple(
            Tables(module.id, turn, tuple(map(tuple, tables)), tuple(done))
            for (module, turn), tables, done in zip(
                rounds(self._problem), seated, tasks, strict=True
            )
        )

    def _given(self) -> dict[tuple[int, int], tuple[int, ...]]:
        """Tasks at tables that stay, which count for who is next."""
        number = {(module.id, turn): r for r, (module, turn) in enumerate(rounds(self._problem))}
        return {
            (number[mix.module, mix.round], t): people
            for mix in self._problem.tables
            if (mix.module, mix.round) in number
            for t, people in enumerate(mix.tasks)
            if people
        }


def _is_over(problem: Problem, kept: Placed) -> bool:
    first = problem.from_on
    return first is not None and kept.starts_at is not None and kept.starts_at.date() < first
