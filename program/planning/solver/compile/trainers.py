"""Which trainers a meeting can have, when they are there, and how much of the work is theirs."""

from collections import Counter
from collections.abc import Iterable

from program.planning.problem import Placed, Span, Trainer
from program.planning.solver import model
from program.planning.solver.compile.book import Book
from program.planning.solver.compile.hours import Hours
from program.planning.solver.model import Bits, Usable, Weights
from program.planning.solver.outline import Wanted

LOAD = 4  # of one half-day: a finer grain than half-days, for loads are squared and divided


class Trainers:
    def __init__(self, book: Book, parts: tuple[Hours, Hours, Hours]) -> None:
        self.book, self.parts = book, parts
        self.trainers = book.problem.trainers
        self.number = {trainer.id: place for place, trainer in enumerate(self.trainers)}
        self._known: dict[tuple[object, ...], tuple[Usable, ...]] = {}
        self._lent: list[list[int]] = [[0, 0, 0] for _ in self.trainers]

    def usable(self, wanted: Wanted, was: Placed | None) -> tuple[Usable, ...]:
        key = (wanted.module.id, was and was.trainers)
        if key not in self._known:
            self._known[key] = tuple(self._usable(wanted, one, was) for one in self.trainers)
        return self._known[key]

    def _can_give(self, wanted: Wanted, trainer: Trainer) -> bool:
        domains = wanted.module.domains
        return not domains or not domains.isdisjoint(trainer.domains)

    def _usable(self, wanted: Wanted, trainer: Trainer, was: Placed | None) -> Usable:
        """What is hard comes last among its rules."""
        module, asked = wanted.module.id, self.book.asked
        rules: list[tuple[int, int]] = []
        cost = hard = 0
        if was is not None and trainer.id not in was.trainers:
            cost = asked.weight("change.trainer", module)
            rules.append((self.book.rule("change.trainer"), cost))
        if not self._can_give(wanted, trainer):
            hard = int(asked.is_hard("trainer.domain", module))
            points = asked.weight("trainer.domain", module)
            cost += points
            rule = self.book.rule("trainer.domain", trainer=trainer.id, module=module)
            rules.append((rule, hard + points))
        return Usable(self.number[trainer.id], cost, hard, tuple(r for r in rules if r[1]))

    def of(self, placed: Placed) -> tuple[int, ...]:
        return tuple(self.number[t] for t in placed.trainers if t in self.number)

    def lend(self, places: Iterable[int], day: int, parts: int) -> None:
        """A meeting that is over had these trainers, whatever their days are now."""
        for place in places:
            for part in range(model.PARTS):
                if parts >> part & 1:
                    self._lent[place][part] |= 1 << day

    def all(self) -> tuple[model.Trainer, ...]:
        return tuple(self._trainer(place, who) for place, who in enumerate(self.trainers))

    def _trainer(self, place: int, who: Trainer) -> model.Trainer:
        off = self.book.asked.is_off("trainer.week")
        most = who.max_per_week
        morning, afternoon, evening = (
            self._away(who, hours) & ~self._lent[place][part]
            for part, hours in enumerate(self.parts)
        )
        return model.Trainer(
            away=(morning, afternoon, evening),
            away_rule=self.book.rule("trainer.away", trainer=who.id),
            per_week=None if off else most,
            week_rule=self.book.rule("trainer.week", trainer=who.id, most=most),
            week_weight=self.book.asked.weight("trainer.week"),
            engaged=self._engaged(who.engaged),
            senior=who.senior,
            share=self._share(who),
        )

    def _away(self, who: Trainer, hours: Hours) -> Bits:
        days = self.book.days
        busy = days.busy((*who.busy, *who.engaged), hours.minute, hours.minutes)
        return days.all & ~days.weekdays(who.working_days) | busy

    def _engaged(self, spans: Iterable[Span]) -> dict[int, int]:
        days = self.book.days
        weeks = Counter(week_of(days.number(s.starts_at.date()), days.first.weekday())
                        for s in spans)  # fmt: skip
        return dict(sorted(weeks.items()))

    def _share(self, who: Trainer) -> int:
        """By how much of their load counts: more for who works more, less for a dear rule.

        A load of n half-days costs weight / 4 * n * n / meetings a week; in whole numbers.
        """
        days = self.book.days
        works = days.choosable & days.weekdays(who.working_days)
        there = works & ~days.busy(who.busy, 0, 24 * 60)
        weight = self.book.asked.weight("trainer.load")
        most = min(who.max_per_week, who.working_days.bit_count())
        if not works or not weight:
            return 1
        whole = 4 * LOAD * LOAD * most * there.bit_count()
        return max(1, whole // (works.bit_count() * weight))

    def weights(self) -> Weights:
        asked, rule = self.book.asked, self.book.rule
        return Weights(
            another_trainer=asked.weight("trainer.continuity"),
            uneven_load=1 if asked.weight("trainer.load") else 0,
            junior_alone=asked.weight("trainer.senior"),
            continuity_rule=rule("trainer.continuity"),
            load_rule=rule("trainer.load"),
            senior_rule=rule("trainer.senior"),
        )


def week_of(day: int, first_weekday: int) -> int:
    return (day + first_weekday) // 7
