"""Doing what the reasons advise: a rule becomes a wish, a gap wider, a fixed date free."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from program.cohorts.models import Cohort
from program.core.db import bump, db
from program.core.errors import Refusal
from program.planning.actions.ruling import set_rule
from program.planning.agreements import rules_of
from program.planning.models import PlanRun
from program.planning.rules import BY_KEY, WISH, Rule, Rules
from program.programmes.actions import ModuleSpec, edit_module
from program.programmes.models import Module

PER_MODULE = {"gap.most", "parallel.window", "parallel.weekday", "trainer.domain"}
Way = Mapping[str, Any]


def ease(
    run: PlanRun, trouble: int, way: int, *, at: datetime, by: int | None, origin: str = "web"
) -> None:
    """Do what one way out says. Refused when it is not there, or when no button can do it."""
    chosen = _chosen(run, trouble, way)
    if chosen["deed"] in ("wish", "more") or chosen["rule"]["key"] == "parallel.window":
        set_rule(run.cohort, _eased(run.cohort, chosen), at=at, by=by, origin=origin)
    elif chosen["deed"] in ("wider", "sooner", "free"):
        _edit(run.cohort, chosen, by=by)
    else:
        raise Refusal(_("This has to be arranged first; then plan again."))


def _chosen(run: PlanRun, trouble: int, way: int) -> Way:
    troubles = (run.reasons or {}).get("troubles", [])
    if not (0 <= trouble < len(troubles) and 0 <= way < len(troubles[trouble]["ways"])):
        raise Refusal(_("This advice is no longer there. Look at the reasons again."))
    found: Way = troubles[trouble]["ways"][way]
    return found


def _eased(cohort: Cohort, way: Way) -> Rule:
    key, values = way["rule"]["key"], way["values"]
    module = way["rule"]["facts"].get("module") if key in PER_MODULE else None
    now = Rules(rules_of(cohort)).of(key, module)
    if way["deed"] == "wish":
        weight = BY_KEY[key].weight
        return Rule(key, WISH, weight, {**BY_KEY[key].value, **now.value}, module)
    setting = {name: values[name] for name in ("days", "percent") if name in values}
    return Rule(key, now.state, now.weight, {**now.value, **setting}, module)


def _edit(cohort: Cohort, way: Way, *, by: int | None) -> None:
    """The module itself says how far apart, and on which date."""
    module = db.session.get(Module, way["rule"]["facts"].get("module"))
    if module is None or module.programme_id != cohort.programme_id:
        raise Refusal(_("This module is not in the programme."))
    spec, days = _spec(module), way["values"].get("days")
    eased = {
        "wider": replace(spec, max_gap_days=days),
        "sooner": replace(spec, min_gap_days=days),
        "free": replace(spec, fixed_on=None),
    }
    edit_module(module, eased[way["deed"]], by=by)
    bump(Cohort, [cohort.id])


def _spec(module: Module) -> ModuleSpec:
    """As it is now."""
    return ModuleSpec(
        title=module.title,
        kind=module.kind,
        minutes=module.minutes,
        weights={weight.domain_id: weight.weight for weight in module.weights},
        rounds=module.rounds,
        trainers=module.trainers,
        online=module.online,
        evening=module.evening,
        fixed_on=module.fixed_on,
        after_id=module.after_id,
        min_gap_days=module.min_gap_days,
        max_gap_days=module.max_gap_days,
    )
