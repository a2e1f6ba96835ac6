"""The same questions put to CP-SAT, in the formulation that does best there.

A calendar gets one variable per (meeting, day, half, trainer), with at most one meeting per trainer
and half-day: the form with separate variables for date and trainer finds nothing in the same time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

Plan = list[dict[str, int]]
WORKERS = 2


@dataclass(frozen=True)
class Answer:
    """What it found, and what it proved. Without a plan it found none in the time."""

    cost: int | None
    bound: int
    plan: Any = None


class _Calendar:
    def __init__(self, question: dict[str, Any]) -> None:
        self.q = question
        self.model = cp_model.CpModel()
        self.number = [date.fromisoformat(day).toordinal() for day in question["days"]]
        self.weekday = [date.fromisoformat(day).weekday() for day in question["days"]]
        self.groups = range(len(question["groups"]))
        self.modules = range(len(question["modules"]))
        self.z: dict[tuple[int, int, int, int, int], Any] = {}
        self.on: dict[tuple[int, int], dict[int, list[Any]]] = {}
        self._choose()
        self._share()
        self._order()
        self._parallel()
        self._price()

    def _places(self, module: int) -> Iterator[tuple[int, int, int]]:
        """Day, half and trainer."""
        about = self.q["modules"][module]
        for day in self.q["days_of_module"][module]:
            if day in self.q["plenaries"]:
                continue
            for number, trainer in enumerate(self.q["trainers"]):
                if trainer["days"][day] and trainer["domains"][about["domain"]]:
                    for half in (0,) if about["full_day"] else (0, 1):
                        yield day, half, number

    def _choose(self) -> None:
        for m in self.modules:
            places = list(self._places(m))
            for g in self.groups:
                days: dict[int, list[Any]] = defaultdict(list)
                for day, half, trainer in places:
                    chosen = self.model.new_bool_var("")
                    self.z[g, m, day, half, trainer] = chosen
                    days[day].append(chosen)
                self.on[g, m] = days
                self.model.add_exactly_one(v for found in days.values() for v in found)

    def _halves(self, module: int, half: int) -> tuple[int, ...]:
        return (0, 1) if self.q["modules"][module]["full_day"] else (half,)

    def _share(self) -> None:
        """One meeting per trainer and half-day, and no more than there are rooms."""
        busy, rooms = defaultdict(list), defaultdict(list)
        for (_g, m, day, half, trainer), chosen in self.z.items():
            for part in self._halves(m, half):
                busy[trainer, day, part].append(chosen)
                rooms[day, part].append(chosen)
        for found in busy.values():
            self.model.add_at_most_one(found)
        for (day, _part), found in rooms.items():
            self.model.add(sum(found) <= self.q["rooms"][day])

    def _order(self) -> None:
        rules = self.q["rules"]
        self.day = {
            key: self.model.new_int_var(self.number[0], self.number[-1], "") for key in self.on
        }
        for key, days in self.on.items():
            dated = [self.number[d] * v for d, found in days.items() for v in found]
            self.model.add(self.day[key] == sum(dated))
        for g in self.groups:
            for m in self.modules[1:]:
                gap = self.day[g, m] - self.day[g, m - 1]
                self.model.add_linear_constraint(gap, rules["min_gap"], rules["max_gap"])

    def _parallel(self) -> None:
        rules = self.q["rules"]
        for m in self.modules:
            first = self.model.new_int_var(self.number[0], self.number[-1], "")
            for g in self.groups:
                self.model.add(self.day[g, m] >= first)
                self.model.add(self.day[g, m] <= first + rules["window"])
            for weekday in range(5):
                same = [
                    v
                    for g in self.groups
                    for d, found in self.on[g, m].items()
                    if self.weekday[d] == weekday
                    for v in found
                ]
                self.model.add(sum(same) <= rules["weekday_cap"])

    def _price(self) -> None:
        q, terms = self.q, []
        terms.append(sum(g["absent"][d] for g in q["groups"] for d in q["plenaries"]))
        load: dict[int, list[Any]] = defaultdict(list)
        meets: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
        for (g, m, day, half, trainer), chosen in self.z.items():
            terms.append(q["groups"][g]["absent"][day] * chosen)
            load[trainer].append(len(self._halves(m, half)) * chosen)
            meets[g, q["modules"][m]["domain"], trainer].append(chosen)
        for found in meets.values():
            known = self.model.new_bool_var("")
            self.model.add(sum(found) <= len(self.modules) * known)
            self.model.add_max_equality(known, found)
            terms.append(q["weights"]["trainer_change"] * known)
        heaviest = self.model.new_int_var(0, 2 * len(self.groups) * len(self.modules), "")
        for found in load.values():
            self.model.add(sum(found) <= heaviest)
        terms.append(q["weights"]["load"] * heaviest)
        self.model.minimize(sum(terms))

    def plan(self, solver: cp_model.CpSolver) -> Plan:
        return [
            {"group": g, "module": m, "day": day, "half": half, "trainer": trainer}
            for (g, m, day, half, trainer), chosen in self.z.items()
            if solver.boolean_value(chosen)
        ]


def calendar(question: dict[str, Any], seconds: float) -> Answer:
    """The best calendar CP-SAT finds in so many seconds, building the model included."""
    asked = _Calendar(question)
    solver, found = _solved(asked.model, seconds)
    bound = max(0, round(solver.best_objective_bound))
    if not found:
        return Answer(None, bound)
    return Answer(round(solver.objective_value), bound, asked.plan(solver))


def groups(
    values: Sequence[Sequence[int]],
    sizes: Sequence[int],
    pairs: Sequence[tuple[int, int, bool]],
    seconds: float,
) -> Answer:
    """Even groups: the least sum of squares of how often each value is in each group.

    `values`: per attribute, each person's value. `pairs`: two people, and whether together.
    """
    model = cp_model.CpModel()
    everybody, every = range(len(values[0])), range(len(sizes))
    inside = [[model.new_bool_var("") for _ in every] for _ in everybody]
    for person in everybody:
        model.add_exactly_one(inside[person])
    for q in every:
        model.add(sum(inside[p][q] for p in everybody) == sizes[q])
        for one, other, together in pairs:
            if together:
                model.add(inside[one][q] == inside[other][q])
            else:
                model.add_at_most_one(inside[one][q], inside[other][q])
    terms = []
    for attribute in values:
        for value in sorted(set(attribute)):
            members = [p for p in everybody if attribute[p] == value]
            terms.extend(_squares(model, inside, members, every))
    model.minimize(sum(terms))
    solver, found = _solved(model, seconds)
    bound = round(solver.best_objective_bound)
    if not found:
        return Answer(None, bound)
    plan = [[p for p in everybody if solver.boolean_value(inside[p][q])] for q in every]
    return Answer(round(solver.objective_value), bound, plan)


def _squares(model: Any, inside: Any, members: list[int], every: range) -> Iterator[Any]:
    """count * count per group, by its tangents: exact on whole numbers."""
    low = len(members) // len(every)
    for q in every:
        count = sum(inside[p][q] for p in members)
        square = model.new_int_var(0, len(members) ** 2, "")
        for at in range(max(0, low - 4), low + 6):
            model.add(square >= (2 * at + 1) * count - at * (at + 1))
        yield square


def rotation(tables: int, size: int, rounds: int, seconds: float) -> Answer:
    """Rounds of tables with the fewest pairs that meet more than once (each time more counts)."""
    model = cp_model.CpModel()
    people = range(tables * size)
    sits = [
        [[model.new_bool_var("") for _ in range(tables)] for _ in people] for _ in range(rounds)
    ]
    for turn in sits:
        for person in people:
            model.add_exactly_one(turn[person])
        for table in range(tables):
            model.add(sum(turn[p][table] for p in people) == size)
    for person in people:  # the first round, and the first table later, can be named freely
        model.add(sits[0][person][person // size] == 1)
    again = []
    for one, other in combinations(people, 2):
        met = []
        for turn in sits:
            for table in range(tables):
                both = model.new_bool_var("")
                model.add_bool_or(turn[one][table].Not(), turn[other][table].Not(), both)
                met.append(both)
        more = model.new_int_var(0, rounds, "")
        model.add(more >= sum(met) - 1)
        again.append(more)
    model.minimize(sum(again))
    solver, found = _solved(model, seconds)
    return Answer(round(solver.objective_value) if found else None, 0)


def _solved(model: cp_model.CpModel, seconds: float) -> tuple[cp_model.CpSolver, bool]:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = WORKERS
    status = solver.solve(model)
    return solver, status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
