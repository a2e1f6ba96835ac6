"""How the cost came down while a plan was being made: points to store, and lines to draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST = 200  # points that are kept; then every second one goes

Point = list[float]  # seconds, rules broken, cost, bound


class Curve:
    """Collects what the solver tells, of the phase that it is in: costs of phases differ."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self._phase = ""
        self._apart = 0.0  # seconds between two points

    def add(self, seconds: float, told: Mapping[str, Any]) -> None:
        """A line of progress; one without cost and bound comes before the first plan."""
        if not told["cost"] and not told["bound"]:
            return
        if told.get("phase") != self._phase:
            self._phase, self.points, self._apart = str(told.get("phase")), [], 0.0
        point = [round(seconds, 2), told["broken"], round(told["cost"], 1), round(told["bound"], 1)]
        if self.points and seconds - self.points[-1][0] < self._apart:
            return
        self.points.append(point)
        if len(self.points) > MOST:
            self.points = self.points[::2]
            self._apart = 2 * (seconds - self.points[0][0]) / MOST


@dataclass(frozen=True)
class Chart:
    """The curve in a picture of fixed size; the lowest point is the bound."""

    points: Sequence[Point]
    width: int = 600
    height: int = 150

    @property
    def seconds(self) -> int:
        return max(1, round(self.points[-1][0]))

    @property
    def first(self) -> int:
        """The cost at the start, without points that still broke more rules than the last one."""
        return round(self._counted[0][2])

    @property
    def last(self) -> int:
        return round(self.points[-1][2])

    @property
    def bound(self) -> int:
        return round(self.points[-1][3])

    @property
    def above(self) -> int | None:
        """Percent above the bound; nothing when there is none."""
        bound = self.points[-1][3]
        return round(100 * (self.points[-1][2] - bound) / bound) if bound > 0 else None

    @property
    def _counted(self) -> list[Point]:
        """Those that break no more rules than the last: before that cost says little."""
        return [point for point in self.points if point[1] <= self.points[-1][1]]

    @property
    def cost_line(self) -> str:
        """Steps: a cost holds until a better plan is found."""
        corners: list[str] = []
        for _seconds, _broken, cost, _bound in self._counted[:1]:
            corners.append(f"{self._x(self._counted[0][0])},{self._y(cost)}")
        for before, after in zip(self._counted, self._counted[1:], strict=False):
            corners += [f"{self._x(after[0])},{self._y(p[2])}" for p in (before, after)]
        return " ".join([*corners, f"{self.width},{self._y(self.points[-1][2])}"])

    @property
    def bound_line(self) -> str:
        level = self._y(self.points[-1][3])
        return f"0,{level} {self.width},{level}"

    @property
    def area(self) -> str:
        """What lies between the cost and the bound: the most that could still be won."""
        level, start = self._y(self.points[-1][3]), self._x(self._counted[0][0])
        return f"{start},{level} {self.cost_line} {self.width},{level}"

    @property
    def _top(self) -> float:
        return max((p[2] for p in self._counted), default=1) or 1

    @property
    def _bottom(self) -> float:
        lowest = min(self.points[-1][3], self.points[-1][2])
        return min(lowest, self._top * 0.9)

    def _x(self, seconds: float) -> int:
        begin = self.points[0][0]
        return round(self.width * (seconds - begin) / max(self.points[-1][0] - begin, 0.1))

    def _y(self, cost: float) -> int:
        room = self.height - 20
        share = (cost - self._bottom) / (self._top - self._bottom)
        return round(10 + room * (1 - share))


def chart_of(points: Sequence[Point] | None) -> Chart | None:
    """Nothing to draw before there are two points."""
    return Chart(points) if points and len(points) > 1 else None
