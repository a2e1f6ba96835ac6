"""Which rooms a meeting can have, what they cost, and when they are free."""

from collections.abc import Mapping

from program.planning.problem import BY_GROUP, Placed, Room
from program.planning.solver import model
from program.planning.solver.compile.book import Book
from program.planning.solver.compile.hours import Hours
from program.planning.solver.model import Usable
from program.planning.solver.outline import Wanted

EURO = 100  # cents


class Rooms:
    def __init__(self, book: Book, parts: tuple[Hours, Hours, Hours]) -> None:
        self.book, self.parts = book, parts
        self.rooms = book.problem.rooms
        self.number = {room.id: place for place, room in enumerate(self.rooms)}
        self.venue = {v: n for n, v in enumerate(sorted({room.venue for room in self.rooms}))}
        self.minutes = _minutes(book)
        self._known: dict[tuple[object, ...], tuple[Usable, ...]] = {}
        self._lent: list[list[int]] = [[0, 0, 0] for _ in self.rooms]

    def usable(self, wanted: Wanted, was: Placed | None, halves: int) -> tuple[Usable, ...]:
        """Those that are large enough and of the right kind."""
        need = len(wanted.people) + wanted.module.trainers
        homes = wanted.people if self.minutes else ()
        key = (wanted.module.id, need, homes, self._need_no_steps(wanted),
               was and was.room, halves)  # fmt: skip
        if key not in self._known:
            self._known[key] = tuple(
                self._usable(wanted, place, was, halves)
                for place, room in enumerate(self.rooms)
                if room.online == wanted.module.is_online and room.capacity >= need
            )
        return self._known[key]

    def _need_no_steps(self, wanted: Wanted) -> bool:
        return any(self.book.problem.people[person].step_free for person in wanted.people)

    def kept(self, wanted: Wanted, kept: Placed, halves: int) -> tuple[Usable, ...]:
        """The room that a kept meeting has, whether it fits or not."""
        fitting = self.usable(wanted, None, halves)
        place = self.of(kept)
        if place < 0 or place in {room.number for room in fitting}:
            return fitting or self._any()
        module, turn, _group = wanted.key
        rule = self.book.rule("room.size", module=module, round=turn)
        return (*fitting, Usable(place, hard=1, rules=((rule, 1),)))

    def _any(self) -> tuple[Usable, ...]:
        return tuple(Usable(place) for place in range(len(self.rooms)))

    def of(self, placed: Placed) -> int:
        """The number of its room, or -1."""
        return -1 if placed.room is None else self.number.get(placed.room, -1)

    def _usable(self, wanted: Wanted, place: int, was: Placed | None, halves: int) -> Usable:
        charges = {
            **self._rent(wanted, place, halves),
            **self._travel(wanted, place),
            **self._change(was, place),
            **self._steps(wanted, place),  # it may be hard, and what is hard comes last
        }
        rules = tuple((rule, amount) for (rule, _hard), amount in charges.items() if amount)
        return Usable(
            number=place,
            cost=sum(amount for (_rule, hard), amount in charges.items() if not hard),
            hard=sum(amount for (_rule, hard), amount in charges.items() if hard),
            rules=rules,
        )

    def _steps(self, wanted: Wanted, place: int) -> "Charges":
        room, key = self.rooms[place], "room.step_free"
        if room.step_free or wanted.module.is_online:
            return {}
        if not self._need_no_steps(wanted):
            return {}
        hard = self.book.asked.is_hard(key, wanted.module.id)
        points = 1 if hard else self.book.asked.weight(key, wanted.module.id)
        return {(self.book.rule(key, room=room.id), hard): points}

    def _rent(self, wanted: Wanted, place: int, halves: int) -> "Charges":
        weight = self.book.asked.weight("room.price", wanted.module.id)
        euros = self.book.asked.value("room.price", "euro_per_point", wanted.module.id)
        cents = self.rooms[place].price_cents * min(2, halves)
        points = weight * cents // (2 * EURO * max(1, euros))
        return {(self.book.rule("room.price"), False): points}

    def _travel(self, wanted: Wanted, place: int) -> "Charges":
        weight = self.book.asked.weight("travel.people", wanted.module.id)
        if not weight or not self.minutes or wanted.module.is_online:
            return {}
        venue, people = self.rooms[place].venue, self.book.problem.people
        minutes = sum(self.between(people[p].home, venue) for p in wanted.people)
        share = self.book.asked.value("travel.people", "minutes_per_point", wanted.module.id)
        return {(self.book.rule("travel.people"), False): weight * minutes // max(1, share)}

    def _change(self, was: Placed | None, place: int) -> "Charges":
        if was is None or was.room is None or was.room == self.rooms[place].id:
            return {}
        points = self.book.asked.weight("change.room", was.module)
        return {(self.book.rule("change.room"), False): points}

    def between(self, one: int | None, other: int | None) -> int:
        """Minutes; nothing where it is not known."""
        return self.minutes.get((one, other), 0)

    def lend(self, place: int, day: int, parts: int) -> None:
        """A meeting that is over had this room, whatever else there is now."""
        for part in range(model.PARTS):
            if place >= 0 and parts >> part & 1:
                self._lent[place][part] |= 1 << day

    def all(self) -> tuple[model.Room, ...]:
        return tuple(self._room(place, room) for place, room in enumerate(self.rooms))

    def _room(self, place: int, room: Room) -> model.Room:
        days = self.book.days
        morning, afternoon, evening = (
            self.book.values(
                days.all & ~days.busy(room.busy, hours.minute, hours.minutes)
                | self._lent[place][part],
                1,
            )
            for part, hours in enumerate(self.parts)
        )
        return model.Room(
            free=(morning, afternoon, evening),
            rule=self.book.rule("room.free", room=room.id),
            venue=self.venue[room.venue],
        )

    def too_far(self) -> tuple[tuple[bool, ...], ...]:
        """Venues that no trainer does on one day."""
        if not self.book.asked.is_hard("travel.trainer"):
            return ()
        return tuple(
            tuple(self._over(one, other) > 0 for other in self.venue) for one in self.venue
        )

    def travel(self) -> tuple[tuple[int, ...], ...]:
        """Points for a trainer who is in both on one day."""
        weight = self.book.asked.weight("travel.trainer")
        if not weight:
            return ()
        return tuple(
            tuple(weight * self._over(one, other) for other in self.venue) for one in self.venue
        )

    def _over(self, one: int, other: int) -> int:
        """Minutes over what is allowed."""
        most: int = self.book.asked.value("travel.trainer", "minutes")
        return max(0, self.between(one, other) - most)


Charges = dict[tuple[int, bool], int]  # a rule and whether it is hard, to an amount


def _minutes(book: Book) -> Mapping[tuple[int | None, int | None], int]:
    found: dict[tuple[int | None, int | None], int] = {}
    for way in book.problem.travel:
        found[way.one, way.other] = found[way.other, way.one] = way.minutes
    return found


def family_of(wanted: Wanted) -> int:
    """The learning group whose trainers should be few, or -1."""
    group = wanted.key[2]
    return group if group is not None and wanted.module.kind in BY_GROUP else -1
