"""People, what they may be, and the links they asked for. Functions return a select."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from program.accounts.models import OtherAddress, Person, Role, RoleGrant, SignInLink, SignInRequest


def active_with_address(email: str) -> Select[Person]:
    return select(Person).where(Person.email == email, Person.deactivated_at.is_(None))


def owner_of(address: str, *, beside: int) -> Select[int]:
    """Somebody else whose own address it is."""
    return select(Person.id).where(Person.email == address.lower(), Person.id != beside)


def remembered_for(person_id: int) -> Select[OtherAddress]:
    """The addresses that a person answers from as well, with who said so."""
    return (
        select(OtherAddress)
        .where(OtherAddress.person_id == person_id)
        .options(joinedload(OtherAddress.remembered_by))
        .order_by(OtherAddress.address)
    )


def answers_come_from(person_id: int) -> Select[str]:
    """Those of them that are nobody else's own, which they may have become since."""
    another_s = exists().where(Person.email == OtherAddress.address, Person.id != person_id)
    return select(OtherAddress.address).where(OtherAddress.person_id == person_id, ~another_s)


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
