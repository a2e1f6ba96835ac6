"""Questions made up by a seed: small, and with every kind of rule in them."""

from random import Random

from program.planning.solver.model import (
    Apart,
    Arc,
    Bits,
    Meeting,
    Model,
    Option,
    Parallel,
    Place,
    Room,
    Row,
    RuleRef,
    Trainer,
    Usable,
    Weights,
)

RULES = 40


def question(seed: int, *, meetings: int = 9, days: int = 30, most: int = 5) -> Model:
    """Everything at once: hard and weighted, several options, crews, rooms, travel, fixed ones.

    There are at most `most` trainers, and fewer rooms.
    """
    dice = Random(seed)  # noqa: S311
    return _Making(dice, meetings, days, most).model()


class _Making:
    def __init__(self, dice: Random, meetings: int, days: int, most: int) -> None:
        self.dice, self.meetings, self.days = dice, meetings, days
        self.trainers, self.rooms = dice.randint(1, most), dice.randint(1, most - 1)
        self.venues = 3
        self.rows = tuple(self._row() for _ in range(6))
        self.lists = [self._usable(self.trainers) for _ in range(3)]
        self.spares: list[tuple[Usable, ...]] = [(), self._usable(self.rooms)]

    def model(self) -> Model:
        dice, venues = self.dice, range(self.venues)
        return Model(
            days=self.days,
            weekday=tuple((day + 2) % 7 for day in range(self.days)),
            week=tuple(30 + (day + 2) // 7 for day in range(self.days)),
            rules=tuple(RuleRef(f"rule.{number}") for number in range(RULES)),
            rows=self.rows,
            meetings=tuple(self._meeting() for _ in range(self.meetings)),
            trainers=tuple(self._trainer() for _ in range(self.trainers)),
            rooms=tuple(self._room() for _ in range(self.rooms)),
            arcs=tuple(self._arcs()),
            apart=tuple(self._pairs()),
            parallel=tuple(self._parallels()),
            weights=self._weights(),
            constant=dice.randint(0, 9),
            senior_hard=dice.random() < 0.5,
            travel=tuple(tuple(2 * abs(one - other) for other in venues) for one in venues),
            too_far=tuple(tuple(abs(one - other) > 1 for other in venues) for one in venues),
            travel_rule=self._rule(),
        )

    def _rule(self) -> int:
        return self.dice.randrange(RULES)

    def _some(self, chance: float) -> Bits:
        return sum(1 << day for day in range(self.days) if self.dice.random() < chance)

    def _row(self) -> Row:
        hard = self.dice.random() < 0.3
        values = (self.dice.choice((0, 0, 0, 1, 2 if hard else 7)) for _ in range(self.days))
        return Row(self._rule(), hard, tuple(values))

    def _usable(self, number: int) -> tuple[Usable, ...]:
        chosen = self.dice.sample(range(number), self.dice.randint(1, number))
        return tuple(self._one_usable(one) for one in sorted(chosen))

    def _one_usable(self, number: int) -> Usable:
        cost, hard = self.dice.choice(((0, 0), (4, 0), (0, 1), (3, 2)))
        rules = [(self._rule(), amount) for amount in (cost, hard) if amount]
        return Usable(number, cost, hard, tuple(rules))

    def _meeting(self) -> Meeting:
        dice = self.dice
        options = tuple(self._option() for _ in range(dice.randint(1, 3)))
        trainers, rooms = dice.choice(self.lists), dice.choice(self.spares)
        crew = dice.randint(0, 3)
        place = Place(
            day=dice.randrange(self.days),
            option=dice.randrange(len(options)),
            room=dice.choice(rooms).number if rooms else -1,
            trainers=tuple(one.number for one in trainers[:crew]),
        )
        fate = dice.random()
        return Meeting(
            options=options,
            crew=crew,
            trainers=trainers,
            rooms=rooms,
            family=dice.randint(-1, 2),
            fixed=place if fate < 0.15 else None,
            hint=place if fate > 0.7 else None,
            crew_rule=self._rule(),
            room_rule=self._rule(),
        )

    def _option(self) -> Option:
        dice = self.dice
        rows = tuple(dice.sample(range(len(self.rows)), dice.randint(0, 3)))
        opens = self._some(0.5) if dice.random() < 0.95 else 0
        return Option(dice.randint(1, 7), dice.randint(1, 3), opens, rows)

    def _trainer(self) -> Trainer:
        dice = self.dice
        return Trainer(
            away=(self._some(0.2), self._some(0.3), self._some(0.1)),
            away_rule=self._rule(),
            per_week=dice.choice((None, 1, 2)),
            week_rule=self._rule(),
            week_weight=dice.choice((0, 5)),
            engaged={30: 1, 32: 2},
            senior=dice.random() < 0.6,
            share=dice.randint(1, 3),
        )

    def _room(self) -> Room:
        counts = (0, 1, 1, 2)
        free = [tuple(self.dice.choice(counts) for _ in range(self.days)) for _ in range(3)]
        return Room((free[0], free[1], free[2]), self._rule(), self.dice.randrange(self.venues))

    def _pair(self) -> tuple[int, int]:
        one, other = self.dice.sample(range(self.meetings), 2)
        return one, other

    def _arcs(self) -> list[Arc]:
        dice, found = self.dice, []
        for before in range(self.meetings - 1):
            if dice.random() < 0.7:
                least, most = dice.randint(0, 5), dice.choice((None, 6, 9))
                weight = dice.choice((0, 3))
                rules = self._rule(), self._rule()
                found.append(Arc(before, before + 1, least, most, *rules, weight))
        return found

    def _pairs(self) -> list[Apart]:
        return [Apart(*self._pair(), self._rule()) for _ in range(5)]

    def _parallels(self) -> list[Parallel]:
        return [
            Parallel(
                meetings=tuple(self.dice.sample(range(self.meetings), min(4, self.meetings))),
                window=self.dice.choice((None, 3, 8)),
                window_rule=self._rule(),
                window_weight=self.dice.choice((0, 2)),
                most_on_weekday=self.dice.choice((None, 1, 2)),
                weekday_rule=self._rule(),
                weekday_weight=self.dice.choice((0, 6)),
            )
            for _ in range(2)
        ]

    def _weights(self) -> Weights:
        dice = self.dice
        return Weights(
            another_trainer=dice.randint(0, 4),
            heaviest_load=dice.randint(0, 3),
            uneven_load=dice.randint(0, 2),
            junior_alone=dice.randint(0, 5),
            continuity_rule=self._rule(),
            load_rule=self._rule(),
            senior_rule=self._rule(),
        )
