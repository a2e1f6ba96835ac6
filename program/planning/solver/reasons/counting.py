"""Where to look for the rules that cannot hold together: days chosen, trainers and rooms counted.

A meeting chooses a day and a time. Trainers and rooms are not handed out one by one: on each part
of a day, the meetings that only some of them can take are no more than there are of those (Hall's
condition). That nobody is in two of them on one day is left out. Each rule is an assumption, so
CP-SAT can say which of them it needed. What it says is a place to start from; whoever uses it asks
the judge again.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from program.planning.solver.model import PARTS
from program.planning.solver.proof.book import Book
from program.planning.solver.proof.chains import pulls
from program.planning.solver.proof.openings import Active, Openings, hard_rules

MOST_SETS = 64  # sets of trainers, or of rooms, that are counted


class Counting:
    def __init__(self, book: Book, openings: Openings, every: Active) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415  (large)

        self.book, self.model, self.openings = book, book.model, openings
        self.every = every
        self.cp = cp_model.CpModel()
        self.holds = {rule: self.cp.new_bool_var("") for rule in sorted(every)}
        self.at: list[dict[tuple[int, int], Any]] = []  # day, option
        self.on: list[dict[int, list[Any]]] = []
        self.elsewhere: list[Any] = []
        self._choose()
        self._order()
        self._weekdays()
        self._count_trainers()
        self._count_weeks()
        self._count_rooms()

    def core(self, seconds: float) -> frozenset[int] | None:
        """Rules among which some cannot hold together; None when it found no such rules."""
        from ortools.sat.python import cp_model  # noqa: PLC0415  (large)

        self.cp.clear_assumptions()
        self.cp.add_assumptions(list(self.holds.values()))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 1
        solver.parameters.cp_model_presolve = False  # else it may name what was never assumed
        solver.parameters.linearization_level = 2
        if solver.solve(self.cp) != cp_model.INFEASIBLE:
            return None
        rule_of = {literal.index: rule for rule, literal in self.holds.items()}
        named = solver.sufficient_assumptions_for_infeasibility()
        return frozenset(rule_of[literal] for literal in named if literal in rule_of)

    def _unless(self, rules: Iterable[int]) -> list[Any]:
        return [~self.holds[rule] for rule in sorted(self.every.intersection(rules))]

    def _choose(self) -> None:
        """Each meeting once: on a day that is open, or on one that some rule closes."""
        for number, meeting in enumerate(self.model.meetings):
            self.at.append({})
            by_day: dict[int, list[Any]] = defaultdict(list)
            left = self.openings.days(self.every)[number] if number in self.book.pins else -1
            for option in range(len(meeting.options)):
                days = self.openings.of_option(number, option, self.every) & left
                for day in _days(days):
                    chosen = self.at[number][day, option] = self.cp.new_bool_var("")
                    by_day[day].append(chosen)
            elsewhere = self.cp.new_bool_var("")
            self.elsewhere.append(elsewhere)
            self.cp.add_bool_or([~elsewhere, *self._unless(self.openings.rules_of(number))])
            self.cp.add_exactly_one([*self.at[number].values(), elsewhere])
            self.on.append(dict(sorted(by_day.items())))

    def _order(self) -> None:
        by_then = [self._by_then(on) for on in self.on]
        for pull in pulls(self.model):
            if pull.rule not in self.every:
                continue
            before, after = list(self.on[pull.before]), list(self.on[pull.after])
            unless = [self.elsewhere[pull.before], *self._unless([pull.rule])]
            for place, day in enumerate(after):
                reached = bisect_right(before, day - pull.days)
                if reached < len(before):
                    then = [by_then[pull.before][reached - 1]] if reached else []
                    self.cp.add_bool_or([~by_then[pull.after][place], *then, *unless])

    def _by_then(self, on: Mapping[int, list[Any]]) -> list[Any]:
        """Per day: on it or before it. A meeting that is elsewhere is there on no day."""
        found: list[Any] = []
        for chosen in on.values():
            by_then = self.cp.new_bool_var("")
            self.cp.add(by_then == sum([*found[-1:], *chosen]))
            found.append(by_then)
        return found

    def _weekdays(self) -> None:
        for several in self.model.parallel:
            if several.most_on_weekday is not None and not several.weekday_weight:
                by_weekday: dict[int, list[Any]] = defaultdict(list)
                for number in several.meetings:
                    for day, chosen in self.on[number].items():
                        by_weekday[self.model.weekday[day]].extend(chosen)
                for found in by_weekday.values():
                    self._at_most(several.most_on_weekday, found, [several.weekday_rule])

    def _at_most(self, most: int, chosen: list[Any], rules: Iterable[int]) -> None:
        self._at_most_weighed(most, [(one, 1) for one in chosen], rules)

    def _count_trainers(self) -> None:
        asked = {n: m.trainers for n, m in enumerate(self.model.meetings) if m.crew}
        usable = {n: _fit(several) for n, several in asked.items()}
        barred = {
            n: {r for one in several for r in hard_rules(one)} for n, several in asked.items()
        }
        for several in _sets(usable.values()):
            inside = [n for n, fit in usable.items() if fit <= several]
            rules = {self.model.trainers[t].away_rule for t in several}.union(
                *(barred[n] for n in inside)
            )
            for (day, part), chosen in self._by_part(inside, crew=True).items():
                there = sum(not self.model.trainers[t].away[part] >> day & 1 for t in several)
                self._at_most_weighed(there, chosen, rules)

    def _count_weeks(self) -> None:
        for several in _sets(
            _fit(m.trainers) for m in self.model.meetings if m.crew and m.trainers
        ):
            who = [self.model.trainers[t] for t in several]
            if any(t.per_week is None or t.week_weight for t in who):
                continue
            rules = {t.week_rule for t in who}
            weekly: dict[int, list[tuple[Any, int]]] = defaultdict(list)
            for number, meeting in enumerate(self.model.meetings):
                if meeting.crew and _fit(meeting.trainers) <= several:
                    rules |= {rule for one in meeting.trainers for rule in hard_rules(one)}
                    for (day, _option), chosen in self.at[number].items():
                        weekly[self.model.week[day]].append((chosen, meeting.crew))
            for week, chosen_ in weekly.items():
                most = sum(max(0, (t.per_week or 0) - t.engaged.get(week, 0)) for t in who)
                self._at_most_weighed(most, chosen_, rules)

    def _count_rooms(self) -> None:
        asked = {n: m.rooms for n, m in enumerate(self.model.meetings) if m.rooms}
        usable = {n: _fit(several) for n, several in asked.items()}
        barred = {
            n: {r for one in several for r in hard_rules(one)} for n, several in asked.items()
        }
        for several in _sets(usable.values()):
            inside = [n for n, fit in usable.items() if fit <= several]
            rules = {self.model.rooms[r].rule for r in several}.union(*(barred[n] for n in inside))
            for (day, part), chosen in self._by_part(inside, crew=False).items():
                free = sum(self.model.rooms[r].free[part][day] for r in several)
                self._at_most_weighed(free, chosen, rules)

    def _by_part(
        self, meetings: Iterable[int], *, crew: bool
    ) -> dict[tuple[int, int], list[tuple[Any, int]]]:
        found: dict[tuple[int, int], list[tuple[Any, int]]] = defaultdict(list)
        for number in meetings:
            meeting = self.model.meetings[number]
            for (day, option), chosen in self.at[number].items():
                for part in range(PARTS):
                    if meeting.options[option].parts >> part & 1:
                        found[day, part].append((chosen, meeting.crew if crew else 1))
        return found

    def _at_most_weighed(
        self, most: int, chosen: list[tuple[Any, int]], rules: Iterable[int]
    ) -> None:
        asked = set(rules)
        if asked <= self.every and sum(times for _chosen, times in chosen) > most:
            holds = [self.holds[rule] for rule in sorted(asked)]
            weighed = sum(chosen_ * times for chosen_, times in chosen)
            self.cp.add(weighed <= most).only_enforce_if(holds)


def _fit(several: Iterable[Any]) -> frozenset[int]:
    """The trainers or rooms that break no rule."""
    return frozenset(one.number for one in several if not hard_rules(one))


def _barred(several: Iterable[Any]) -> set[int]:
    return {rule for one in several for rule in hard_rules(one)}


def _sets(usable: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """Those that occur, and what they are together, as far as there are not too many."""
    single = sorted(set(usable), key=lambda several: (len(several), sorted(several)))
    found = dict.fromkeys(single)
    for several in single:
        for other in list(found):
            if len(found) < MOST_SETS and several & other:
                found.setdefault(several | other)
    return [several for several in found if several]


def _days(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
