"""Starting a cohort, and changing what was agreed about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from program.accounts.models import Organisation, OrganisationKind
from program.cohorts.models import Cohort, Enrolment
from program.core.audit import record
from program.core.db import bump, db
from program.core.errors import Refusal
from program.programmes.models import Programme


@dataclass(frozen=True)
class CohortSpec:
    name: str
    starts_on: date
    ends_on: date
    client_ids: Sequence[int] = ()
    new_client: str = ""
    school_region: str = ""
    group_count: int = 6
    table_size: int = 6


def add_cohort(programme: Programme, spec: CohortSpec, *, by: int | None) -> Cohort:
    """One run of the programme, by the bureau that offers it."""
    _check(spec, None)
    cohort = Cohort(programme_id=programme.id, organisation_id=programme.organisation_id)
    _fill(cohort, spec)
    db.session.add(cohort)
    db.session.flush()
    record("cohort.added", f"cohort:{cohort.id}", by=by)
    return cohort


def edit_cohort(cohort: Cohort, spec: CohortSpec, *, by: int | None) -> None:
    _check(spec, cohort)
    _fill(cohort, spec)
    db.session.flush()
    bump(Cohort, [cohort.id])
    record("cohort.edited", f"cohort:{cohort.id}", by=by)


def _check(spec: CohortSpec, cohort: Cohort | None) -> None:
    if spec.ends_on < spec.starts_on:
        raise Refusal(_("The last day comes before the first."), field="ends_on")
    taken = db.session.scalar(select(Cohort.id).where(Cohort.name == spec.name))
    if taken and (cohort is None or taken != cohort.id):
        raise Refusal(_("There is already a cohort called %(name)s.", name=spec.name), field="name")
    if not spec.client_ids and not spec.new_client:
        raise Refusal(_("Choose the client, or type the name of a new one."), field="client_ids")
    if cohort is not None:
        _refuse_lost_client(cohort, spec)


def _refuse_lost_client(cohort: Cohort, spec: CohortSpec) -> None:
    for client in cohort.clients:
        if client.id in spec.client_ids:
            continue
        sent = select(Enrolment.id).where(
            Enrolment.cohort_id == cohort.id, Enrolment.organisation_id == client.id
        )
        if db.session.scalar(sent.limit(1)):
            raise Refusal(
                _("People of %(client)s take part, so it stays a client.", client=client.name),
                field="client_ids",
            )


def _fill(cohort: Cohort, spec: CohortSpec) -> None:
    cohort.name = spec.name
    cohort.starts_on, cohort.ends_on = spec.starts_on, spec.ends_on
    cohort.school_region = spec.school_region
    cohort.group_count, cohort.table_size = spec.group_count, spec.table_size
    chosen = select(Organisation).where(Organisation.id.in_(spec.client_ids))
    cohort.clients = list(db.session.scalars(chosen.order_by(Organisation.name)))
    if spec.new_client:
        cohort.clients.append(_client_named(spec.new_client))


def _client_named(name: str) -> Organisation:
    found = db.session.scalar(select(Organisation).where(Organisation.name == name))
    return found or Organisation(name=name, kind=OrganisationKind.CLIENT)
