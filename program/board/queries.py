"""The schedule's rows with what the board shows besides: what was published, what was answered."""

from functools import cache
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from program.invitations.models import Invitation, InvitationState, PartStat
from program.meetings.models import Meeting, PublishedMeeting
from program.meetings.schedule import COHORT, slot_rows


@cache
def board_rows() -> Select[*tuple[Any, ...]]:
    """One statement for the whole board."""
    answers = (
        select(
            Invitation.meeting_id,
            func.sum(case((Invitation.partstat == PartStat.ACCEPTED, 1), else_=0)).label("yes"),
            func.sum(case((Invitation.partstat == PartStat.DECLINED, 1), else_=0)).label("no"),
            func.sum(case((Invitation.partstat == PartStat.NEEDS_ACTION, 1), else_=0)).label(
                "silent"
            ),
            func.count(Invitation.id).label("invited"),
        )
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .where(
            Meeting.cohort_id == COHORT,
            Invitation.state == InvitationState.INVITED,
            Invitation.as_trainer.is_(False),
        )
        .group_by(Invitation.meeting_id)
        .subquery("answers")
    )
    told = PublishedMeeting
    return (
        slot_rows()
        .add_columns(
            told.id.label("told"), told.title.label("told_title"),
            told.starts_at.label("told_starts_at"), told.ends_at.label("told_ends_at"),
            told.room_id.label("told_room_id"), told.note.label("told_note"),
            told.trainer_names.label("told_trainers"), told.group_name.label("told_group"),
            told.cancelled_at.label("told_cancelled_at"), answers.c.yes, answers.c.no,
            answers.c.silent, answers.c.invited,
        )
        .outerjoin(told, told.meeting_id == Meeting.id)
        .outerjoin(answers, and_(answers.c.meeting_id == Meeting.id))
    )  # fmt: skip
