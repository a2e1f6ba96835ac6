"""What planners do with programmes. One function is one intention; none of them commits."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from program.core.audit import record
from program.core.db import bump, db
from program.core.errors import Refusal
from program.programmes.models import Domain, Module, ModuleDomain, ModuleKind, Programme

#: the four connections that a new programme starts with
CONNECTIONS = ("zelf", "opgave", "organisatie", "samenleving")


@dataclass(frozen=True)
class ModuleSpec:
    """What a planner decides about a module. `weights`: share of the hours by domain id."""

    title: str
    kind: ModuleKind
    minutes: int
    weights: Mapping[int, float] = field(default_factory=dict)
    rounds: int = 1
    trainers: int = 1
    online: bool = False
    evening: bool = False
    fixed_on: date | None = None
    after_id: int | None = None
    min_gap_days: int | None = None
    max_gap_days: int | None = None


def add_programme(*, organisation_id: int, title: str, norm: float, by: int | None) -> Programme:
    """A programme with the four connections as its domains."""
    _refuse_taken_title(organisation_id, title)
    titles = (_("Yourself"), _("The task and the team"), _("The organisation"), _("Society"))
    programme = Programme(
        organisation_id=organisation_id,
        title=title,
        attendance_norm=norm,
        domains=[
            Domain(key=key, title=name, position=n)
            for n, (key, name) in enumerate(zip(CONNECTIONS, titles, strict=True), 1)
        ],
    )
    db.session.add(programme)
    db.session.flush()
    record("programme.added", f"programme:{programme.id}", by=by)
    return programme


def edit_programme(programme: Programme, *, title: str, norm: float, by: int | None) -> None:
    if title != programme.title:
        _refuse_taken_title(programme.organisation_id, title)
    programme.title, programme.attendance_norm = title, norm
    _changed(programme, "programme.edited", f"programme:{programme.id}", by)


def add_domain(programme: Programme, *, title: str, by: int | None) -> Domain:
    key = _free_key(title, {domain.key for domain in programme.domains})
    domain = Domain(key=key, title=title, position=len(programme.domains) + 1)
    programme.domains.append(domain)
    db.session.flush()
    _changed(programme, "domain.added", f"domain:{domain.id}", by)
    return domain


def rename_domain(domain: Domain, *, title: str, by: int | None) -> None:
    domain.title = title
    _changed(domain.programme, "domain.edited", f"domain:{domain.id}", by)


def remove_domain(domain: Domain, *, by: int | None) -> None:
    programme = domain.programme
    used = [m.title for m in programme.modules if any(w.domain_id == domain.id for w in m.weights)]
    if used:
        raise Refusal(
            _(
                "Hours of %(modules)s count for this domain. Change those modules first.",
                modules=", ".join(used),
            )
        )
    _remove(domain, _("There are assignments for this domain. Move or remove those first."))
    _renumber(item for item in programme.domains if item is not domain)
    _changed(programme, "domain.removed", f"domain:{domain.id}", by)


def add_module(programme: Programme, spec: ModuleSpec, *, by: int | None) -> Module:
    key = _free_key(spec.title, {module.key for module in programme.modules})
    module = Module(key=key, position=len(programme.modules) + 1)
    _check(programme, module, spec)
    _fill(module, spec)
    programme.modules.append(module)
    db.session.flush()
    _changed(programme, "module.added", f"module:{module.id}", by)
    return module


def edit_module(module: Module, spec: ModuleSpec, *, by: int | None) -> None:
    _check(module.programme, module, spec)
    _fill(module, spec)
    _changed(module.programme, "module.edited", f"module:{module.id}", by)


def remove_module(module: Module, *, by: int | None) -> None:
    """Take a module out; refused while sessions, tables, assignments or other modules need it."""
    programme = module.programme
    followers = [other.title for other in programme.modules if other.after_id == module.id]
    if followers:
        raise Refusal(
            _(
                "%(modules)s comes after this module. Change that first.",
                modules=", ".join(followers),
            )
        )
    _remove(
        module,
        _("There are sessions or assignments of this module, so it cannot be removed."),
    )
    _renumber(item for item in programme.modules if item is not module)
    _changed(programme, "module.removed", f"module:{module.id}", by)


def move(item: Domain | Module, *, steps: int, by: int | None) -> None:
    """Change the order: a negative number of steps is towards the front."""
    programme = item.programme
    row: list[Domain | Module] = list(
        programme.domains if isinstance(item, Domain) else programme.modules
    )
    here = row.index(item)
    there = min(max(here + steps, 0), len(row) - 1)
    row.insert(there, row.pop(here))
    _renumber(row)
    name = item.__tablename__
    _changed(programme, f"{name}.moved", f"{name}:{item.id}", by)


def copy_programme(programme: Programme, *, title: str, by: int | None) -> Programme:
    """A new programme with the same domains and modules, in the same order and dependence.

    Fixed dates are left out: they belong to the run that they were agreed for.
    """
    _refuse_taken_title(programme.organisation_id, title)
    copy = Programme(
        organisation_id=programme.organisation_id,
        title=title,
        attendance_norm=programme.attendance_norm,
        copied_from_id=programme.id,
        domains=[Domain(key=d.key, title=d.title, position=d.position) for d in programme.domains],
    )
    domains = {domain.key: domain for domain in copy.domains}
    copy.modules = [_copied(module, domains) for module in programme.modules]
    modules = {module.key: module for module in copy.modules}
    for module in programme.modules:
        modules[module.key].after = modules[module.after.key] if module.after else None
    db.session.add(copy)
    db.session.flush()
    record("programme.copied", f"programme:{copy.id}", by=by)
    return copy


def _copied(module: Module, domains: Mapping[str, Domain]) -> Module:
    return Module(
        key=module.key,
        title=module.title,
        kind=module.kind,
        minutes=module.minutes,
        position=module.position,
        rounds=module.rounds,
        min_gap_days=module.min_gap_days,
        max_gap_days=module.max_gap_days,
        online=module.online,
        evening=module.evening,
        trainers=module.trainers,
        weights=[
            ModuleDomain(domain=domains[weight.domain.key], weight=weight.weight)
            for weight in module.weights
        ],
    )


def _check(programme: Programme, module: Module, spec: ModuleSpec) -> None:
    least, most = spec.min_gap_days, spec.max_gap_days
    if least is not None and most is not None and least > most:
        raise Refusal(
            _("At most %(most)s days is less than at least %(least)s.", most=most, least=least),
            field="max_gap_days",
        )
    if abs(sum(spec.weights.values()) - 1) > 0.001:
        raise Refusal(_("The shares of the domains must add up to 100%%."), field="weights")
    _refuse_circle(programme, module, spec.after_id)


def _refuse_circle(programme: Programme, module: Module, after_id: int | None) -> None:
    by_id = {other.id: other for other in programme.modules}
    path, step = [module.title], after_id
    while step is not None:
        if step not in by_id:
            raise Refusal(_("That module is not part of this programme."), field="after_id")
        path.append(by_id[step].title)
        if step == module.id:
            circle = " → ".join(path)
            raise Refusal(
                _("That makes a circle: %(path)s. Choose another module.", path=circle),
                field="after_id",
            )
        step = by_id[step].after_id


def _fill(module: Module, spec: ModuleSpec) -> None:
    module.title, module.kind, module.minutes = spec.title, spec.kind, spec.minutes
    module.rounds, module.trainers = spec.rounds, spec.trainers
    module.online, module.evening = spec.online, spec.evening
    module.fixed_on, module.after_id = spec.fixed_on, spec.after_id
    module.min_gap_days, module.max_gap_days = spec.min_gap_days, spec.max_gap_days
    kept = {weight.domain_id: weight for weight in module.weights}
    module.weights = [
        kept.get(domain_id) or ModuleDomain(domain_id=domain_id)
        for domain_id, share in spec.weights.items()
        if share > 0
    ]
    for weight in module.weights:
        weight.weight = spec.weights[weight.domain_id]


def _remove(row: Domain | Module, in_use: str) -> None:
    """Delete; what other features still hold on to, the database's foreign keys know."""
    try:
        with db.session.begin_nested():
            db.session.delete(row)
    except IntegrityError:
        raise Refusal(in_use) from None


def _renumber(row: Iterable[Domain | Module]) -> None:
    for position, item in enumerate(row, 1):
        item.position = position


def _changed(programme: Programme, action: str, what: str, by: int | None) -> None:
    bump(Programme, [programme.id])
    record(action, what, by=by)


def _refuse_taken_title(organisation_id: int, title: str) -> None:
    taken = select(Programme.id).where(
        Programme.organisation_id == organisation_id, Programme.title == title
    )
    if db.session.scalar(taken):
        raise Refusal(
            _("There is already a programme called %(title)s.", title=title), field="title"
        )


def _free_key(title: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "item"
    number = 1
    while (found := key if number == 1 else f"{key}-{number}") in taken:
        number += 1
    return found
