"""The iTIP messages we send (RFC 5545, 5546, 6047) as bytes. Pure.

`calendar.py` writes the appointment, `mail.py` the message around it, `lines.py` the spelling
both need. What all invitees of a meeting share is rendered once; making it personal is then a
matter of putting a few lines in between, which is some thirty times cheaper than building
objects for each person.
"""

from program.invitations.itip.calendar import Appointment, Event, Invitee, Method
from program.invitations.itip.mail import Envelope, Letterhead, message, message_id
from program.invitations.itip.names import bounce_address, new_uid, uid_of_bounce, usable_address

__all__ = [
    "Appointment",
    "Envelope",
    "Event",
    "Invitee",
    "Letterhead",
    "Method",
    "bounce_address",
    "message",
    "message_id",
    "new_uid",
    "uid_of_bounce",
    "usable_address",
]
