"""Finite fields: what their elements give when added and multiplied.

The elements are the numbers 0..order-1, whose digits in base p are the factors of the powers of x.
"""

from functools import cached_property
from itertools import product

# The power of x at which the digits end, as a sum of lower powers (lowest first).
REDUCED = {4: (1, 1), 8: (1, 1, 0), 9: (2, 0), 16: (1, 1, 0, 0)}
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19)
ORDERS = tuple(sorted((*PRIMES, *REDUCED)))


class Field:
    """A field of `order` elements, one of ORDERS, as its two tables."""

    def __init__(self, order: int) -> None:
        self.order = order
        self._prime = next(prime for prime in PRIMES if order % prime == 0)
        self._reduced_to = REDUCED.get(order, (0,))

    @cached_property
    def plus(self) -> list[list[int]]:
        return [[self._add(a, b) for b in range(self.order)] for a in range(self.order)]

    @cached_property
    def times(self) -> list[list[int]]:
        return [[self._multiply(a, b) for b in range(self.order)] for a in range(self.order)]

    def _add(self, left: int, right: int) -> int:
        pairs = zip(self._digits(left), self._digits(right), strict=True)
        return self._number([a + b for a, b in pairs])

    def _multiply(self, left: int, right: int) -> int:
        factors = [0] * (2 * len(self._reduced_to))
        pairs = product(enumerate(self._digits(left)), enumerate(self._digits(right)))
        for (i, a), (j, b) in pairs:
            factors[i + j] += a * b
        return self._number(self._reduced(factors))

    def _reduced(self, factors: list[int]) -> list[int]:
        degree = len(self._reduced_to)
        for power in range(len(factors) - 1, degree - 1, -1):
            for i, factor in enumerate(self._reduced_to):
                factors[power - degree + i] += factors[power] * factor
        return factors[:degree]

    def _digits(self, number: int) -> list[int]:
        return [number // self._prime**i % self._prime for i in range(len(self._reduced_to))]

    def _number(self, digits: list[int]) -> int:
        return sum(digit % self._prime * self._prime**i for i, digit in enumerate(digits))
