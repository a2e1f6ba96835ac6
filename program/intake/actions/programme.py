"""The programme: domains, modules with their weights, assignments. Found again by their keys."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from program.accounts.models import Organisation
from program.assignments.models import Assignment
from program.core.db import bump, db
from program.core.errors import Refusal
from program.intake.actions.rows import Values, put
from program.intake.outcome import Errand, Outcome
from program.intake.reading.programme import ReadModule, ReadProgramme
from program.programmes.models import Domain, Module, ModuleDomain, ModuleKind, Programme


def load_programme(
    read: ReadProgramme, bureau: Organisation, known: Programme | None, errand: Errand
) -> Programme:
    """`known` is the cohort's programme, if it has one; else one of this title is taken."""
    titled, outcome = _titled(read.title, bureau), errand.outcome
    if known is not None and titled not in {None, known}:
        raise Refusal(
            _(
                "This cohort has another programme than “%(title)s”, which exists as well. "
                "Give the programme in the file a title of its own, or choose another cohort.",
                title=read.title,
            ),
            field="files",
        )
    programme = known or titled
    values = {"title": read.title, "attendance_norm": read.attendance_norm}
    if programme is None:
        programme = Programme(organisation_id=bureau.id, **values)
        db.session.add(programme)
        db.session.flush()
        outcome.programme_is = "new"
    else:
        outcome.programme_is = put(programme, values)
    domains = _domains(read, programme, outcome)
    modules = _modules(read, programme, domains, outcome)
    _assignments(read, programme, (domains, modules), outcome)
    _note(programme, errand)
    return programme


def _titled(title: str, bureau: Organisation) -> Programme | None:
    wanted = select(Programme).where(
        Programme.organisation_id == bureau.id, Programme.title == title
    )
    return db.session.scalar(wanted)


def _note(programme: Programme, errand: Errand) -> None:
    outcome = errand.outcome
    parts = (outcome.tallies[kind] for kind in ("domains", "modules", "assignments"))
    if outcome.programme_is == "same" and any(tally.wrote for tally in parts):
        outcome.programme_is = "changed"
    if outcome.programme_is != "same":
        db.session.flush()
        errand.note(f"programme.{outcome.programme_is}", f"programme:{programme.id}")
    if outcome.programme_is == "changed":
        bump(Programme, [programme.id])


def _domains(read: ReadProgramme, programme: Programme, outcome: Outcome) -> dict[str, Domain]:
    wanted = select(Domain).where(Domain.programme_id == programme.id)
    known = {domain.key: domain for domain in db.session.scalars(wanted)}
    tally = outcome.tallies["domains"]
    for position, one in enumerate(read.domains, 1):
        values = {"title": one.title, "position": position}
        if one.key in known:
            tally.count(put(known[one.key], values))
        else:
            known[one.key] = Domain(programme_id=programme.id, key=one.key, **values)
            db.session.add(known[one.key])
            tally.count("new")
    tally.gone = len(known.keys() - {one.key for one in read.domains})
    db.session.flush()
    return known


def _modules(
    read: ReadProgramme, programme: Programme, domains: dict[str, Domain], outcome: Outcome
) -> dict[str, Module]:
    wanted = (
        select(Module)
        .where(Module.programme_id == programme.id)
        .options(selectinload(Module.weights))
    )
    known = {module.key: module for module in db.session.scalars(wanted)}
    status = {}
    for position, one in enumerate(read.modules, 1):
        values = {**_module_values(one), "position": position}
        if one.key in known:
            status[one.key] = put(known[one.key], values)
        else:
            known[one.key] = Module(programme_id=programme.id, key=one.key, **values)
            db.session.add(known[one.key])
            status[one.key] = "new"
    db.session.flush()  # so that every module has a number, for the ones that come after it
    for one in read.modules:
        after = known[one.after].id if one.after else None
        changed = put(known[one.key], {"after_id": after}) == "changed"
        changed |= _weigh(known[one.key], one, domains)
        if changed and status[one.key] == "same":
            status[one.key] = "changed"
        outcome.tallies["modules"].count(status[one.key])
    outcome.tallies["modules"].gone = len(known.keys() - status.keys())
    return known


def _module_values(one: ReadModule) -> Values:
    return {
        "title": one.title,
        "kind": ModuleKind(one.kind),
        "minutes": one.minutes,
        "rounds": one.rounds,
        "fixed_on": one.fixed_on,
        "min_gap_days": one.min_gap_days,
        "max_gap_days": one.max_gap_days,
        "online": one.online,
        "evening": one.evening,
        "trainers": one.trainers,
    }


def _weigh(module: Module, one: ReadModule, domains: dict[str, Domain]) -> bool:
    """Equal weights; weights that a planner set stay when the domains are the same."""
    wanted = {domains[key].id for key in one.domains}
    if wanted == {weight.domain_id for weight in module.weights}:
        return False
    module.weights.clear()
    db.session.flush()
    module.weights.extend(
        ModuleDomain(domain_id=domain_id, weight=1 / len(wanted)) for domain_id in sorted(wanted)
    )
    return True


def _assignments(
    read: ReadProgramme, programme: Programme,
    parts: tuple[dict[str, Domain], dict[str, Module]], outcome: Outcome,
) -> None:  # fmt: skip
    domains, modules = parts
    wanted = select(Assignment).where(Assignment.programme_id == programme.id)
    known = {assignment.key: assignment for assignment in db.session.scalars(wanted)}
    tally = outcome.tallies["assignments"]
    for one in read.assignments:
        values: Values = {
            "title": one.title,
            "domain_id": domains[one.domain].id,
            "due_after_id": modules[one.due_after].id if one.due_after else None,
            "due_days": one.days,
        }
        if one.instructions:
            values["instructions"] = one.instructions
        if one.key in known:
            tally.count(put(known[one.key], values))
        else:
            db.session.add(Assignment(programme_id=programme.id, key=one.key, **values))
            tally.count("new")
    tally.gone = len(known.keys() - {one.key for one in read.assignments})
