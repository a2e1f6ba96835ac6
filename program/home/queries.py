"""What a participant was told, and who shares it. Never a draft. The caller runs the select."""

from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload

from program.accounts.models import Person
from program.attendance.models import Presence
from program.attendance.queries import CURRENT
from program.cohorts.models import Cohort, Enrolment, Group, GroupKind, GroupMembership
from program.cohorts.queries import enrolled, member
from program.invitations.models import Invitation, InvitationState, Release
from program.meetings.models import Meeting, PublishedMeeting
from program.meetings.queries import tasks_at
from program.planning.models import PlanRun
from program.programmes.models import Domain, ModuleDomain

_TOLD = (
    Invitation.id.label("invitation_id"),
    Invitation.meeting_id,
    Invitation.partstat,
    Invitation.state,
    Invitation.sequence,
    Meeting.cohort_id,
    Meeting.module_id,
    Meeting.round,
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
    Presence.state.label("presence"),
)


def my_meetings(person_id: int) -> Select[*tuple[Any, ...]]:
    """The meetings this person was invited to as a participant, by time."""
    return (
        select(*_TOLD)
        .select_from(Invitation)
        .join(PublishedMeeting, PublishedMeeting.meeting_id == Invitation.meeting_id)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .outerjoin(
            Presence,
            and_(
                Presence.meeting_id == Invitation.meeting_id,
                Presence.person_id == Invitation.person_id,
                CURRENT,
            ),
        )
        .where(Invitation.person_id == person_id, Invitation.as_trainer.is_(False))
        .order_by(Invitation.starts_at, Invitation.meeting_id)
    )


def my_enrolments(person_id: int, on: date) -> Select[Enrolment]:
    return (
        select(Enrolment)
        .where(Enrolment.person_id == person_id, enrolled(on))
        .options(joinedload(Enrolment.cohort).joinedload(Cohort.programme))
        .order_by(Enrolment.id.desc())
    )


def domains_of_modules(programme_ids: list[int]) -> Select[*tuple[int, int, str]]:
    """Module, position and key of each domain that a module counts for."""
    return (
        select(ModuleDomain.module_id, Domain.position, Domain.key)
        .join(Domain, Domain.id == ModuleDomain.domain_id)
        .where(Domain.programme_id.in_(programme_ids))
        .order_by(ModuleDomain.module_id, Domain.position)
    )


def domains(programme_id: int) -> Select[Domain]:
    return select(Domain).where(Domain.programme_id == programme_id).order_by(Domain.position)


def invited_with_me(meeting_id: int) -> Select[*tuple[Any, ...]]:
    """Names of the participants who were invited to a meeting."""
    return (
        select(Person.id, Person.given_name, Person.infix, Person.surname)
        .join(Invitation, Invitation.person_id == Person.id)
        .where(
            Invitation.meeting_id == meeting_id,
            Invitation.as_trainer.is_(False),
            Invitation.state == InvitationState.INVITED,
        )
        .order_by(Person.sort_key, Person.id)
    )


def tasks_told(meeting_id: int) -> Select[*tuple[Any, ...]]:
    """A row per person with a task at this table: person, task.

    None as long as a plan was accepted and not published: tasks change with plans.
    """
    released = (
        select(func.max(Release.released_at))
        .where(Release.cohort_id == PlanRun.cohort_id)
        .scalar_subquery()
    )
    draft = select(PlanRun.id).where(
        PlanRun.cohort_id == Meeting.cohort_id, PlanRun.accepted_at > released
    )
    return tasks_at(meeting_id).where(~draft.exists())


def my_groups(person_id: int, on: date) -> Select[Group]:
    """The learning groups this person is in on that day."""
    return (
        select(Group)
        .join(Group.memberships)
        .join(GroupMembership.enrolment)
        .where(
            Enrolment.person_id == person_id,
            enrolled(on),
            Group.kind == GroupKind.LEARNING,
            member(on),
        )
        .options(joinedload(Group.cohort))
        .order_by(Group.id.desc())
    )


def members(group_id: int, on: date) -> Select[*tuple[Any, ...]]:
    return (
        select(Person.id, Person.given_name, Person.infix, Person.surname)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(GroupMembership, GroupMembership.enrolment_id == Enrolment.id)
        .where(GroupMembership.group_id == group_id, member(on), enrolled(on))
        .order_by(Person.sort_key, Person.id)
    )


def names_of(cohort_id: int, on: date) -> Select[*tuple[Any, ...]]:
    """Everyone who takes part, by name."""
    return (
        select(Person.id, Person.email, Person.given_name, Person.infix, Person.surname)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.cohort_id == cohort_id, enrolled(on))
        .order_by(Person.sort_key, Person.id)
    )
