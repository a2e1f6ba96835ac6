"""A proven lower bound for a calendar question: `python -m bench.planning.bound FILE [SECONDS]`.

Column generation (Dantzig and Wolfe, 1960; Barnhart et al., Branch-and-Price, Operations Research
46, 1998): the master shares trainers, rooms and weekdays among the groups, a column is the whole
calendar of one group, and the cheapest one under the prices of the master is found exactly, by
dynamic programming over its modules, days, and the trainers seen so far in the domain (with many
trainers: whether it was one or more, so a third one is free, which only lowers the bound). That the
groups do a module within a window is told to the master by where the window starts; those rows
are added where they are broken. Every price of the master gives a valid bound; costs are whole
numbers, so it may be rounded up.
"""

import json
import math
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from ortools.linear_solver import pywraplp

INFINITY = math.inf
NO_CALENDAR = 400.0  # points for a group without one, while there are few columns
ROWS_AT_ONCE = 60
TINY = 1e-6
FEW = 6  # trainers who can give a domain: up to so many, every set of them is told apart

Vector = Any  # of numbers, one per day


@dataclass(frozen=True)
class Column:
    """One calendar of one group, and the variable that chooses it."""

    variable: Any
    group: int
    days: tuple[int, ...]


@dataclass
class Prices:
    """What the master asks for its resources (never more than nothing, as they are limits)."""

    trainer: Vector  # trainer, half, day
    room: Vector  # half, day
    load: Vector  # trainer
    weekday: Vector  # module, weekday
    window: Vector  # group, module, day


@dataclass
class Step:
    """What the dynamic programme knows after one module: per set of trainers, per day."""

    cost: dict[int, Vector] = field(default_factory=dict)
    trainer: dict[int, Vector] = field(default_factory=dict)
    came_from: dict[int, Vector] = field(default_factory=dict)  # the set before
    day_before: dict[int, Vector] = field(default_factory=dict)  # by the set before
    set_before: dict[int, Vector] = field(default_factory=dict)
    half: dict[int, Vector] = field(default_factory=dict)  # by trainer


class Question:
    """The question in arrays."""

    def __init__(self, asked: dict[str, Any]) -> None:
        days = [date.fromisoformat(day) for day in asked["days"]]
        self.days, self.count = range(len(days)), len(days)
        self.number = np.array([day.toordinal() for day in days])
        self.weekday = np.array([day.weekday() for day in days])
        self.rules, self.weights = asked["rules"], asked["weights"]
        self.groups, self.trainers = range(len(asked["groups"])), range(len(asked["trainers"]))
        self.modules = range(len(asked["modules"]))
        self.domain = [module["domain"] for module in asked["modules"]]
        self.full = [module["full_day"] for module in asked["modules"]]
        self.rooms = asked["rooms"]
        self.absent = np.array([group["absent"] for group in asked["groups"]], float)
        self.works = np.array([trainer["days"] for trainer in asked["trainers"]], bool)
        self.able = [
            [t for t in self.trainers if asked["trainers"][t]["domains"][domain]]
            for domain in self.domain
        ]
        plenaries = set(asked["plenaries"])
        self.open = [sorted(set(found) - plenaries) for found in asked["days_of_module"]]
        self.constant = sum(group["absent"][day] for group in asked["groups"] for day in plenaries)
        gap = self.rules["min_gap"], self.rules["max_gap"]
        self.earliest = np.searchsorted(self.number, self.number - gap[1], "left")
        self.latest = np.searchsorted(self.number, self.number - gap[0], "right")

    @property
    def tells_sets_apart(self) -> bool:
        return max(map(len, self.able)) <= FEW

    def seen(self, before: int, trainer: int) -> tuple[int, int]:
        """The trainers seen after one more, and the points for it."""
        several, price = 1 << len(self.trainers), self.weights["trainer_change"]
        if before >> trainer & 1 or before == several:
            return before, 0
        if before and not self.tells_sets_apart:
            return several, price
        return before | 1 << trainer, price

    def price_of_trainers(self, trainers: list[int]) -> int:
        total = 0
        for domain in set(self.domain):
            seen = 0
            for module, trainer in enumerate(trainers):
                if self.domain[module] == domain:
                    seen, points = self.seen(seen, trainer)
                    total += points
        return total

    @property
    def least_heaviest_load(self) -> int:
        halves = sum(2 if full else 1 for full in self.full) * len(self.groups)
        return math.ceil(halves / len({t for able in self.able for t in able}))


class Master:
    """The linear programme over the columns known so far."""

    def __init__(self, q: Question) -> None:
        self.q = q
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.goal = self.solver.Objective()
        self.columns: list[Column] = []
        self.known: set[Any] = set()
        self.window: dict[tuple[bool, int, int, int], Any] = {}
        self._rows()
        self._starts()

    def _at_most(self, limit: float) -> Any:
        return self.solver.Constraint(-INFINITY, limit)

    def _rows(self) -> None:
        q = self.q
        self.one = [self.solver.Constraint(1, 1) for _ in q.groups]
        for row in self.one:
            missing = self._variable(NO_CALENDAR)
            row.SetCoefficient(missing, 1)
        self.busy = {
            (t, half, day): self._at_most(1)
            for t in q.trainers for day in q.days if q.works[t][day] for half in (0, 1)
        }  # fmt: skip
        self.rooms = {(h, day): self._at_most(q.rooms[day]) for h in (0, 1) for day in q.days}
        cap = q.rules["weekday_cap"]
        self.same = {(m, w): self._at_most(cap) for m in q.modules for w in range(5)}
        heaviest = self.solver.NumVar(q.least_heaviest_load, INFINITY, "")
        self.goal.SetCoefficient(heaviest, q.weights["load"])
        self.load = [self._at_most(0) for _ in q.trainers]
        for row in self.load:
            row.SetCoefficient(heaviest, -1)

    def _variable(self, cost: float) -> Any:
        made = self.solver.NumVar(0, INFINITY, "")
        self.goal.SetCoefficient(made, cost)
        return made

    def _starts(self) -> None:
        """On which day the window of each module begins."""
        self.starts: list[dict[int, Any]] = []
        for m in self.q.modules:
            chosen = self.solver.Constraint(1, 1)
            starts = {day: self._variable(0) for day in self.q.open[m]}
            for variable in starts.values():
                chosen.SetCoefficient(variable, 1)
            self.starts.append(starts)

    def _opens(self, late: bool, m: int, day: int) -> list[int]:
        """The starts that allow a meeting up to this day (or, when late, from this day on)."""
        q = self.q
        if not late:
            return [start for start in q.open[m] if start <= day]
        window = q.rules["window"]
        return [a for a in q.open[m] if q.number[a] + window >= q.number[day]]

    def solve(self) -> float:
        self.solver.Solve()
        return float(self.goal.Value())

    def prices(self) -> Prices:
        q = self.q
        found = Prices(
            np.zeros((len(q.trainers), 2, q.count)), np.zeros((2, q.count)),
            np.array([row.dual_value() for row in self.load]), np.zeros((len(q.modules), 5)),
            np.zeros((len(q.groups), len(q.modules), q.count)),
        )  # fmt: skip
        for key, row in self.busy.items():
            found.trainer[key] = row.dual_value()
        for key, row in self.rooms.items():
            found.room[key] = row.dual_value()
        for key, row in self.same.items():
            found.weekday[key] = row.dual_value()
        for (late, g, m, day), row in self.window.items():
            part = slice(day, None) if late else slice(day + 1)
            found.window[g, m, part] += row.dual_value()
        return found

    def add(self, group: int, days: list[int], halves: list[int], trainers: list[int]) -> bool:
        """A new column; false when it is known."""
        key = group, tuple(days), tuple(halves), tuple(trainers)
        if key in self.known:
            return False
        self.known.add(key)
        q = self.q
        absent = float(sum(q.absent[group][day] for day in days))
        cost = absent + q.price_of_trainers(trainers)
        column = Column(self._variable(cost), group, tuple(days))
        self.one[group].SetCoefficient(column.variable, 1)
        self._use(column.variable, days, halves, trainers)
        for (late, g, m, day), row in self.window.items():
            if g == group and _is_on(late, days[m], day):
                row.SetCoefficient(column.variable, 1)
        self.columns.append(column)
        return True

    def _use(self, variable: Any, days: list[int], halves: list[int], trainers: list[int]) -> None:
        load: dict[int, int] = defaultdict(int)
        for m in self.q.modules:
            for half in (0, 1) if self.q.full[m] else (halves[m],):
                self.busy[trainers[m], half, days[m]].SetCoefficient(variable, 1)
                self.rooms[half, days[m]].SetCoefficient(variable, 1)
                load[trainers[m]] += 1
            self.same[m, int(self.q.weekday[days[m]])].SetCoefficient(variable, 1)
        for trainer, halves_given in load.items():
            self.load[trainer].SetCoefficient(variable, halves_given)

    def broken_windows(self) -> list[tuple[bool, int, int, int]]:
        """Rows that the present answer breaks, the worst first."""
        used: dict[tuple[int, int], dict[int, float]] = defaultdict(lambda: defaultdict(float))
        for column in self.columns:
            share = column.variable.solution_value()
            if share > TINY:
                for m in self.q.modules:
                    used[column.group, m][column.days[m]] += share
        starts = [{a: v.solution_value() for a, v in found.items()} for found in self.starts]
        broken = []
        for (g, m), shares in used.items():
            for late in (False, True):
                total = 0.0
                for day in sorted(shares, reverse=late):
                    total += shares[day]
                    excess = total - sum(starts[m][a] for a in self._opens(late, m, day))
                    if excess > 1e-4 and (late, g, m, day) not in self.window:
                        broken.append((excess, (late, g, m, day)))
        return [key for _excess, key in sorted(broken, reverse=True)[:ROWS_AT_ONCE]]

    def demand(self, late: bool, group: int, module: int, day: int) -> None:
        row = self._at_most(0)
        self.window[late, group, module, day] = row
        for start in self._opens(late, module, day):
            row.SetCoefficient(self.starts[module][start], -1)
        for column in self.columns:
            if column.group == group and _is_on(late, column.days[module], day):
                row.SetCoefficient(column.variable, 1)


def _is_on(late: bool, met: int, day: int) -> bool:
    return met >= day if late else met <= day


class Pricing:
    """The cheapest calendar of a group under the prices of the master."""

    def __init__(self, q: Question, prices: Prices) -> None:
        self.q, self.prices = q, prices

    def cheapest(self, group: int) -> tuple[float, list[int], list[int], list[int]]:
        steps: list[Step] = []
        for m in self.q.modules:
            steps.append(self._step(group, m, steps[-1] if steps else None))
        return self._traced(steps)

    def _step(self, group: int, m: int, before: Step | None) -> Step:
        step = Step()
        reached = self._reached(m, before, step)
        for trainer in self.q.able[m]:
            price, step.half[trainer] = self._price(group, m, trainer)
            for seen, cost in reached.items():
                to, points = self.q.seen(seen, trainer)
                self._take(step, (seen, to), trainer, cost + price + points)
        return step

    def _take(self, step: Step, sets: tuple[int, int], trainer: int, cost: Vector) -> None:
        seen, to = sets
        if to not in step.cost:
            step.cost[to] = np.full(self.q.count, INFINITY)
            step.trainer[to] = np.full(self.q.count, -1)
            step.came_from[to] = np.full(self.q.count, -1)
        better = cost < step.cost[to]
        step.cost[to] = np.where(better, cost, step.cost[to])
        step.trainer[to] = np.where(better, trainer, step.trainer[to])
        step.came_from[to] = np.where(better, seen, step.came_from[to])

    def _reached(self, m: int, before: Step | None, step: Step) -> dict[int, Vector]:
        """Per set of trainers seen in this domain: the least cost up to each day."""
        if before is None:
            return {0: np.zeros(self.q.count)}
        sets = list(before.cost)
        if self.q.domain[m] != self.q.domain[m - 1]:
            together = np.stack([before.cost[seen] for seen in sets])
            least = together.argmin(0)
            sources = {0: (together.min(0), np.array(sets)[least])}
        else:
            sources = {seen: (before.cost[seen], np.full(self.q.count, seen)) for seen in sets}
        reached = {}
        for seen, (cost, origin) in sources.items():
            reached[seen], step.day_before[seen] = self._after_the_gap(m, cost)
            step.set_before[seen] = origin
        return reached

    def _after_the_gap(self, m: int, cost: Vector) -> tuple[Vector, Vector]:
        least, origin = np.full(self.q.count, INFINITY), np.full(self.q.count, -1)
        for day in self.q.open[m]:
            first, last = self.q.earliest[day], self.q.latest[day]
            if last > first:
                origin[day] = first + int(cost[first:last].argmin())
                least[day] = cost[origin[day]]
        return least, origin

    def _price(self, group: int, m: int, trainer: int) -> tuple[Vector, Vector]:
        q, p = self.q, self.prices
        halves = [-p.room[h] - p.trainer[trainer, h] for h in (0, 1)]
        base = q.absent[group] - p.weekday[m][q.weekday] - p.window[group, m]
        if q.full[m]:
            cost = base + halves[0] + halves[1] - 2 * p.load[trainer]
        else:
            cost = base + np.minimum(*halves) - p.load[trainer]
        allowed = np.zeros(q.count, bool)
        allowed[q.open[m]] = True
        later = (halves[1] < halves[0]).astype(int)
        return np.where(allowed & q.works[trainer], cost, INFINITY), later

    def _traced(self, steps: list[Step]) -> tuple[float, list[int], list[int], list[int]]:
        seen = min(steps[-1].cost, key=lambda found: steps[-1].cost[found].min())
        day = int(steps[-1].cost[seen].argmin())
        total = float(steps[-1].cost[seen][day])
        days, halves, trainers = [], [], []
        for step in reversed(steps):
            trainer, before = int(step.trainer[seen][day]), int(step.came_from[seen][day])
            days.append(day)
            trainers.append(trainer)
            halves.append(int(step.half[trainer][day]))
            if step is not steps[0]:
                day = int(step.day_before[before][day])
                seen = int(step.set_before[before][day])
        return total, days[::-1], halves[::-1], trainers[::-1]


def bound(asked: dict[str, Any], seconds: float = 120) -> int:
    """No calendar costs less. Whole points; the best that is proven in the time."""
    q = Question(asked)
    master, best, until = Master(q), 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        value = master.solve()
        windows = master.broken_windows()
        pricing = Pricing(q, master.prices())
        worth = [row.dual_value() for row in master.one]
        found = [pricing.cheapest(group) for group in q.groups]
        gains = [min(0.0, cost[0] - worth[g]) for g, cost in enumerate(found)]
        best = max(best, value + sum(gains) + q.constant)
        new = [g for g in q.groups if gains[g] < -TINY and master.add(g, *found[g][1:])]
        if not new and not windows:
            break
        for key in windows:
            master.demand(*key)
    return math.ceil(best - 1e-4)


if __name__ == "__main__":
    begun = time.monotonic()
    least = bound(json.loads(Path(sys.argv[1]).read_text()), float([*sys.argv, "120"][2]))
    print(f"no calendar costs less than {least} (proven in {time.monotonic() - begun:.0f} s)")
