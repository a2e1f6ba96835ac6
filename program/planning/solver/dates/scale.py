"""How large the points of a question are: what counts as a small difference between calendars."""

from statistics import median

from program.planning.solver.dates.kernel import POINT, Heat
from program.planning.solver.dates.packing import MOST
from program.planning.solver.model import Meeting, Model

ANOTHER_TRAINER = 3  # units that one more trainer for a family is usually worth
FINER = 4  # the smallest differences that count, against the usual ones
BETTER_DAY = 12  # units between the best day and a quite good one


def unit(model: Model) -> int:
    """Points, from 1 to what the kernel can multiply; heat and the weight of rules go by it."""
    free = [_difference(model, meeting) for meeting in model.meetings if meeting.fixed is None]
    days = int(median(free)) if free else 0
    units = max(1, days // BETTER_DAY, model.weights.another_trainer // ANOTHER_TRAINER)
    return min(units, MOST // BETTER_DAY)


def heat_of(points: int) -> Heat:
    """From where differences of so many points hardly matter to where the smallest nearly do."""
    return Heat(
        hot=points * POINT,
        cold=max(1, points // FINER) * POINT * 15 // 100,
        open_pull=max(1, points * POINT // 64),
        shut_pull=4 * points * POINT,
    )


def dearest(model: Model) -> int:
    """The most points that one day costs a meeting by one wish."""
    return max((max(row.values) for row in model.rows if not row.hard), default=0)


def _difference(model: Model, meeting: Meeting) -> int:
    """Between the best day and one of the better ones: of all open days a quarter is no dearer."""
    points = sorted(
        sum(values[day] for values in rows) for rows, days in _open(model, meeting) for day in days
    )
    return points[len(points) // 4] - points[0] if points else 0


def _open(model: Model, meeting: Meeting) -> list[tuple[list[tuple[int, ...]], list[int]]]:
    return [
        (
            [model.rows[row].values for row in option.rows if not model.rows[row].hard],
            [day for day in range(model.days) if option.open >> day & 1],
        )
        for option in meeting.options
    ]
