"""What nobody needs any more goes, each night."""

from datetime import datetime, timedelta

from sqlalchemy import Executable, delete, or_, select, update

from program.accounts.models import SignInLink, SignInRequest
from program.core.audit import record
from program.core.db import db
from program.intake.models import Intake, IntakeFile
from program.invitations.models import Answer, Invitation
from program.jobs.models import RunMark
from program.mail.models import IncomingMail
from program.meetings.models import Meeting

DAY, WEEK, QUARTER = timedelta(days=1), timedelta(weeks=1), timedelta(days=90)


def tidy_up(now: datetime) -> None:
    forget_sign_in_links(now)
    forget_intakes(now)
    forget_comments(now)
    forget_letters(now)
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
    """The originals hold the same words, some in their subject. What is about no session of ours
    goes after ninety days."""
    over = (
        select(Invitation.uid)
        .join(Meeting, Meeting.id == Invitation.meeting_id)
        .where(Meeting.ends_at < now)
    )
    known = select(Invitation.uid)
    old = IncomingMail.uid.not_in(known) & (IncomingMail.received_at < now - QUARTER)
    _execute(
        update(IncomingMail)
        .where(
            IncomingMail.outcome.is_not(None),
            or_(IncomingMail.uid.in_(over), old),
            or_(IncomingMail.content != b"", IncomingMail.subject != ""),
        )
        .values(content=b"", subject="")
    )


def forget_run_marks(now: datetime) -> None:
    _execute(delete(RunMark).where(RunMark.run_at < now - QUARTER))


def _execute(statement: Executable) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})
