"""Whose feed a secret opens, and what is in it. The caller runs the select."""

from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, String, bindparam, or_, select

from program.accounts.models import Person
from program.core.db import UtcDateTime
from program.feeds.models import FeedKey
from program.invitations.models import Invitation, InvitationState
from program.meetings.models import PublishedMeeting


@cache
def opened() -> Select[*tuple[Any, ...]]:
    """The person behind a key that still holds, by its `hash`; one look in one index."""
    return (
        select(Person.id, Person.version, Person.language, Person.given_name)
        .join(FeedKey, FeedKey.person_id == Person.id)
        .where(
            FeedKey.secret_hash == bindparam("hash", type_=String),
            FeedKey.revoked_at.is_(None),
            Person.deactivated_at.is_(None),
        )
    )


def keys_of(person_id: int) -> Select[FeedKey]:
    return (
        select(FeedKey)
        .where(FeedKey.person_id == person_id, FeedKey.revoked_at.is_(None))
        .order_by(FeedKey.id.desc())
    )


@cache
def told() -> Select[*tuple[Any, ...]]:
    """Everything `person` was invited to, as participant or trainer, by time.

    What was cancelled stays for a while (`since`), so that it disappears with a reason.
    """
    return (
        select(
            Invitation.meeting_id,
            Invitation.uid,
            Invitation.sequence,
            Invitation.state,
            Invitation.partstat,
            Invitation.as_trainer,
            Invitation.stamped_at,
            PublishedMeeting.released_at,
            PublishedMeeting.title,
            PublishedMeeting.starts_at,
            PublishedMeeting.ends_at,
            PublishedMeeting.venue_name,
            PublishedMeeting.room_name,
            PublishedMeeting.address,
            PublishedMeeting.join_url,
            PublishedMeeting.trainer_names,
            PublishedMeeting.group_name,
            PublishedMeeting.note,
            PublishedMeeting.cancelled_at,
        )
        .join(PublishedMeeting, PublishedMeeting.meeting_id == Invitation.meeting_id)
        .where(
            Invitation.person_id == bindparam("person", type_=Integer),
            or_(
                PublishedMeeting.ends_at >= bindparam("since", type_=UtcDateTime()),
                (Invitation.state == InvitationState.INVITED)
                & PublishedMeeting.cancelled_at.is_(None),
            ),
        )
        .order_by(Invitation.starts_at, Invitation.meeting_id)
    )
