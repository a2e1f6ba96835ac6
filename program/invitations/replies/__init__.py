"""Reads what comes back: one raw message becomes one classified reading. Pure; never raises.

`message.py` walks the mail, `calendar.py` reads the few properties of a reply that we need,
`delivery.py` reads delivery reports, `reading.py` says what it all amounts to.
"""

from program.invitations.replies.calendar import Attendee, Said
from program.invitations.replies.reading import Outcome, Reading, read

__all__ = ["Attendee", "Outcome", "Reading", "Said", "read"]
