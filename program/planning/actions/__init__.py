"""What people do with plans. One function is one intention; none of them commits."""

from program.planning.actions.accepting import PlanOutdated, accept
from program.planning.actions.posing import NothingToPlan, Wish, ask_to_cancel, pose
from program.planning.actions.repairing import Happening, note_happening, repair
from program.planning.actions.ruling import reset_rule, set_rule
from program.planning.actions.taking import PartRefused, lock_and_go_on, take

__all__ = [
    "Happening", "NothingToPlan", "PartRefused", "PlanOutdated", "Wish", "accept", "ask_to_cancel",
    "lock_and_go_on", "note_happening", "pose", "repair", "reset_rule", "set_rule", "take",
]  # fmt: skip
