"""What people do with plans. One function is one intention; none of them commits."""

from program.planning.actions.accepting import PlanOutdated, accept
from program.planning.actions.posing import NothingToPlan, Wish, ask_to_cancel, pose

__all__ = ["NothingToPlan", "PlanOutdated", "Wish", "accept", "ask_to_cancel", "pose"]
