"""Anneals a seating: at first also for the worse, and ever less so."""

from collections.abc import Callable

from program.planning.solver.mixing.seating import Seating

GoOn = Callable[[int, int, int], bool]  # step, steps, the best cost so far; false: stop

SLICES = 200  # looks at the clock; the heat is the same within each
Heats = tuple[int, int]  # from and to, in 1/256 of a point; meeting somebody again costs ten
SEARCH: Heats = (600, 200)
FEW_ROUNDS: Heats = (900, 600)  # where most rounds are locked
COOL: Heats = (150, 60)  # for what is worth less than meeting somebody again
WARM: Heats = (260, 200)  # does not undo what is nearly right


def anneal(seating: Seating, steps: int, go_on: GoOn, heats: Heats = SEARCH) -> bool:
    """Leaves the seating at the best that was found. False when it was told to stop."""
    best, kept = seating.cost, seating.copy()
    went_on = True
    for turn in range(SLICES):
        went_on = go_on(turn * steps // SLICES, steps, best)
        if best == 0 or seating.is_fixed or not went_on:
            break
        cost = seating.anneal(-(-steps // SLICES), _heat(turn, heats))
        if cost < best:
            best, kept = cost, seating.copy()
    if seating.cost > best:
        seating.restore(kept)
    return went_on


def _heat(turn: int, heats: Heats) -> int:
    """It falls fast at first and slowly in the end."""
    hot, cold = heats
    left = SLICES - turn
    return cold + (hot - cold) * left * left // (SLICES * SLICES)
