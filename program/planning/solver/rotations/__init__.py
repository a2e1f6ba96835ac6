"""A bank of rotations: rounds at equal tables in which no two people meet twice.

| tables x size | rounds | construction |
| --- | --- | --- |
| any x 2 | people - 1 | round robin |
| prime power q x at most q | q | lines over a finite field |
| 7 x 4, 15 x 8 | 9, 17 | lines beside an oval |
| all others | see bank.json | the moves of a commutative group on a few tables |
| fewer tables than seats | 1 | two of every table must meet again in the next round |

Read published.json for what is in print, and the tests for the few cells that fall short of it.
Where a construction leaves people in classes of whole tables that never met (the rows of `lines`),
further rounds seat each class apart: at 9 x 9 all rows as tables, at 16 x 4 five rounds of 4 x 4.
"""

from collections.abc import Callable

from program.planning.solver.rotations.bank import developed, entries
from program.planning.solver.rotations.computed import beside_oval, lines, round_robin
from program.planning.solver.rotations.fields import ORDERS
from program.planning.solver.rotations.shapes import Round

OVALS = {(7, 4): 8, (15, 8): 16}  # tables and size: the order of the plane


def stored(tables: int, size: int) -> list[Round]:
    """The most rounds known here in which no pair meets twice; people are 0..tables*size-1.

    At least one round, for any numbers; meant for 20 tables of 20 at most and 150 people at most.
    """
    if size < 2 or tables < size:
        return [_neighbours(tables, size)]
    return max((make(tables, size) for make in _KINDS), key=len)


def _neighbours(tables: int, size: int) -> Round:
    return tuple(tuple(range(t * size, (t + 1) * size)) for t in range(tables))


def _pairs(tables: int, size: int) -> list[Round]:
    return round_robin(2 * tables) if size == 2 else []


def _lines(tables: int, size: int) -> list[Round]:
    """With the rounds inside the rows, which the lines leave unacquainted."""
    if tables not in ORDERS:
        return [_neighbours(tables, size)]
    return lines(tables, size) + _apart(tables, size)


def _apart(row: int, size: int) -> list[Round]:
    """Rounds of `size` rows of people, numbered row after row, each row at tables of its own."""
    if row % size:
        return []
    return [
        tuple(tuple(i * row + person for person in table) for i in range(size) for table in seated)
        for seated in stored(row // size, size)
    ]


def _beside_oval(tables: int, size: int) -> list[Round]:
    order = OVALS.get((tables, size))
    return beside_oval(order) if order else []


def _stored(tables: int, size: int) -> list[Round]:
    entry = entries().get(f"{tables}x{size}")
    if entry is None:
        return []
    apart = _apart(tables, size) if entry.get("apart") else []
    return developed(entry) + apart


_KINDS: tuple[Callable[[int, int], list[Round]], ...] = (_pairs, _lines, _beside_oval, _stored)
