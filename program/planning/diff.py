"""A proposal beside what stands now: old and new of each meeting, as a list and on a board."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import gettext as _

from program.core import dates
from program.planning.changes import Change, What, changes
from program.planning.check.findings import Key
from program.planning.check.meetings import key_of
from program.planning.problem import TABLES, Placed, Plan, Problem
from program.planning.wording import ANY_ZONE, Wording

SAME = "same"


def key_text(key: Key) -> str:
    """ "12.1.3", and "12.1.-" for everybody: how forms name a meeting."""
    module, turn, group = key
    return f"{module}.{turn}.{'-' if group is None else group}"


def key_from(text: str) -> Key | None:
    """Back again; nothing for what is no such name."""
    parts = text.split(".")
    if len(parts) != 3 or not all(p.isdecimal() or p == "-" for p in parts) or "-" in parts[:2]:
        return None
    return int(parts[0]), int(parts[1]), None if parts[2] == "-" else int(parts[2])


@dataclass(frozen=True, slots=True)
class Side:
    """A meeting as it was or will be, in words."""

    day: str
    clock: str
    room: str
    trainers: str

    @property
    def room_only(self) -> str:
        """Without the place it is in."""
        return self.room.rpartition(", ")[2]


@dataclass(frozen=True, slots=True)
class Row:
    """One meeting of the proposal, or one that stands now and would go."""

    key: Key
    title: str
    group: str
    what: tuple[str, ...]  # how it differs, the heaviest first; nothing when it stays as it is
    old: Side | None
    new: Side | None
    people: int
    kept: bool
    mixed: bool  # it is a table

    @property
    def name(self) -> str:
        return key_text(self.key)

    @property
    def words(self) -> str:
        """ "moved, other room" """
        return ", ".join(str(what_word(what)) for what in self.what)

    @property
    def css(self) -> str:
        return self.what[0] if self.what else SAME


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show; nothing chosen is everything that differs."""

    module: int | None = None
    group: int | None = None
    what: str = ""

    def takes(self, row: Row) -> bool:
        module, _turn, group = row.key
        return (
            self.module in {None, module}
            and (self.group is None or (self.group == group and not row.mixed))
            and (self.what in row.what if self.what not in {"", "all"} else True)
            and (bool(row.what) or self.what == "all")
        )


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    group: int | None  # its number, when the cells are of one group
    turn: str  # module and round of the tables in it
    cells: Sequence[Sequence[Row]]


def what_word(what: str) -> str:
    words: Mapping[str, Callable[[], str]] = {
        What.NEW: lambda: _("new"), What.GONE: lambda: _("gone"), What.MOVED: lambda: _("moved"),
        What.ROOM: lambda: _("other room"), What.TRAINERS: lambda: _("other trainer"),
        What.PEOPLE: lambda: _("other people"), SAME: lambda: _("as it is"),
    }  # fmt: skip
    return words[what]()


class Diff:
    """Of the draft and the plan of a run, in the words of that run."""

    def __init__(self, problem: Problem, old: Plan, new: Plan, words: Wording) -> None:
        self.problem, self.old, self.new, self.words = problem, old, new, words

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return changes(self.problem, self.old, self.new)

    @cached_property
    def rows(self) -> list[Row]:
        """All meetings, in the order of their dates."""
        changed = {change.key: change for change in self.changes}
        same = (m for m in self.new.meetings if m.starts_at and key_of(m) not in changed)
        found = [(c.new or c.old, self._row(c.key, c)) for c in self.changes]
        found += [(meeting, self._kept(meeting)) for meeting in same]
        return [row for meeting, row in sorted(found, key=_moment)]

    def shown(self, wanted: Filter) -> list[Row]:
        return [row for row in self.rows if wanted.takes(row)]

    def _kept(self, meeting: Placed) -> Row:
        return self._row(key_of(meeting), Change(key_of(meeting), (), meeting, meeting, ()))

    def _row(self, key: Key, change: Change) -> Row:
        module, turn, group = key
        return Row(
            key=key,
            title=self.words.turn(module, turn),
            group="" if group is None else self.words.group(module, group),
            what=tuple(what.value for what in change.what),
            old=self._side(change.old),
            new=self._side(change.new),
            people=len(change.people),
            kept=bool(change.new and change.new.kept),
            mixed=self._mixes(module),
        )

    def _side(self, meeting: Placed | None) -> Side | None:
        if meeting is None:
            return None
        start, end = meeting.begins, meeting.ends
        return Side(
            day=dates.day(start.date(), self.words.locale, ANY_ZONE),
            clock=f"{start:%H:%M}–{end:%H:%M}",
            room=self.words.rooms.get(meeting.room or 0, ""),
            trainers=", ".join(map(self.words.trainer, meeting.trainers)),
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many meetings differ in each way."""
        found: dict[str, int] = dict.fromkeys((what.value for what in What), 0)
        for change in self.changes:
            for what in change.what:
                found[what.value] += 1
        return {what: count for what, count in found.items() if count}

    @property
    def touched(self) -> int:
        """How many people notice."""
        return len({person for change in self.changes for person in change.people})

    @property
    def modules(self) -> list[tuple[int, str]]:
        used = {row.key[0] for row in self.rows}
        modules = self.words.modules.items()
        return [(number, str(module["title"])) for number, module in modules if number in used]

    @property
    def groups(self) -> list[tuple[int, str]]:
        return [(n, self.words.group(None, n)) for n in range(len(self.new.groups))]

    @property
    def columns(self) -> list[tuple[int, str]]:
        """Modules that have a column on the board: all but the tables."""
        return [pair for pair in self.modules if not self._mixes(pair[0])]

    def _mixes(self, module: int) -> bool:
        return bool(self.words.modules[module]["kind"] == TABLES)

    @property
    def lines(self) -> list[Line]:
        """What is for everybody, then a line for each learning group."""
        cells: dict[tuple[int | None, int], list[Row]] = defaultdict(list)
        for row in self.rows:
            cells[row.key[2], row.key[0]].append(row)
        lines = [self._line(_("Everybody"), None, cells)]
        lines += [self._line(name, number, cells) for number, name in self.groups]
        return [line for line in lines if any(line.cells)]

    def _line(
        self, name: str, group: int | None, cells: Mapping[tuple[int | None, int], Sequence[Row]]
    ) -> Line:
        inside = [cells.get((group, module), ()) for module, _title in self.columns]
        return Line(str(name), group, "", inside)

    @property
    def rounds(self) -> list[Line]:
        """A line for each round of tables."""
        tables: dict[tuple[int, int], list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.mixed:
                tables[row.key[0], row.key[1]].append(row)
        return [
            Line(self.words.turn(*turn), None, f"{turn[0]}.{turn[1]}", [[r] for r in _seats(rows)])
            for turn, rows in tables.items()
        ]

    def chosen(
        self,
        names: Iterable[str],
        modules: Iterable[int] = (),
        groups: Iterable[int] = (),
        turns: Iterable[str] = (),
    ) -> frozenset[Key]:
        """The meetings that were ticked, by themselves or with their module, group or round."""
        ticked = {key for name in names if (key := key_from(name))}
        modules, groups, turns = set(modules), set(groups), set(turns)
        return frozenset(
            row.key
            for row in self.rows
            if row.key in ticked
            or row.key[0] in modules
            or (row.key[2] in groups and not row.mixed)
            or f"{row.key[0]}.{row.key[1]}" in turns
        )


def _seats(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.key[2] or 0)


def _moment(pair: tuple[Placed | None, Row]) -> tuple[str, str]:
    meeting, row = pair
    return (meeting.begins.isoformat() if meeting else ""), row.name
