"""The days of the period as bits of a number, and who can do what on which of them.

Bit 0 is the first day. A set of days is one Python integer, so "when can all fifteen come" is
fifteen ANDs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from program.planning.problem import Module, Placed, Problem, Span
from program.planning.rules import Rules

MORNING, AFTERNOON, WHOLE_DAY = 1, 2, 3
HALVES = {MORNING: (0,), AFTERNOON: (1,), WHOLE_DAY: (0, 1)}
NOON = time(13, 30)
HALF_DAY_MINUTES = 240
SHORT_WEBINAR_MINUTES = 90
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Option:
    """A time of day at which a meeting can start."""

    starts: time
    minutes: int
    halves: int  # MORNING, AFTERNOON or WHOLE_DAY


def options(module: Module) -> tuple[Option, ...]:
    if module.minutes > HALF_DAY_MINUTES:
        return (Option(time(9, 30), module.minutes, WHOLE_DAY),)
    if module.kind == "webinar" and module.minutes <= SHORT_WEBINAR_MINUTES:
        return (Option(time(16), module.minutes, AFTERNOON),)
    return (
        Option(time(9, 30), module.minutes, MORNING),
        Option(NOON, module.minutes, AFTERNOON),
    )


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

    def on(self, number: int) -> date:
        return self.first + timedelta(days=number)

    def moment(self, number: int, starts: time) -> datetime:
        return datetime.combine(self.on(number), starts)

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

    def free(self, working_days: int, busy: Iterable[Span], option: Option) -> int:
        """The days on which someone works and has nothing else at the option's time."""
        return self.weekdays(working_days) & ~self.taken(busy, option)

    def taken(self, spans: Iterable[Span], option: Option) -> int:
        bits = 0
        for span in spans:
            for number in self._touched(span):
                start = self.moment(number, option.starts)
                if span.starts_at < start + timedelta(minutes=option.minutes) and (
                    start < span.ends_at
                ):
                    bits |= 1 << number
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

    def _touched(self, span: Span) -> range:
        first = max(0, self.number(span.starts_at.date()))
        last = min(self.count - 1, self.number(span.ends_at.date()))
        return range(first, last + 1)


def halves(meeting: Placed) -> int:
    """The half-days that a placed meeting touches."""
    noon = datetime.combine(meeting.begins.date(), NOON)
    morning = MORNING if meeting.begins < noon else 0
    return morning | (AFTERNOON if meeting.ends > noon else 0)
