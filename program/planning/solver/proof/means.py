"""Trainers and rooms of an exact model: who gives each meeting, and where it is."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Protocol

from program.planning.solver.model import PARTS, Model, Place
from program.planning.solver.proof.openings import Active, hard_rules

Given = dict[tuple[int, int, int, int], Any]  # meeting, day, option, trainer or room


class Dated(Protocol):
    """A model of when each meeting is."""

    cp: Any
    model: Model
    active: Active

    def places(self) -> Iterator[tuple[int, int, int, Any]]: ...

    def fixed(self, number: int) -> Place | None: ...


class Means:
    def __init__(self, asked: Dated) -> None:
        self.asked, self.cp = asked, asked.cp
        self.model, self.active = asked.model, asked.active
        self.gives: Given = {}
        self.holds: Given = {}
        self._staff()
        self._house()

    def _staff(self) -> None:
        busy: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
        weekly: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for number, day, option, chosen in self.asked.places():
            crew = self._crew(number, day, option)
            if crew is None:
                continue
            taking = []
            for trainer in crew:
                gives = self.gives[number, day, option, trainer] = self.cp.new_bool_var("")
                taking.append(gives)
                weekly[trainer, self.model.week[day]].append(gives)
                for part in _parts(self.model.meetings[number].options[option].parts):
                    busy[trainer, day, part].append(gives)
            fixed = self.asked.fixed(number)
            needed = self.model.meetings[number].crew if fixed is None else len(crew)
            self.cp.add(sum(taking) == needed * chosen)
            if fixed is None and self._is_guided:
                self._guide(crew, taking, chosen)
        self._once(busy)
        self._weekly(weekly)

    def _crew(self, number: int, day: int, option: int) -> list[int] | None:
        """Who can give it then; none when there is nothing to choose."""
        meeting = self.model.meetings[number]
        fixed = self.asked.fixed(number)
        if fixed is not None:
            return list(fixed.trainers) or None
        if not meeting.crew:
            return None
        found, anybody = [], 0
        for usable in meeting.trainers:
            trainer = self.model.trainers[usable.number]
            if self.active.isdisjoint(hard_rules(usable)):
                limits = {trainer.away_rule, trainer.week_rule} & self.active
                away = trainer.away_rule in self.active and any(
                    trainer.away[part] >> day & 1 for part in _parts(meeting.options[option].parts)
                )
                anybody += not limits
                if not away:
                    found.append(usable.number)
        return None if anybody >= meeting.crew and not self._is_guided else found

    @property
    def _is_guided(self) -> bool:
        return self.model.senior_hard and self.model.weights.senior_rule in self.active

    def _guide(self, crew: list[int], taking: list[Any], chosen: Any) -> None:
        pairs = zip(crew, taking, strict=True)
        self.cp.add(sum(gives for who, gives in pairs if self.model.trainers[who].senior) >= chosen)

    def _once(self, busy: dict[tuple[int, int, int], list[Any]]) -> None:
        for (trainer, _day, _part), gives in busy.items():
            if self.model.trainers[trainer].away_rule in self.active and len(gives) > 1:
                self.cp.add_at_most_one(gives)

    def _weekly(self, weekly: dict[tuple[int, int], list[Any]]) -> None:
        for (number, week), gives in weekly.items():
            trainer = self.model.trainers[number]
            if trainer.per_week is None or trainer.week_weight:
                continue
            most = max(0, trainer.per_week - trainer.engaged.get(week, 0))
            if trainer.week_rule in self.active and most < len(gives):
                self.cp.add(sum(gives) <= most)

    def _house(self) -> None:
        held: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
        for number, day, option, chosen in self.asked.places():
            rooms = self._rooms(number, day, option)
            if rooms is None:
                continue
            taking = []
            for room in rooms:
                holds = chosen if len(rooms) == 1 else self.cp.new_bool_var("")
                self.holds[number, day, option, room] = holds
                taking.append(holds)
                for part in _parts(self.model.meetings[number].options[option].parts):
                    held[room, day, part].append(holds)
            if len(rooms) != 1:
                self.cp.add(sum(taking) == chosen)
        for (room, day, part), several in held.items():
            free = self.model.rooms[room].free[part][day]
            if self.model.rooms[room].rule in self.active and len(several) > free:
                self.cp.add(sum(several) <= free)
        self._travel()

    def _rooms(self, number: int, day: int, option: int) -> list[int] | None:
        meeting = self.model.meetings[number]
        fixed = self.asked.fixed(number)
        if fixed is not None:
            return [fixed.room] if fixed.room >= 0 else None
        if not meeting.rooms:
            return None
        found = []
        for usable in meeting.rooms:
            room = self.model.rooms[usable.number]
            if not self.active.isdisjoint(hard_rules(usable)):
                continue
            if room.rule not in self.active and not self._is_travel_hard:
                return None  # it holds any number
            parts = _parts(meeting.options[option].parts)
            if room.rule not in self.active or all(room.free[part][day] > 0 for part in parts):
                found.append(usable.number)
        return found

    @property
    def _is_travel_hard(self) -> bool:
        far = any(any(row) for row in self.model.too_far)
        return far and self.model.travel_rule in self.active

    def _travel(self) -> None:
        """No trainer in two venues on one day that lie too far apart."""
        there = self._visits() if self._is_travel_hard else {}
        for (trainer, day, venue), one in there.items():
            for other, far in enumerate(self.model.too_far[venue]):
                if far and other > venue and (trainer, day, other) in there:
                    self.cp.add_bool_or([~one, ~there[trainer, day, other]])

    def _visits(self) -> dict[tuple[int, int, int], Any]:
        """Trainer, day, venue: whether they are there."""
        there: dict[tuple[int, int, int], Any] = {}
        for (number, day, option, room), holds in self.holds.items():
            for usable in self.model.meetings[number].trainers:
                gives = self.gives.get((number, day, option, usable.number))
                if gives is not None:
                    key = (usable.number, day, self.model.rooms[room].venue)
                    if key not in there:
                        there[key] = self.cp.new_bool_var("")
                    self.cp.add_bool_or([~gives, ~holds, there[key]])
        return there


def _parts(parts: int) -> list[int]:
    return [part for part in range(PARTS) if parts >> part & 1]
