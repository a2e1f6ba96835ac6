"""What a release would send, per person, as the preview page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from program.invitations import words
from program.invitations.changes import Changes, Due, Facts, Kind
from program.web.dates import day, span

SHOWN = 25  # people on a page


@dataclass
class Line:
    kind: Kind
    title: str
    when: str
    place: str
    why: str
    was: str
    as_trainer: bool


@dataclass
class PersonLines:
    name: str
    email: str
    lines: list[Line] = field(default_factory=list)

    @property
    def kinds(self) -> list[tuple[Kind, int]]:
        return [(kind, n) for kind in Kind if (n := sum(each.kind is kind for each in self.lines))]


@dataclass(frozen=True)
class Preview:
    people: Sequence[PersonLines]  # on this page
    found: int  # people in all
    number: int  # of this page

    @property
    def pages(self) -> int:
        return max(1, -(-self.found // SHOWN))


def preview(changes: Changes, *, kind: str, search: str, number: int) -> Preview:
    chosen: dict[int, list[Due]] = {}
    for due in changes.due:
        if kind in {"", due.kind} and _matches(changes, due, search):
            chosen.setdefault(due.person_id, []).append(due)
    readers = changes.world.readers
    ordered = sorted(chosen, key=lambda person_id: readers[person_id].sort_key)
    number = min(max(number, 1), max(1, -(-len(ordered) // SHOWN)))
    here = ordered[(number - 1) * SHOWN : number * SHOWN]
    lines = _Lines(changes)
    people = [
        PersonLines(readers[p].name, readers[p].email, [lines.of(due) for due in chosen[p]])
        for p in here
    ]
    return Preview(people, len(ordered), number)


def _matches(changes: Changes, due: Due, search: str) -> bool:
    reader = changes.world.readers[due.person_id]
    return not search or search.casefold() in f"{reader.name} {reader.email}".casefold()


class _Lines:
    """Words of a change; made once per meeting and kind, not once per person."""

    def __init__(self, changes: Changes) -> None:
        self.world = changes.world
        self._made: dict[tuple[object, ...], Line] = {}

    def of(self, due: Due) -> Line:
        key = (due.meeting_id, due.kind, due.why, due.as_trainer)
        if key not in self._made:
            self._made[key] = self._line(due)
        return self._made[key]

    def _line(self, due: Due) -> Line:
        now = self.world.draft[due.meeting_id]
        told = self.world.told.get(due.meeting_id)
        return Line(
            kind=due.kind,
            title=now.called,
            when=_when(now),
            place=", ".join(dict.fromkeys(p for p in (now.venue_name, now.room_name) if p)),
            why=words.why(due.why),
            was=_was(now, told) if told and due.kind in {Kind.MOVED, Kind.CHANGED} else "",
            as_trainer=due.as_trainer,
        )


def _when(facts: Facts) -> str:
    return f"{day(facts.starts_at, 'medium')}, {span(facts.starts_at, facts.ends_at)}"


def _was(now: Facts, told: Facts) -> str:
    before = [
        _when(told) if (now.starts_at, now.ends_at) != (told.starts_at, told.ends_at) else "",
        told.place if now.place != told.place else "",
        told.trainer_names if now.trainer_names != told.trainer_names else "",
        told.called if now.called != told.called else "",
    ]
    return "; ".join(text for text in before if text)
