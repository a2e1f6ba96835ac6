"""Offering people who cannot come a seat at a parallel session, and giving those seats."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.models import Organisation, Person
from program.cohorts.models import Cohort
from program.cohorts.times import local
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.meetings.answers import answers_in, missed_in
from program.meetings.models import Meeting, Seat, SeatReason
from program.meetings.queries import meetings_with_rooms, seats_in
from program.planning.problem import TABLES, Problem, Span
from program.planning.question import Question, question_about
from program.planning.swaps import Ask, Follows, Held, Round, Swaps, can_come, choices, swap


class OfferOutdated(Refusal):
    pass


@dataclass(frozen=True)
class Offer:
    """Who could go where, as things stand."""

    question: Question
    rows: Mapping[int, Any]  # of every meeting, by its number
    round: Round
    swaps: Swaps

    @cached_property
    def hash(self) -> str:
        """Of what is offered: who looks at it accepts just that."""
        return sha256(repr((self.swaps.swaps, self.swaps.waiting)).encode()).hexdigest()[:16]


def offer(cohort: Cohort, *, at: datetime, first: Iterable[int] = ()) -> Offer:
    """The best swaps for everybody who said no or is absent. `first`: people who go before all."""
    question = question_about(cohort, on=local(at, cohort.timezone).date())
    rows = {row.id: row for row in db.session.execute(meetings_with_rooms(cohort.id))}
    reading = _Reading(cohort, question.problem, at)
    around = reading.round(rows)
    asks = reading.asks(around, {row.id for row in rows.values() if row.starts_at > at}, {*first})
    return Offer(question, rows, around, swap(around, asks))


def parallel(
    cohort: Cohort, person: int, meeting: int, *, at: datetime, in_order: bool = True
) -> list[tuple[Held, int]]:
    """Where else this person could come to, the nearest first, each with its free seats.

    Not `in_order`: also after what is meant to follow it, for who missed it already.
    """
    question = question_about(cohort, on=local(at, cohort.timezone).date())
    rows = {row.id: row for row in db.session.execute(meetings_with_rooms(cohort.id))}
    around = _Reading(cohort, question.problem, at).round(rows)
    if meeting not in rows or person not in around.people:
        return []
    if not in_order:
        around = replace(around, follows=())
    found = choices(around, Ask(person, meeting))
    return [(held, max(0, held.seats - len(held.people))) for held in found]


class _Reading:
    def __init__(self, cohort: Cohort, problem: Problem, at: datetime) -> None:
        self.cohort, self.problem, self.at = cohort, problem, at
        self.zone = ZoneInfo(cohort.timezone)
        self.kind = {module.id: module.kind for module in problem.modules}
        seats = db.session.execute(seats_in(cohort.id)).all()
        self.expected: dict[int, set[int]] = defaultdict(set)
        self.waits: dict[tuple[int, int], datetime] = {}  # person and meeting: since when
        for meeting, person, reason, given_at in seats:
            if reason == SeatReason.WAITING:
                self.waits[person, meeting] = given_at
            else:
                self.expected[meeting].add(person)

    def round(self, rows: Mapping[int, Any]) -> Round:
        from program.planning.solver.outline import before  # noqa: PLC0415  (when asked)

        return Round(
            meetings=tuple(self._held(row) for row in rows.values()),
            people={person.id: person for person in self.problem.people},
            follows=tuple(
                Follows(earlier, turn, least, most)
                for turn, (earlier, least, most) in before(self.problem).items()
            ),
            apart=frozenset(_never(self.problem)),
            not_before=self._wall(self.at),
        )

    def _held(self, row: Any) -> Held:
        people = frozenset(self.expected[row.id])
        return Held(
            id=row.id,
            turn=(row.module_id, row.round),
            when=Span(self._wall(row.starts_at), self._wall(row.ends_at)),
            seats=self._seats(row, len(people)),
            people=people,
        )

    def _seats(self, row: Any, people: int) -> int:
        """As many as the room holds beside the trainers; at a table one more than usual."""
        if row.capacity is None:
            return people  # without a room nobody knows
        room: int = max(0, row.capacity - row.trainers)
        if self.kind.get(row.module_id) == TABLES:
            return min(room, self.problem.table_size + 1)
        return room

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def asks(self, around: Round, ahead: set[int], first: set[int]) -> list[Ask]:
        """Of everybody who said no, or cannot be there, in the order in which we heard so."""
        said = answers_in(self.cohort.id)
        no = {(a.person_id, a.meeting_id): a.at for a in said if not a.comes}
        since = {
            (person, held.id): min(
                (t for t in (no.get((person, held.id)), self._waits(person, held)) if t),
                default=self.at,
            )
            for held in around.meetings
            for person in sorted(held.people)
            if held.id in ahead and person in around.people
            if (person, held.id) in no or not can_come(around.people[person], held.when)
        }
        order = {moment: n for n, moment in enumerate(sorted({*since.values()}))}
        missed = missed_in(self.cohort, self.at)
        return [
            Ask(person, meeting, order[moment], missed.get(person, 0), int(person in first))
            for (person, meeting), moment in since.items()
        ]

    def _waits(self, person: int, held: Held) -> datetime | None:
        """Since when somebody waits for a seat at a parallel one."""
        turns = self._turns
        own = (t for (p, m), t in self.waits.items() if p == person and turns.get(m) == held.turn)
        return min(own, default=None)

    @cached_property
    def _turns(self) -> dict[int, tuple[int, int]]:
        rows = db.session.execute(meetings_with_rooms(self.cohort.id))
        return {row.id: (row.module_id, row.round) for row in rows}


def _never(problem: Problem) -> Iterable[tuple[int, int]]:
    """Who is kept apart, and managers from their people; the smaller number first."""
    inside = {person.id for person in problem.people}
    pairs = [(pair.one, pair.other) for pair in problem.pairs if not pair.together]
    pairs += [(p.id, p.manager) for p in problem.people if p.manager in inside and p.manager]
    return ((min(pair), max(pair)) for pair in pairs)


def accept_swaps(
    cohort: Cohort,
    seen: str,
    *,
    at: datetime,
    by: int | None,
    first: Iterable[int] = (),
    origin: str = "web",
) -> Offer:
    """Give the seats of the offer that was seen. Nobody is told before a release."""
    locked(Organisation, cohort.organisation_id)
    found = offer(cohort, at=at, first=first)
    if found.hash != seen:
        raise OfferOutdated(_("Something changed in the meantime. Look at the swaps once more."))
    seats = _Seats(cohort, at, by, origin)
    for each in found.swaps.swaps:
        seats.move(each.person, each.from_, each.to)
    for wait in found.swaps.waiting:
        seats.wait(wait.person, wait.to)
    people = {one.person for one in found.swaps.swaps}
    people |= {one.person for one in found.swaps.waiting}
    bump(Cohort, [cohort.id])
    bump(Person, sorted(people))
    return found


class _Seats:
    """Writes seats, with a line in the journal for each."""

    def __init__(self, cohort: Cohort, at: datetime, by: int | None, origin: str) -> None:
        self.at, self.by, self.origin = at, by, origin
        rows: Sequence[Seat] = db.session.scalars(
            select(Seat).join(Meeting).where(Meeting.cohort_id == cohort.id)
        ).all()
        self.of = {(seat.meeting_id, seat.person_id): seat for seat in rows}
        turns = db.session.execute(
            select(Meeting.id, Meeting.module_id, Meeting.round).where(
                Meeting.cohort_id == cohort.id
            )
        )
        self.turn = {number: (module, turn) for number, module, turn in turns}

    def move(self, person: int, from_: int, to: int) -> None:
        old = self.of[from_, person]
        old.released_at = self.at
        self._record("seat.released", old)
        self._stop_waiting(person, self.turn[to])
        # what makes up for a session that was missed goes on doing so
        makes_up = old.reason is SeatReason.CATCH_UP
        reason = SeatReason.CATCH_UP if makes_up else SeatReason.SWAP
        self._record("seat.given", self._give(person, to, reason))

    def _stop_waiting(self, person: int, turn: tuple[int, int]) -> None:
        for (meeting, whose), seat in self.of.items():
            waits = seat.reason == SeatReason.WAITING and seat.released_at is None
            if whose == person and self.turn[meeting] == turn and waits:
                seat.released_at = self.at

    def wait(self, person: int, to: int) -> None:
        """At the end of the line; who waits there already keeps their turn."""
        known = self.of.get((to, person))
        if known and known.released_at is None and known.reason == SeatReason.WAITING:
            return
        self._stop_waiting(person, self.turn[to])
        self._record("seat.waiting", self._give(person, to, SeatReason.WAITING))

    def _give(self, person: int, meeting: int, reason: SeatReason) -> Seat:
        seat = self.of.get((meeting, person))
        if seat is None:
            seat = Seat(meeting_id=meeting, person_id=person)
            db.session.add(seat)
            self.of[meeting, person] = seat
        seat.reason, seat.given_at, seat.released_at = reason, self.at, None
        db.session.flush()
        return seat

    def _record(self, action: str, seat: Seat) -> None:
        record(action, f"seat:{seat.id}", by=self.by, origin=self.origin)
