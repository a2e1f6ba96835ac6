"""Which meetings of the draft break a rule as it stands now, and why, in words."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock

from flask_babel import get_locale
from flask_babel import gettext as _

from program.cohorts.models import Cohort
from program.cohorts.times import local
from program.core.db import db
from program.planning.actions.posing import first_day_to_repair
from program.planning.changes import standing_plan
from program.planning.check import Report, check
from program.planning.check.findings import Key
from program.planning.models import PlanRun
from program.planning.newcomers import seated
from program.planning.problem import Problem
from program.planning.question import question_about
from program.planning.wire import to_json
from program.planning.wording import Wording

KEPT = 32  # cohorts whose answer one process remembers


@dataclass(frozen=True)
class Need:
    """A meeting (or something about the whole) that needs repair."""

    title: str
    why: tuple[str, ...]
    on: datetime | None  # wall time where the cohort is


@dataclass(frozen=True)
class Needs:
    meetings: tuple[Need, ...]
    newcomers: tuple[str, ...]  # people without a group or a seat at a table
    standing: int  # meetings that are still to come

    @property
    def count(self) -> int:
        return len(self.meetings)


_Tag = tuple[str, int, int, date, str]
_remembered: OrderedDict[_Tag, Needs] = OrderedDict()
_lock = Lock()


def needs_of(cohort: Cohort, *, at: datetime) -> Needs:
    """Remembered while nothing of the cohort changes, for the board asks each time."""
    today = local(at, cohort.timezone).date()
    tag = (str(db.engine.url), cohort.id, cohort.version, today, str(get_locale()))
    with _lock:
        known = _remembered.get(tag)
    if known is None:
        known = _found(cohort, today)
        with _lock:
            _remembered[tag] = known
            while len(_remembered) > KEPT:
                _remembered.popitem(last=False)
    return known


def _found(cohort: Cohort, today: date) -> Needs:
    from program.planning.repair import needing  # noqa: PLC0415  (with the solver: when asked)

    from_on = first_day_to_repair(cohort, today)
    question = question_about(cohort, on=today, from_on=from_on, repair=True)
    words = Wording(PlanRun(question=question.as_json))
    problem = question.problem
    if not problem.standing:
        return Needs((), (), 0)
    whole = seated(problem)
    plan = standing_plan(whole)
    why = _reasons(check(whole, plan), words)
    begins = {(m.module, m.round, m.group): m.starts_at for m in plan.meetings}
    meetings = (
        Need(
            words.meeting(key), tuple(why.get(key, [str(_("It breaks a rule."))])), begins.get(key)
        )
        for key in needing(whole)
    )
    first = sorted(meetings, key=lambda need: (str(need.on or "9999"), need.title))
    return Needs(tuple(first), tuple(_newcomers(problem, whole, words)), len(problem.standing))


def _reasons(report: Report, words: Wording) -> Mapping[Key | None, list[str]]:
    found: dict[Key | None, list[str]] = {}
    for broken in report.broken:
        said = words.broken({"rule": broken.rule, "facts": to_json(broken.facts)})
        found.setdefault(broken.meeting, []).append(said)
    return found


def _newcomers(problem: Problem, whole: Problem, words: Wording) -> Iterable[str]:
    before = {person for group in problem.groups for person in group}
    after = {person for group in whole.groups for person in group}
    return sorted(map(words.person, after - before))
