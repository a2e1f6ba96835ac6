"""Who uses the system, for which organisation, and as what."""

import unicodedata
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.core.db import Base, ShortText

_UNDECOMPOSED = str.maketrans("øØ\u0131łŁđ", "oOilLd") | {ord("ß"): "ss"}


class OrganisationKind(StrEnum):
    BUREAU = "bureau"
    CLIENT = "client"


class Role(StrEnum):
    ADMIN = "admin"
    PLANNER = "planner"
    TRAINER = "trainer"
    PARTICIPANT = "participant"
    HR = "hr"


class Organisation(Base):
    __tablename__ = "organisation"

    name: Mapped[ShortText] = mapped_column(unique=True)
    kind: Mapped[OrganisationKind]


def sort_key(given_name: str, infix: str, surname: str) -> str:
    """How Dutch lists sort people: by surname without its prefix, accents not counted."""
    plain = unicodedata.normalize(
        "NFKD", f"{surname} {given_name} {infix}".translate(_UNDECOMPOSED)
    )
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold().strip()


def full_name(given_name: str, infix: str, surname: str) -> str:
    return " ".join(part for part in (given_name, infix, surname) if part)


class Person(Base):
    """A human with an address. What an organisation knows of them is in their `Membership`."""

    __tablename__ = "person"
    __table_args__ = (Index(None, "sort_key"),)

    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    given_name: Mapped[ShortText]
    infix: Mapped[str] = mapped_column(String(40), default="")  # tussenvoegsel
    surname: Mapped[ShortText]
    sort_key: Mapped[str] = mapped_column(String(400))
    language: Mapped[str] = mapped_column(String(5), default="nl")
    version: Mapped[int] = mapped_column(default=1)  # rises with all that this person's pages show
    deactivated_at: Mapped[datetime | None]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="person")

    @property
    def name(self) -> str:
        return full_name(self.given_name, self.infix, self.surname)

    @property
    def list_name(self) -> str:
        """As in a sorted list: "Berg, Jan van der"."""
        return f"{self.surname}, {' '.join(p for p in (self.given_name, self.infix) if p)}"


class OtherAddress(Base):
    """From which a person answers as well, because somebody said so. Nothing is ever sent to it."""

    __tablename__ = "other_address"
    __table_args__ = (UniqueConstraint("person_id", "address"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(254))  # lower case
    remembered_at: Mapped[datetime]
    remembered_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL")
    )

    remembered_by: Mapped[Person | None] = relationship(foreign_keys=remembered_by_id)


class Membership(Base):
    """A person's place in an organisation, as its HR department knows it."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("organisation_id", "person_id"),
        Index(None, "organisation_id", "employee_number"),
        Index(None, "person_id"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    employee_number: Mapped[str] = mapped_column(String(40), default="")
    manager_number: Mapped[str] = mapped_column(String(40), default="")
    department: Mapped[ShortText] = mapped_column(default="")
    job_title: Mapped[ShortText] = mapped_column(default="")
    gender: Mapped[str] = mapped_column(String(1), default="")  # "V", "M", "X" or unknown
    working_days: Mapped[int] = mapped_column(default=31)  # bit 0 is Monday … bit 6 Sunday
    hours_per_week: Mapped[float | None]
    employed_since: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()


class RoleGrant(Base):
    """What a person may be within an organisation (or one of its cohorts), from a date on.

    A grant without cohort holds for the whole organisation: every cohort it runs (a bureau's
    planners and trainers) or takes part in (a client's HR).
    """

    __tablename__ = "role_grant"
    __table_args__ = (Index(None, "person_id"), Index(None, "cohort_id", "role"))

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    since_on: Mapped[date]
    until_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="grants")
    organisation: Mapped[Organisation] = relationship()

    def holds(self, on: date) -> bool:
        return self.since_on <= on and (self.until_on is None or on < self.until_on)


class SignInLink(Base):
    """A single-use link that was mailed; we keep its hash only."""

    __tablename__ = "sign_in_link"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class SignInRequest(Base):
    """That somebody asked for a link, known or not: so that nobody can ask without end.

    Address and client are kept as keyed hashes, for one day.
    """

    __tablename__ = "sign_in_request"
    __table_args__ = (Index(None, "address_key", "at"), Index(None, "client_key", "at"))

    address_key: Mapped[str] = mapped_column(String(64))
    client_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
