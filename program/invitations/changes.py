"""What a release would tell, compared with what was told before. Plain data, no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
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
TELLS = ("venue_name", "address", "join_url", "tentative")  # who does not hear may stand outside
ROOM = ("room_id", "room_name")  # in the same building: told, unless a planner keeps it silent
# words only: the pages and feeds show them, a message goes when a planner asks for it
TEXT = ("title", "trainer_names", "note", "group_name", "latitude", "longitude")


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
    tentative: bool = False  # an option: the date may still go
    latitude: float | None = None
    longitude: float | None = None
    cancelled_at: datetime | None = None

    def differs_from(self, told: "Facts") -> tuple[str, ...]:
        names = ASKS_AGAIN + TELLS + ROOM + TEXT
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
    optional: bool = False  # a planner may choose whether it is told

    @property
    def is_in_another_room(self) -> bool:
        return not set(ROOM).isdisjoint(self.why)

    @property
    def is_farewell(self) -> bool:
        """To an address that somebody had before: the invitation goes on elsewhere."""
        return self.kind is Kind.CANCELLED and self.why == ("email",)


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

    @property
    def optional(self) -> set[int]:
        """The meetings of which only words or the room changed."""
        return {each.meeting_id for each in self.due if each.optional}

    @property
    def rooms(self) -> set[int]:
        """Of those, the ones in another room."""
        return {each.meeting_id for each in self.due if each.optional and each.is_in_another_room}

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
            f"{d.kind} {d.meeting_id} {d.person_id} {d.why} {self.world.draft[d.meeting_id]}"
            for d in self.due
        ] + [f"{kind} {self.world.draft[m]}" for m, kind in self.meetings.items()]
        return sha256("\n".join(sorted(lines)).encode()).hexdigest()[:20]


def compare(
    world: World,
    *,
    at: datetime,
    silent_past: bool = False,
    tell: frozenset[int] | None = None,
) -> Changes:
    """Level-triggered: it looks at what is, so whatever made the difference is told once.

    `tell` are the meetings whose change of words or room goes out; when nobody chose, rooms do.
    """
    changes = Changes(world)
    for meeting_id, facts in world.draft.items():
        if kind := _of_meeting(facts, world.told.get(meeting_id)):
            changes.meetings[meeting_id] = kind
    for due in _all_due(world):
        if not (due.is_farewell or world.readers[due.person_id].reachable):
            changes.unreachable.append(due)
            continue
        past = world.draft[due.meeting_id].ends_at <= at
        optional = due.kind is Kind.CHANGED and set(due.why) <= {*ROOM, *TEXT}
        wanted = due.is_in_another_room if tell is None else due.meeting_id in tell
        silent = (silent_past and past) or (optional and not wanted)
        changes.past += past and not silent
        changes.due.append(replace(due, silent=silent, optional=optional))
    return changes


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
        yield from _for_seat(world, seat, told.get(key))
    for key, before in told.items():
        if key not in wanted and not before.cancelled:
            cancelled = world.draft[before.meeting_id].cancelled_at is not None
            why = ("meeting",) if cancelled else ("seat",)
            yield Due(Kind.CANCELLED, *key, before.as_trainer, why, before)


def _for_seat(world: World, seat: Seated, before: Invited | None) -> Iterable[Due]:
    key = (seat.meeting_id, seat.person_id, seat.as_trainer)
    if before is None or before.cancelled:
        yield Due(Kind.NEW, *key, ("seat",), before)
    elif before.address.lower() != world.readers[seat.person_id].email.lower():
        yield from _elsewhere(world, key, before)
    elif kind := _weight(why := _news(world, seat, before)):
        yield Due(kind, *key, why, before)


def _elsewhere(world: World, key: tuple[int, int, bool], before: Invited) -> Iterable[Due]:
    """Farewell to the old address, welcome at the new; neither while there is no new one."""
    if before.revision and world.readers[before.person_id].reachable:
        yield Due(Kind.CANCELLED, *key, ("email",), before)
    yield Due(Kind.NEW, *key, ("email",), before)


def _news(world: World, seat: Seated, before: Invited) -> tuple[str, ...]:
    """What differs from what this person was told."""
    facts, told = world.draft[seat.meeting_id], world.told.get(seat.meeting_id)
    why = facts.differs_from(told) if told else ("starts_at",)
    if why or before.told_revision >= world.revisions[seat.meeting_id]:
        return why
    return ("starts_at",) if before.starts_at != facts.starts_at else ("missed",)
