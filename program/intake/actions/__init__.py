"""Check files, and load what is good in them. Nothing here commits."""

from program.intake.actions.checking import preview, question
from program.intake.actions.loading import Target, load, target_named

__all__ = ["Target", "load", "preview", "question", "target_named"]
