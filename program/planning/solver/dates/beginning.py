"""Who and what a meeting can choose from, and where it stands before the search begins."""

from program.planning.solver.model import Meeting, Place, Usable


def choices(meeting: Meeting) -> tuple[tuple[Usable, ...], tuple[Usable, ...]]:
    """Which trainers and rooms there are to choose from: one choice when it is fixed."""
    if meeting.fixed is None:
        return meeting.trainers, meeting.rooms
    fixed = meeting.fixed
    trainers = {usable.number: usable for usable in meeting.trainers}
    rooms = {usable.number: usable for usable in meeting.rooms}
    room = (rooms.get(fixed.room, Usable(fixed.room)),) if fixed.room >= 0 else ()
    return tuple(trainers.get(number, Usable(number)) for number in fixed.trainers), room


def known_place(meeting: Meeting) -> Place | None:
    """Where it stands, or stood before; a hint that cannot be is none."""
    if meeting.fixed is not None:
        return meeting.fixed
    hint = meeting.hint
    if hint is None or hint.option >= len(meeting.options):
        return None
    return hint if meeting.options[hint.option].open >> hint.day & 1 else None


def crew_of(meeting: Meeting, trainers: tuple[Usable, ...], known: Place | None) -> list[int]:
    """Places in the list: those who had it, then the first others, as many as it needs."""
    if meeting.fixed is not None:
        return list(range(len(trainers)))
    had = known.trainers if known else ()
    order = [use for use, one in enumerate(trainers) if one.number in had]
    order += [use for use, one in enumerate(trainers) if one.number not in had]
    return order[: meeting.crew]


def room_of(rooms: tuple[Usable, ...], known: Place | None) -> int:
    if not rooms:
        return -1
    numbers = [one.number for one in rooms]
    return numbers.index(known.room) if known and known.room in numbers else 0
