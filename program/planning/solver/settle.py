"""What a found calendar comes to when the firmest rules must hold.

The kernel breaks as few hard rules as it can. Some of those nobody can break: a person, a room or
a trainer in two places at once, the order of the programme, a closed day. A meeting that would is
put where the least else is broken; without such a place it gets none, and the reason why.
"""

from collections.abc import Iterator
from dataclasses import replace

from program.planning.solver.compile import Compiled
from program.planning.solver.model import PARTS, Calendar, Meeting, Place, Usable

Spot = tuple[int, int, int]  # trainer or room, day, part
Score = tuple[int, int]  # hard rules broken, points


def settled(compiled: Compiled, calendar: Calendar) -> tuple[Calendar, dict[int, str]]:
    """The calendar without what cannot be, and why meetings have no place."""
    return _Settling(compiled).done(calendar)


class _Settling:
    def __init__(self, compiled: Compiled) -> None:
        self.model, self.wanted = compiled.model, compiled.wanted
        self.places: list[Place | None] = [None] * len(self.wanted)
        self.busy: set[Spot] = set()
        self.full: dict[Spot, int] = {}
        self.closed = {
            number
            for number, row in enumerate(self.model.rows)
            if row.hard and self.model.rules[row.rule].key.startswith("day.")
        }
        self._link()
        self.depth = self._depths()

    def _link(self) -> None:
        count = len(self.wanted)
        self.before: list[list[tuple[int, int, int | None]]] = [[] for _ in range(count)]
        self.after: list[list[tuple[int, int, int | None]]] = [[] for _ in range(count)]
        self.apart: list[list[int]] = [[] for _ in range(count)]
        for arc in self.model.arcs:
            most = None if arc.most_weight else arc.most
            self.before[arc.after].append((arc.before, arc.least, most))
            self.after[arc.before].append((arc.after, arc.least, most))
        for pair in self.model.apart:
            self.apart[pair.one].append(pair.other)
            self.apart[pair.other].append(pair.one)

    def done(self, calendar: Calendar) -> tuple[Calendar, dict[int, str]]:
        """What stands comes first, then fixed dates, then the rest in the order of the programme.

        A meeting waits for those that should come before it; what waited is put at the end.
        """
        order = sorted(range(len(self.wanted)), key=self._rank)
        left = [number for number in order if not self._take(number, calendar[number])]
        reasons = {number: self._squeeze(number) for number in left}
        self._drop_what_follows_nothing(reasons)
        return tuple(self.places), {number: why for number, why in reasons.items() if why}

    def _rank(self, number: int) -> tuple[int, int]:
        wanted = self.wanted[number]
        return 0 if wanted.kept else 1 if wanted.module.fixed_on else 2, self.depth[number]

    def _depths(self) -> list[int]:
        """How many meetings come before each, one after another; a ring ends somewhere."""
        depth = [0] * len(self.wanted)
        for _turn in self.wanted:
            now = [max((depth[n] + 1 for n, _l, _m in b), default=0) for b in self.before]
            if now == depth:
                break
            depth = now
        return depth

    def _take(self, number: int, place: Place | None) -> bool:
        """Put the meeting there, as far as room and trainers can be."""
        if place is None:
            return False
        meeting = self.model.meetings[number]
        if meeting.fixed is None:
            if self._follows_nothing(number) or self._why_not(number, place.day, place.option):
                return False
            place = self._possible(meeting, place)
        self._put(number, place)
        return True

    def _put(self, number: int, place: Place) -> None:
        self.places[number] = place
        for part in _parts(self.model.meetings[number], place.option):
            self.busy |= {(trainer, place.day, part) for trainer in place.trainers}
            spot = (place.room, place.day, part)
            self.full[spot] = self.full.get(spot, 0) + 1

    def _why_not(self, number: int, day: int, option: int) -> str:
        if self.wanted[number].module.fixed_on is None:
            rows = self.model.meetings[number].options[option].rows
            if any(row in self.closed and self.model.rows[row].values[day] for row in rows):
                return "no_open_day"
            if not self._is_in_order(number, day):
                return "order"
        others = (self.places[other] for other in self.apart[number])
        return "clash" if any(other and other.day == day for other in others) else ""

    def _is_in_order(self, number: int, day: int) -> bool:
        earlier = ((self.places[n], least) for n, least, _most in self.before[number])
        later = ((self.places[n], least) for n, least, _most in self.after[number])
        return all(not place or place.day + least <= day for place, least in earlier) and all(
            not place or day + least <= place.day for place, least in later
        )

    def _possible(self, meeting: Meeting, place: Place) -> Place:
        """Without a room that is taken and trainers who are away."""
        parts = _parts(meeting, place.option)
        room = place.room if self._is_room_free(place.room, place.day, parts) else -1
        there = tuple(t for t in place.trainers if self._is_there(t, place.day, parts))
        return replace(place, room=room, trainers=there)

    def _is_room_free(self, room: int, day: int, parts: list[int]) -> bool:
        return room < 0 or all(
            self.full.get((room, day, part), 0) < self.model.rooms[room].free[part][day]
            for part in parts
        )

    def _is_there(self, trainer: int, day: int, parts: list[int]) -> bool:
        away = self.model.trainers[trainer].away
        return not any(away[part] >> day & 1 or (trainer, day, part) in self.busy for part in parts)

    # What lost its place

    def _squeeze(self, number: int) -> str:
        """Where the least is broken; else the reason why it has no place."""
        reasons: set[str] = set()
        best: tuple[Score, Place] | None = None
        for day, option in self._days(number):
            if why := self._why_not(number, day, option):
                reasons.add(why)
                continue
            found = self._judged(number, day, option)
            best = found if best is None else min(best, found, key=lambda one: one[0])
        if best is not None:
            self._put(number, best[1])
            return ""
        return self._reason(number, reasons)

    def _days(self, number: int) -> Iterator[tuple[int, int]]:
        for place, option in enumerate(self.model.meetings[number].options):
            for day in range(self.model.days):
                if option.open >> day & 1:
                    yield day, place

    def _reason(self, number: int, reasons: set[str]) -> str:
        if not reasons:
            fixed = self.wanted[number].module.fixed_on is not None
            return "fixed_outside" if fixed else "no_open_day"
        return next(why for why in ("clash", "order", "no_open_day") if why in reasons)

    def _judged(self, number: int, day: int, option: int) -> tuple[Score, Place]:
        meeting = self.model.meetings[number]
        parts = _parts(meeting, option)
        rooms = [r for r in meeting.rooms if self._is_room_free(r.number, day, parts)]
        crew = [t for t in meeting.trainers if self._is_there(t.number, day, parts)]
        room, able = _cheapest(rooms, 1), _cheapest(crew, meeting.crew)
        hard, cost = self._score(number, day, option)
        hard += (len(able) < meeting.crew) + (not room) + sum(u.hard for u in (*room, *able))
        cost += sum(u.cost for u in (*room, *able))
        there = tuple(sorted(u.number for u in able))
        return (hard, cost), Place(day, option, room[0].number if room else -1, there)

    def _score(self, number: int, day: int, option: int) -> Score:
        rows = [self.model.rows[row] for row in self.model.meetings[number].options[option].rows]
        hard = sum(row.values[day] for row in rows if row.hard) + self._too_late(number, day)
        return hard, sum(row.values[day] for row in rows if not row.hard)

    def _too_late(self, number: int, day: int) -> int:
        places = self.places
        earlier = (day - p.day > m for n, _l, m in self.before[number] if m and (p := places[n]))
        later = (p.day - day > m for n, _l, m in self.after[number] if m and (p := places[n]))
        return sum(earlier) + sum(later)

    def _drop_what_follows_nothing(self, reasons: dict[int, str]) -> None:
        """Nothing of what should come first has a place, so this has none either."""
        for number in sorted(range(len(self.wanted)), key=self._rank):
            if self._follows_nothing(number):
                self.places[number] = None
                reasons[number] = "order"

    def _follows_nothing(self, number: int) -> bool:
        wanted = self.wanted[number]
        first = [self.places[other] for other, _least, _most in self.before[number]]
        free = wanted.kept is None and wanted.module.fixed_on is None
        return free and bool(first) and not any(first)


def _parts(meeting: Meeting, option: int) -> list[int]:
    return [part for part in range(PARTS) if meeting.options[option].parts >> part & 1]


def _cheapest(able: list[Usable], count: int) -> list[Usable]:
    return sorted(able, key=lambda one: (one.hard, one.cost, one.number))[:count]
