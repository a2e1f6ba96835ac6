"""Reads bank.json: rotations that a commutative group of moves makes out of a few tables.

An entry `"15x6"` (tables x size) holds
  group   the moves: vectors of whole numbers modulo these; move 7 of [5, 4] is the vector (1, 3)
  rows    of people, each as long as there are moves: move m takes the person `row * moves + x` to
          `row * moves + (x + m)`; people numbered after the rows stay where they are
  rounds  each `[keeps, tables]`: `keeps` generates the moves that keep the round as it is (they
          make all its tables out of those given); the other moves make further rounds out of it
  extra   rounds that are given whole, if any
  apart   true if the people numbered 0..tables-1 never meet, nor the next as many, and so on: then
          further rounds seat each of these classes at tables of its own
  source  where the construction comes from; "own search" is annealing on the tables of one round,
          where each pair of people stands for all pairs that the moves make of it (often with a
          further symmetry of order three, which turns three rows into each other)
"""

import json
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

from program.planning.solver.rotations.shapes import Round, Table

FILE = Path(__file__).with_name("bank.json")


@cache
def entries() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text()))


def developed(entry: dict[str, Any]) -> list[Round]:
    """All the rounds of an entry of the bank."""
    moves = _Moves(entry["group"], entry["rows"])
    made = [made for keeps, tables in entry["rounds"] for made in moves.rounds(keeps, tables)]
    return made + [tuple(map(tuple, tables)) for tables in entry.get("extra", [])]


class _Moves:
    def __init__(self, group: list[int], rows: int) -> None:
        self._group = group
        self._rows = rows
        self._order = prod(group)
        every = range(self._order)
        self._sums = [[self._add(a, b) for b in every] for a in every]

    def rounds(self, keeps: list[int], tables: list[Table]) -> list[Round]:
        keeping = self._generated(keeps)
        whole = dict.fromkeys(self._moved(table, move) for move in keeping for table in tables)
        return [
            tuple(self._moved(table, move) for table in whole)
            for move in self._one_of_each(keeping)
        ]

    def _moved(self, table: Table, move: int) -> Table:
        return tuple(sorted(self._person(person, move) for person in table))

    def _generated(self, keeps: list[int]) -> list[int]:
        """All sums of the given moves."""
        found = {0}
        while more := {self._sums[a][b] for a in found for b in keeps} - found:
            found |= more
        return sorted(found)

    def _one_of_each(self, keeping: list[int]) -> list[int]:
        """The smallest of all moves that differ by one that keeps."""
        return sorted({min(self._sums[move][k] for k in keeping) for move in range(self._order)})

    def _person(self, person: int, move: int) -> int:
        row, x = divmod(person, self._order)
        return row * self._order + self._sums[x][move] if row < self._rows else person

    def _add(self, left: int, right: int) -> int:
        total, unit = 0, 1
        for modulus in reversed(self._group):
            total += (left // unit % modulus + right // unit % modulus) % modulus * unit
            unit *= modulus
        return total
