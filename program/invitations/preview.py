"""What a release would send, per person, as the preview page shows it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from program.invitations import words
from program.invitations.changes import Changes, Due, Facts, Kind, World
from program.invitations.models import Release
from program.web.dates import day, span

SHOWN = 25  # people on a page
SILENT = "silent"


@dataclass
class Line:
    kind: Kind
    title: str
    when: str
    place: str
    why: str
    was: str
    as_trainer: bool
    silent: bool = False
    address: str = ""  # where it goes, when not to the person's own


@dataclass
class PersonLines:
    name: str
    email: str
    lines: list[Line] = field(default_factory=list)

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """What this person gets, counted: kinds of messages, and what changes without one."""
        found = Counter(SILENT if each.silent else each.kind for each in self.lines)
        return [(kind, found[kind]) for kind in (*Kind, SILENT) if found[kind]]


@dataclass(frozen=True)
class MeetingLine:
    """One session: last published, and now."""

    meeting_id: int
    kind: Kind
    title: str
    when: str
    rows: Sequence[tuple[str, str, str]]  # what, as it was, as it is
    letters: int
    optional: bool  # the planner may choose whether it is told
    told: bool


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
        if kind in {"", SILENT if due.silent else due.kind} and _matches(changes, due, search):
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


def sessions(changes: Changes) -> list[MeetingLine]:
    """What changes of each session; those where only people come or go are not among them."""
    letters = Counter(due.meeting_id for due in changes.letters)
    told = {due.meeting_id for due in changes.letters if due.optional}
    return [
        MeetingLine(
            meeting_id=meeting_id,
            kind=kind,
            title=changes.world.draft[meeting_id].called,
            when=_when(changes.world.draft[meeting_id]),
            rows=_differences(changes.world, meeting_id),
            letters=letters[meeting_id],
            optional=meeting_id in changes.optional,
            told=meeting_id in told,
        )
        for meeting_id, kind in changes.meetings.items()
    ]


def _differences(world: World, meeting_id: int) -> list[tuple[str, str, str]]:
    """In words of the page: what, as it was, as it is; each thing once."""
    now, told = world.draft[meeting_id], world.told.get(meeting_id)
    if told is None:
        return []
    found: dict[str, tuple[str, str]] = {}
    for name in now.differs_from(told):
        found.setdefault(words.why((name,)), (_shown(told, name), _shown(now, name)))
    return [(what, was, becomes) for what, (was, becomes) in found.items()]


def back_of(release: Release, changes: Changes, at: datetime) -> list[tuple[str, str, str]]:
    """What an undo puts back of what is to come: the session, when it is now, when again."""
    found = []
    for key, kept in release.before.get("meetings", {}).items():
        facts = changes.world.draft.get(int(key))
        if facts is not None and facts.starts_at > at:
            found.append((facts.called, _when(facts), _kept_when(kept)))
    return found


def cancelled_by_undo(release: Release, changes: Changes, at: datetime) -> tuple[int, int]:
    """How many sessions to come were not held before this release, and how many people came."""
    world, found = changes.world, set[int]()
    for key, kept in release.before.get("meetings", {}).items():
        facts = world.draft.get(int(key))
        if facts is not None and facts.starts_at > at and not _kept_when(kept):
            found.add(int(key))
    people = {i.person_id for i in world.invited if i.meeting_id in found and not i.cancelled}
    return len(found), len(people)


def _kept_when(kept: dict[str, Any] | None) -> str:
    """Nothing where it was not held before that release."""
    if kept is None or kept["cancelled_at"]:
        return ""
    begin, end = (datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at"))
    return f"{day(begin, 'medium')}, {span(begin, end)}"


def _shown(facts: Facts, name: str) -> str:
    if name in {"starts_at", "ends_at"}:
        return _when(facts)
    if name in {"venue_id", "venue_name"}:
        return facts.venue_name
    if name in {"room_id", "room_name"}:
        return facts.room_name
    if name in {"latitude", "longitude"}:
        known = facts.latitude is not None and facts.longitude is not None
        return f"{facts.latitude:.4f}, {facts.longitude:.4f}" if known else ""
    if name == "tentative":
        return str(words.TENTATIVE[facts.tentative])
    return str(getattr(facts, name))


class _Lines:
    """Words of a change; made once per meeting and kind, not once per person."""

    def __init__(self, changes: Changes) -> None:
        self.world = changes.world
        self._made: dict[tuple[object, ...], Line] = {}

    def of(self, due: Due) -> Line:
        address = due.before.address if due.is_farewell and due.before else ""
        key = (due.meeting_id, due.kind, due.why, due.as_trainer, due.silent, address)
        if key not in self._made:
            self._made[key] = self._line(due, address)
        return self._made[key]

    def _line(self, due: Due, address: str) -> Line:
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
            silent=due.silent,
            address=address,
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
