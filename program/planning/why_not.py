"""Why a meeting is not on another day: for each day of a month, in words.

The solver's own code counts it, at once and without its libraries; it is loaded when asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import ngettext

from program.planning.models import PlanRun
from program.planning.problem import Plan, Problem
from program.planning.wording import Wording
from program.planning.words import rule_title

if TYPE_CHECKING:
    from program.planning.solver.model import RuleRef
    from program.planning.solver.reasons.why_not import Why

Key = tuple[int, int, int | None]
HERE, FREE, COSTS, BREAKS, CLOSED = "here", "free", "costs", "breaks", "closed"
MOST_PRICES = 4  # named for a day; the rest is together


@dataclass(frozen=True)
class DayTold:
    on: date
    kind: str  # HERE, FREE, COSTS, BREAKS or CLOSED
    points: int  # more than where it is now
    rules: list[str]  # that would be broken
    prices: list[tuple[str, int]]
    where: str  # time, room and trainers that suit best then


class WhyNot:
    """One meeting of a plan, the others where they are."""

    def __init__(self, question: dict[str, Any], problem: Problem, plan: Plan) -> None:
        from program.planning.solver.compile import compiled  # noqa: PLC0415  (when asked)
        from program.planning.solver.decode import encoded  # noqa: PLC0415

        self.problem = problem
        self.words = Wording(PlanRun(question=question))
        self.made = compiled(problem, plan.groups, plan.tables)
        self.calendar = encoded(problem, self.made, plan)
        self.keys: list[Key] = [wanted.key for wanted in self.made.wanted]

    def meetings(self) -> list[tuple[str, str]]:
        """What can be asked about: a name for the address, and its title."""
        return [(written(key), self.words.meeting(key)) for key in self.keys]

    def of(self, key: Key) -> "Asked":
        """May raise ValueError: the meeting is not in this plan."""
        return Asked(self, self.keys.index(key))


class Asked:
    def __init__(self, plan: WhyNot, number: int) -> None:
        from program.planning.solver.reasons.why_not import Around  # noqa: PLC0415

        self.plan, self.number, self.key = plan, number, plan.keys[number]
        self.title = plan.words.meeting(self.key)
        self.around = Around(plan.made.model, plan.calendar, number)

    @property
    def now(self) -> date | None:
        """The day that it is on."""
        place = self.plan.calendar[self.number]
        return None if place is None else self._date(place.day)

    def month(self, first: date) -> list[DayTold]:
        """Every weekday of the month of `first` that lies in the period."""
        days = (self._date(number) for number in range(self.plan.made.model.days))
        return [
            self.day(on)
            for on in days
            if (on.year, on.month) == (first.year, first.month) and on.weekday() < 5
        ]

    def day(self, on: date) -> DayTold:
        """May raise ValueError: the day is outside the period."""
        number = (on - self.plan.problem.starts_on).days
        if not 0 <= number < self.plan.made.model.days:
            raise ValueError("This day is outside the period.")
        why = self.around.on(number)
        rules = [*self._fixed(why), *self._rules(why)]
        return DayTold(
            on=on,
            kind=BREAKS if rules else _kind(why),
            points=why.points,
            rules=rules,
            prices=_prices(self.plan.made.model.rules, why),
            where=self._where(why),
        )

    def _date(self, number: int) -> date:
        return self.plan.problem.starts_on + timedelta(days=number)

    def _fixed(self, why: "Why") -> Iterator[str]:
        """Its own date is a rule as well."""
        wanted = self.plan.made.wanted[self.number]
        if why.here or (wanted.kept is None and wanted.module.fixed_on is None):
            return
        if self.now is not None:
            day = self.plan.words.day(self.now.isoformat())
            yield str(_("%(meeting)s is fixed on %(day)s", meeting=self.title, day=day))

    def _rules(self, why: "Why") -> Iterator[str]:
        refs = self.plan.made.model.rules
        for place, times in why.broken.items():
            if times > 0:
                rule = self.plan.words.rule(refs[place].key, dict(refs[place].facts))
                again = ngettext("%(num)s time", "%(num)s times", times)
                yield rule if times == 1 else f"{rule} ({again})"

    def _where(self, why: "Why") -> str:
        problem, place = self.plan.problem, why.place
        minute = self.plan.made.model.meetings[self.number].options[place.option].minute
        room = problem.rooms[place.room].name if place.room >= 0 else str(_("no room"))
        trainers = [problem.trainers[t].name for t in place.trainers]
        return ", ".join([f"{minute // 60:02}:{minute % 60:02}", room, *trainers])


def written(key: Key) -> str:
    """A meeting in an address: module, round, group."""
    module, turn, group = key
    return f"{module}-{turn}" if group is None else f"{module}-{turn}-{group}"


def read(text: str) -> Key | None:
    parts = text.split("-")
    if len(parts) not in (2, 3) or not all(part.isdecimal() for part in parts):
        return None
    module, turn, *group = map(int, parts)
    return module, turn, group[0] if group else None


def sentence(day: DayTold) -> str:
    """ "breaks a rule" """
    return {
        HERE: str(_("it is here now")),
        FREE: str(_("can be")),
        COSTS: _points(day.points),
        BREAKS: str(ngettext("breaks a rule", "breaks %(num)s rules", len(day.rules))),
        CLOSED: str(_("no sessions then")),
    }[day.kind]


def _points(points: int) -> str:
    if points < 0:
        return str(ngettext("%(num)s point better", "%(num)s points better", -points))
    return str(ngettext("can be, for %(num)s point", "can be, for %(num)s points", points))


def _kind(why: "Why") -> str:
    if why.here:
        return HERE
    if why.closed:
        return CLOSED
    if not why.is_free:
        return BREAKS
    return COSTS if why.points else FREE


def _prices(refs: "tuple[RuleRef, ...]", why: "Why") -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for place, points in why.costs.items():
        sums[refs[place].key] = sums.get(refs[place].key, 0) + points
    largest = sorted(sums.items(), key=lambda pair: -abs(pair[1]))
    named = [(rule_title(key), points) for key, points in largest[:MOST_PRICES] if points]
    rest = sum(points for _key, points in largest[MOST_PRICES:])
    return [*named, (str(_("other wishes")), rest)] if rest else named
