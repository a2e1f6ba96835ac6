"""What a planner can do about a rule, each as a model in which it was done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from program.planning.rules import BY_KEY
from program.planning.solver.model import Model, RuleRef
from program.planning.solver.proof.book import FIXED, Book
from program.planning.solver.proof.chains import Chains, Stuck, pulls
from program.planning.solver.proof.openings import Openings
from program.planning.solver.reasons.changes import (
    Places,
    alike,
    as_wish,
    can_be_wish,
    freed,
    more_on_weekday,
    smallest,
    sooner,
    wider,
    with_guest,
    with_hall,
)
from program.planning.solver.reasons.conflict import Conflict

WISH, WIDER, SOONER, MORE, FREE = "wish", "wider", "sooner", "more", "free"
GUEST, HALL = "guest", "hall"
LENT = {"trainer.away": GUEST, "trainer.week": GUEST, "trainer.domain": GUEST,
        "trainer.count": GUEST, "trainer.senior": GUEST, "room.free": HALL,
        "room.size": HALL, "room.step_free": HALL}  # fmt: skip
ADD_ONE = {GUEST: with_guest, HALL: with_hall}
Facts = tuple[tuple[str, int | str], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A way out that has no price yet."""

    rule: RuleRef
    deed: str
    model: Model  # in which it was done
    facts: Facts = ()
    meeting: int | None = None  # whose day is free then
    amount: int = 0  # days or meetings that it is wider or less
    again: "Callable[[int], Draft] | None" = None  # the same with another amount


class Ways:
    """`model` is as it was asked, `book` the same with its fixed days as rules."""

    def __init__(self, model: Model, book: Book) -> None:
        self.model, self.book = model, book
        self._openings = Openings(book)
        self._every = frozenset(range(len(book.rules)))
        self._days = self._openings.days(self._every)

    def out_of(self, conflict: Conflict) -> list[Draft]:
        """Each once: rules that one setting sets together, or a trainer for any of several."""
        found: dict[object, Draft] = {}
        for ref in conflict.rules:
            for draft in self._about(ref, conflict):
                found.setdefault(_same(draft), draft)
        return list(found.values())

    def _about(self, ref: RuleRef, conflict: Conflict) -> Iterator[Draft]:
        if ref.key == FIXED:
            yield self._free(ref)
            return
        places = alike(self.model, ref)
        if ref.key in {"gap.most", "parallel.window"}:
            yield from self._wider(ref, places, conflict)
        if ref.key == "order":
            yield from self._sooner(ref, places, conflict)
        if ref.key == "parallel.weekday":
            yield self._more(ref, places, 1)
        if can_be_wish(ref.key):
            points = BY_KEY[ref.key].weight
            yield Draft(ref, WISH, as_wish(self.model, places, points))
        if ref.key in LENT:
            deed = LENT[ref.key]
            yield Draft(ref, deed, ADD_ONE[deed](self.model, RuleRef(f"extra.{deed}")))

    def _free(self, ref: RuleRef) -> Draft:
        number = int(dict(ref.facts)["meeting"])
        period = self.book.model.meetings[number].options[0].open
        free = [other for other in self.book.pins if self._is_fixed_with(other, number)]
        return Draft(ref, FREE, freed(self.model, free, period), meeting=number)

    def _is_fixed_with(self, other: int, number: int) -> bool:
        """By the same date of their module; what stands was fixed by itself."""
        one, two = self.model.meetings[number], self.model.meetings[other]
        together = one.fixed is None and two.fixed is None and one.crew_rule == two.crew_rule
        return other == number or together

    def _wider(self, ref: RuleRef, places: Places, conflict: Conflict) -> Iterator[Draft]:
        days = self._enough(lambda more: wider(self.book.model, places, more), conflict)
        was = int(dict(ref.facts).get("most", dict(ref.facts).get("days", 0)))

        def draft(more: int) -> Draft:
            facts = (("was", was), ("days", was + more))
            return Draft(ref, WIDER, wider(self.model, places, more), facts, None, more, draft)

        if days is not None:
            yield draft(days)

    def _sooner(self, ref: RuleRef, places: Places, conflict: Conflict) -> Iterator[Draft]:
        days = self._enough(lambda less: sooner(self.book.model, places, less), conflict)
        was = int(dict(ref.facts).get("least", 0))

        def draft(less: int) -> Draft:
            facts = (("was", was), ("days", max(min(was, 1), was - less)))
            return Draft(ref, SOONER, sooner(self.model, places, less), facts, None, less, draft)

        if days is not None:
            yield draft(days)

    def _more(self, ref: RuleRef, places: Places, more: int) -> Draft:
        def draft(more: int) -> Draft:
            model = more_on_weekday(self.model, places, more)
            facts = (("more", more), ("percent", _percent(self.model, places, more)))
            return Draft(ref, MORE, model, facts, None, more, draft)

        return draft(more)

    def _enough(self, changed: Callable[[int], Model], conflict: Conflict) -> int | None:
        """The least that leaves days for all meetings, or else for those of the conflict."""
        for active in (self._every, frozenset(conflict.places)):
            days = self._days if active == self._every else self._openings.days(active)

            def works(amount: int, days: list[int] = days, active: Places = active) -> bool:
                found = Chains(pulls(changed(amount)), active).earliest(days)
                return not isinstance(found, Stuck)

            amount = smallest(works, self.model.days)
            if amount is not None:
                return amount
        return None


def _percent(model: Model, places: Places, more: int) -> int:
    """What the share of one weekday must be for so many meetings more."""
    shares = [
        -(-100 * (several.most_on_weekday + more) // len(several.meetings))
        for several in model.parallel
        if several.weekday_rule in places and several.most_on_weekday is not None
    ]
    return min(100, max(shares, default=100))


def _same(draft: Draft) -> object:
    """Drafts about which this is equal are one thing to do."""
    facts = dict(draft.rule.facts)
    about = (draft.rule.key, facts.get("module"), facts.get("meeting"))
    return draft.deed if draft.deed in ADD_ONE else (draft.deed, about)
