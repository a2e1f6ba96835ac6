"""The rules and rows of a model while it is written: each is in its list once."""

from program.planning.problem import Problem
from program.planning.rules import Rules
from program.planning.solver.days import Days
from program.planning.solver.model import Bits, Row, RuleRef


class Book:
    """What the parts of the compiler share: the problem, its rules, its days, and the lists."""

    def __init__(self, problem: Problem, days: Days) -> None:
        self.problem, self.days = problem, days
        self.asked = Rules(problem.rules)
        self.rules: list[RuleRef] = []
        self.rows: list[Row] = []
        self._rule_at: dict[RuleRef, int] = {}
        self._row_at: dict[Row, int] = {}

    def rule(self, key: str, **facts: int | str) -> int:
        """Its place in the list; a new one if it was not there yet."""
        ref = RuleRef(key, tuple(facts.items()))
        if ref not in self._rule_at:
            self._rule_at[ref] = len(self.rules)
            self.rules.append(ref)
        return self._rule_at[ref]

    def row(self, rule: int, values: tuple[int, ...], *, hard: bool) -> list[int]:
        """Its place in the list; nothing for a row of zeros."""
        if not any(values):
            return []
        row = Row(rule, hard, values)
        if row not in self._row_at:
            self._row_at[row] = len(self.rows)
            self.rows.append(row)
        return [self._row_at[row]]

    def breach(self, key: str, rule: int, days: Bits, module: int | None = None) -> list[int]:
        """A row for a rule that is broken on these days: hard, or at its weight; or none."""
        hard = self.asked.is_hard(key, module)
        points = 1 if hard else self.asked.weight(key, module)
        return self.row(rule, self.values(days, points), hard=hard) if points else []

    def values(self, days: Bits, points: int) -> tuple[int, ...]:
        written = f"{days & self.days.all:0{self.days.count}b}"
        return tuple(map({"0": 0, "1": points}.__getitem__, reversed(written)))
