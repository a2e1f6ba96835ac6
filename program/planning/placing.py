"""Gives people places: as many as can be, the first in line before the others, at least cost.

People come one by one, in the order of their turn. Each takes the cheapest path of changes that
ends at a free place (successive shortest paths): who has a place keeps one, though perhaps
another. So the people with a place are as many as there can be, and whoever comes earlier in line
never stays without one for somebody later. Pure; whole numbers only.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence

Choice = Mapping[int, int]  # place: what it costs
Step = tuple[int, int | None]  # who moves there, and from which place


def placed(choices: Sequence[Choice], free: Mapping[int, int]) -> list[int | None]:
    """For each in line the place they get, or nothing.

    `choices` are the places that each can take, `free` how many a place holds.
    """
    placing = _Placing(choices, free)
    for who in range(len(choices)):
        placing.admit(who)
    return placing.place_of


class _Placing:
    def __init__(self, choices: Sequence[Choice], free: Mapping[int, int]) -> None:
        self.choices, self.free = choices, free
        self.place_of: list[int | None] = [None] * len(choices)
        self.inside: dict[int, set[int]] = defaultdict(set)  # place: who has it

    def admit(self, who: int) -> None:
        cost, came = self._cheapest(who)
        ends = [place for place in cost if len(self.inside[place]) < self.free.get(place, 0)]
        if ends:
            self._shift(min(ends, key=lambda place: (cost[place], place)), came)

    def _cheapest(self, who: int) -> tuple[dict[int, int], dict[int, Step]]:
        """What it costs to have one more at each place, and how: Bellman's way, over places."""
        cost = dict(sorted(self.choices[who].items()))
        came: dict[int, Step] = dict.fromkeys(cost, (who, None))
        todo = deque(cost)
        while todo:
            place = todo.popleft()
            if len(self.inside[place]) < self.free.get(place, 0):
                continue  # nobody needs to leave it
            for mover in sorted(self.inside[place]):
                for other, price in self.choices[mover].items():
                    sum_ = cost[place] + price - self.choices[mover][place]
                    if other != place and sum_ < cost.get(other, sum_ + 1):
                        cost[other], came[other] = sum_, (mover, place)
                        todo.append(other)
        return cost, came

    def _shift(self, place: int, came: Mapping[int, Step]) -> None:
        """Everybody on the path goes one place further."""
        at: int | None = place
        while at is not None:
            mover, before = came[at]
            if before is not None:
                self.inside[before].discard(mover)
            self.inside[at].add(mover)
            self.place_of[mover] = at
            at = before
