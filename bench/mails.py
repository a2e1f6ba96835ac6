"""Operation 10: the 1,260 invitations of a cohort as messages."""

from collections.abc import Iterator

from bench.measure import Pair
from bench.world import World


def pairs(world: World) -> Iterator[Pair]:
    yield from ()
