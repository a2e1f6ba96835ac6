"""What can come of handing a message to a mail server."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    SENT = "sent"  # the server has it
    LATER = "later"  # this message not now: a full mailbox, a line that broke
    NEVER = "never"  # this address refuses it for good
    POLICY = "policy"  # the server refuses us, or so it says: 5.7.x
    TROUBLE = "trouble"  # no message can leave: no connection, no login, no sender
    UNTRIED = "untried"  # it is somebody else's by now


@dataclass(frozen=True)
class Outcome:
    kind: Kind
    reason: str = ""  # for the planner; may hold an address, so it is never logged
    code: int | None = None  # the server's


SENT, UNTRIED = Outcome(Kind.SENT), Outcome(Kind.UNTRIED)
