"""Which reminders are due when, and to whom: worked out from what is, never kept. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from program.reminders.models import ReminderKind

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Rule:
    cohort_id: int
    kind: ReminderKind
    days_before: int
    clock: str  # "08:00", on the wall
    created_at: datetime


@dataclass(frozen=True)
class Guest:
    """Somebody who is invited to a session, and all that a text may tell of it."""

    meeting_id: int
    person_id: int
    as_trainer: bool
    uid: str
    partstat: str
    told_at: datetime  # when the last message about it was made
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    trainer_names: str
    group_name: str
    note: str
    join_url: str
    address: str
    given_name: str
    full_name: str
    language: str

    @property
    def called(self) -> str:
        return f"{self.title} – {self.group_name}" if self.group_name else self.title


@dataclass(frozen=True)
class Planned:
    """One reminder to one person. The guest rows of a digest are that trainer's sessions."""

    key: str
    kind: ReminderKind
    days_before: int
    due_at: datetime
    until: datetime  # of no use later
    guests: tuple[Guest, ...]

    @property
    def guest(self) -> Guest:
        return self.guests[0]

    @property
    def occasion(self) -> tuple[datetime, str, int, int]:
        """Those of one occasion are told the same."""
        meeting = 0 if self.kind is ReminderKind.DIGEST else self.guest.meeting_id
        return self.due_at, str(self.kind), self.days_before, meeting


def planned(
    rules: Iterable[Rule], guests: Sequence[Guest], *, zone: ZoneInfo, after: datetime
) -> list[Planned]:
    """Every reminder that these rules ask for and that is of use after that moment, by time."""
    found = [
        each
        for rule in rules
        for each in _of_rule(rule, guests, zone)
        if each.until > after and each.due_at >= rule.created_at
    ]
    return sorted(found, key=lambda each: (*each.occasion, each.guest.full_name))


def _of_rule(rule: Rule, guests: Sequence[Guest], zone: ZoneInfo) -> Iterator[Planned]:
    if rule.kind is ReminderKind.DIGEST:
        yield from _digests(rule, guests, zone)
        return
    for guest in guests:
        due_at = _before(guest.starts_at.astimezone(zone).date(), rule, zone)
        if _concerns(rule.kind, guest) and guest.told_at < due_at < guest.starts_at:
            key = f"{rule.kind}:{rule.days_before}:{_about(guest)}"
            yield Planned(key, rule.kind, rule.days_before, due_at, guest.starts_at, (guest,))


def _about(guest: Guest) -> str:
    """A session that moved is another one: its people may be reminded again."""
    return f"{guest.meeting_id}:{guest.person_id}:{guest.starts_at:%Y%m%dT%H%M}"


def _concerns(kind: ReminderKind, guest: Guest) -> bool:
    if guest.as_trainer:
        return False
    if kind is ReminderKind.UNANSWERED:
        return guest.partstat == "NEEDS-ACTION"
    return guest.partstat not in {"DECLINED", "DELEGATED"}


def _before(day: date, rule: Rule, zone: ZoneInfo) -> datetime:
    hours, minutes = (int(part) for part in rule.clock.split(":"))
    on = day - timedelta(days=rule.days_before)
    return datetime.combine(on, time(hours, minutes), tzinfo=zone).astimezone(ZoneInfo("UTC"))


def _digests(rule: Rule, guests: Sequence[Guest], zone: ZoneInfo) -> Iterator[Planned]:
    trained = sorted(
        (guest for guest in guests if guest.as_trainer),
        key=lambda guest: (guest.person_id, guest.starts_at, guest.meeting_id),
    )
    for (person_id, monday), some in groupby(
        trained, key=lambda guest: (guest.person_id, _monday(guest, zone))
    ):
        # with the cohort: who trains two has a week in each
        key = f"{rule.kind}:{rule.days_before}:{monday:%Y%m%d}:{person_id}:{rule.cohort_id}"
        until = datetime.combine(monday + WEEK, time(), tzinfo=zone)
        due_at = _before(monday, rule, zone)
        yield Planned(key, rule.kind, rule.days_before, due_at, until, tuple(some))


def _monday(guest: Guest, zone: ZoneInfo) -> date:
    day = guest.starts_at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def key_now(guest: Guest, at: datetime) -> str:
    """The same all day (of `at`, in its zone), so that a planner's button reaches nobody twice."""
    return f"now:{at:%Y%m%d}:{_about(guest)}"


def asked_now(guests: Iterable[Guest], meeting_id: int, at: datetime) -> list[Planned]:
    """A planner's own reminder to who has not answered: at most once a day to anyone."""
    return [
        Planned(key_now(guest, at), ReminderKind.UNANSWERED, 0, at, guest.starts_at, (guest,))
        for guest in guests
        if guest.meeting_id == meeting_id
        and guest.starts_at > at
        and _concerns(ReminderKind.UNANSWERED, guest)
    ]  # fmt: skip
