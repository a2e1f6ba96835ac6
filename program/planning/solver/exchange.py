"""Reads a calendar question in the exchange format of the benchmark, and writes its plan.

A question holds working days, groups that all follow the same modules in order, trainers with
days and domains, one pool of rooms; a plan is a row per group and module. `judge` counts by
itself, from the question and the rows alone, what a plan breaks and costs.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from program.planning.solver.model import (
    AFTERNOON,
    MORNING,
    Arc,
    Bits,
    Calendar,
    Meeting,
    Model,
    Option,
    Parallel,
    Room,
    Row,
    RuleRef,
    Trainer,
    Usable,
    Weights,
)

RULES = tuple(
    map(
        RuleRef,
        ("absences", "trainer.away", "trainer.change", "trainer.load", "rooms", "gap.least",
         "gap.most", "parallel.window", "parallel.weekday", "trainer.qualified"),
    )
)  # fmt: skip
(ABSENCES, AWAY, CHANGE, LOAD, ROOMS, LEAST, MOST, WINDOW, WEEKDAY, QUALIFIED) = range(len(RULES))
HALVES = 2


def is_exchange(question: Any) -> bool:
    """Whether this is the exchange format, and not a problem as a plan run stores it."""
    return isinstance(question, dict) and "days_of_module" in question


def model_of(question: Mapping[str, Any]) -> Model:
    return _Reading(question).model()


def rows_of(question: Mapping[str, Any], calendar: Calendar) -> list[dict[str, int]]:
    """The plan: a row per group and module; what has no place is left out."""
    reading = _Reading(question)
    number_of = {day: number for number, day in enumerate(reading.day)}
    rows = []
    for place, (group, module) in zip(calendar, reading.cells(), strict=True):
        if place is not None:
            rows.append(
                {
                    "group": group,
                    "module": module,
                    "day": number_of[place.day],
                    "half": place.option,
                    "trainer": place.trainers[0] if place.trainers else 0,
                }
            )
    return rows


class _Reading:
    def __init__(self, question: Mapping[str, Any]) -> None:
        self.question = question
        dates = [date.fromisoformat(text) for text in question["days"]]
        first = min(dates)
        self.day = [(one - first).days for one in dates]  # calendar day of each working day
        self.days = max(self.day) + 1
        self.weekday = tuple((first.weekday() + day) % 7 for day in range(self.days))
        self.week = tuple((first.weekday() + day) // 7 for day in range(self.days))

    def cells(self) -> list[tuple[int, int]]:
        modules = range(len(self.question["modules"]))
        return [(g, m) for g in range(len(self.question["groups"])) for m in modules]

    def model(self) -> Model:
        groups, weights = self.question["groups"], self.question["weights"]
        plenary = sum(g["absent"][day] for g in groups for day in self.question["plenaries"])
        return Model(
            days=self.days,
            weekday=self.weekday,
            week=self.week,
            rules=RULES,
            rows=tuple(Row(ABSENCES, False, self._spread(g["absent"])) for g in groups),
            meetings=self._meetings(),
            trainers=tuple(map(self._trainer, self.question["trainers"])),
            rooms=(self._room(),),
            arcs=self._arcs(),
            parallel=self._parallel(),
            weights=Weights(
                another_trainer=weights["trainer_change"],
                heaviest_load=weights["load"],
                continuity_rule=CHANGE,
                load_rule=LOAD,
            ),
            constant=plenary,
        )

    def _spread(self, values: Sequence[int]) -> tuple[int, ...]:
        """From working days to all days."""
        spread = [0] * self.days
        for day, value in zip(self.day, values, strict=True):
            spread[day] = value
        return tuple(spread)

    def _bits(self, numbers: Sequence[int]) -> Bits:
        return sum(1 << self.day[number] for number in set(numbers))

    def _meetings(self) -> tuple[Meeting, ...]:
        modules = self.question["modules"]
        taken = set(self.question["plenaries"])
        chosen = [
            self._bits([day for day in days if day not in taken])
            for days in self.question["days_of_module"]
        ]
        qualified = [self._qualified(domain) for domain in range(self._domains())]
        return tuple(
            Meeting(
                options=_options(modules[m]["full_day"], chosen[m], g),
                crew=1,
                trainers=qualified[modules[m]["domain"]],
                rooms=(Usable(0),),
                family=g * len(qualified) + modules[m]["domain"],
                people=self.question["groups"][g].get("size", 0),
            )
            for g, m in self.cells()
        )

    def _domains(self) -> int:
        return max((m["domain"] for m in self.question["modules"]), default=0) + 1

    def _qualified(self, domain: int) -> tuple[Usable, ...]:
        """Those who can; everybody, and a rule broken, when nobody can."""
        trainers = self.question["trainers"]
        able = tuple(Usable(t) for t, one in enumerate(trainers) if one["domains"][domain])
        broken = ((QUALIFIED, 1),)
        return able or tuple(Usable(t, hard=1, rules=broken) for t in range(len(trainers)))

    def _trainer(self, trainer: Mapping[str, Any]) -> Trainer:
        here = self._bits([day for day, there in enumerate(trainer["days"]) if there])
        away = ~here & ((1 << self.days) - 1)
        return Trainer(away=(away, away, away), away_rule=AWAY)

    def _room(self) -> Room:
        free = self._spread(self.question["rooms"])
        return Room(free=(free, free, free), rule=ROOMS)

    def _arcs(self) -> tuple[Arc, ...]:
        modules, rules = len(self.question["modules"]), self.question["rules"]
        return tuple(
            Arc(one, other, rules["min_gap"], rules["max_gap"], LEAST, MOST)
            for group in range(len(self.question["groups"]))
            for one, other in pairwise(range(group * modules, (group + 1) * modules))
        )

    def _parallel(self) -> tuple[Parallel, ...]:
        groups, modules = len(self.question["groups"]), len(self.question["modules"])
        rules = self.question["rules"]
        return tuple(
            Parallel(
                meetings=tuple(group * modules + module for group in range(groups)),
                window=rules["window"],
                window_rule=WINDOW,
                most_on_weekday=rules["weekday_cap"],
                weekday_rule=WEEKDAY,
            )
            for module in range(modules)
        )


def _options(full_day: bool, days: Bits, row: int) -> tuple[Option, ...]:
    if full_day:
        return (Option(MORNING | AFTERNOON, 2, days, (row,)),)
    return tuple(Option(half, 1, days, (row,)) for half in (MORNING, AFTERNOON))


def judge(question: Mapping[str, Any], rows: Sequence[Mapping[str, int]]) -> tuple[int, int]:
    """How many hard rules these rows break, and their cost; apart from model and solver."""
    return _Judge(question, rows).verdict()


class _Judge:
    def __init__(self, question: Mapping[str, Any], rows: Sequence[Mapping[str, int]]) -> None:
        self.question, self.rows = question, rows
        self.dates = [date.fromisoformat(text) for text in question["days"]]
        self.at = {(row["group"], row["module"]): row["day"] for row in rows}

    def verdict(self) -> tuple[int, int]:
        return self._hard(), self._cost()

    def _hard(self) -> int:
        cells = len(self.question["groups"]) * len(self.question["modules"])
        missing: int = cells - len(self.at) + (len(self.rows) - len(self.at))
        return missing + self._wrong_rows() + self._crowded() + self._gaps() + self._sets()

    def _wrong_rows(self) -> int:
        wrong: int = 0
        for row in self.rows:
            trainer = self.question["trainers"][row["trainer"]]
            domain = self.question["modules"][row["module"]]["domain"]
            days = self.question["days_of_module"][row["module"]]
            wrong += row["day"] not in days or row["day"] in self.question["plenaries"]
            wrong += not trainer["domains"][domain]
            wrong += not trainer["days"][row["day"]]
        return wrong

    def _halves(self, row: Mapping[str, int]) -> tuple[int, ...]:
        whole = self.question["modules"][row["module"]]["full_day"]
        return tuple(range(HALVES)) if whole else (row["half"],)

    def _crowded(self) -> int:
        rooms: Counter[tuple[int, int]] = Counter()
        busy: Counter[tuple[int, int, int]] = Counter()
        for row in self.rows:
            for half in self._halves(row):
                rooms[row["day"], half] += 1
                busy[row["trainer"], row["day"], half] += 1
        full: int = sum(max(0, n - self.question["rooms"][day]) for (day, _), n in rooms.items())
        return full + sum(n - 1 for n in busy.values())

    def _gaps(self) -> int:
        least, most = self.question["rules"]["min_gap"], self.question["rules"]["max_gap"]
        wrong: int = 0
        for (group, module), day in self.at.items():
            if (group, module - 1) in self.at:
                before = self.dates[self.at[group, module - 1]]
                wrong += not least <= (self.dates[day] - before).days <= most
        return wrong

    def _sets(self) -> int:
        dates: dict[int, list[date]] = defaultdict(list)
        for (_group, module), day in self.at.items():
            dates[module].append(self.dates[day])
        rules = self.question["rules"]
        wrong: int = 0
        for used in dates.values():
            wrong += (max(used) - min(used)).days > rules["window"]
            weekdays = Counter(one.weekday() for one in used)
            wrong += sum(max(0, n - rules["weekday_cap"]) for n in weekdays.values())
        return wrong

    def _cost(self) -> int:
        groups, weights = self.question["groups"], self.question["weights"]
        absent = sum(groups[row["group"]]["absent"][row["day"]] for row in self.rows)
        absent += sum(g["absent"][day] for g in groups for day in self.question["plenaries"])
        trainers, load = set(), Counter[int]()
        for row in self.rows:
            domain = self.question["modules"][row["module"]]["domain"]
            trainers.add((row["group"], domain, row["trainer"]))
            load[row["trainer"]] += len(self._halves(row))
        heaviest = max(load.values(), default=0)
        return int(absent + weights["trainer_change"] * len(trainers) + weights["load"] * heaviest)
