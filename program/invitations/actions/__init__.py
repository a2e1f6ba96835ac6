"""What happens to invitations: a release tells people, their answers come back."""

from program.invitations.actions.answers import Given, answer
from program.invitations.actions.incoming import Received, receive
from program.invitations.actions.releasing import Published, changes, release
from program.invitations.changes import Changes

__all__ = ["Changes", "Given", "Published", "Received", "answer", "changes", "receive", "release"]
