"""What a load did, counted, and for whom it was done."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from program.core.audit import record, record_many

Progress = Callable[[int, int], None]


@dataclass
class Tally:
    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0  # known, and not in the files any more: only told

    def count(self, what: str) -> None:
        setattr(self, what, getattr(self, what) + 1)

    @property
    def wrote(self) -> bool:
        return bool(self.new or self.changed)


KINDS = (
    "people", "trainers", "venues", "rooms", "domains", "modules", "assignments", "absences",
)  # fmt: skip


@dataclass
class Outcome:
    cohort_id: int = 0
    cohort: str = ""
    client: str = ""
    bureau: str = ""
    cohort_is: str = "same"  # new, changed or same
    programme_is: str = "same"
    tallies: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    gone_people: list[str] = field(default_factory=list)

    @property
    def wrote(self) -> bool:
        """Did anything at all change?"""
        return (
            self.cohort_is != "same"
            or self.programme_is != "same"
            or any(tally.wrote for tally in self.tallies.values())
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "cohort": self.cohort,
            "cohort_id": self.cohort_id,
            "client": self.client,
            "bureau": self.bureau,
            "cohort_is": self.cohort_is,
            "programme_is": self.programme_is,
            **{kind: asdict(tally) for kind, tally in self.tallies.items()},
            "gone_people": self.gone_people,
        }


def quietly(_done: int, _of: int) -> None:
    """Progress that nobody watches."""


@dataclass
class Errand:
    """One load: who asked for it, where, on which day, and what has come of it so far."""

    by: int | None
    origin: str
    today: date
    progress: Progress = quietly
    outcome: Outcome = field(default_factory=Outcome)

    def tally(self, kind: str) -> Tally:
        return self.outcome.tallies[kind]

    def note(self, action: str, what: str) -> None:
        record(action, what, by=self.by, origin=self.origin)

    def note_many(self, action: str, what: Iterable[str]) -> None:
        record_many(action, what, by=self.by, origin=self.origin)
