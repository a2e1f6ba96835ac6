"""The calendar as it stands while the solver works on it: who is where on which half-day.

A meeting is only ever put where every rule holds; what cannot be placed so waits, at a price.
Costs are whole numbers, so that a plan costs the same on every machine.
"""

from collections import defaultdict
from collections.abc import Iterable

from program.planning.problem import BY_GROUP, WHOLE, Placed, Problem, Room, Span, Trainer
from program.planning.solver.days import HALVES, Days, Option, halves, options
from program.planning.solver.outline import Wanted

NO_PLACE = 50_000
ABSENT = 40  # each person who misses a meeting for everybody
NEW_TRAINER = 60  # each trainer that a learning group meets
LOAD = 12
PARALLEL_DAYS = 28
TOO_FAR_APART = 6  # a day, beyond those
SAME_WEEKDAY = 40  # each meeting more than three in five on one weekday
CENTS = 500  # of a room that make one point

Place = tuple[int, int, int, tuple[int, ...]]  # day, option, room (or -1), trainers


class Calendar:
    def __init__(self, problem: Problem, wanted: list[Wanted], days: Days) -> None:
        self.problem, self.wanted, self.days = problem, wanted, days
        self.cost = NO_PLACE * len(wanted)
        self.places: list[Place | None] = [None] * len(wanted)
        self.options = [options(meeting.module) for meeting in wanted]
        self._read_resources()
        self._read_meetings()
        for number, meeting in enumerate(wanted):
            if meeting.kept is not None and meeting.kept.starts_at is not None:
                self._keep(number, meeting.kept)

    # What does not change

    def _read_resources(self) -> None:
        every = sorted({o for opts in self.options for o in opts}, key=repr)
        people, trainers, rooms = self.problem.people, self.problem.trainers, self.problem.rooms
        free = self.days.free
        self.person_free = {o: [free(p.working_days, p.busy, o) for p in people] for o in every}
        self.trainer_free = {
            o: [free(t.working_days, t.busy + t.engaged, o) for t in trainers] for o in every
        }
        self.room_free = {o: [free(127, r.busy, o) for r in rooms] for o in every}
        self.person_days = [0] * len(people)
        self.trainer_halves = [[0, 0] for _ in trainers]
        self.room_halves = [[0, 0] for _ in rooms]
        self.load = [0] * len(trainers)
        self.in_week: list[dict[int, int]] = [self._engaged(t.engaged) for t in trainers]
        self.group_trainers: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))

    def _engaged(self, spans: Iterable[Span]) -> dict[int, int]:
        weeks: dict[int, int] = defaultdict(int)
        for span in spans:
            weeks[self._week(self.days.number(span.starts_at.date()))] += 1
        return weeks

    def _week(self, day: int) -> int:
        return (day + self.days.first.weekday()) // 7

    def _read_meetings(self) -> None:
        self.siblings: list[list[int]] = []
        turns: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, meeting in enumerate(self.wanted):
            turn = turns[meeting.key[:2]]
            turn.append(number)
            self.siblings.append(turn)
        self.possible = [
            [self._possible(meeting, o) for o in opts]
            for meeting, opts in zip(self.wanted, self.options, strict=True)
        ]
        self.absent = [
            [self._absent(meeting, o) for o in opts] if meeting.module.kind in WHOLE else None
            for meeting, opts in zip(self.wanted, self.options, strict=True)
        ]
        self.rooms = [self._fitting(meeting) for meeting in self.wanted]
        self.skilled = [self._skilled(meeting) for meeting in self.wanted]

    def _possible(self, meeting: Wanted, option: Option) -> int:
        """The days that the programme and (for small meetings) its people allow."""
        fixed_on = meeting.module.fixed_on
        days = self.days.open if fixed_on is None else self.days.bits([fixed_on])
        if meeting.module.kind not in WHOLE:
            for person in meeting.people:
                days &= self.person_free[option][person]
        return days

    def _absent(self, meeting: Wanted, option: Option) -> list[int]:
        counts = [0] * self.days.count
        for person in meeting.people:
            away = self.days.all & ~self.person_free[option][person]
            while away:
                low = away & -away
                counts[low.bit_length() - 1] += 1
                away ^= low
        return counts

    def _fitting(self, meeting: Wanted) -> list[int]:
        """Rooms that are large enough, the cheapest first."""
        need = len(meeting.people) + meeting.module.trainers
        rooms = self.problem.rooms

        def order(r: int) -> tuple[int, int, int]:
            return rooms[r].price_cents, rooms[r].capacity, r

        return sorted(
            (r for r in range(len(rooms)) if fits(rooms[r], need, meeting.module.is_online)),
            key=order,
        )

    def _skilled(self, meeting: Wanted) -> list[int]:
        domains = meeting.module.domains
        return [t for t, one in enumerate(self.problem.trainers) if can_give(one, domains)]

    # What a place costs

    def pace(self, number: int, day: int) -> int:
        late = day - self.wanted[number].target
        return 3 * late * late // 49

    def standing(self, number: int, place: Place) -> int:
        """The part that does not hang on other meetings."""
        day, option, room, _trainers = place
        cost = self.pace(number, day)
        missed = self.absent[number]
        if missed is not None:
            cost += ABSENT * missed[option][day]
        if room >= 0:
            cost += self.rent(room, self.options[number][option])
        return cost

    def rent(self, room: int, option: Option) -> int:
        share = len(HALVES[option.halves])
        return self.problem.rooms[room].price_cents * share // (2 * CENTS)

    def one_more(self, number: int, trainer: int) -> int:
        """What it costs to give this meeting to this trainer."""
        cost = LOAD * (2 * self.load[trainer] + 1)
        cost //= max(1, self.problem.trainers[trainer].max_per_week)
        group = self._learning_group(number)
        if group is not None and not self.group_trainers[group][trainer]:
            cost += NEW_TRAINER
        return cost

    def _learning_group(self, number: int) -> int | None:
        meeting = self.wanted[number]
        return meeting.key[2] if meeting.module.kind in BY_GROUP else None

    def apart(self, number: int) -> int:
        """What it costs that parallel meetings lie far apart, or all on one weekday."""
        if self.wanted[number].key[2] is None:
            return 0
        places = self.places
        found = [place[0] for n in self.siblings[number] if (place := places[n]) is not None]
        if len(found) < 2:
            return 0
        too_far = max(found) - min(found) - PARALLEL_DAYS
        cost = TOO_FAR_APART * too_far if too_far > 0 else 0
        if self._learning_group(number) is not None:
            weekdays = [day % 7 for day in found]
            most = max(map(weekdays.count, weekdays))
            cost += SAME_WEEKDAY * max(0, most - len(found) * 3 // 5)
        return cost

    # Putting and taking

    def put(self, number: int, place: Place) -> None:
        self.cost -= NO_PLACE + self.apart(number)
        self.places[number] = place
        day, option, room, trainers = place
        self._mark(number, day, self.options[number][option].halves, room, trainers)
        self.cost += self.standing(number, place) + self.apart(number)

    def _mark(self, number: int, day: int, busy: int, room: int, trainers: tuple[int, ...]) -> None:
        bit = 1 << day
        for person in self.wanted[number].people:
            self.person_days[person] |= bit
        week, group = self._week(day), self._learning_group(number)
        for trainer in trainers:
            self.cost += self.one_more(number, trainer)
            self.load[trainer] += 1
            self.in_week[trainer][week] += 1
            if group is not None:
                self.group_trainers[group][trainer] += 1
        for half in HALVES[busy]:
            for trainer in trainers:
                self.trainer_halves[trainer][half] |= bit
            if room >= 0:
                self.room_halves[room][half] |= bit

    def take(self, number: int) -> Place:
        place = self.places[number]
        if place is None:
            raise ValueError("This meeting has no place to take it from.")
        self.cost += NO_PLACE - self.standing(number, place) - self.apart(number)
        self.places[number] = None
        self.cost += self.apart(number)
        self._unmark(number, place)
        return place

    def _unmark(self, number: int, place: Place) -> None:
        day, option, room, trainers = place
        keep = ~(1 << day)
        for person in self.wanted[number].people:
            self.person_days[person] &= keep
        week, group = self._week(day), self._learning_group(number)
        for trainer in trainers:
            self.load[trainer] -= 1
            self.in_week[trainer][week] -= 1
            if group is not None:
                self.group_trainers[group][trainer] -= 1
            self.cost -= self.one_more(number, trainer)
        for half in HALVES[self.options[number][option].halves]:
            for trainer in trainers:
                self.trainer_halves[trainer][half] &= keep
            if room >= 0:
                self.room_halves[room][half] &= keep

    def _keep(self, number: int, kept: Placed) -> None:
        """A meeting that stands blocks its people, trainers and room; it is not judged."""
        trainer_of = {trainer.id: t for t, trainer in enumerate(self.problem.trainers)}
        room_of = {room.id: r for r, room in enumerate(self.problem.rooms)}
        trainers = tuple(trainer_of[t] for t in kept.trainers if t in trainer_of)
        room = -1 if kept.room is None else room_of.get(kept.room, -1)
        day = self.days.number(kept.begins.date())
        self.cost -= NO_PLACE
        self.places[number] = (day, 0, room, trainers)
        if 0 <= day < self.days.count:
            self._mark(number, day, halves(kept), room, trainers)

    # Where a meeting can go

    def window(self, number: int) -> tuple[int, int]:
        """The days that the meetings before and after it leave."""
        low, high = 0, self.days.count - 1
        places = self.places
        for gap in self.wanted[number].before:
            other = places[gap.other]
            if other is not None:
                low = max(low, other[0] + gap.least)
                if gap.most is not None:
                    high = min(high, other[0] + gap.most)
        for gap in self.wanted[number].after:
            other = places[gap.other]
            if other is not None:
                high = min(high, other[0] - gap.least)
                if gap.most is not None:
                    low = max(low, other[0] - gap.most)
        return low, high

    def days_for(self, number: int, option: int) -> int:
        """Where its people can be, and the order allows it; room and trainers still to be found."""
        low, high = self.window(number)
        if low > high:
            return 0
        days = self.possible[number][option] & ((1 << high + 1) - 1) & -(1 << low)
        for person in self.wanted[number].people:
            days &= ~self.person_days[person]
        return days

    def room_for(self, number: int, day: int, option: Option) -> int:
        """The cheapest room that is free then, or -1."""
        free = self.room_free[option]
        for room in self.rooms[number]:
            if free[room] >> day & 1 and self._unused(self.room_halves[room], day, option):
                return room
        return -1

    def trainers_for(self, number: int, day: int, option: Option) -> list[int]:
        """Everybody who can give the meeting then."""
        free, week = self.trainer_free[option], self._week(day)
        return [
            t
            for t in self.skilled[number]
            if free[t] >> day & 1
            and self.in_week[t][week] < self.problem.trainers[t].max_per_week
            and self._unused(self.trainer_halves[t], day, option)
        ]

    def _unused(self, used: list[int], day: int, option: Option) -> bool:
        return not any(used[half] >> day & 1 for half in HALVES[option.halves])


def fits(room: Room, need: int, online: bool) -> bool:
    return room.online == online and room.capacity >= need


def can_give(trainer: Trainer, domains: frozenset[str]) -> bool:
    return not domains or not domains.isdisjoint(trainer.domains)
