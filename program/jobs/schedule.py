"""The whole schedule: what the runner does, how often or at what time in the Netherlands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from threading import Event
from zoneinfo import ZoneInfo

from program.invitations.jobs import read_arrived
from program.jobs.doors import collect_mail
from program.jobs.housekeeping import tidy_up
from program.jobs.inheriting import inherit_from_the_dead
from program.jobs.pulse import beat
from program.mail.jobs import deliver_due

ZONE = ZoneInfo("Europe/Amsterdam")
LOOK_EVERY = 20  # seconds between two looks at whether a daily job is due


@dataclass(frozen=True)
class Turn:
    """What a job may know when it is its turn."""

    me: str  # the runner
    stop: Event  # to be obeyed between two pieces of work


@dataclass(frozen=True)
class Every:
    seconds: float
    name: str
    do: Callable[[Turn], object]  # commits its own work


@dataclass(frozen=True)
class Daily:
    at: time  # on the wall
    name: str
    do: Callable[[datetime], object]  # leaves the commit to the runner: it marks the day with it


def _remind(turn: Turn) -> None:
    import_module("program.reminders.jobs").remind_due(stop=turn.stop)


def _make_plan(turn: Turn) -> None:
    """Imported when it is needed: the solver is large."""
    jobs = import_module("program.planning.jobs")
    jobs.solve_next(stop=turn.stop, kinds=jobs.PLANS)
    import_module("program.rerun.jobs").write_copies()


def _catch_up(turn: Turn) -> None:
    """Imported when it is needed: it asks the planner's rules who can come where."""
    import_module("program.catchup.jobs").catch_up(stop=turn.stop)


def _suspend(_turn: Turn) -> None:
    import_module("program.review.jobs").suspend_refusing()


def _find_reasons(turn: Turn) -> None:
    """Beside the plans: it takes long, and somebody may wait for a plan."""
    jobs = import_module("program.planning.jobs")
    jobs.solve_next(stop=turn.stop, kinds=jobs.REASONS)


SCHEDULE: tuple[Every | Daily, ...] = (
    Every(1, "deliver mail", lambda turn: deliver_due(me=turn.me, stop=turn.stop)),
    Every(1, "collect mail", lambda turn: collect_mail(turn.stop)),
    Every(1, "read mail", lambda turn: read_arrived(turn.stop)),
    Every(0.25, "make the next plan", _make_plan),  # somebody waits for it to begin
    Every(1, "find reasons", _find_reasons),
    Every(4, "offer other sessions", _catch_up),  # who says no looks for one now
    Every(30, "remind", _remind),
    Every(15, "suspend addresses that refuse", _suspend),
    Every(3, "beat", lambda turn: beat(turn.me)),
    Every(5, "inherit", lambda _turn: inherit_from_the_dead()),
    Daily(time(3, 30), "tidy up", tidy_up),
)


def due_on(day: date, at: time, zone: ZoneInfo = ZONE) -> datetime:
    """When the wall shows that time on that day: the first of two; after a gap, as much later."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def last_due(at: time, now: datetime, zone: ZoneInfo = ZONE) -> datetime:
    """The last moment, now or before, that a daily job was due."""
    today = now.astimezone(zone).date()
    due = due_on(today, at, zone)
    return due if due <= now else due_on(today - timedelta(days=1), at, zone)
