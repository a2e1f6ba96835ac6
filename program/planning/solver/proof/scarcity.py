"""Which meetings can stand in each other's way, when only some of the rules count."""

from collections.abc import Callable, Iterable

from program.planning.solver.model import Meeting, Model, Usable
from program.planning.solver.proof.book import Book
from program.planning.solver.proof.chains import pulls
from program.planning.solver.proof.openings import Active, hard_rules


def touched(book: Book, active: Active) -> frozenset[int]:
    """The meetings that can stand in each other's way under these rules."""
    model = book.model
    found = {
        n for n, meeting in enumerate(model.meetings) if _is_scarce_for(model, meeting, active)
    }
    found.update(n for p in pulls(model) if p.rule in active for n in (p.before, p.after))
    found.update(n for pair in model.apart if pair.rule in active for n in (pair.one, pair.other))
    for several in model.parallel:
        if several.weekday_rule in active and not several.weekday_weight:
            found.update(several.meetings)
    return frozenset(found)


def _is_scarce_for(model: Model, meeting: Meeting, active: Active) -> bool:
    """Whether it may have to wait for a trainer or a room."""
    trainers = _endless(meeting.trainers, model, active, _limits_of_trainer)
    rooms = _endless(meeting.rooms, model, active, _limits_of_room)
    return trainers < meeting.crew or (bool(meeting.rooms) and not rooms)


def _endless(
    several: Iterable[Usable], model: Model, active: Active,
    limits: Callable[[Model, int], set[int]],
) -> int:  # fmt: skip
    return sum(
        active.isdisjoint(hard_rules(one)) and active.isdisjoint(limits(model, one.number))
        for one in several
    )


def _limits_of_trainer(model: Model, number: int) -> set[int]:
    trainer = model.trainers[number]
    weekly = trainer.per_week is not None and not trainer.week_weight
    return {trainer.away_rule, trainer.week_rule} if weekly else {trainer.away_rule}


def _limits_of_room(model: Model, number: int) -> set[int]:
    return {model.rooms[number].rule}


def has_scarcity(book: Book, active: Active) -> bool:
    """Whether more than the comparison of days counts."""
    model = book.model
    return (
        any(_is_scarce_for(model, meeting, active) for meeting in model.meetings)
        or any(pair.rule in active for pair in model.apart)
        or any(p.weekday_rule in active and not p.weekday_weight and p.most_on_weekday is not None
               for p in model.parallel)
    )  # fmt: skip
