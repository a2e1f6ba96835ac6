"""What the planner reads. Functions return a select (or, small and keyed, what it found)."""

from program.planning.queries.away import (
    absences,
    absences_of,
    closures,
    given_elsewhere,
    held_elsewhere,
    seated_elsewhere,
)
from program.planning.queries.drafted import (
    KINDS,
    enrolments,
    group_meetings,
    learning_group_members,
    learning_groups,
    locked_ahead,
    members_by_group,
    planned_meetings,
    standing,
    tables,
    tasks_by_group,
    trainers_by_meeting,
)
from program.planning.queries.means import leaving, module_domains, modules, rooms, trainers
from program.planning.queries.runs import at_work, group_runs, history, last_plan, reasons_for, runs

__all__ = [
    "KINDS",
    "absences",
    "absences_of",
    "at_work",
    "closures",
    "enrolments",
    "given_elsewhere",
    "group_meetings",
    "group_runs",
    "held_elsewhere",
    "history",
    "last_plan",
    "learning_group_members",
    "learning_groups",
    "leaving",
    "locked_ahead",
    "members_by_group",
    "module_domains",
    "modules",
    "planned_meetings",
    "reasons_for",
    "rooms",
    "runs",
    "seated_elsewhere",
    "standing",
    "tables",
    "tasks_by_group",
    "trainers",
    "trainers_by_meeting",
]
