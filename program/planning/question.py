"""Puts what is stored about a cohort into a planning problem."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from program.cohorts.models import Cohort
from program.cohorts.queries import people as people_rows
from program.core.db import db
from program.planning import queries
from program.planning.agreements import with_agreements
from program.planning.encountered import met_before
from program.planning.problem import (
    Module,
    Person,
    Problem,
    Room,
    Span,
    Trainer,
)
from program.planning.standing import with_standing
from program.planning.wire import to_json


@dataclass(frozen=True)
class Question:
    """The problem, and which rows its learning groups stand for."""

    problem: Problem
    group_ids: tuple[int, ...]
    group_names: tuple[str, ...]

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "problem": to_json(self.problem),
            "group_ids": list(self.group_ids),
            "group_names": list(self.group_names),
        }

    @property
    def hash(self) -> str:
        """Of all that decides whether a plan still fits; an answer or a roll does not."""
        asked = [to_json(replace(self.problem, accepted={}, met=())), list(self.group_ids)]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def question_about(
    cohort: Cohort,
    *,
    on: date,
    from_on: date | None = None,
    mix: bool = False,
    repair: bool = False,
) -> Question:
    """As it is stored now. `on` says whose roles count; `mix` leaves the groups open.

    With `repair` all that stands is told too, for it has a price to change it.
    """
    return _Reading(cohort, on, from_on).question(mix=mix, repair=repair)


def spans_from_until(cohort: Cohort) -> tuple[datetime, datetime]:
    """The moments at which the cohort's period begins and is over."""
    there = ZoneInfo(cohort.timezone)
    start = datetime.combine(cohort.starts_on, datetime.min.time(), there)
    end = datetime.combine(cohort.ends_on + timedelta(days=1), datetime.min.time(), there)
    return start, end


class _Reading:
    def __init__(self, cohort: Cohort, on: date, from_on: date | None) -> None:
        self.cohort, self.on, self.from_on = cohort, on, from_on
        self.zone = ZoneInfo(cohort.timezone)
        self.period = spans_from_until(cohort)

    def question(self, *, mix: bool, repair: bool) -> Question:
        groups = self._groups()
        problem = Problem(
            starts_on=self.cohort.starts_on,
            ends_on=self.cohort.ends_on,
            people=self._people(),
            trainers=self._trainers(),
            rooms=self._rooms(),
            modules=self._modules(),
            group_count=self.cohort.group_count,
            table_size=self.cohort.table_size,
            from_on=self.from_on,
        )
        problem = with_agreements(problem, self.cohort)
        problem = with_standing(problem, self.cohort, list(groups), repair=repair)
        problem = replace(problem, met=met_before(self.cohort, self.from_on))
        if not mix:
            inside = {person.id for person in problem.people}
            standing = tuple(
                tuple(p for p in people if p in inside) for _, people in groups.values()
            )
            problem = replace(problem, groups=standing if any(standing) else ())
        names = tuple(name for name, _people in groups.values())
        return Question(problem, tuple(groups), names)

    def _span(self, starts_at: datetime, ends_at: datetime) -> Span:
        return Span(self._wall(starts_at), self._wall(ends_at))

    def _wall(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def _spans(self, rows: Iterable[Any]) -> Mapping[int, tuple[Span, ...]]:
        """Rows of (whose, from, until)."""
        found: dict[int, list[Span]] = defaultdict(list)
        for whose, starts_at, ends_at in rows:
            found[whose].append(self._span(starts_at, ends_at))
        return {whose: tuple(spans) for whose, spans in found.items()}

    def _people(self) -> tuple[Person, ...]:
        since = self.from_on or self.cohort.starts_on
        rows = db.session.execute(people_rows(self.cohort.id, since)).all()
        number = {
            (row.organisation, row.employee_number): row.person_id
            for row in rows
            if row.employee_number
        }
        several = len({row.organisation for row in rows}) > 1
        away = self._spans(db.session.execute(queries.absences(self.cohort.id, *self.period)))
        seated = self._spans(
            db.session.execute(queries.seated_elsewhere(self.cohort, *self.period))
        )
        return tuple(
            Person(
                id=row.person_id,
                name=" ".join(p for p in (row.given_name, row.infix, row.surname) if p),
                department=row.department or "",
                gender=row.gender or "",
                job_title=row.job_title or "",
                manager=number.get((row.organisation, row.manager_number)),
                working_days=31 if row.working_days is None else row.working_days,
                busy=away.get(row.person_id, ()) + seated.get(row.person_id, ()),
                step_free=row.step_free,
                home=row.home_venue_id,
                attributes={"organisation": row.organisation} if several else {},
            )
            for row in rows
        )

    def _trainers(self) -> tuple[Trainer, ...]:
        rows = db.session.execute(queries.trainers(self.cohort, self.on)).all()
        ids = [row.id for row in rows]
        away = self._spans(db.session.execute(queries.absences_of(ids, *self.period)))
        stops = dict(db.session.execute(queries.leaving(self.cohort, self.on)).all())
        given = self._spans(db.session.execute(queries.given_elsewhere(self.cohort, *self.period)))
        return tuple(
            Trainer(
                id=row.id,
                name=" ".join(p for p in (row.given_name, row.infix, row.surname) if p),
                working_days=row.working_days,
                max_per_week=row.max_per_week,
                domains=frozenset(row.domain_keys.split()),
                busy=away.get(row.id, ()) + self._gone(stops.get(row.id)),
                engaged=given.get(row.id, ()),
                senior=row.senior,
            )
            for row in rows
        )

    def _gone(self, stops_on: date | None) -> tuple[Span, ...]:
        """From the day that somebody is no trainer any more until the end."""
        if stops_on is None or stops_on > self.cohort.ends_on:
            return ()
        last = datetime.combine(self.cohort.ends_on + timedelta(days=1), datetime.min.time())
        return (Span(datetime.combine(stops_on, datetime.min.time()), last),)

    def _rooms(self) -> tuple[Room, ...]:
        rows = db.session.execute(queries.rooms(self.cohort.organisation_id)).all()
        taken = self._spans(
            [
                *db.session.execute(queries.held_elsewhere(self.cohort, *self.period)),
                *db.session.execute(queries.closures(self.cohort.organisation_id, *self.period)),
            ]
        )
        return tuple(
            Room(
                id=row.id,
                name=f"{row.venue}, {row.name}",
                capacity=row.capacity,
                price_cents=row.price_cents,
                online=row.online,
                busy=taken.get(row.id, ()),
                venue=row.venue_id,
                step_free=row.wheelchair,
            )
            for row in rows
        )

    def _modules(self) -> tuple[Module, ...]:
        domains: dict[int, set[str]] = defaultdict(set)
        for module_id, key in db.session.execute(queries.module_domains(self.cohort.programme_id)):
            domains[module_id].add(key)
        return tuple(
            Module(
                id=row.id,
                title=row.title,
                kind=row.kind.value,
                minutes=row.minutes,
                rounds=row.rounds,
                fixed_on=row.fixed_on,
                after=row.after_id,
                min_gap_days=row.min_gap_days,
                max_gap_days=row.max_gap_days,
                online=row.online,
                trainers=row.trainers,
                domains=frozenset(domains[row.id]),
                evening=row.evening,
            )
            for row in db.session.scalars(queries.modules(self.cohort.programme_id))
        )

    def _groups(self) -> dict[int, tuple[str, list[int]]]:
        """The learning groups by their number: name, and who is in them."""
        day = self.from_on or self.cohort.starts_on
        groups = db.session.execute(queries.learning_groups(self.cohort.id))
        found: dict[int, tuple[str, list[int]]] = {number: (name, []) for number, name in groups}
        members = db.session.execute(queries.learning_group_members(self.cohort.id, day))
        placed = set()
        for person_id, group_id in members:
            if person_id not in placed:
                placed.add(person_id)
                found[group_id][1].append(person_id)
        return {number: (name, sorted(people)) for number, (name, people) in found.items()}
