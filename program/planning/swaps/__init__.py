"""People who cannot come to a meeting go to a parallel one, where there is a seat. Pure.

Meetings of one module and round are parallel: who is absent at the own one can come to another.
Round after round, in the order of the dates, as many as possible get a seat; when seats are few,
the first in line gets it and the others wait. Whom only the days between sessions keep away swaps
the session before or after it as well.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from program.planning.placing import placed
from program.planning.swaps.asked import (
    Ask,
    Follows,
    Held,
    Round,
    Swap,
    Swaps,
    Turn,
    Wait,
    absentees,
    can_come,
    fits,
    in_line,
    overlap,
    pair,
)

__all__ = [
    "Ask",
    "Follows",
    "Held",
    "Round",
    "Swap",
    "Swaps",
    "Wait",
    "absentees",
    "can_come",
    "choices",
    "swap",
]
NEAR = 7  # days that make no difference when a parallel meeting is chosen


def swap(around: Round, asks: Sequence[Ask]) -> Swaps:
    """The best way to seat everybody who asks at a parallel meeting."""
    swapping = _Swapping(around)
    by_turn: dict[Turn, list[Ask]] = defaultdict(list)
    for ask in asks:
        by_turn[swapping.held[ask.meeting].turn].append(ask)
    for turn in sorted(by_turn, key=swapping.first_on):
        swapping.seat(sorted(by_turn[turn], key=in_line))
    return swapping.result(len(asks))


def choices(around: Round, ask: Ask) -> tuple[Held, ...]:
    """The parallel meetings that one person could come to, full ones too, the nearest first."""
    return tuple(_Swapping(around).suiting(ask))


@dataclass
class _Swapping:
    around: Round
    swaps: list[Swap] = field(default_factory=list)
    waiting: list[Wait] = field(default_factory=list)
    without: list[Ask] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.held = {meeting.id: meeting for meeting in self.around.meetings}
        self.people = {meeting.id: set(meeting.people) for meeting in self.around.meetings}
        self.parallel: dict[Turn, list[Held]] = defaultdict(list)
        self.at: dict[int, dict[Turn, Held]] = defaultdict(dict)  # person: where they come
        for meeting in self.around.meetings:
            self.parallel[meeting.turn].append(meeting)
            for person in meeting.people:
                self.at[person][meeting.turn] = meeting
        self.before: dict[Turn, list[Follows]] = defaultdict(list)
        self.after: dict[Turn, list[Follows]] = defaultdict(list)
        for follows in self.around.follows:
            self.before[follows.after].append(follows)
            self.after[follows.before].append(follows)

    def first_on(self, turn: Turn) -> tuple[datetime, Turn]:
        return min(meeting.when.starts_at for meeting in self.parallel[turn]), turn

    def seat(self, line: Sequence[Ask]) -> None:
        """All who ask for one module and round, the first in line first."""
        line = [ask for ask in line if self._is_still_at(ask)]
        if not line:
            return
        for ask in line:
            self.people[ask.meeting].discard(ask.person)
        choices = [dict(self._choices(ask)) for ask in line]
        places = self._places(line, choices)
        numbers: dict[int, int] = defaultdict(int)
        for ask, choice, place in zip(line, choices, places, strict=True):
            if place is not None and not self._apart(ask.person, place):
                self._move(ask, place)
                continue
            self.people[ask.meeting].add(ask.person)  # they keep the seat that they have
            if choice:
                self._wait(ask, choice, numbers)
            elif not self._with_another(ask):
                self.without.append(ask)

    def suiting(self, ask: Ask) -> list[Held]:
        """Whether there is a seat or not."""
        found = {number for number, _days in self._choices(ask)}
        return [held for held in self._nearest(self.held[ask.meeting]) if held.id in found]

    def _is_still_at(self, ask: Ask) -> bool:
        """Not moved already, as the second swap of an earlier round."""
        held = self.held[ask.meeting]
        return self.at[ask.person].get(held.turn) is held

    def _with_another(self, ask: Ask) -> bool:
        """To a meeting that would suit, were it not for one before or after it: swap that too."""
        own = self.held[ask.meeting]
        for meeting in self._nearest(own):
            if not self._is_free(ask.person, meeting, own.turn):
                continue
            wrong = self._at_odds(ask.person, meeting)
            second = self._instead(ask.person, meeting, wrong[0]) if len(wrong) == 1 else None
            if second is not None:
                self._leave(ask, meeting)
                self._leave(Ask(ask.person, wrong[0].id), second)
                return True
        return False

    def _nearest(self, own: Held) -> list[Held]:
        """The parallel ones."""
        others = [meeting for meeting in self.parallel[own.turn] if meeting.id != own.id]
        return sorted(others, key=lambda m: (abs(m.when.starts_at - own.when.starts_at), m.id))

    def _is_free(self, person: int, meeting: Held, *turns: Turn) -> bool:
        """They can be there, and there is a seat; the meetings of these turns they leave."""
        full = len(self.people[meeting.id]) >= meeting.seats
        return not full and self._is_there(person, meeting, turns)

    def _at_odds(self, person: int, meeting: Held) -> list[Held]:
        """What they come to, too near or too far before or after this meeting."""
        here, at = meeting.when.starts_at.date(), self.at[person]
        earlier = [f.before for f in self.before[meeting.turn]
                   if not fits(self._day(person, f.before), here, f)]  # fmt: skip
        later = [f.after for f in self.after[meeting.turn]
                 if not fits(here, self._day(person, f.after), f)]  # fmt: skip
        return [at[turn] for turn in (*earlier, *later)]

    def _instead(self, person: int, meeting: Held, other: Held) -> Held | None:
        """What to come to in place of the other, when they come to this meeting."""
        came = self.at[person][meeting.turn]
        self.at[person][meeting.turn] = meeting
        found = next(
            (
                held
                for held in self._nearest(other)
                if self._is_free(person, held, other.turn) and self._in_order(person, held)
            ),
            None,
        )
        self.at[person][meeting.turn] = came
        return found

    def _leave(self, ask: Ask, meeting: Held) -> None:
        self.people[ask.meeting].discard(ask.person)
        self._move(ask, meeting.id)

    def _places(
        self, line: Sequence[Ask], choices: Sequence[Mapping[int, int]]
    ) -> list[int | None]:
        """Who goes leaves a seat, who stays keeps it: until no meeting has too many."""
        turn = self.held[line[0].meeting].turn
        stays: set[int] = set()  # places in line
        while True:
            free = {m.id: m.seats - len(self.people[m.id]) for m in self.parallel[turn]}
            for place in stays:
                free[line[place].meeting] -= 1
            found = placed(choices, free)
            new = [n for n, place in enumerate(found) if place is None and n not in stays]
            staying = Counter(line[n].meeting for n in new)
            come = Counter(found)
            given_away = [n for n in new if 0 < come[m := line[n].meeting] > free[m] - staying[m]]
            if not given_away:
                return found
            stays.update(given_away)

    def _choices(self, ask: Ask) -> Iterator[tuple[int, int]]:
        """Parallel meetings that this person can come to, and how far each is from the own one."""
        own = self.held[ask.meeting]
        for meeting in self.parallel[own.turn]:
            if meeting.id != own.id and self._suits(ask.person, meeting):
                days = abs((meeting.when.starts_at.date() - own.when.starts_at.date()).days)
                yield meeting.id, max(0, days - NEAR)

    def _suits(self, person: int, meeting: Held) -> bool:
        return self._is_there(person, meeting, (meeting.turn,)) and self._in_order(person, meeting)

    def _is_there(self, person: int, meeting: Held, turns: Sequence[Turn]) -> bool:
        """It is still to come, and they have nothing else at the time but what they leave."""
        around = self.around
        if around.not_before is not None and meeting.when.starts_at < around.not_before:
            return False
        if person in self.people[meeting.id] or not can_come(around.people[person], meeting.when):
            return False
        if self._apart(person, meeting.id):
            return False
        others = (held for turn, held in self.at[person].items() if turn not in turns)
        return not any(overlap(held.when, meeting.when) for held in others)

    def _apart(self, person: int, meeting: int) -> bool:
        return bool(self.around.apart) and any(
            pair(person, other) in self.around.apart for other in self.people[meeting]
        )

    def _in_order(self, person: int, meeting: Held) -> bool:
        here = meeting.when.starts_at.date()
        return all(
            fits(self._day(person, follows.before), here, follows)
            for follows in self.before[meeting.turn]
        ) and all(
            fits(here, self._day(person, follows.after), follows)
            for follows in self.after[meeting.turn]
        )

    def _day(self, person: int, turn: Turn) -> date | None:
        held = self.at[person].get(turn)
        return held.when.starts_at.date() if held else None

    def _move(self, ask: Ask, place: int) -> None:
        self.people[place].add(ask.person)
        self.at[ask.person][self.held[place].turn] = self.held[place]
        self.swaps.append(Swap(ask.person, ask.meeting, place))

    def _wait(self, ask: Ask, choice: Mapping[int, int], numbers: dict[int, int]) -> None:
        """In the shortest line, of equally short ones at the nearest."""
        place = min(choice, key=lambda one: (numbers[one], choice[one], one))
        numbers[place] += 1
        self.waiting.append(Wait(ask.person, ask.meeting, place, numbers[place]))

    def result(self, asked: int) -> Swaps:
        return Swaps(
            swaps=tuple(self.swaps),
            waiting=tuple(self.waiting),
            without=tuple(self.without),
            expected=sum(len(meeting.people) for meeting in self.around.meetings),
            absent_before=asked,
            absent_after=len(self.waiting) + len(self.without),
        )
