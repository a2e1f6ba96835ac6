"""Signing in without a password, and who may be what."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, delete, select, update

from program.accounts.letters import sign_in_letter
from program.accounts.models import (
    Organisation,
    OrganisationKind,
    Person,
    Role,
    RoleGrant,
    SignInLink,
    SignInRequest,
    sort_key,
)
from program.accounts.queries import (
    active_with_address,
    asked_by_address,
    asked_by_client,
    usable_link,
)
from program.core.audit import record
from program.core.db import bump, db
from program.core.errors import Refusal
from program.mail.actions import post

LINK_LIVES = timedelta(minutes=15)
PERIOD = timedelta(hours=1)
PER_ADDRESS = 6
PER_CLIENT = 300  # a whole municipality may stand behind one address of the network
FORGOTTEN_AFTER = timedelta(days=1)


class AskedTooOften(Refusal):
    """So many links that it is no person who asks."""


class LinkSpent(Refusal):
    """The link was used before, is too old, or never was ours."""


def ask_for_link(email: str, *, client: str, at: datetime, onward: str | None = None) -> None:
    """Mail a sign-in link, if we know the address; whoever asks cannot tell."""
    email = email.strip().lower()
    _note_request(email, client, at)
    person = db.session.scalars(active_with_address(email)).one_or_none()
    if person is None:
        return
    token = make_link(person, at=at)
    letter = sign_in_letter(person, token, at=at, onward=onward)
    key = _hash(token)[:40]
    post(
        key=f"sign-in:{key}", lane=f"sign-in:{key}", recipient=person.email,
        subject=letter.subject, content=letter.content, message_id=letter.message_id,
        priority=1, at=at,
    )  # fmt: skip


def make_link(person: Person, *, at: datetime) -> str:
    """The secret of a new link; we keep no more of it than its hash."""
    token = token_urlsafe(32)
    link = SignInLink(
        person=person, token_hash=_hash(token), created_at=at, expires_at=at + LINK_LIVES
    )
    db.session.add(link)
    return token


def record_link_made(person: Person) -> None:
    """A link that was handed over by other means than the mail leaves a trace."""
    record("person.link_made", f"person:{person.id}", by=None, origin="command")


def person_of(token: str, *, at: datetime) -> Person | None:
    """Whose link this is, as long as it can be used."""
    link = db.session.scalars(usable_link(_hash(token), at)).one_or_none()
    return link.person if link and link.person.deactivated_at is None else None


def use_link(token: str, *, at: datetime) -> Person:
    """Spend the link; of two who use it at once only one gets in."""
    person = person_of(token, at=at)
    spent = db.session.scalars(
        update(SignInLink)
        .where(SignInLink.token_hash == _hash(token), SignInLink.used_at.is_(None))
        .values(used_at=at)
        .returning(SignInLink.id),
        execution_options={"synchronize_session": False},
    ).first()
    if person is None or spent is None:
        raise LinkSpent(_("This link was used before or is older than 15 minutes."))
    record("person.signed_in", f"person:{person.id}", by=person.id)
    return person


def _note_request(email: str, client: str, at: datetime) -> None:
    asked = SignInRequest(address_key=_key(email), client_key=_key(client), at=at)
    since = at - PERIOD
    if (
        _number(asked_by_address(asked.address_key, since)) >= PER_ADDRESS
        or _number(asked_by_client(asked.client_key, since)) >= PER_CLIENT
    ):
        raise AskedTooOften(
            _("Too many links were asked for. Look in your mail, or try again in an hour."),
            field="email",
        )
    db.session.execute(delete(SignInRequest).where(SignInRequest.at < at - FORGOTTEN_AFTER))
    db.session.add(asked)


def _number(counted: Select[int]) -> int:
    return db.session.scalars(counted).one()


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _key(text: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, text.encode(), sha256).hexdigest()


def choose_language(person: Person, language: str) -> None:
    person.language = language
    bump(Person, [person.id])


@dataclass(frozen=True)
class NewPerson:
    """What we need to know of somebody before they can sign in."""

    email: str
    given_name: str
    surname: str
    infix: str = ""
    language: str = "nl"


def add_organisation(
    name: str, kind: OrganisationKind, *, by: int | None, origin: str = "web"
) -> Organisation:
    name = name.strip()
    if not name:
        raise Refusal(_("Give the organisation a name."), field="name")
    if db.session.scalars(select(Organisation.id).where(Organisation.name == name)).first():
        raise Refusal(_("There is an organisation %(name)s already.", name=name), field="name")
    organisation = Organisation(name=name, kind=kind)
    db.session.add(organisation)
    db.session.flush()
    record("organisation.added", f"organisation:{organisation.id}", by=by, origin=origin)
    return organisation


def add_person(new: NewPerson, *, by: int | None, origin: str = "web") -> Person:
    email = new.email.strip().lower()
    if db.session.scalars(select(Person.id).where(Person.email == email)).first():
        raise Refusal(
            _("Somebody has this address already: %(email)s.", email=email), field="email"
        )
    person = Person(
        email=email,
        given_name=new.given_name.strip(),
        infix=new.infix.strip(),
        surname=new.surname.strip(),
        sort_key=sort_key(new.given_name.strip(), new.infix.strip(), new.surname.strip()),
        language=new.language,
    )
    db.session.add(person)
    db.session.flush()
    record("person.added", f"person:{person.id}", by=by, origin=origin)
    return person


@dataclass(frozen=True)
class Part:
    """A role within an organisation, or within one cohort only."""

    role: Role
    organisation: Organisation
    cohort_id: int | None = None


def grant_role(
    person: Person, part: Part, *, since: date, by: int | None, origin: str = "web"
) -> RoleGrant:
    """From that day on; somebody who is it already stays it."""
    if held := _held(person, part, since):
        return held
    grant = RoleGrant(
        person_id=person.id,
        role=part.role,
        organisation_id=part.organisation.id,
        cohort_id=part.cohort_id,
        since_on=since,
    )
    db.session.add(grant)
    db.session.flush()
    record("role.granted", _described(person, part), by=by, origin=origin)
    bump(Person, [person.id])
    return grant


def revoke_role(
    person: Person, part: Part, *, until: date, by: int | None, origin: str = "web"
) -> None:
    """That day is the first on which they no longer are it."""
    held = _held(person, part, until)
    if held is None:
        raise Refusal(_("This person does not have this role."))
    held.until_on = until
    record("role.revoked", _described(person, part), by=by, origin=origin)
    bump(Person, [person.id])


def _held(person: Person, part: Part, on: date) -> RoleGrant | None:
    return db.session.scalars(
        select(RoleGrant).where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == part.role,
            RoleGrant.organisation_id == part.organisation.id,
            RoleGrant.cohort_id == part.cohort_id
            if part.cohort_id
            else RoleGrant.cohort_id.is_(None),
            (RoleGrant.until_on.is_(None)) | (RoleGrant.until_on > on),
        )
    ).first()


def _described(person: Person, part: Part) -> str:
    where = f"cohort:{part.cohort_id}" if part.cohort_id else f"organisation:{part.organisation.id}"
    return f"person:{person.id} {part.role.value} {where}"
