"""A run of the solver: what it was asked, how far it is, what it proposes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from program.accounts.models import Person
from program.cohorts.models import Cohort
from program.core.db import Base, LongText


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"  # there is a proposal
    CANCELLED = "cancelled"  # by a person; the best so far is kept as the proposal
    FAILED = "failed"


class RunKind(StrEnum):
    PLAN = "plan"  # the whole programme
    REPAIR = "repair"  # as few changes as possible to what stands
    GROUPS = "groups"  # learning groups only
    TABLES = "tables"  # the mixes of the rounds to come only
    REASONS = "reasons"  # why there is no plan
    COPY = "copy"  # the schedule of another cohort, on the days of this one

    @property
    def changes_little(self) -> bool:
        """Begins from all that stands, for it has a price to change it."""
        return self in {RunKind.REPAIR, RunKind.TABLES}


class PlanRun(Base):
    """One job for the solver. Nothing changes until a person accepts what it proposes."""

    __tablename__ = "plan_run"
    __table_args__ = (Index(None, "cohort_id", "created_at"), Index(None, "state"))

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    state: Mapped[RunState] = mapped_column(default=RunState.QUEUED)
    question: Mapped[dict[str, Any]]  # the problem, as the solver reads it
    question_hash: Mapped[str] = mapped_column(String(64))
    seed: Mapped[int]
    seconds: Mapped[float]
    progress: Mapped[dict[str, Any]]  # phase, step, steps, broken, cost
    proposal: Mapped[dict[str, Any] | None]
    report: Mapped[dict[str, Any] | None]  # by the independent checker
    error: Mapped[LongText] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancel_asked_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    kind: Mapped[RunKind] = mapped_column(default=RunKind.PLAN, server_default=RunKind.PLAN.value)
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("plan_run.id"))  # a what-if of it
    curve: Mapped[list[Any] | None]  # seconds, rules broken, cost, bound: as the work went
    reasons: Mapped[dict[str, Any] | None]  # rules that cannot hold together, and ways out
    taken: Mapped[list[Any] | None]  # the meetings that were accepted so far, if not all at once

    cohort: Mapped[Cohort] = relationship()
    created_by: Mapped[Person | None] = relationship()


class PlanRule(Base):
    """A rule or wish that a planner set otherwise than usual, for a cohort or one module."""

    __tablename__ = "plan_rule"
    __table_args__ = (
        UniqueConstraint("cohort_id", "key", "module_id"),
        Index(None, "module_id"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    key: Mapped[str] = mapped_column(String(40))
    module_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"))
    state: Mapped[str] = mapped_column(String(10))  # "hard", "wish" or "off"
    weight: Mapped[int] = mapped_column(default=0)
    value: Mapped[dict[str, Any]]
