"""What a plan costs, point by point: by which rule, and for which meeting, trainer and person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from program.planning.problem import BY_GROUP, Plan, Problem
from program.planning.rules import Rules
from program.planning.solver.compile import Compiled, compiled
from program.planning.solver.compile.dayrows import away_days
from program.planning.solver.decode import encoded
from program.planning.solver.model import Calendar, Meeting, Place, RuleRef, Usable
from program.planning.solver.outline import Key


@dataclass(frozen=True, slots=True)
class Charge:
    """Points by one rule, and on whose account: ids of the problem, none where it is nobody's."""

    rule: str
    points: int
    meeting: Key | None = None
    group: int | None = None  # the learning group
    trainer: int | None = None
    person: int | None = None


@dataclass(frozen=True)
class Breakdown:
    charges: tuple[Charge, ...]

    @property
    def by_rule(self) -> dict[str, int]:
        return _sums((charge.rule, charge.points) for charge in self.charges)

    @property
    def by_group(self) -> dict[int, int]:
        return _sums((charge.group, charge.points) for charge in self.charges)

    @property
    def by_trainer(self) -> dict[int, int]:
        return _sums((charge.trainer, charge.points) for charge in self.charges)

    @property
    def by_person(self) -> dict[int, int]:
        return _sums((charge.person, charge.points) for charge in self.charges)


Whose = TypeVar("Whose", str, int)


def _sums(charges: Iterable[tuple[Whose | None, int]]) -> dict[Whose, int]:
    """The dearest first; what is nobody's is left out."""
    sums: Counter[Whose] = Counter()
    for whose, points in charges:
        if whose is not None:
            sums[whose] += points
    return dict(sums.most_common())


def breakdown(problem: Problem, plan: Plan) -> Breakdown:
    """Of the dates, rooms and trainers, and of the tables; wishes only, for a rule has no price."""
    made = compiled(problem, plan.groups, plan.tables)
    account = _Account(problem, made, encoded(problem, made, plan))
    charges = (*account.charges(), *_tables(problem, plan))
    return Breakdown(tuple(charge for charge in charges if charge.points))


class _Account:
    def __init__(self, problem: Problem, made: Compiled, calendar: Calendar) -> None:
        self.problem, self.made, self.model = problem, made, made.model
        self.placed = [
            (number, made.model.meetings[number], place)
            for number, place in enumerate(calendar)
            if place is not None
        ]
        self.calendar = calendar

    def charges(self) -> Iterator[Charge]:
        for number, meeting, place in self.placed:
            yield from self._days(number, meeting, place)
            yield from self._use(number, meeting, place)
        yield from self._families()
        yield from self._loads()
        yield from self._weeks()
        yield from self._travel()
        yield from self._gaps()
        yield from self._parallel()

    def _of(self, number: int, rule: str, points: int, **whose: int) -> Charge:
        key = self.made.wanted[number].key
        by_group = self.made.wanted[number].module.kind in BY_GROUP
        return Charge(rule, points, key, key[2] if by_group else None, **whose)

    def _rule(self, number: int) -> RuleRef:
        return self.model.rules[number]

    def _days(self, number: int, meeting: Meeting, place: Place) -> Iterator[Charge]:
        for row in (self.model.rows[row] for row in meeting.options[place.option].rows):
            points, rule = row.values[place.day], self._rule(row.rule)
            if row.hard or not points:
                continue
            if rule.key == "person.missed":
                yield from self._missed(number, place, points)
            else:
                person = dict(rule.facts).get("person")
                whose = {"person": int(person)} if person is not None else {}
                yield self._of(number, rule.key, points, **whose)

    def _missed(self, number: int, place: Place, points: int) -> Iterator[Charge]:
        """Each of those who cannot come for their own part."""
        wanted, option = self.made.wanted[number], self.made.hours[number][place.option]
        away = [
            self.problem.people[person].id
            for person in wanted.people
            if away_days(self.made.days, self.problem.people[person], option) >> place.day & 1
        ]
        for person in away:
            yield self._of(number, "person.missed", points // len(away), person=person)

    def _use(self, number: int, meeting: Meeting, place: Place) -> Iterator[Charge]:
        for usable in meeting.rooms:
            if usable.number == place.room:
                yield from self._usable(number, usable)
        for usable in meeting.trainers:
            if usable.number in place.trainers:
                trainer = self.problem.trainers[usable.number].id
                yield from self._usable(number, usable, trainer=trainer)
        juniors = [t for t in place.trainers if not self.model.trainers[t].senior]
        if juniors and len(juniors) == len(place.trainers):
            trainer = self.problem.trainers[juniors[0]].id
            points = self.model.weights.junior_alone
            yield self._of(number, "trainer.senior", points, trainer=trainer)

    def _usable(self, number: int, usable: Usable, **whose: int) -> Iterator[Charge]:
        left = usable.cost
        for rule, amount in usable.rules:
            points = min(amount, left)
            left -= points
            yield self._of(number, self._rule(rule).key, points, **whose)

    def _families(self) -> Iterator[Charge]:
        met = {
            (meeting.family, trainer)
            for _number, meeting, place in self.placed
            if meeting.family >= 0
            for trainer in place.trainers
        }
        for group, trainer in sorted(met):
            yield Charge(
                "trainer.continuity",
                self.model.weights.another_trainer,
                group=group,
                trainer=self.problem.trainers[trainer].id,
            )

    def _loads(self) -> Iterator[Charge]:
        load: Counter[int] = Counter()
        for _number, meeting, place in self.placed:
            for trainer in place.trainers:
                load[trainer] += meeting.options[place.option].load
        for number, much in sorted(load.items()):
            points = much * much // self.model.trainers[number].share
            points *= self.model.weights.uneven_load
            yield Charge("trainer.load", points, trainer=self.problem.trainers[number].id)

    def _weeks(self) -> Iterator[Charge]:
        given: Counter[tuple[int, int]] = Counter()
        for _number, _meeting, place in self.placed:
            given.update((trainer, self.model.week[place.day]) for trainer in place.trainers)
        for (number, week), times in sorted(given.items()):
            trainer = self.model.trainers[number]
            if trainer.per_week is not None:
                room = max(0, trainer.per_week - trainer.engaged.get(week, 0))
                points = max(0, times - room) * trainer.week_weight
                yield Charge("trainer.week", points, trainer=self.problem.trainers[number].id)

    def _travel(self) -> Iterator[Charge]:
        venues: dict[tuple[int, int], set[int]] = defaultdict(set)
        for _number, _meeting, place in self.placed:
            for trainer in place.trainers if place.room >= 0 else ():
                venues[trainer, place.day].add(self.model.rooms[place.room].venue)
        for (trainer, _day), seen in sorted(venues.items()):
            for one, other in combinations(sorted(seen), 2) if self.model.travel else ():
                points = self.model.travel[one][other]
                yield Charge("travel.trainer", points, trainer=self.problem.trainers[trainer].id)

    def _gaps(self) -> Iterator[Charge]:
        for arc in self.model.arcs:
            before, after = self.calendar[arc.before], self.calendar[arc.after]
            if before and after and arc.most is not None:
                late = max(0, after.day - before.day - arc.most)
                yield self._of(arc.after, "gap.most", late * arc.most_weight)

    def _parallel(self) -> Iterator[Charge]:
        for turn in self.model.parallel:
            days = [place.day for number in turn.meetings if (place := self.calendar[number])]
            first = turn.meetings[0]
            if days and turn.window is not None:
                late = max(0, max(days) - min(days) - turn.window)
                yield self._whole(first, "parallel.window", late * turn.window_weight)
            if turn.most_on_weekday is not None:
                times = Counter(self.model.weekday[day] for day in days).values()
                much = sum(max(0, number - turn.most_on_weekday) for number in times)
                yield self._whole(first, "parallel.weekday", much * turn.weekday_weight)

    def _whole(self, number: int, rule: str, points: int) -> Charge:
        """Of a module and round together."""
        return Charge(rule, points, (*self.made.wanted[number].key[:2], None))


def _tables(problem: Problem, plan: Plan) -> Iterator[Charge]:
    """People who sit together again, or know each other from their group: half for each."""
    rules = Rules(problem.rules)
    met = Counter({_pair(met.one, met.other): met.times for met in problem.met})
    mates = {pair for group in plan.groups for pair in combinations(sorted(group), 2)}
    for mix in plan.tables:
        for number, table in enumerate(mix.tables):
            key = (mix.module, mix.round, number)
            for pair in combinations(sorted(table), 2):
                again = met[pair] * rules.weight("tables.again", mix.module)
                known = (pair in mates) * rules.weight("tables.mates", mix.module)
                yield from _halves("tables.again", again, key, pair)
                yield from _halves("tables.mates", known, key, pair)
                met[pair] += 1


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _halves(rule: str, points: int, key: Key, pair: Iterable[int]) -> Iterator[Charge]:
    one, other = pair
    yield Charge(rule, points // 2, key, person=one)
    yield Charge(rule, points - points // 2, key, person=other)
