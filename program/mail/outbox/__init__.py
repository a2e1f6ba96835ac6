"""The outbox: which message leaves next, and what came of it. Its caller commits.

At least once: a message is leased, handed over, marked. Who dies in between leaves a lease behind;
the next one takes it back and sends the same bytes again.

One lane is one subject, an invitation say. A newer message replaces the older ones, so those are
superseded, and while one message of a lane is being sent the others wait: an older one never
leaves after a newer one.

A lease is taken back when its holder is known to be dead, or when it ran out: it lasts longer than
any server waits for the rest of a message, and its holder sends nothing without asking whether it
still holds it when it may have been asleep.
"""

from program.mail.outbox.claiming import (
    Claimed,
    anything_due,
    claim,
    claim_some,
    give_back,
    holders,
    keep,
    shared_clock,
    take_back_from,
    take_back_stranded,
)
from program.mail.outbox.lanes import Place, is_overtaken, nothing_before_it_left
from program.mail.outbox.leases import CRASHES_AT_ONCE, LEASE, is_due
from program.mail.outbox.settling import GIVE_UP_AFTER, settle, wait_after

__all__ = [
    "CRASHES_AT_ONCE", "GIVE_UP_AFTER", "LEASE", "Claimed", "Place", "anything_due", "claim",
    "claim_some", "give_back", "holders", "is_due", "is_overtaken", "keep",
    "nothing_before_it_left", "settle", "shared_clock", "take_back_from", "take_back_stranded",
    "wait_after",
]  # fmt: skip
