"""The days of the period as bits of a number, and who can do what on which of them.

Bit 0 is the first day. A set of days is one Python integer, so "when can all fifteen come" is
fifteen ANDs.
"""

from collections.abc import Iterable
from datetime import date, datetime

from program.planning.problem import Problem, Span
from program.planning.rules import Rules

DAY_MINUTES = 24 * 60


class Days:
    def __init__(self, problem: Problem) -> None:
        self.first = problem.starts_on
        self.count = (problem.ends_on - problem.starts_on).days + 1
        self.all = (1 << self.count) - 1
        self._weekdays: dict[int, int] = {}
        weekend = self.weekdays(0b1100000)
        closed = self.bits(day for day in problem.closed)
        past = 0
        if problem.from_on is not None:
            past = (1 << max(0, self.number(problem.from_on))) - 1
        self.choosable = self.all & ~weekend & ~closed & ~past
        rules = Rules(problem.rules)
        self.open = self.choosable & ~self.bits(
            day.on for day in problem.special if day.parts == 7 and rules.is_hard(day.rule)
        )

    def number(self, day: date) -> int:
        return (day - self.first).days

    def bits(self, days: Iterable[date]) -> int:
        bits = 0
        for day in days:
            number = self.number(day)
            if 0 <= number < self.count:
                bits |= 1 << number
        return bits

    def weekdays(self, pattern: int) -> int:
        """The days whose weekday is in the pattern (bit 0 is Monday)."""
        if pattern not in self._weekdays:
            self._weekdays[pattern] = self._of_weekdays(pattern)
        return self._weekdays[pattern]

    def _of_weekdays(self, pattern: int) -> int:
        bits = 0
        for number in range(min(self.count, 7)):
            if pattern >> (self.first.weekday() + number) % 7 & 1:
                bits |= sum(1 << n for n in range(number, self.count, 7))
        return bits

    def busy(self, spans: Iterable[Span], minute: int, minutes: int) -> int:
        """The days on which one of the spans takes some of these minutes of the day."""
        bits = 0
        for span in spans:
            bits |= self._busy(span, minute, minute + minutes)
        return bits

    def _busy(self, span: Span, first: int, last: int) -> int:
        start, end = self._minutes(span.starts_at), self._minutes(span.ends_at)
        low = max(0, (start - last) // DAY_MINUTES + 1)  # the first day that it still is at work
        high = min(self.count - 1, (end - first - 1) // DAY_MINUTES)
        return (1 << high + 1) - (1 << low) if low <= high else 0

    def _minutes(self, moment: datetime) -> int:
        """Since the midnight that the period begins with."""
        return DAY_MINUTES * self.number(moment.date()) + moment.hour * 60 + moment.minute
