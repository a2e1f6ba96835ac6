"""Looks for a calendar that holds to some of the rules, the quick way: by the kernel.

Finding one is proof enough that they can hold together. Finding none says nothing.
"""

from dataclasses import replace

from program.planning.problem import Limits
from program.planning.solver.dates.search import search
from program.planning.solver.model import (
    Arc,
    Meeting,
    Model,
    Parallel,
    Room,
    Row,
    Trainer,
    Usable,
    Weights,
)
from program.planning.solver.proof.book import Book
from program.planning.solver.proof.openings import Active, hard_rules

STEPS = 1_500  # for each meeting
SECONDS = 2.0
MANY = 1_000  # meetings in a room that holds any number


def found_quickly(book: Book, active: Active, seconds: float) -> bool:
    """Whether the kernel finds a calendar at once that breaks none of these rules."""
    model = only(book, active)
    limits = Limits(steps=STEPS * max(1, len(model.meetings)), seconds=min(SECONDS, seconds))
    found = search(model, limits, lambda _progress: True)
    return not found.broken and None not in found.calendar


def only(book: Book, active: Active) -> Model:
    """Without wishes, and without the hard rules that are not active.

    A trainer is still in one place at a time, whatever the rules: that asks more, never less.
    """
    model = book.model
    senior = model.senior_hard and model.weights.senior_rule in active
    return replace(
        model,
        rows=tuple(_row(row, active) for row in model.rows),
        meetings=tuple(_meeting(book, n, active) for n in range(len(model.meetings))),
        trainers=tuple(_trainer(who, active) for who in model.trainers),
        rooms=tuple(_room(room, active) for room in model.rooms),
        arcs=tuple(_arc(arc, active, model.days) for arc in model.arcs),
        apart=tuple(pair for pair in model.apart if pair.rule in active),
        parallel=tuple(_parallel(several, active) for several in model.parallel),
        weights=Weights(senior_rule=model.weights.senior_rule),
        senior_hard=senior,
        travel=(),
        too_far=model.too_far if model.travel_rule in active else (),
    )


def _row(row: Row, active: Active) -> Row:
    if row.hard and row.rule in active:
        return row
    return Row(row.rule, hard=False, values=(0,) * len(row.values))


def _meeting(book: Book, number: int, active: Active) -> Meeting:
    meeting = book.model.meetings[number]
    if book.pins.get(number) in active:
        pinned = book.pinned[number]
        options = tuple(replace(option, open=pinned) for option in meeting.options)
        meeting = replace(meeting, options=options)
    else:
        meeting = replace(meeting, fixed=None)
    return replace(
        meeting,
        trainers=tuple(_usable(one, active) for one in meeting.trainers),
        rooms=tuple(_usable(one, active) for one in meeting.rooms),
        hint=None,
    )


def _usable(usable: Usable, active: Active) -> Usable:
    hard = tuple((rule, 1) for rule in hard_rules(usable) if rule in active)
    return Usable(usable.number, hard=len(hard), rules=hard)


def _trainer(trainer: Trainer, active: Active) -> Trainer:
    weekly = trainer.week_rule in active and not trainer.week_weight
    return replace(
        trainer,
        away=trainer.away if trainer.away_rule in active else (0, 0, 0),
        per_week=trainer.per_week if weekly else None,
    )


def _room(room: Room, active: Active) -> Room:
    if room.rule in active:
        return room
    every = (MANY,) * len(room.free[0])
    return replace(room, free=(every, every, every))


def _arc(arc: Arc, active: Active, days: int) -> Arc:
    most = arc.most_rule in active and not arc.most_weight
    return replace(
        arc,
        least=arc.least if arc.least_rule in active else -days,
        most=arc.most if most else None,
    )


def _parallel(several: Parallel, active: Active) -> Parallel:
    window = several.window_rule in active and not several.window_weight
    weekday = several.weekday_rule in active and not several.weekday_weight
    return replace(
        several,
        window=several.window if window else None,
        most_on_weekday=several.most_on_weekday if weekday else None,
    )
