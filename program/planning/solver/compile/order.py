"""How meetings hang together: their order, one a day for each person, parallel ones."""

from collections import defaultdict

from program.planning.problem import BY_GROUP
from program.planning.solver.compile.book import Book
from program.planning.solver.model import Apart, Arc, Parallel
from program.planning.solver.outline import Wanted


def arcs(book: Book, wanted: list[Wanted]) -> tuple[Arc, ...]:
    """One for each two meetings that share somebody and follow one another."""
    return tuple(
        _arc(book, wanted, gap.other, place, (gap.least, gap.most))
        for place, meeting in enumerate(wanted)
        for gap in meeting.before
    )


def _arc(
    book: Book, wanted: list[Wanted], one: int, other: int, days: tuple[int, int | None]
) -> Arc:
    (earlier, turn, _group), (module, number, _other) = wanted[one].key, wanted[other].key
    where: dict[str, int] = {
        "module": module, "round": number, "after": earlier, "after_round": turn,
    }  # fmt: skip
    least, most = days
    if book.asked.is_off("gap.most", module):
        most = None
    return Arc(
        before=one,
        after=other,
        least=least,
        most=most,
        least_rule=book.rule("order", **where, least=least),
        most_rule=book.rule("gap.most", **where, most=0 if most is None else most),
        most_weight=book.asked.weight("gap.most", module),
    )


def apart(book: Book, wanted: list[Wanted], order: tuple[Arc, ...]) -> tuple[Apart, ...]:
    """Meetings that share somebody, but for those that their order keeps apart already."""
    people = [sum(1 << person for person in meeting.people) for meeting in wanted]
    earlier = _earlier(len(wanted), order)
    rule = book.rule("person.once")
    return tuple(
        Apart(one, other, rule)
        for other in range(len(wanted))
        for one in range(other)
        if people[one] & people[other]
        and not (earlier[other] >> one & 1 or earlier[one] >> other & 1)
        and not (wanted[one].kept and wanted[other].kept)
    )


def _earlier(count: int, order: tuple[Arc, ...]) -> list[int]:
    """Per meeting the set of those that come at least a day before it, as bits."""
    direct: dict[int, list[int]] = defaultdict(list)
    for arc in order:
        if arc.least >= 1:
            direct[arc.after].append(arc.before)
    found = [0] * count
    changed = True
    while changed:
        changed = False
        for place, before_it in direct.items():
            now = found[place]
            for other in before_it:
                now |= found[other] | 1 << other
            changed |= now != found[place]
            found[place] = now
    return found


def parallel(book: Book, wanted: list[Wanted]) -> tuple[Parallel, ...]:
    """The meetings of one module and round, when there are several."""
    turns: dict[tuple[int, int], list[int]] = defaultdict(list)
    for place, meeting in enumerate(wanted):
        if meeting.key[2] is not None:
            turns[meeting.key[:2]].append(place)
    found = (_parallel(book, wanted, tuple(places)) for places in turns.values() if places[1:])
    return tuple(turn for turn in found if turn is not None)


def _parallel(book: Book, wanted: list[Wanted], places: tuple[int, ...]) -> Parallel | None:
    module, turn, _group = wanted[places[0]].key
    asked, kind = book.asked, wanted[places[0]].module.kind
    window = weekday = None
    days = asked.value("parallel.window", "days", module)
    percent = asked.value("parallel.weekday", "percent", module)
    if not asked.is_off("parallel.window", module):
        window = days
    if kind in BY_GROUP and not asked.is_off("parallel.weekday", module):
        weekday = max(1, len(places) * percent // 100)
    if window is None and weekday is None:
        return None
    return Parallel(
        meetings=places,
        window=window,
        window_rule=book.rule("parallel.window", module=module, round=turn, days=days),
        window_weight=asked.weight("parallel.window", module),
        most_on_weekday=weekday,
        weekday_rule=book.rule("parallel.weekday", module=module, round=turn, percent=percent),
        weekday_weight=asked.weight("parallel.weekday", module),
    )
