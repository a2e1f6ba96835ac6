"""Whose feed a secret opens, and what is in it. The caller runs the select."""

from datetime import date, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Integer, Select, String, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from program.accounts.models import Person
from program.cohorts.models import Cohort, Group
from program.cohorts.queries import cohorts_run_by
from program.core.db import UtcDateTime
from program.feeds.models import FeedKey
from program.invitations.models import Invitation, InvitationState
from program.meetings.models import Meeting, PublishedMeeting


@cache
def opened() -> Select[*tuple[Any, ...]]:
    """The person behind a key that still holds, by its `hash`; one look in one index."""
    return (
        select(Person.id, Person.version, Person.language, Person.given_name)
        .join(FeedKey, FeedKey.person_id == Person.id)
        .where(
            FeedKey.secret_hash == bindparam("hash", type_=String),
            FeedKey.revoked_at.is_(None),
            FeedKey.cohort_id.is_(None),
            Person.deactivated_at.is_(None),
        )
    )


def opened_by_planner(secret_hash: str, on: date) -> Select[*tuple[Any, ...]]:
    """The cohort (and group) behind a key, while its holder runs that cohort."""
    holder = cast("int", FeedKey.person_id)  # a column: each row asks for its own person
    return (
        cohorts_run_by(holder, on)
        .order_by(None)
        .join(FeedKey, FeedKey.cohort_id == Cohort.id)
        .join(Person, Person.id == FeedKey.person_id)
        .outerjoin(Group, Group.id == FeedKey.group_id)
        .where(
            FeedKey.secret_hash == secret_hash,
            FeedKey.revoked_at.is_(None),
            Person.deactivated_at.is_(None),
        )
        .with_only_columns(
            Cohort.id, Cohort.version, Cohort.name, FeedKey.group_id, FeedKey.person_id,
            Group.name.label("group_name"), Person.language,
        )
    )  # fmt: skip


def keys_of(
    person_id: int, *, cohort_id: int | None = None, group_id: int | None = None
) -> Select[FeedKey]:
    """The keys that hold: personal ones, or those of a cohort or of one group."""
    return (
        select(FeedKey)
        .where(
            FeedKey.person_id == person_id,
            FeedKey.revoked_at.is_(None),
            FeedKey.cohort_id.is_not_distinct_from(cohort_id),
            FeedKey.group_id.is_not_distinct_from(group_id),
        )
        .order_by(FeedKey.id.desc())
    )


def published(
    cohort_id: int, group_id: int | None, person_id: int, since: datetime
) -> Select[*tuple[Any, ...]]:
    """What was published of a cohort or group, with the UID of the reader's own invitation.

    Cancelled sessions stay until `since`.
    """
    mine = aliased(Invitation)
    chosen = (
        select(*PublishedMeeting.__table__.columns, mine.uid, mine.sequence)
        .join(Meeting, Meeting.id == PublishedMeeting.meeting_id)
        .outerjoin(mine, and_(mine.meeting_id == Meeting.id, mine.person_id == person_id))
        .where(
            PublishedMeeting.cohort_id == cohort_id,
            or_(PublishedMeeting.cancelled_at.is_(None), PublishedMeeting.ends_at >= since),
        )
        .order_by(PublishedMeeting.starts_at, PublishedMeeting.meeting_id)
    )
    return chosen if group_id is None else chosen.where(Meeting.group_id == group_id)


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
            PublishedMeeting.tentative,
            PublishedMeeting.cancelled_at,
            PublishedMeeting.cohort_id,
            Meeting.module_id,
            Meeting.round,
        )
        .join(PublishedMeeting, PublishedMeeting.meeting_id == Invitation.meeting_id)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
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
