"""People, what they may be, and the links they asked for. Functions return a select."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from program.accounts.models import Person, Role, RoleGrant, SignInLink, SignInRequest


def active_with_address(email: str) -> Select[Person]:
    return select(Person).where(Person.email == email, Person.deactivated_at.is_(None))


def holding(role: Role, on: date) -> Select[Person]:
    """People who may be this today, the longest known first."""
    held = select(RoleGrant.person_id).where(RoleGrant.role == role, in_force(on))
    return (
        select(Person)
        .where(Person.id.in_(held), Person.deactivated_at.is_(None))
        .order_by(Person.id)
    )


def in_force(on: date) -> ColumnElement[bool]:
    return (RoleGrant.since_on <= on) & or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > on)


def everyone() -> Select[Person]:
    """With what each may be, in the order of a list of names."""
    return (
        select(Person)
        .options(selectinload(Person.grants).joinedload(RoleGrant.organisation))
        .order_by(Person.sort_key, Person.id)
    )


def usable_link(token_hash: str, at: datetime) -> Select[SignInLink]:
    return select(SignInLink).where(
        SignInLink.token_hash == token_hash,
        SignInLink.used_at.is_(None),
        SignInLink.expires_at > at,
    )


def asked_by_address(address_key: str, since: datetime) -> Select[int]:
    return select(func.count()).where(
        SignInRequest.address_key == address_key, SignInRequest.at > since
    )


def asked_by_client(client_key: str, since: datetime) -> Select[int]:
    return select(func.count()).where(
        SignInRequest.client_key == client_key, SignInRequest.at > since
    )
