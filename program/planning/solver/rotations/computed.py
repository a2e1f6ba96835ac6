"""Rotations that need no stored data: round robin, lines of a field, lines beside an oval."""

from itertools import product

from program.planning.solver.rotations.fields import Field
from program.planning.solver.rotations.shapes import Round

Point = tuple[int, int, int]


def round_robin(people: int) -> list[Round]:
    """Everybody meets everybody at tables of two: the circle method (Kirkman 1847)."""
    turning = people - 1
    return [
        ((r, turning), *(((r + i) % turning, (r - i) % turning) for i in range(1, people // 2)))
        for r in range(turning)
    ]


def lines(order: int, size: int) -> list[Round]:
    """`order` rounds at `order` tables, a power of a prime; size <= order.

    The person of row i and place x (number i * order + x) sits in round r at table y when
    x = r * i + y. People of different rows share a table in the one round that solves this; people
    of one row never do. Bose, On the application of the properties of Galois fields to the problem
    of construction of hyper-Graeco-Latin squares, Sankhya 3 (1938).
    """
    field = Field(order)
    return [
        tuple(tuple(i * order + field.plus[slope[i]][y] for i in range(size)) for y in range(order))
        for slope in field.times
    ]


def beside_oval(order: int) -> list[Round]:
    """Everybody meets everybody: order + 1 rounds of order - 1 tables of order / 2; order 2^m.

    In the projective plane a conic with its nucleus meets every line in two points or in none.
    People are the lines that miss it; a table is a point off it (with the people through it); a
    round is a line through the nucleus, less its two points on the oval. Bose and Shrikhande, On
    the composition of balanced incomplete block designs, Canadian J. Math. 12 (1960).
    """
    field = Field(order)
    points = _points(order)
    nucleus = (0, 1, 0)
    oval = {nucleus, (0, 0, 1), *((1, t, field.times[t][t]) for t in range(order))}
    people = [line for line in points if not any(_on(field, point, line) for point in oval)]
    return [
        tuple(
            tuple(i for i, person in enumerate(people) if _on(field, point, person))
            for point in points
            if point not in oval and _on(field, point, line)
        )
        for line in points
        if _on(field, nucleus, line)
    ]


def _points(order: int) -> list[Point]:
    """Of the projective plane; its lines have the same coordinates."""
    every = range(order)
    return [(1, a, b) for a, b in product(every, every)] + [(0, 1, a) for a in every] + [(0, 0, 1)]


def _on(field: Field, point: Point, line: Point) -> bool:
    times, plus = field.times, field.plus
    first = plus[times[point[0]][line[0]]][times[point[1]][line[1]]]
    return plus[first][times[point[2]][line[2]]] == 0
