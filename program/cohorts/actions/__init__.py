"""What planners do with cohorts and people. One function is one intention; none commits."""

from program.cohorts.actions.agreements import add_pair, close_days, drop_pair, open_day
from program.cohorts.actions.groups import (
    add_group,
    rename_group,
    transfer,
    works_for,
)
from program.cohorts.actions.people import PersonSpec, enrol, known_person, leave
from program.cohorts.actions.plans import CohortSpec, add_cohort, edit_cohort
from program.cohorts.actions.trainers import (
    TrainerSpec,
    add_absence,
    add_trainer,
    edit_trainer,
    remove_absence,
)

__all__ = [
    "CohortSpec",
    "PersonSpec",
    "TrainerSpec",
    "add_absence",
    "add_cohort",
    "add_group",
    "add_pair",
    "add_trainer",
    "close_days",
    "drop_pair",
    "edit_cohort",
    "edit_trainer",
    "enrol",
    "known_person",
    "leave",
    "open_day",
    "remove_absence",
    "rename_group",
    "transfer",
    "works_for",
]
