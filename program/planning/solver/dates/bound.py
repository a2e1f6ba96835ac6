"""What no calendar can cost less than, found in a moment: each meeting for itself."""

from collections import defaultdict
from collections.abc import Iterable

from program.planning.solver.model import Meeting, Model, Option


def cheap_bound(model: Model) -> int:
    """Points that every calendar costs that breaks nothing, or that breaks as little as can be."""
    each = sum(_cheapest(model, meeting) for meeting in model.meetings)
    return model.constant + each + _fewest_trainers(model) + _even_load(model)


def _cheapest(model: Model, meeting: Meeting) -> int:
    if meeting.fixed is not None:
        option = meeting.options[meeting.fixed.option]
        return _points(model, option, (meeting.fixed.day,))
    open_days = [_points(model, option, _days(option)) for option in meeting.options if option.open]
    return min(open_days) + _cheapest_crew(meeting) if open_days else 0


def _days(option: Option) -> Iterable[int]:
    return (day for day in range(option.open.bit_length()) if option.open >> day & 1)


def _points(model: Model, option: Option, days: Iterable[int]) -> int:
    rows = [model.rows[row].values for row in option.rows if not model.rows[row].hard]
    return min(sum(values[day] for values in rows) for day in days)


def _cheapest_crew(meeting: Meeting) -> int:
    rooms = min((usable.cost for usable in meeting.rooms), default=0)
    return rooms + sum(sorted(usable.cost for usable in meeting.trainers)[: meeting.crew])


def _fewest_trainers(model: Model) -> int:
    """Each family meets at least the crew of its largest meeting."""
    crew: dict[int, int] = {}
    for meeting in model.meetings:
        if meeting.family >= 0 and _is_placed(meeting):
            size = len(meeting.fixed.trainers) if meeting.fixed else _crew_size(meeting)
            crew[meeting.family] = max(crew.get(meeting.family, 0), size)
    return model.weights.another_trainer * sum(crew.values())


def _even_load(model: Model) -> int:
    """The heaviest load is least when all have as much; the squares when all have their share."""
    able = {usable.number for m in model.meetings for usable in m.trainers}
    able |= {trainer for m in model.meetings if m.fixed for trainer in m.fixed.trainers}
    load = sum(_least_load(m) for m in model.meetings if _is_placed(m))
    if not able:
        return 0
    shares = sum(model.trainers[trainer].share for trainer in able)
    squares = max(0, load * load // shares - len(able))  # each of them is rounded down
    weights = model.weights
    return weights.heaviest_load * -(-load // len(able)) + weights.uneven_load * squares


def _least_load(meeting: Meeting) -> int:
    if meeting.fixed is not None:
        return meeting.options[meeting.fixed.option].load * len(meeting.fixed.trainers)
    return _crew_size(meeting) * min(option.load for option in meeting.options if option.open)


def _crew_size(meeting: Meeting) -> int:
    return min(meeting.crew, len(meeting.trainers))


def _is_placed(meeting: Meeting) -> bool:
    return meeting.fixed is not None or any(option.open for option in meeting.options)


def fair_load(model: Model) -> int:
    """The load of the trainer with most, when whole families go to whoever has least.

    The largest family goes first; nothing else is looked at than who can give all of it.
    """
    load: dict[int, int] = defaultdict(int)
    for size, able in sorted(_shares(model), key=lambda share: (-share[0], len(share[1]))):
        if able:
            load[min(able, key=lambda trainer: (load[trainer], trainer))] += size
    return max(load.values(), default=0)


def _shares(model: Model) -> list[tuple[int, list[int]]]:
    """What one trainer does of a family, once for each that its meetings need, and who could."""
    families: dict[int, list[Meeting]] = defaultdict(list)
    for number, meeting in enumerate(model.meetings):
        if _is_placed(meeting) and meeting.fixed is None:
            families[meeting.family if meeting.family >= 0 else ~number].append(meeting)
    found = []
    for kin in families.values():
        able = set.intersection(*({one.number for one in m.trainers} for m in kin))
        size = sum(min(option.load for option in m.options if option.open) for m in kin)
        found += [(size, sorted(able))] * max(_crew_size(m) for m in kin)
    return found
