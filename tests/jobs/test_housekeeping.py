from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from program.accounts.models import SignInLink
from program.core.db import db
from program.intake.models import Intake, IntakeFile
from program.invitations.models import Answer, Invitation, PartStat
from program.jobs.housekeeping import tidy_up
from program.jobs.models import RunMark
from tests.factories import MONDAY_9H, make_bureau, make_meeting, make_person, stored

pytestmark = pytest.mark.usefixtures("each_app")
DAY = timedelta(days=1)


def tidied(column: Any) -> list[Any]:
    tidy_up(MONDAY_9H)
    db.session.commit()
    return list(db.session.scalars(select(column)))


def test_sign_in_links_go_a_day_after_they_ended() -> None:
    for n, age in enumerate((timedelta(hours=23), timedelta(hours=25))):
        stored(
            SignInLink(
                person_id=make_person().id, token_hash=str(n),
                created_at=MONDAY_9H - 2 * DAY, expires_at=MONDAY_9H - age,
            )
        )  # fmt: skip

    assert tidied(SignInLink.token_hash) == ["0"]


def test_uploads_go_after_a_week_with_their_files() -> None:
    for name, days in (("new", 6), ("old", 8)):
        stored(
            Intake(
                organisation_id=make_bureau().id, cohort_name=name, mapping={},
                created_by_id=make_person().id, created_at=MONDAY_9H - days * DAY,
                files=[IntakeFile(name=name, content=b"x")],
            )
        )  # fmt: skip

    assert tidied(Intake.cohort_name) == ["new"]
    assert tidied(IntakeFile.name) == ["new"]


def test_what_people_wrote_with_an_answer_goes_after_the_meeting() -> None:
    for days in (-1, 1):
        meeting = make_meeting(starts_at=MONDAY_9H + days * DAY)
        invitation = stored(
            Invitation(
                meeting_id=meeting.id, person_id=make_person().id, uid=f"{days}@x",
                address="a@example.nl", stamped_at=MONDAY_9H, starts_at=meeting.starts_at,
            )
        )  # fmt: skip
        stored(
            Answer(
                invitation_id=invitation.id, received_at=MONDAY_9H, via="mail", sequence=0,
                partstat=PartStat.DECLINED, stamp=MONDAY_9H, comment="Ik kan niet", applied=True,
            )
        )  # fmt: skip

    assert sorted(tidied(Answer.comment)) == ["", "Ik kan niet"]


def test_marks_of_done_jobs_go_after_a_quarter() -> None:
    for days in (89, 91):
        stored(RunMark(job=str(days), run_at=MONDAY_9H - days * DAY))

    assert tidied(RunMark.job) == ["89"]
