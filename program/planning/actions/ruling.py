"""Setting a rule or wish otherwise than usual, for a cohort or one module of it, and back."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select

from program.cohorts.models import Cohort
from program.core.audit import record
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.planning.models import PlanRule
from program.planning.rules import BY_KEY, WISH, Kind, Rule
from program.programmes.models import Module

HEAVIEST = 100_000  # points
LARGEST = 10_000  # of a setting: days, minutes, percent


def set_rule(
    cohort: Cohort, rule: Rule, *, at: datetime, by: int | None, origin: str = "web"
) -> PlanRule | None:
    """From now on the rule is so; as usual again when that is what is asked.

    None when there is nothing left to remember. A module goes before the whole cohort.
    """
    _refuse_wrong(cohort, rule)
    locked(Cohort, cohort.id)  # of two planners the second one changes what the first one set
    row = db.session.scalars(_set(cohort, rule.key, rule.module)).one_or_none()
    if rule.module is None and rule == _usual(BY_KEY[rule.key]):
        _forget(cohort, row, by=by, origin=origin)
        return None
    if row is None:
        row = PlanRule(cohort_id=cohort.id, key=rule.key, module_id=rule.module)
        db.session.add(row)
    elif (row.state, row.weight, row.value) == (rule.state, rule.weight, dict(rule.value)):
        return row
    row.state, row.weight, row.value = rule.state.value, rule.weight, dict(rule.value)
    _tell("plan.rule_set", cohort, row, by=by, origin=origin)
    return row


def reset_rule(
    cohort: Cohort,
    key: str,
    *,
    at: datetime,
    by: int | None,
    module: int | None = None,
    origin: str = "web",
) -> None:
    """The rule is as usual again (for a module: as it is for the whole cohort)."""
    locked(Cohort, cohort.id)
    _forget(
        cohort,
        db.session.scalars(_set(cohort, key, module)).one_or_none(),
        by=by,
        origin=origin,
    )


def _set(cohort: Cohort, key: str, module: int | None) -> Select[PlanRule]:
    return select(PlanRule).where(
        PlanRule.cohort_id == cohort.id,
        PlanRule.key == key,
        PlanRule.module_id.is_(None) if module is None else PlanRule.module_id == module,
    )


def _usual(kind: Kind) -> Rule:
    return Rule(kind.key, kind.state, kind.weight, dict(kind.value))


def _forget(cohort: Cohort, row: PlanRule | None, *, by: int | None, origin: str) -> None:
    if row is not None:
        db.session.delete(row)
        _tell("plan.rule_reset", cohort, row, by=by, origin=origin)


def _tell(action: str, cohort: Cohort, row: PlanRule, *, by: int | None, origin: str) -> None:
    bump(Cohort, [cohort.id])
    db.session.flush()
    where = f" module:{row.module_id}" if row.module_id else ""
    record(action, f"cohort:{cohort.id} {row.key}{where}", by=by, origin=origin)


def _refuse_wrong(cohort: Cohort, rule: Rule) -> None:
    kind = BY_KEY.get(rule.key)
    if kind is None or rule.state not in kind.states:
        raise Refusal(_("This rule cannot be set that way."), field="state")
    if not 0 <= rule.weight <= HEAVIEST or (rule.state == WISH and rule.weight == 0):
        raise Refusal(_("Choose between 1 and %(n)s points.", n=HEAVIEST), field="weight")
    for name, value in rule.value.items():
        if not _is_fitting(kind, name, value):
            raise Refusal(_("This setting does not belong to this rule."), field=name)
    if rule.module is not None:
        _refuse_foreign(cohort, rule.module)


def _is_fitting(kind: Kind, name: str, value: Any) -> bool:
    return name in kind.value and type(value) is int and 0 <= value <= LARGEST


def _refuse_foreign(cohort: Cohort, module: int) -> None:
    row = db.session.get(Module, module)
    if row is None or row.programme_id != cohort.programme_id:
        raise Refusal(_("This module is not in the programme."), field="module")
