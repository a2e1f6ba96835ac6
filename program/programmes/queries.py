"""Which programmes somebody may see and change. Functions return a select; the caller runs it."""

from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from program.accounts.models import Organisation, Role, RoleGrant
from program.programmes.models import Domain, Module, ModuleDomain, Programme


def bureaus_run_by(person_id: int, on: date) -> Select[Organisation]:
    """Organisations for which this person plans or trains, whatever the cohort."""
    grant = select(RoleGrant.organisation_id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.role.in_((Role.ADMIN, Role.PLANNER, Role.TRAINER)),
        RoleGrant.cohort_id.is_(None),
        RoleGrant.since_on <= on,
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > on),
    )
    return select(Organisation).where(Organisation.id.in_(grant)).order_by(Organisation.name)


def programmes_run_by(person_id: int, on: date) -> Select[Programme]:
    """Programmes of the bureaus that this person plans or trains for."""
    mine = bureaus_run_by(person_id, on).with_only_columns(Organisation.id).order_by(None)
    return select(Programme).where(Programme.organisation_id.in_(mine)).order_by(Programme.title)


def whole(programmes: Select[Programme]) -> Select[Programme]:
    """The same programmes with everything their pages show, loaded at once."""
    return programmes.options(
        selectinload(Programme.domains),
        selectinload(Programme.modules)
        .selectinload(Module.weights)
        .joinedload(ModuleDomain.domain),
    )


def overview(programmes: Select[Programme]) -> Select[int, str, int, int, float]:
    """Rows for the list: number, title, modules, minutes, norm."""
    wanted = programmes.with_only_columns(Programme.id).order_by(None)
    minutes = func.coalesce(func.sum(Module.minutes * Module.rounds), 0)
    return (
        select(
            Programme.id, Programme.title, func.count(Module.id), minutes,
            Programme.attendance_norm,
        )
        .outerjoin(Module, Module.programme_id == Programme.id)
        .where(Programme.id.in_(wanted))
        .group_by(Programme.id)
        .order_by(Programme.title)
    )  # fmt: skip


def last_position(kind: type[Domain | Module], programme_id: int) -> Select[int]:
    """The highest position in use, 0 when there is none."""
    return select(func.coalesce(func.max(kind.position), 0)).where(
        kind.programme_id == programme_id
    )
