"""Puts a model into the flat arrays that the calendar kernel reads, and its answer back."""

import ctypes
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from program.planning.solver.dates.beginning import choices, crew_of, known_place, room_of
from program.planning.solver.model import (
    PARTS,
    Arc,
    Bits,
    Calendar,
    Meeting,
    Model,
    Option,
    Place,
    Usable,
)

MOST_TRAINERS = 20  # in one meeting that can still move: CREW in calendar.h
UNLIMITED = 1 << 29
MOST_ROOMS = 1023  # ten bits
MOST = 1 << 30  # points or days: more than that counts as that

COUNTS = (  # noqa: SIM905
    "days weeks meetings options tables trainers rooms venues parallels families crews places "
    "another heaviest uneven junior junior_hard slots"
).split()
ARRAYS = (  # noqa: SIM905
    "weekday week points breaks spot open_start open_days option_start parts load table "
    "slot_start crew place family fixed use_start use_number use_points use_breaks "
    "spare_start spare_number spare_points spare_breaks "
    "arc_start arc_other arc_least arc_most arc_weight arc_after apart_start apart_other "
    "side_start side_set window window_weight cap cap_weight member_start member "
    "away week_cap week_weight senior share free venue travel too_far start"
).split()


class Question(ctypes.Structure):
    """As in calendar.h."""

    _fields_ = [
        *((name, ctypes.c_int32) for name in COUNTS),
        *((name, ctypes.POINTER(ctypes.c_int32)) for name in ARRAYS),
    ]


class Packed:
    """A model as the kernel reads it; keep it alive as long as the kernel works."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.counts: dict[str, int] = {}
        self.arrays: dict[str, array[int]] = {name: array("i") for name in ARRAYS}
        self._lists: dict[str, dict[tuple[Usable, ...], int]] = {"use": {}, "spare": {}}
        self._tables: dict[tuple[tuple[int, ...], Bits], int] = {}
        self._families: dict[int, int] = {}
        self._pack()

    @property
    def question(self) -> Question:
        question = Question(**self.counts)
        for name, values in self.arrays.items():
            whole = (ctypes.c_int32 * max(1, len(values))).from_buffer(values or array("i", [0]))
            setattr(question, name, ctypes.cast(whole, ctypes.POINTER(ctypes.c_int32)))
        return question

    def calendar(self, answer: Sequence[int]) -> Calendar:
        """The places that the kernel wrote: day, option, room per meeting, then the trainers."""
        return tuple(self._place(number, answer) for number in range(len(self.model.meetings)))

    def _place(self, number: int, answer: Sequence[int]) -> Place | None:
        meeting = self.model.meetings[number]
        if meeting.fixed is not None:
            return meeting.fixed
        day, option, room = answer[3 * number : 3 * number + 3]
        if day < 0:
            return None
        first, last = self.arrays["slot_start"][number : number + 2]
        base = 3 * len(self.model.meetings)
        uses = answer[base + first : base + last]
        return Place(
            day=day,
            option=option - self.arrays["option_start"][number],
            room=self.arrays["spare_number"][room] if room >= 0 else -1,
            trainers=tuple(sorted(self.arrays["use_number"][use] for use in uses)),
        )

    def _pack(self) -> None:
        model, weights = self.model, self.model.weights
        weeks = {week: place for place, week in enumerate(dict.fromkeys(model.week))}
        self._put("weekday", model.weekday)
        self._put("week", (weeks[week] for week in model.week))
        self._meetings()
        self._arcs(model.arcs)
        self._pairs()
        self._parallels()
        self._trainers(weeks)
        self._rooms()
        self.counts |= {
            "days": model.days, "weeks": len(weeks), "meetings": len(model.meetings),
            "tables": len(self._tables), "trainers": len(model.trainers),
            "rooms": len(model.rooms), "parallels": len(model.parallel),
            "families": len(self._families),
            "crews": len(self._lists["use"]), "places": len(self._lists["spare"]),
            "junior_hard": int(model.senior_hard),
        }  # fmt: skip
        points = {
            "another": weights.another_trainer, "heaviest": weights.heaviest_load,
            "uneven": weights.uneven_load, "junior": weights.junior_alone,
        }  # fmt: skip
        self.counts |= {name: _fitting(number) for name, number in points.items()}

    def _put(self, name: str, values: Iterable[int]) -> None:
        self.arrays[name].extend(values)

    def _meetings(self) -> None:
        start, slots = array("i"), array("i")
        for name in ("open_start", "option_start", "slot_start", "use_start", "spare_start"):
            self._put(name, [0])
        for meeting in self.model.meetings:
            self._meeting(meeting, start, slots)
        self.arrays["start"] = start + slots
        self.counts["slots"] = len(slots)
        self.counts["options"] = len(self.arrays["parts"])

    def _meeting(self, meeting: Meeting, start: "array[int]", slots: "array[int]") -> None:
        begins = len(self.arrays["parts"])
        for option in meeting.options:
            self._put("parts", [option.parts])
            self._put("load", [option.load])
            self._put("table", [self._table(option)])
        self._put("option_start", [len(self.arrays["parts"])])
        trainers, rooms = choices(meeting)
        crew, place = self._list("use", trainers), self._list("spare", rooms)
        self._put("crew", [crew])
        self._put("place", [place])
        self._put("family", [self._family(meeting.family)])
        self._put("fixed", [int(meeting.fixed is not None)])
        known = known_place(meeting)
        uses = crew_of(meeting, trainers, known)
        if len(uses) > MOST_TRAINERS and meeting.fixed is None:
            raise ValueError(f"A meeting has at most {MOST_TRAINERS} trainers.")
        room = room_of(rooms, known)
        start.extend(
            (
                known.day if known else -1,
                begins + (known.option if known else 0),
                self.arrays["spare_start"][place] + room if room >= 0 else -1,
            )
        )
        slots.extend(self.arrays["use_start"][crew] + use for use in uses)
        self._put("slot_start", [len(slots)])

    def _family(self, number: int) -> int:
        """Counted from 0 in the order in which they come; -1 is none."""
        return self._families.setdefault(number, len(self._families)) if number >= 0 else -1

    def _table(self, option: Option) -> int:
        """Points and breaches per day; the same rows and open days are one table."""
        key = option.rows, option.open
        if key not in self._tables:
            self._tables[key] = len(self._tables)
            self._put("points", self._sums(option.rows, hard=False))
            self._put("breaks", self._sums(option.rows, hard=True))
            days = [day for day in range(self.model.days) if option.open >> day & 1]
            spot = {day: place for place, day in enumerate(days)}
            self._put("spot", (spot.get(day, -1) for day in range(self.model.days)))
            self._put("open_days", days)
            self._put("open_start", [len(self.arrays["open_days"])])
        return self._tables[key]

    def _sums(self, rows: tuple[int, ...], *, hard: bool) -> list[int]:
        chosen = [self.model.rows[row].values for row in rows if self.model.rows[row].hard == hard]
        return [_fitting(sum(v)) for v in zip(*chosen, strict=True)] or [0] * self.model.days

    def _list(self, kind: str, usable: tuple[Usable, ...]) -> int:
        """Which list of trainers or rooms this is; equal ones are stored once."""
        lists = self._lists[kind]
        if usable not in lists:
            lists[usable] = len(lists)
            self._put(f"{kind}_number", (one.number for one in usable))
            self._put(f"{kind}_points", (_fitting(one.cost) for one in usable))
            self._put(f"{kind}_breaks", (one.hard for one in usable))
            self._put(f"{kind}_start", [len(self.arrays[f"{kind}_number"])])
        return lists[usable]

    def _arcs(self, arcs: Sequence[Arc]) -> None:
        """Each arc at both its ends; `after` says that the other comes later."""
        at: list[list[tuple[int, ...]]] = [[] for _ in self.model.meetings]
        for arc in arcs:
            most = UNLIMITED if arc.most is None else arc.most
            rest = tuple(map(_fitting, (arc.least, most, arc.most_weight)))
            at[arc.before].append((arc.after, *rest, 1))
            at[arc.after].append((arc.before, *rest, 0))
        names = "arc_other", "arc_least", "arc_most", "arc_weight", "arc_after"
        self._put("arc_start", _starts(at))
        for place, name in enumerate(names):
            self._put(name, (end[place] for ends in at for end in ends))

    def _pairs(self) -> None:
        at: list[list[int]] = [[] for _ in self.model.meetings]
        for pair in self.model.apart:
            at[pair.one].append(pair.other)
            at[pair.other].append(pair.one)
        self._put("apart_start", _starts(at))
        self._put("apart_other", (other for others in at for other in others))

    def _parallels(self) -> None:
        sides: list[list[int]] = [[] for _ in self.model.meetings]
        self._put("member_start", _starts([several.meetings for several in self.model.parallel]))
        for number, several in enumerate(self.model.parallel):
            self._put("member", several.meetings)
            self._put("window", [-1 if several.window is None else _fitting(several.window)])
            self._put("window_weight", [_fitting(several.window_weight)])
            most = several.most_on_weekday
            self._put("cap", [-1 if most is None else _fitting(most)])
            self._put("cap_weight", [_fitting(several.weekday_weight)])
            for meeting in several.meetings:
                sides[meeting].append(number)
        self._put("side_start", _starts(sides))
        self._put("side_set", (number for numbers in sides for number in numbers))

    def _trainers(self, weeks: Mapping[int, int]) -> None:
        for trainer in self.model.trainers:
            self._put("away", (_parts_away(trainer.away, day) for day in range(self.model.days)))
            most = UNLIMITED if trainer.per_week is None else _fitting(trainer.per_week)
            self._put("week_cap", (max(0, most - trainer.engaged.get(week, 0)) for week in weeks))
            self._put("week_weight", [_fitting(trainer.week_weight)])
            self._put("senior", [int(trainer.senior)])
            self._put("share", [max(1, _fitting(trainer.share))])

    def _rooms(self) -> None:
        model = self.model
        for room in model.rooms:
            self._put("free", (_free(room.free, day) for day in range(model.days)))
            self._put("venue", [room.venue])
        travels = any(map(any, model.travel)) or any(map(any, model.too_far))
        venues = 1 + max((room.venue for room in model.rooms), default=-1) if travels else 0
        self.counts["venues"] = venues
        for one in range(venues):
            for other in range(venues):
                self._put("travel", [_fitting(_at(model.travel, one, other))])
                self._put("too_far", [int(_at(model.too_far, one, other))])


def _starts(lists: Sequence[Sequence[Any]]) -> list[int]:
    starts = [0]
    for each in lists:
        starts.append(starts[-1] + len(each))
    return starts


def _fitting(number: int) -> int:
    return min(number, MOST)


def _at(matrix: Sequence[Sequence[int]], one: int, other: int) -> int:
    return matrix[one][other] if matrix else 0


def _parts_away(away: tuple[Bits, Bits, Bits], day: int) -> int:
    return sum((away[part] >> day & 1) << part for part in range(PARTS))


def _free(free: Sequence[Sequence[int]], day: int) -> int:
    return sum(min(MOST_ROOMS, free[part][day]) << 10 * part for part in range(PARTS))
