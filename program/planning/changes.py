"""What is different between two plans of one cohort, meeting by meeting. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from program.planning.check.findings import Key
from program.planning.check.meetings import expected, key_of
from program.planning.problem import Placed, Plan, Problem


class What(StrEnum):
    NEW = "new"
    GONE = "gone"
    MOVED = "moved"  # another day, time or length
    ROOM = "room"
    TRAINERS = "trainers"
    PEOPLE = "people"  # others are expected


VISIBLE = frozenset(What) - {What.PEOPLE}  # changes of the meeting itself


@dataclass(frozen=True, slots=True)
class Change:
    """One meeting that is not as it was. `what` names all that is different, the heaviest first.

    `people` are the ids of everybody who is touched: whoever was or is expected at a meeting that
    itself changed, and else only those who come or no longer come.
    """

    key: Key
    what: tuple[What, ...]
    old: Placed | None
    new: Placed | None
    people: tuple[int, ...]
    joined: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


def standing_plan(problem: Problem) -> Plan:
    """What there is now, kept or not, as a plan to compare with."""
    meetings = {key_of(meeting): meeting for meeting in (*problem.standing, *problem.kept)}
    return Plan(problem.groups, problem.tables, tuple(meetings.values()))


def changes(problem: Problem, old: Plan, new: Plan) -> tuple[Change, ...]:
    """Every meeting that differs, in the order of the new dates (old ones where it is gone).

    Meetings are the same by module, round and group (or table).
    """
    before = {key_of(meeting): meeting for meeting in _placed(old)}
    after = {key_of(meeting): meeting for meeting in _placed(new)}
    keys = sorted(before.keys() | after.keys(), key=_by_number)
    found = [
        change
        for key in keys
        if (change := _change(problem, (old, before.get(key)), (new, after.get(key)))) is not None
    ]
    return tuple(sorted(found, key=_moment))


def _placed(plan: Plan) -> Iterator[Placed]:
    return (meeting for meeting in plan.meetings if meeting.starts_at is not None)


def _by_number(key: Key) -> tuple[int, int, int]:
    module, turn, group = key
    return module, turn, -1 if group is None else group


def _moment(change: Change) -> str:
    meeting = change.new or change.old
    return meeting.begins.isoformat() if meeting else ""


Side = tuple[Plan, Placed | None]


def _change(problem: Problem, before: Side, after: Side) -> Change | None:
    (old, was), (new, now) = before, after
    came = set(expected(problem, old, was)) if was else set()
    come = set(expected(problem, new, now)) if now else set()
    what = tuple(_what(was, now, came != come))
    meeting = now or was
    if not what or meeting is None:
        return None
    touched = came ^ come if what == (What.PEOPLE,) else came | come
    joined, left = (come - came, came - come) if was and now else (set(), set())
    return Change(
        key_of(meeting), what, was, now, tuple(sorted(touched)),
        tuple(sorted(joined)), tuple(sorted(left)),
    )  # fmt: skip


def _what(was: Placed | None, now: Placed | None, others: bool) -> Iterator[What]:
    if was is None or now is None:
        yield What.NEW if was is None else What.GONE
        return
    if (was.starts_at, was.minutes) != (now.starts_at, now.minutes):
        yield What.MOVED
    if was.room != now.room:
        yield What.ROOM
    if set(was.trainers) != set(now.trainers):
        yield What.TRAINERS
    if others:
        yield What.PEOPLE
