"""What people do with plans. One function is one intention; none of them commits."""

from program.planning.actions.accepting import PlanOutdated, accept
from program.planning.actions.arranging import (
    ChangedMeanwhile,
    accept_groups,
    move_people,
    pin_people,
    swap_people,
)
from program.planning.actions.grouping import GroupWish, improve, pose_groups
from program.planning.actions.posing import NothingToPlan, Wish, ask_to_cancel, pose
from program.planning.actions.repairing import Happening, note_happening, repair
from program.planning.actions.ruling import reset_rule, set_rule
from program.planning.actions.taking import PartRefused, lock_and_go_on, take

__all__ = [
    "ChangedMeanwhile",
    "GroupWish",
    "Happening",
    "NothingToPlan",
    "PartRefused",
    "PlanOutdated",
    "Wish",
    "accept",
    "accept_groups",
    "ask_to_cancel",
    "improve",
    "lock_and_go_on",
    "move_people",
    "note_happening",
    "pin_people",
    "pose",
    "pose_groups",
    "repair",
    "reset_rule",
    "set_rule",
    "swap_people",
    "take",
]
