"""What a release would tell, compared with what was told before. Plain data, no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from program.invitations.models import PartStat


class Kind(StrEnum):
    NEW = "new"
    MOVED = "moved"  # time or building: people have to answer again
    CHANGED = "changed"  # room, title, trainer, note: they need not
    CANCELLED = "cancelled"


ASKS_AGAIN = ("starts_at", "ends_at", "venue_id")
TELLS = ("title", "room_name", "venue_name", "address", "join_url", "trainer_names", "note",
         "group_name", "room_id")  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """A meeting as its invitees know it, or will."""

    meeting_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    room_id: int | None = None
    venue_id: int | None = None
    venue_name: str = ""
    room_name: str = ""
    address: str = ""
    join_url: str = ""
    trainer_names: str = ""
    group_name: str = ""
    note: str = ""
    cancelled_at: datetime | None = None

    def differs_from(self, told: "Facts") -> tuple[str, ...]:
        names = ASKS_AGAIN + TELLS
        return tuple(name for name in names if getattr(self, name) != getattr(told, name))

    @property
    def called(self) -> str:
        return f"{self.title} – {self.group_name}" if self.group_name else self.title

    @property
    def place(self) -> str:
        parts = (self.venue_name, self.room_name, self.address)
        return ", ".join(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True)
class Seated:
    """Someone whom the draft expects at a meeting."""

    meeting_id: int
    person_id: int
    as_trainer: bool = False


@dataclass(frozen=True)
class Invited:
    """What someone's calendar holds."""

    id: int
    meeting_id: int
    person_id: int
    as_trainer: bool
    uid: str
    address: str
    cancelled: bool
    sequence: int
    revision: int
    told_revision: int
    stamped_at: datetime
    starts_at: datetime
    partstat: PartStat


@dataclass(frozen=True)
class Reader:
    """A person as a message needs them."""

    id: int
    email: str
    name: str
    language: str
    sort_key: str = ""
    reachable: bool = True


@dataclass(frozen=True)
class Due:
    """One message to one person, or one row to bring up to date in silence."""

    kind: Kind
    meeting_id: int
    person_id: int
    as_trainer: bool
    why: tuple[str, ...] = ()
    before: Invited | None = None
    silent: bool = False


@dataclass
class World:
    """All that a release looks at."""

    draft: dict[int, Facts]
    told: dict[int, Facts]
    revisions: dict[int, int]  # of the published meetings
    seated: Sequence[Seated]
    invited: Sequence[Invited]
    readers: dict[int, Reader]


@dataclass
class Changes:
    """What a release would do. Nothing in it is stored."""

    world: World
    due: list[Due] = field(default_factory=list)
    meetings: dict[int, Kind] = field(default_factory=dict)  # that change on the pages
    unreachable: list[Due] = field(default_factory=list)
    past: int = 0  # messages about meetings that have begun

    @property
    def letters(self) -> list[Due]:
        return [each for each in self.due if not each.silent]

    def counts(self) -> dict[str, int]:
        found = dict.fromkeys((*Kind, "silent"), 0)
        for each in self.due:
            found["silent" if each.silent else each.kind] += 1
        return {str(kind): number for kind, number in found.items()} | {
            "meetings": len(self.meetings)
        }

    @property
    def is_empty(self) -> bool:
        return not (self.due or self.meetings)

    def fingerprint(self) -> str:
        """The same as long as a release would do the same."""
        lines = [
            f"{d.kind} {d.meeting_id} {d.person_id} {d.silent} {self.world.draft[d.meeting_id]}"
            for d in self.due
        ] + [f"{kind} {self.world.draft[m]}" for m, kind in self.meetings.items()]
        return sha256("\n".join(sorted(lines)).encode()).hexdigest()[:20]


def compare(world: World, *, at: datetime, silent_past: bool = False) -> Changes:
    """Level-triggered: it looks at what is, so whatever made the difference is told once."""
    changes = Changes(world)
    for meeting_id, facts in world.draft.items():
        if kind := _of_meeting(facts, world.told.get(meeting_id)):
            changes.meetings[meeting_id] = kind
    for due in _all_due(world):
        if not world.readers[due.person_id].reachable:
            changes.unreachable.append(due)
            continue
        past = world.draft[due.meeting_id].ends_at <= at
        changes.past += past
        silent = silent_past and past
        changes.due.append(_silently(due) if silent else due)
    return changes


def _silently(due: Due) -> Due:
    return Due(due.kind, due.meeting_id, due.person_id, due.as_trainer, due.why, due.before, True)


def _of_meeting(facts: Facts, told: Facts | None) -> Kind | None:
    """How the meeting itself changes on the pages of participants."""
    if told is None:
        return None if facts.cancelled_at else Kind.NEW
    if bool(facts.cancelled_at) != bool(told.cancelled_at):
        return Kind.CANCELLED if facts.cancelled_at else Kind.NEW
    return None if facts.cancelled_at else _weight(facts.differs_from(told))


def _weight(differences: tuple[str, ...]) -> Kind | None:
    if not differences:
        return None
    return Kind.MOVED if set(ASKS_AGAIN).intersection(differences) else Kind.CHANGED


def _all_due(world: World) -> Iterable[Due]:
    wanted = {
        (seat.meeting_id, seat.person_id): seat
        for seat in world.seated
        if seat.meeting_id in world.draft and not world.draft[seat.meeting_id].cancelled_at
    }
    told = {(each.meeting_id, each.person_id): each for each in world.invited}
    for key, seat in wanted.items():
        if due := _for_seat(world, seat, told.get(key)):
            yield due
    for key, before in told.items():
        if key not in wanted and not before.cancelled:
            cancelled = world.draft[before.meeting_id].cancelled_at is not None
            why = ("meeting",) if cancelled else ("seat",)
            yield Due(Kind.CANCELLED, *key, before.as_trainer, why, before)


def _for_seat(world: World, seat: Seated, before: Invited | None) -> Due | None:
    key = (seat.meeting_id, seat.person_id, seat.as_trainer)
    if before is None or before.cancelled:
        return Due(Kind.NEW, *key, ("seat",), before)
    if before.address.lower() != world.readers[seat.person_id].email.lower():
        return Due(Kind.NEW, *key, ("email",), before)
    facts, told = world.draft[seat.meeting_id], world.told.get(seat.meeting_id)
    why = facts.differs_from(told) if told else ("starts_at",)
    if not why and before.told_revision < world.revisions[seat.meeting_id]:
        why = ("starts_at",) if before.starts_at != facts.starts_at else ("title",)
    kind = _weight(why)
    return Due(kind, *key, why, before) if kind else None
