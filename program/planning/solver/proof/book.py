"""A model in which the fixed days are rules too, and can be let go of like other rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from program.planning.solver.model import Bits, Meeting, Model, Option, RuleRef

FIXED = "day.fixed"
WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Book:
    """A model whose fixed days are rules as well, so that reasons can name them.

    Rules are known by their place in `rules`; those after `Model.rules` are the fixed days.
    """

    model: Model
    rules: tuple[RuleRef, ...]
    pins: Mapping[int, int]  # meeting: place of the rule that fixes its day
    pinned: Mapping[int, Bits]  # meeting: the one day that it has
    given: frozenset[int] = field(default_factory=frozenset)  # rules without which there is no task


def book(model: Model) -> Book:
    """Takes the fixed days out of the meetings, and gives each a rule."""
    fixed = {n: bits for n, meeting in enumerate(model.meetings) if (bits := _only_day(meeting))}
    period = sum(1 << day for day, weekday in enumerate(model.weekday) if weekday < WEEKEND)
    pins = {n: len(model.rules) + place for place, n in enumerate(fixed)}
    refs = tuple(RuleRef(FIXED, (("meeting", n),)) for n in fixed)
    return Book(
        model=_opened(model, fixed, period), rules=(*model.rules, *refs), pins=pins, pinned=fixed,
        given=_given(model),
    )  # fmt: skip


def _given(model: Model) -> frozenset[int]:
    """That a meeting has trainers and a room at all: to let go of it is no way out."""
    crews = {meeting.crew_rule for meeting in model.meetings if meeting.crew}
    rooms = {meeting.room_rule for meeting in model.meetings if meeting.rooms}
    taken = {trainer.away_rule for trainer in model.trainers} | {room.rule for room in model.rooms}
    return frozenset((crews | rooms) - taken)


def _open(options: tuple[Option, ...]) -> Bits:
    found = 0
    for option in options:
        found |= option.open
    return found


def _only_day(meeting: Meeting) -> Bits:
    """The day of a meeting that has no choice; 0 when it has."""
    if meeting.fixed is not None:
        return 1 << meeting.fixed.day
    days = _open(meeting.options)
    return days if days and not days & (days - 1) else 0


def _opened(model: Model, fixed: Mapping[int, Bits], period: Bits) -> Model:
    meetings = tuple(
        meeting
        if n not in fixed
        else replace(
            meeting,
            options=tuple(replace(one, open=period | fixed[n]) for one in meeting.options),
        )
        for n, meeting in enumerate(model.meetings)
    )
    return replace(model, meetings=meetings)
