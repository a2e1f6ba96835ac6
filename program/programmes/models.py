"""A programme: domains, modules in their order, and what completion asks."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Organisation
from program.core.db import Base, ShortText


class ModuleKind(StrEnum):
    PLENARY = "plenary"  # the whole cohort in one room
    GROUP = "group"  # each learning group by itself
    TABLES = "tables"  # small tables that mix anew each round
    WEBINAR = "webinar"  # the whole cohort online
    VISIT = "visit"  # a learning group visits elsewhere
    OPEN = "open"  # own enrolment


class Programme(Base):
    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("organisation_id", "title"),
        CheckConstraint("attendance_norm BETWEEN 0 AND 1", name="norm_is_a_share"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the bureau
    title: Mapped[ShortText]
    attendance_norm: Mapped[float] = mapped_column(default=0.8)  # share of hours, per domain
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship()
    domains: Mapped[list["Domain"]] = relationship(
        back_populates="programme", order_by="Domain.position", cascade="all, delete-orphan"
    )
    modules: Mapped[list["Module"]] = relationship(
        back_populates="programme", order_by="Module.position", cascade="all, delete-orphan"
    )


class Domain(Base):
    __tablename__ = "domain"
    __table_args__ = (UniqueConstraint("programme_id", "key"),)

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    key: Mapped[str] = mapped_column(String(60))
    title: Mapped[ShortText]
    position: Mapped[int]  # from 1; also its number and colour on the pages

    programme: Mapped[Programme] = relationship(back_populates="domains")

    @property
    def short(self) -> str:
        """Its name where there is little room."""
        return short_name(self.key)


def short_name(key: str) -> str:
    """Of the key of a domain: "Uw opgave" for "uw-opgave"."""
    return key.replace("-", " ").replace("_", " ").capitalize()


class Module(Base):
    __tablename__ = "module"
    __table_args__ = (
        UniqueConstraint("programme_id", "key"),
        CheckConstraint("minutes > 0", name="takes_time"),
        CheckConstraint("rounds >= 1", name="at_least_one_round"),
        Index(None, "after_id"),
    )

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    key: Mapped[str] = mapped_column(String(60))
    title: Mapped[ShortText]
    kind: Mapped[ModuleKind]
    minutes: Mapped[int]
    position: Mapped[int]  # from 1
    rounds: Mapped[int] = mapped_column(default=1)  # how often it is held (tables: each a new mix)
    fixed_on: Mapped[date | None]
    after_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"))
    min_gap_days: Mapped[int | None]  # since the module it comes after, for the same person
    max_gap_days: Mapped[int | None]
    online: Mapped[bool] = mapped_column(default=False)
    trainers: Mapped[int] = mapped_column(default=1)  # how many a meeting needs
    evening: Mapped[bool] = mapped_column(default=False, server_default=false())

    programme: Mapped[Programme] = relationship(back_populates="modules")
    after: Mapped["Module | None"] = relationship(remote_side="Module.id")
    weights: Mapped[list["ModuleDomain"]] = relationship(
        back_populates="module", cascade="all, delete-orphan"
    )


class ModuleDomain(Base):
    """How much of a module's hours counts for a domain; the weights of a module add up to 1."""

    __tablename__ = "module_domain"
    __table_args__ = (UniqueConstraint("module_id", "domain_id"),)

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"))
    domain_id: Mapped[int] = mapped_column(ForeignKey("domain.id"))
    weight: Mapped[float]

    module: Mapped[Module] = relationship(back_populates="weights")
    domain: Mapped[Domain] = relationship()
