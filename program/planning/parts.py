"""A part of a proposal beside what stands: what comes of it, and whether it holds. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from program.planning.check import Broken, check
from program.planning.check.findings import Key
from program.planning.check.meetings import key_of
from program.planning.problem import BY_GROUP, TABLES, Placed, Plan, Problem

#: said of a plan that is not whole yet; a part need not be
WHOLE_ONLY = frozenset({"meeting.once", "table.round", "group.member", "table.member"})


@dataclass(frozen=True)
class Part:
    """What is taken of `new`; the rest stays as it is in `old`. `problem` is as things stand."""

    problem: Problem
    old: Plan
    new: Plan
    taken: frozenset[Key]

    @property
    def kinds(self) -> dict[int, str]:
        return {module.id: module.kind for module in self.problem.modules}

    @property
    def groups(self) -> bool:
        """Do the learning groups of the proposal come along? With the first of their meetings."""
        of_groups = any(self.kinds.get(key[0]) in BY_GROUP for key in self.taken)
        return of_groups and _sets(self.old.groups) != _sets(self.new.groups)

    @property
    def rounds(self) -> frozenset[tuple[int, int]]:
        """The rounds (module, number) whose tables come along."""
        return frozenset(key[:2] for key in self.taken if self.kinds.get(key[0]) == TABLES)

    @property
    def plan(self) -> Plan:
        """What stands untouched is kept in it."""
        stays = [replace(m, kept=True) for m in self.old.meetings if key_of(m) not in self.taken]
        comes = [m for m in self.new.meetings if key_of(m) in self.taken and m.starts_at]
        tables = {(mix.module, mix.round): mix for mix in self.old.tables}
        new = {(mix.module, mix.round): mix for mix in self.new.tables}
        tables |= {turn: new[turn] for turn in self.rounds if turn in new}
        groups = self.new.groups if self.groups else self.old.groups
        return Plan(groups, tuple(tables.values()), (*stays, *comes))

    def split(self) -> Iterator[Key]:
        """Meetings left out whose people would change all the same: all or none can be taken."""
        for meeting in (*self.old.meetings, *self.new.meetings):
            key = key_of(meeting)
            if key not in self.taken and meeting.starts_at and self._changes_people(meeting):
                yield key

    def _changes_people(self, meeting: Placed) -> bool:
        turn = meeting.module, meeting.round
        if self.kinds.get(meeting.module) in BY_GROUP:
            return self.groups and bool(self.old.groups) and not meeting.kept
        return turn in self.rounds and self._tables(self.old, turn) != self._tables(self.new, turn)

    def _tables(self, plan: Plan, turn: tuple[int, int]) -> object:
        found = (mix.tables for mix in plan.tables if (mix.module, mix.round) == turn)
        return [_sets(tables) for tables in found]

    def broken(self) -> Iterator[Broken]:
        """Hard rules that hold in what stands and in the whole proposal, not in this mixture."""
        known = {_same(found) for plan in (self.old, self.new) for found in self._found(plan)}
        for found in self._found(self.plan):
            if found.rule not in WHOLE_ONLY and _same(found) not in known:
                yield found

    def _found(self, plan: Plan) -> tuple[Broken, ...]:
        return check(replace(self.problem, groups=plan.groups), plan).broken


def _sets(groups: tuple[tuple[int, ...], ...]) -> list[frozenset[int]]:
    return [frozenset(group) for group in groups]


def _same(found: Broken) -> tuple[object, ...]:
    return found.rule, found.meeting, tuple(sorted(found.facts.items()))
