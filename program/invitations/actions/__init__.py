"""What happens to invitations: a release tells people, their answers come back."""

from program.invitations.actions.answers import Given, answer
from program.invitations.actions.incoming import (
    Received,
    receive,
    settle,
    settle_again,
    understood,
)
from program.invitations.actions.releasing import (
    ChangedMeanwhile,
    Choices,
    Published,
    changes,
    refuse_unseen,
    release,
)
from program.invitations.actions.repeating import tell_again
from program.invitations.actions.telling import tell_seats
from program.invitations.actions.undoing import PutBack, undo
from program.invitations.changes import Changes

__all__ = [
    "ChangedMeanwhile",
    "Changes",
    "Choices",
    "Given",
    "Published",
    "PutBack",
    "Received",
    "answer",
    "changes",
    "receive",
    "refuse_unseen",
    "release",
    "settle",
    "settle_again",
    "tell_again",
    "tell_seats",
    "understood",
    "undo",
]
