"""What no rotation can beat, and what others have published."""

import json
from math import comb
from pathlib import Path

PUBLISHED = Path(__file__).with_name("published.json")

# Where the count of companions allows more than there is.
EXACT = {
    (4, 3): 4,  # Kotzig and Rosa 1974: no nearly Kirkman triple system of 12
    (6, 6): 3,  # Tarry 1900: no two orthogonal Latin squares of order 6
}


def most_rounds(tables: int, size: int) -> int:
    """Rounds in which no pair meets twice: at most this many."""
    if tables < size:
        return 1
    people = tables * size
    return EXACT.get((tables, size), (people - 1) // (size - 1))


def forced_repeats(tables: int, size: int, rounds: int) -> int:
    """At least this many times in `rounds` rounds are two people together in two of them.

    A pair that meets m times counts C(m, 2).
    """
    return max(_by_splitting(tables, size, rounds), _by_counting(tables, size, rounds))


def _by_splitting(tables: int, size: int, rounds: int) -> int:
    """In any two rounds each table of the one is spread over the tables of the other."""
    kept = tables * _evenly(size, tables)
    return comb(rounds, 2) * kept


def _by_counting(tables: int, size: int, rounds: int) -> int:
    """All meetings, spread evenly over all pairs."""
    return _evenly(rounds * tables * comb(size, 2), comb(tables * size, 2))


def _evenly(things: int, places: int) -> int:
    """Pairs of things in one place, when they are spread as evenly as can be."""
    each, more = divmod(things, places)
    return (places - more) * comb(each, 2) + more * comb(each + 1, 2)


def published(tables: int, size: int) -> int | None:
    """The most rounds that we know to be in print; sources are in published.json."""
    found = json.loads(PUBLISHED.read_text())["rounds"].get(f"{tables}x{size}")
    return None if found is None else int(found[0])
