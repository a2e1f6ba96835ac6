"""Telling one person at once of a seat they took or gave up themselves."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from flask import current_app

from program.accounts.models import Person
from program.cohorts.models import Cohort
from program.core.db import bump, locked
from program.invitations.actions.releasing import tell_due
from program.invitations.changes import Changes, compare
from program.invitations.queries import world_of


def tell_seats(
    cohort_id: int, person_id: int, meeting_ids: Collection[int], *, at: datetime
) -> Changes:
    """An invitation for what they have a seat at now, a cancellation for what they have not.

    Of the sessions as they were published: the draft stays between the planners.
    """
    cohort = locked(Cohort, cohort_id)
    world = world_of(cohort_id, organizer=current_app.config["MAIL_ADDRESS"])
    theirs = replace(
        world,
        draft=dict(world.told),
        seated=[s for s in world.seated if s.person_id == person_id],
        invited=[i for i in world.invited if i.person_id == person_id],
    )
    found = compare(theirs, at=at)
    found.due = [due for due in found.due if due.meeting_id in meeting_ids]
    tell_due(found, cohort, world.revisions, note="", at=at)
    bump(Cohort, [cohort_id])
    bump(Person, [person_id])
    return found
