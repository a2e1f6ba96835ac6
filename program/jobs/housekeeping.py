"""What nobody needs any more goes, each night."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Executable, delete, or_, select, update

from program.accounts.models import OtherAddress, Person, SignInLink, SignInRequest
from program.core.audit import record
from program.core.db import db
from program.intake.models import Intake, IntakeFile
from program.invitations.models import Answer, Invitation
from program.jobs.models import RunMark
from program.mail.models import IncomingMail, IncomingOriginal
from program.meetings.models import Meeting
from program.review.models import ReviewMark
from program.review.queries import asks

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MONTH, QUARTER = timedelta(days=30), timedelta(days=90)


def tidy_up(now: datetime) -> None:
    forget_sign_in_links(now)
    forget_intakes(now)
    forget_comments(now)
    forget_letters(now)
    forget_addresses(now)
    forget_run_marks(now)
    record("house.tidied", "house:all", by=None, origin="runner")


def forget_sign_in_links(now: datetime) -> None:
    """A day after they ended, so that until then the page can say why a link does not work."""
    _execute(delete(SignInLink).where(SignInLink.expires_at < now - DAY))
    _execute(delete(SignInRequest).where(SignInRequest.at < now - DAY))


def forget_intakes(now: datetime) -> None:
    """Uploads hold personal data: a week is enough to load them or fetch the rows left out."""
    old = select(Intake.id).where(Intake.created_at < now - WEEK)
    _execute(delete(IntakeFile).where(IntakeFile.intake_id.in_(old)))
    _execute(delete(Intake).where(Intake.created_at < now - WEEK))


def forget_comments(now: datetime) -> None:
    """What someone wrote with an answer is for the trainer, until the meeting."""
    over = (
        select(Invitation.id)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .where(Meeting.ends_at < now)
    )
    _execute(
        update(Answer)
        .where(Answer.comment != "", Answer.invitation_id.in_(over))
        .values(comment="")
    )


def forget_letters(now: datetime) -> None:
    """What came in holds the same words, and who is ill or away. Nothing of it but its outcome is
    left when its session is over, a month after it came when nobody has to look at it any more,
    and a quarter after it came in any case. The privacy page says so."""
    ids = select(IncomingMail.id).where(IncomingMail.size > 0, _settled(now))
    _execute(delete(IncomingOriginal).where(IncomingOriginal.incoming_id.in_(ids)))
    known = select(Invitation.uid)
    _execute(
        update(IncomingMail)
        .where(IncomingMail.size > 0, _settled(now), IncomingMail.uid.not_in(known))
        .values(address="")
    )
    _execute(
        update(IncomingMail)
        .where(IncomingMail.size > 0, _settled(now))
        .values(content=b"", size=0, subject="", sender="", sent_to="")
    )


def _settled(now: datetime) -> ColumnElement[bool]:
    over = (
        select(Invitation.uid)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .where(Meeting.ends_at < now)
    )
    decided = select(ReviewMark.incoming_id)
    idle = ~asks() | IncomingMail.id.in_(decided)
    return IncomingMail.outcome.is_not(None) & or_(
        IncomingMail.uid.in_(over),
        idle & (IncomingMail.received_at < now - MONTH),
        IncomingMail.received_at < now - QUARTER,
    )


def forget_addresses(now: datetime) -> None:
    """From where people answered who are gone, or whose last session is a quarter ago."""
    gone = select(Person.id).where(Person.deactivated_at.is_not(None))
    comes = (
        select(Invitation.person_id)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .where(Meeting.ends_at > now - QUARTER)
    )
    _execute(
        delete(OtherAddress).where(
            OtherAddress.person_id.in_(gone) | OtherAddress.person_id.not_in(comes)
        )
    )


def forget_run_marks(now: datetime) -> None:
    _execute(delete(RunMark).where(RunMark.run_at < now - QUARTER))


def _execute(statement: Executable) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})
