"""What runners of this machine that are dead left behind: leases, and a note of what they sent."""

from program.core.db import db, reading
from program.jobs.owners import is_gone
from program.mail import outbox
from program.mail.jobs import inherit


def inherit_from_the_dead() -> None:
    """Done again and again, for a process that was killed may take its time to end.

    Whether they lead or stand by: only on their own machine is it known that they are dead.
    """
    with reading():
        holders = outbox.holders()
        db.session.rollback()
    if dead := {owner for owner in holders if is_gone(owner)}:
        inherit(dead)
