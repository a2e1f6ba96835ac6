"""What the invented people did so far: they answered, came, were late, handed in, got feedback.

Who does what follows from a seeded die, so the demo is the same each time it is loaded.
"""

from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from program.accounts.actions import NewPerson, Part, add_person, grant_role
from program.accounts.models import Person, Role
from program.assignments.actions import give_feedback, submit
from program.assignments.models import Assignment
from program.assignments.queries import of_programme
from program.attendance.actions import mark, mark_rest
from program.attendance.models import PresenceState
from program.cohorts.models import Cohort, Enrolment
from program.core.db import db
from program.invitations.actions import Given, answer
from program.invitations.models import Invitation, PartStat
from program.meetings.models import Meeting, MeetingTrainer, PublishedMeeting, Seat

_SOON = timedelta(weeks=10)  # nobody answers for what is further away
_WORDS = (
    "Ik wil dat medewerkers zelf besluiten nemen, en dat ik daarna pas vraag wat ze nodig hadden.",
    "In mijn team vroeg ik acht mensen wat ik moet blijven doen en waarmee ik moet stoppen.",
    "We zijn met de inwoners van de wijk begonnen, niet met het plan dat al klaarlag.",
)
_FEEDBACK = (
    "Mooi concreet. Waaraan merkt uw team over een half jaar dat dit gelukt is?",
    "U beschrijft vooral het plan. Schrijf er ook bij wat u zelf anders doet.",
)


def staff_for(cohort: Cohort, *, since: date) -> None:
    """A planner for the bureau, and HR for the first client."""
    client = min(cohort.clients, key=lambda organisation: organisation.name)
    planner = _person(NewPerson("hanneke.dewit@bureau.example", "Hanneke", "Wit", infix="de"))
    hr = _person(NewPerson("helma.reijnders@enschede.example", "Helma", "Reijnders"))
    for person, part in (
        (planner, Part(Role.PLANNER, cohort.organisation)),
        (hr, Part(Role.HR, client)),
    ):
        grant_role(person, part, since=since, by=None, origin="command")


def _person(new: NewPerson) -> Person:
    known = db.session.scalars(select(Person).where(Person.email == new.email)).one_or_none()
    return known or add_person(new, by=None, origin="command")


def live(cohort: Cohort, *, at: datetime) -> None:
    """Everything that people did until then, since the schedule was released."""
    die = Random(90)  # noqa: S311 (a demo, not a secret)
    _answer(cohort, die, at)
    _meet(cohort, die, at)
    _work(cohort, die, at)


def _answer(cohort: Cohort, die: Random, at: datetime) -> None:
    asked = db.session.execute(
        select(Invitation.id, Invitation.person_id, Invitation.starts_at)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .where(Meeting.cohort_id == cohort.id, Invitation.starts_at < at + _SOON)
        .order_by(Invitation.id)
    ).all()
    for invitation_id, person_id, starts_at in asked:
        chosen = die.choices((*_ANSWERS, None), (80, 5, 3, 12))[0]
        when = min(starts_at, at) - timedelta(days=die.randint(2, 20))
        if chosen is not None:
            given = Given(chosen, via="mail", received_at=when, stamp=when, origin="mail")
            answer(invitation_id, given, by=person_id)


_ANSWERS = (PartStat.ACCEPTED, PartStat.DECLINED, PartStat.TENTATIVE)


def _meet(cohort: Cohort, die: Random, at: datetime) -> None:
    held = db.session.execute(
        select(PublishedMeeting.meeting_id, PublishedMeeting.ends_at)
        .where(PublishedMeeting.cohort_id == cohort.id, PublishedMeeting.ends_at < at)
        .order_by(PublishedMeeting.ends_at)
    ).all()
    for meeting_id, ends_at in held:
        seated = db.session.scalars(
            select(Seat.person_id).where(Seat.meeting_id == meeting_id).order_by(Seat.person_id)
        ).all()
        for person_id in seated:
            state = die.choices(_STATES, (90, 5, 5))[0]
            if state is not PresenceState.PRESENT:
                mark(meeting_id, person_id, state, by=None, at=ends_at)
        mark_rest(meeting_id, PresenceState.PRESENT, by=None, at=ends_at)


_STATES = (PresenceState.PRESENT, PresenceState.LATE, PresenceState.ABSENT)


def _work(cohort: Cohort, die: Random, at: datetime) -> None:
    trainer_id = db.session.scalars(
        select(MeetingTrainer.person_id)
        .join(Meeting, Meeting.id == MeetingTrainer.meeting_id)
        .where(Meeting.cohort_id == cohort.id)
        .order_by(MeetingTrainer.id)
    ).first()
    enrolments = db.session.scalars(
        select(Enrolment).where(Enrolment.cohort_id == cohort.id).order_by(Enrolment.id)
    ).all()
    for assignment in db.session.scalars(of_programme(cohort.programme_id)).all():
        begun = _begun(cohort, assignment, at)
        if begun is None or trainer_id is None:
            continue
        when = min(begun + timedelta(days=18), at)
        for enrolment in enrolments:
            if die.random() < 0.7:
                _hand_in(assignment, enrolment, die, at=when, trainer_id=trainer_id)


def _begun(cohort: Cohort, assignment: Assignment, at: datetime) -> datetime | None:
    """When everybody had had the meeting after which this work is due."""
    ends = db.session.scalars(
        select(Meeting.ends_at).where(
            Meeting.cohort_id == cohort.id, Meeting.module_id == assignment.due_after_id
        )
    ).all()
    return max(ends) if ends and max(ends) < at else None


def _hand_in(
    assignment: Assignment, enrolment: Enrolment, die: Random, *, at: datetime, trainer_id: int
) -> None:
    handed_in = submit(
        assignment.id, enrolment.id, text=die.choice(_WORDS), by=enrolment.person_id, at=at
    )
    if die.random() < 0.6:
        give_feedback(handed_in.id, die.choice(_FEEDBACK), by=trainer_id, at=at)
