"""What there is to plan, and with whom and where."""

from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select

from program.accounts.models import Person, Role, RoleGrant
from program.cohorts.models import Cohort, TrainerProfile
from program.meetings.models import Room, Venue
from program.programmes.models import Domain, Module, ModuleDomain


def modules(programme_id: int) -> Select[Module]:
    return select(Module).where(Module.programme_id == programme_id).order_by(Module.position)


def module_domains(programme_id: int) -> Select[int, str]:
    return (
        select(ModuleDomain.module_id, Domain.key)
        .join(Domain, Domain.id == ModuleDomain.domain_id)
        .where(Domain.programme_id == programme_id, ModuleDomain.weight > 0)
    )


def trainers(cohort: Cohort, on: date) -> Select[*tuple[Any, ...]]:
    """A row per trainer of the bureau or of this cohort whose days and domains we know."""
    grant = select(RoleGrant.person_id).where(
        RoleGrant.role == Role.TRAINER,
        RoleGrant.organisation_id == cohort.organisation_id,
        or_(RoleGrant.cohort_id.is_(None), RoleGrant.cohort_id == cohort.id),
        RoleGrant.since_on <= max(on, cohort.ends_on),
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > on),
    )
    return (
        select(
            Person.id, Person.given_name, Person.infix, Person.surname,
            TrainerProfile.working_days, TrainerProfile.max_per_week, TrainerProfile.domain_keys,
            TrainerProfile.senior,
        )
        .join(TrainerProfile, TrainerProfile.person_id == Person.id)
        .where(Person.id.in_(grant), Person.deactivated_at.is_(None))
        .order_by(Person.sort_key, Person.id)
    )  # fmt: skip


def leaving(cohort: Cohort, on: date) -> Select[int, date | None]:
    """A row per trainer who stops: person, and the first day that they are none."""
    return (
        select(RoleGrant.person_id, func.max(RoleGrant.until_on))
        .where(
            RoleGrant.role == Role.TRAINER,
            RoleGrant.organisation_id == cohort.organisation_id,
            or_(RoleGrant.cohort_id.is_(None), RoleGrant.cohort_id == cohort.id),
            or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > on),
        )
        .group_by(RoleGrant.person_id)
        .having(func.count(RoleGrant.id) == func.count(RoleGrant.until_on))
    )


def rooms(organisation_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Room.id, Room.name, Room.capacity, Room.price_cents, Room.wheelchair, Room.venue_id,
            Venue.online,
            Venue.name.label("venue"),
        )
        .join(Venue, Venue.id == Room.venue_id)
        .where(Venue.organisation_id == organisation_id)
        .order_by(Venue.name, Room.name, Room.id)
    )  # fmt: skip
