"""Finds the tables of every round: from a stored rotation where there is one, else by search."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from program.planning.solver.mixing.search import (
    COOL,
    FEW_ROUNDS,
    SEARCH,
    WARM,
    GoOn,
    Heats,
    anneal,
)
from program.planning.solver.mixing.seating import (
    NEVER,
    Dates,
    Known,
    Prices,
    Round,
    Seating,
    WholeRounds,
)
from program.planning.solver.rotations import stored

BANKED = 20  # the bank holds rotations up to so many tables, and so many seats at each
BANKED_PEOPLE = 150
RELABEL = 8  # a step that moves people in all rounds takes so many times as long

PLAIN = Prices()

Rounds = list[list[list[int]]]


@dataclass(frozen=True, slots=True)
class Mixing:
    """What is asked: people who sit somewhere in each round already, to be mixed from there.

    The sizes of the tables stay; locked tables (round, table) keep their people as well.
    """

    known: Known
    rounds: Sequence[Round]
    prices: Prices = PLAIN
    locked: frozenset[tuple[int, int]] = frozenset()
    seed: int = 1
    dates: Dates | None = None


@dataclass(frozen=True, slots=True)
class Found:
    rounds: Rounds
    cost: int
    source: str  # "bank", "search" or "bank and search"


def find(mixing: Mixing, steps: int, go_on: GoOn) -> Found:
    """The same question, seed and steps give the same tables.

    First whom people meet, and one weekday for every table; then a second weekday where it is free.
    """
    firmly = replace(mixing, prices=replace(mixing.prices, one_day=0))
    found = _found(firmly, steps, go_on)
    if not mixing.prices.one_day or not mixing.known.works:
        return found
    eased = _searched(mixing, found.rounds, steps, go_on, found.source, COOL)
    cost = _seating(firmly, eased.rounds).cost
    return found if cost > found.cost else replace(eased, cost=cost)


def _found(mixing: Mixing, steps: int, go_on: GoOn) -> Found:
    """From the bank where it has rounds for these people; by search where that is not enough."""
    whole = [r for r in range(len(mixing.rounds)) if _is_whole(mixing, r)]
    bank = _bank(mixing, whole)
    if not bank:
        return _searched(mixing, mixing.rounds, steps, go_on, "search")
    found = _from_bank(mixing, whole, bank, steps, go_on)
    nobody_met = not any(mixing.known.met) and not mixing.known.works
    if found.cost == 0 or (nobody_met and 2 * len(bank) > len(mixing.rounds)):
        return found
    return min(found, _searched(mixing, mixing.rounds, steps, go_on, "search"), key=_cost)


def _cost(found: Found) -> int:
    return found.cost


def _searched(
    mixing: Mixing,
    rounds: Sequence[Round],
    steps: int,
    go_on: GoOn,
    source: str,
    heats: Heats = SEARCH,
) -> Found:
    seating = _seating(mixing, rounds)
    anneal(seating, steps, go_on, heats)
    return Found(seating.rounds, seating.cost, source)


def _seating(mixing: Mixing, rounds: Sequence[Round]) -> Seating:
    known = replace(mixing.known, met=mixing.known.met[:])
    return Seating(
        known, rounds, mixing.prices, seed=mixing.seed, locked=mixing.locked, dates=mixing.dates
    )


def _is_whole(mixing: Mixing, r: int) -> bool:
    """Everybody comes, and no table of this round is locked or dated."""
    if mixing.dates:
        return False
    tables = mixing.rounds[r]
    is_free = not any((r, t) in mixing.locked for t in range(len(tables)))
    return bool(tables) and is_free and sum(map(len, tables)) == mixing.known.people


def _bank(mixing: Mixing, whole: list[int]) -> Rounds:
    """Stored rounds that seat these people: at tables of the largest size, some seats empty."""
    if not whole:
        return []
    sizes = {tuple(sorted(map(len, mixing.rounds[r]))) for r in whole}
    tables, size = len(mixing.rounds[whole[0]]), max(map(len, mixing.rounds[whole[0]]))
    empty = tables * size - mixing.known.people
    if len(sizes) > 1 or not 1 < size <= BANKED or not 1 < tables <= BANKED:
        return []
    if tables * size > BANKED_PEOPLE or empty >= tables or min(min(sizes)) < size - 1:
        return []
    return [[list(table) for table in found] for found in stored(tables, size)[: len(whole)]]


def _from_bank(mixing: Mixing, whole: list[int], bank: Rounds, steps: int, go_on: GoOn) -> Found:
    """Suits the stored rounds to these people; what is left is searched, first by itself."""
    suited = _suited(mixing, bank, steps, go_on)
    rounds: list[Round] = list(mixing.rounds)
    for r, tables in zip(whole, suited, strict=False):
        rounds[r] = _in_order(tables, mixing.rounds[r])
    taken = whole[: len(suited)]
    if not suited or len(taken) == len(rounds):
        return _searched(mixing, rounds, steps, go_on, "bank" if suited else "search", WARM)
    locked = {(r, t) for r in taken for t in range(len(rounds[r]))}
    by_itself = replace(mixing, locked=mixing.locked | locked)
    found = _searched(by_itself, rounds, steps, go_on, "bank and search", FEW_ROUNDS)
    return _searched(mixing, found.rounds, steps, go_on, "bank and search", WARM)


def _suited(mixing: Mixing, bank: Rounds, steps: int, go_on: GoOn) -> Rounds:
    """The stored rounds with people in them who know one another as little as possible there.

    An empty seat is somebody who knows nobody and may not sit with another empty seat; when that
    cannot be, the tables would be uneven, and there are no such rounds.
    """
    people = mixing.known.people
    padded = _padded(mixing.known, sum(map(len, bank[0])))
    places = WholeRounds(padded, bank, mixing.prices, seed=mixing.seed)
    anneal(places, steps // RELABEL, go_on)
    rounds = [[[p for p in table if p < people] for table in tables] for tables in places.rounds]
    sizes = sorted(map(len, mixing.rounds[0]))
    return rounds if all(sorted(map(len, tables)) == sizes for tables in rounds) else []


def _padded(known: Known, seats: int) -> Known:
    if seats == known.people:
        return known
    met = bytearray(seats * seats)
    for i in range(known.people):
        met[i * seats : i * seats + known.people] = known.met[
            i * known.people : (i + 1) * known.people
        ]
    for i in range(known.people, seats):
        for j in range(known.people, seats):
            met[i * seats + j] = NEVER if i != j else 0
    works = known.works + bytes([31]) * (seats - known.people) if known.works else b""
    return Known(seats, met, works)


def _in_order(tables: list[list[int]], like: Round) -> list[list[int]]:
    """Large tables where the round has large tables."""
    by_size = sorted(tables, key=len)
    order = sorted(range(len(like)), key=lambda t: len(like[t]))
    found: list[list[int]] = [[] for _ in like]
    for t, table in zip(order, by_size, strict=True):
        found[t] = table
    return found
