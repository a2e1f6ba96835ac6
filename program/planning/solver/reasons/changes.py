"""A model with one rule otherwise: a wish, some days wider, a fixed day free, a trainer more."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from program.planning.rules import BY_KEY, WISH
from program.planning.solver.model import (
    Arc,
    Bits,
    Meeting,
    Model,
    Parallel,
    Room,
    Row,
    RuleRef,
    Trainer,
    Usable,
)
from program.planning.solver.proof.openings import hard_rules

GUEST = 200  # points for each meeting that a trainer or room from elsewhere takes
FAR = 30  # minutes too many, for venues of which only that is known

Places = frozenset[int]  # in Model.rules


def alike(model: Model, ref: RuleRef) -> Places:
    """The rules that one setting sets together: of the same kind, for the same module."""
    module = dict(ref.facts).get("module")
    return frozenset(
        place
        for place, other in enumerate(model.rules)
        if other.key == ref.key and dict(other.facts).get("module") == module
    )


def can_be_wish(key: str) -> bool:
    return key in BY_KEY and WISH in BY_KEY[key].states


def as_wish(model: Model, rules: Places, points: int) -> Model:
    """Breaking them costs points from now on."""
    weights = model.weights
    senior = weights.senior_rule in rules and model.senior_hard
    far = model.travel_rule in rules and bool(model.too_far)
    return replace(
        model,
        rows=tuple(_wished_row(row, rules, points) for row in model.rows),
        meetings=tuple(_wished_meeting(meeting, rules, points) for meeting in model.meetings),
        arcs=tuple(_wished_arc(arc, rules, points) for arc in model.arcs),
        parallel=tuple(_wished_parallel(several, rules, points) for several in model.parallel),
        trainers=tuple(_wished_trainer(who, rules, points) for who in model.trainers),
        senior_hard=model.senior_hard and not senior,
        weights=replace(weights, junior_alone=points) if senior else weights,
        too_far=() if far else model.too_far,
        travel=_in_points(model.too_far, points) if far else model.travel,
    )


def _wished_row(row: Row, rules: Places, points: int) -> Row:
    if not row.hard or row.rule not in rules:
        return row
    return Row(row.rule, hard=False, values=tuple(value * points for value in row.values))


def _wished_meeting(meeting: Meeting, rules: Places, points: int) -> Meeting:
    trainers = tuple(_wished_usable(one, rules, points) for one in meeting.trainers)
    rooms = tuple(_wished_usable(one, rules, points) for one in meeting.rooms)
    return replace(meeting, trainers=trainers, rooms=rooms)


def _wished_usable(usable: Usable, rules: Places, points: int) -> Usable:
    """Its points come first among its rules, then what stays hard."""
    hard = [pair for pair in usable.rules if pair[0] in hard_rules(usable)]
    soft = [pair for pair in usable.rules if pair not in hard]
    eased = [(rule, points * amount) for rule, amount in hard if rule in rules]
    left = [pair for pair in hard if pair[0] not in rules]
    return Usable(
        number=usable.number,
        cost=usable.cost + sum(amount for _rule, amount in eased),
        hard=sum(amount for _rule, amount in left),
        rules=(*soft, *eased, *left),
    )


def _wished_arc(arc: Arc, rules: Places, points: int) -> Arc:
    return replace(arc, most_weight=points) if _is_eased(arc.most_rule, rules, arc) else arc


def _is_eased(rule: int, rules: Places, arc: Arc) -> bool:
    return rule in rules and arc.most is not None and not arc.most_weight


def _wished_parallel(several: Parallel, rules: Places, points: int) -> Parallel:
    window = several.window_rule in rules and several.window is not None
    weekday = several.weekday_rule in rules and several.most_on_weekday is not None
    return replace(
        several,
        window_weight=several.window_weight or (points if window else 0),
        weekday_weight=several.weekday_weight or (points if weekday else 0),
    )


def _wished_trainer(trainer: Trainer, rules: Places, points: int) -> Trainer:
    eased = trainer.week_rule in rules and trainer.per_week is not None
    return replace(trainer, week_weight=trainer.week_weight or points) if eased else trainer


def _in_points(too_far: Iterable[Iterable[bool]], points: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(points * FAR if far else 0 for far in row) for row in too_far)


def wider(model: Model, rules: Places, days: int) -> Model:
    """So many days more at most between two modules, or from the first parallel one to the last."""
    arcs = tuple(
        replace(arc, most=arc.most + days)
        if arc.most is not None and arc.most_rule in rules
        else arc
        for arc in model.arcs
    )
    parallel = tuple(
        replace(several, window=several.window + days)
        if several.window is not None and several.window_rule in rules
        else several
        for several in model.parallel
    )
    return replace(model, arcs=arcs, parallel=parallel)


def sooner(model: Model, rules: Places, days: int) -> Model:
    """So many days less at least between two modules; never before the other one."""
    return replace(
        model,
        arcs=tuple(
            replace(arc, least=max(min(arc.least, 1), arc.least - days))
            if arc.least_rule in rules
            else arc
            for arc in model.arcs
        ),
    )


def more_on_weekday(model: Model, rules: Places, meetings: int) -> Model:
    return replace(
        model,
        parallel=tuple(
            replace(several, most_on_weekday=several.most_on_weekday + meetings)
            if several.most_on_weekday is not None and several.weekday_rule in rules
            else several
            for several in model.parallel
        ),
    )


def freed(model: Model, numbers: Iterable[int], period: Bits) -> Model:
    """These meetings may be on any day, at their own hours."""
    free = set(numbers)
    return replace(
        model,
        meetings=tuple(
            replace(
                meeting,
                fixed=None,
                hint=meeting.fixed or meeting.hint,
                options=tuple(replace(option, open=period) for option in meeting.options),
            )
            if number in free
            else meeting
            for number, meeting in enumerate(model.meetings)
        ),
    )


def with_guest(model: Model, rule: RuleRef) -> Model:
    """One trainer more, who can always and gives everything, at a price for each meeting."""
    guest, place = len(model.trainers), len(model.rules)
    usable = Usable(guest, cost=GUEST, rules=((place, GUEST),))
    meetings = tuple(
        replace(meeting, trainers=(*meeting.trainers, usable)) if _has_choice(meeting) else meeting
        for meeting in model.meetings
    )
    trainer = Trainer(away=(0, 0, 0), away_rule=place)
    return replace(
        model, rules=(*model.rules, rule), trainers=(*model.trainers, trainer), meetings=meetings
    )


def _has_choice(meeting: Meeting) -> bool:
    return bool(meeting.crew) and meeting.fixed is None


def with_hall(model: Model, rule: RuleRef) -> Model:
    """One room more, large enough and always free, at a price for each meeting."""
    hall, place = len(model.rooms), len(model.rules)
    usable = Usable(hall, cost=GUEST, rules=((place, GUEST),))
    meetings = tuple(
        replace(meeting, rooms=(*meeting.rooms, usable))
        if meeting.rooms and meeting.fixed is None
        else meeting
        for meeting in model.meetings
    )
    free = (1,) * model.days
    venue = model.rooms[0].venue if model.rooms else 0
    room = Room(free=(free, free, free), rule=place, venue=venue)
    return replace(model, rules=(*model.rules, rule), rooms=(*model.rooms, room), meetings=meetings)


def smallest(works: Callable[[int], bool], most: int) -> int | None:
    """The least amount that works, when more of it never works less; None when none does."""
    if most < 1 or not works(most):
        return None
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if works(middle) else (middle + 1, high)
    return low
