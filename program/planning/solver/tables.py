"""Mixes people over small tables, round after round, so that nobody meets twice if possible.

A pair that met x times before pays x for meeting once more; people of one learning group count as
having met, own managers as having met very often. The members of a table also need weekdays on
which all of them work, for their meeting must find a date.
"""

import math
from collections.abc import Iterator
from itertools import combinations
from random import Random

from program.planning.problem import TABLES, Module, Problem, Progress, Tables
from program.planning.solver.clock import EVERY, Clock

AGAIN = 10
MET_IN_GROUP = 1
MET_MANAGER = 500
NO_COMMON_DAY = 400
ONE_COMMON_DAY = 15
HOT, COLD = 8.0, 1.2

Groups = tuple[tuple[int, ...], ...]


def mix(
    problem: Problem, groups: Groups, rng: Random, steps: int, clock: Clock
) -> tuple[tuple[Tables, ...], int]:
    """The tables of every round, and what they cost."""
    mixing = _Mixing(problem, groups, rng)
    if mixing.free:
        mixing.anneal(rng, steps, clock)
    return mixing.tables(), mixing.cost


def rounds(problem: Problem) -> Iterator[tuple[Module, int]]:
    for module in problem.modules:
        if module.kind == TABLES:
            for number in range(1, module.rounds + 1):
                yield module, number


class _Mixing:
    def __init__(self, problem: Problem, groups: Groups, rng: Random) -> None:
        self.people = problem.people
        self.size = len(self.people)
        self.index = {person.id: i for i, person in enumerate(self.people)}
        self.works = [person.working_days & 31 for person in self.people]
        self.rounds = list(rounds(problem))
        self.group_of = [0] * self.size
        self.met = self._known(groups)
        self.cost = 0
        self.seats: list[list[list[int]]] = []  # round, table, people
        self.table_of: list[list[int]] = []  # round, person
        self.free: list[list[int]] = []  # rounds, and their people whom we may move
        self.free_rounds: list[int] = []
        self._seat_all(problem, groups, rng)

    def _known(self, groups: Groups) -> list[list[int]]:
        met = [[0] * self.size for _ in range(self.size)]
        for g, group in enumerate(groups):
            mates = [self.index[person] for person in group]
            for i in mates:
                self.group_of[i] = g
            for i, j in combinations(mates, 2):
                met[i][j] = met[j][i] = MET_IN_GROUP
        for i, person in enumerate(self.people):
            boss = self.index.get(person.manager) if person.manager is not None else None
            if boss is not None and boss != i:
                met[i][boss] = met[boss][i] = MET_MANAGER
        return met

    def _seat_all(self, problem: Problem, groups: Groups, rng: Random) -> None:
        standing = {(t.module, t.round): t.tables for t in problem.tables}
        shuffled = [rng.sample(group, len(group)) for group in groups]
        for number, (module, turn) in enumerate(self.rounds):
            kept = [
                [self.index[person] for person in table if person in self.index]
                for table in standing.get((module.id, turn), ())
            ]
            self._seat_round(number, kept, shuffled, problem.table_size)

    def _seat_round(
        self, number: int, kept: list[list[int]], groups: list[list[int]], table_size: int
    ) -> None:
        """Deal group by group, each round further along: group mates never share a table."""
        placed = {i for table in kept for i in table}
        order = [
            i
            for g, group in enumerate(groups)
            for i in self._turned(group, g * number)
            if i not in placed
        ]
        tables = [list(table) for table in kept]
        new = -(-len(order) // max(1, table_size))
        empty = [t for t, table in enumerate(tables) if not table][:new]
        for _ in range(new - len(empty)):
            empty.append(len(tables))
            tables.append([])
        for place, i in enumerate(order):
            tables[empty[place % new]].append(i)
        self._note_round(tables, order)

    def _turned(self, group: list[int], by: int) -> list[int]:
        start = by % len(group) if group else 0
        return [self.index[person] for person in group[start:] + group[:start]]

    def _note_round(self, tables: list[list[int]], movable: list[int]) -> None:
        number = len(self.seats)
        self.seats.append(tables)
        self.table_of.append([-1] * self.size)
        for t, table in enumerate(tables):
            for i in table:
                self.table_of[number][i] = t
            for i, j in combinations(table, 2):
                self.cost += AGAIN * self.met[i][j]
                self.met[i][j] += 1
                self.met[j][i] += 1
            self.cost += _day_cost(self._common(table))
        if len({self.table_of[number][i] for i in movable}) > 1:
            self.free.append(movable)
            self.free_rounds.append(number)

    def _common(self, table: list[int]) -> int:
        common = 31
        for i in table:
            common &= self.works[i]
        return common

    def anneal(self, rng: Random, steps: int, clock: Clock) -> None:
        best, kept = self.cost, self._copy()
        cooling = (COLD / HOT) ** (1 / max(1, steps))
        heat = HOT
        for step in range(steps):
            if step % EVERY == 0:
                told = Progress("tables", step, steps, best // NO_COMMON_DAY, best, 0)
                if best == 0 or not clock.go_on(told):
                    break
            self._try_swap(rng, heat)
            heat *= cooling
            if self.cost < best:
                best, kept = self.cost, self._copy()
        self.seats, self.cost = kept, best

    def _copy(self) -> list[list[list[int]]]:
        return [[list(table) for table in tables] for tables in self.seats]

    def _try_swap(self, rng: Random, heat: float) -> None:
        turn = int(rng.random() * len(self.free))
        people, number = self.free[turn], self.free_rounds[turn]
        i = people[int(rng.random() * len(people))]
        j = people[int(rng.random() * len(people))]
        table_of = self.table_of[number]
        t, u = table_of[i], table_of[j]
        if t == u:
            return
        here, there = self.seats[number][t], self.seats[number][u]
        worse = self._worse(i, j, here, there)
        if worse <= 0 or rng.random() < math.exp(-worse / heat):
            self._swap(i, j, here, there)
            table_of[i], table_of[j] = u, t
            self.cost += worse

    def _worse(self, i: int, j: int, here: list[int], there: list[int]) -> int:
        """What it costs more when i leaves `here` for `there`, and j the other way."""
        met_i, met_j = self.met[i], self.met[j]
        worse = 0
        days_here = days_there = 31
        works = self.works
        for k in here:
            if k != i:
                worse += met_j[k] - met_i[k] + 1
                days_here &= works[k]
        for k in there:
            if k != j:
                worse += met_i[k] - met_j[k] + 1
                days_there &= works[k]
        return (
            AGAIN * worse
            + DAY_COST[days_here & works[j]]
            + DAY_COST[days_there & works[i]]
            - DAY_COST[days_here & works[i]]
            - DAY_COST[days_there & works[j]]
        )

    def _swap(self, i: int, j: int, here: list[int], there: list[int]) -> None:
        here.remove(i)
        there.remove(j)
        met = self.met
        for k in here:
            met[i][k] -= 1
            met[k][i] -= 1
            met[j][k] += 1
            met[k][j] += 1
        for k in there:
            met[j][k] -= 1
            met[k][j] -= 1
            met[i][k] += 1
            met[k][i] += 1
        here.append(j)
        there.append(i)

    def tables(self) -> tuple[Tables, ...]:
        return tuple(
            Tables(
                module.id,
                turn,
                tuple(tuple(sorted(self.people[i].id for i in table)) for table in tables),
            )
            for (module, turn), tables in zip(self.rounds, self.seats, strict=True)
        )


def _day_cost(common: int) -> int:
    days = common.bit_count()
    return NO_COMMON_DAY if days == 0 else ONE_COMMON_DAY if days == 1 else 0


DAY_COST = [_day_cost(common) for common in range(32)]
