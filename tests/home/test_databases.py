"""Every page of these features on both databases."""

import pytest
from flask import Flask

from program.accounts.models import Role
from program.assignments.actions import submit
from program.attendance.actions import mark_rest
from program.attendance.models import PresenceState
from program.core.db import db
from program.feeds.actions import new_link
from tests.english import sign_in
from tests.factories import (
    MONDAY_9H,
    grant,
    make_assignment,
    make_cohort,
    make_enrolment,
    make_group,
    make_meeting,
    make_module,
    make_person,
)
from tests.home.test_views import invite

OF_TRAINERS = (
    "/meetings/{meeting}/roll",
    "/meetings/{meeting}/roll/{person}",
    "/meetings/{meeting}/roll/guests",
    "/cohorts/{cohort}/attendance",
    "/cohorts/{cohort}/assignments",
    "/cohorts/{cohort}/assignments/{assignment}/{enrolment}",
    "/cohorts/{cohort}/progress",
    "/programmes/{programme}/assignments",
)
OF_PARTICIPANTS = (
    "/", "/schedule/{meeting}", "/group", "/assignments", "/assignments/{assignment}",
    "/meetings/{meeting}/calendar.ics", "/calendar/{secret}.ics",
)  # fmt: skip


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PARTICIPANT])
def test_all_pages_show(each_app: Flask, role: Role) -> None:
    cohort = make_cohort()
    enrolment = make_enrolment(cohort)
    module = make_module(cohort.programme)
    assignment = make_assignment(cohort.programme, due_after=module)
    group = make_group(cohort, enrolment)
    meeting = make_meeting(cohort, module=module, group_id=group.id)
    invite(meeting, enrolment.person)
    mark_rest(meeting.id, PresenceState.PRESENT, by=None, at=MONDAY_9H)
    submit(assignment.id, enrolment.id, text="Plan", by=None, at=MONDAY_9H)
    secret = new_link(enrolment.person_id, "test", by=None, at=MONDAY_9H)
    db.session.commit()
    trainer = grant(make_person(), Role.TRAINER, cohort.organisation)
    names = {
        "meeting": meeting.id, "person": enrolment.person_id, "cohort": cohort.id,
        "assignment": assignment.id, "enrolment": enrolment.id, "secret": secret,
        "programme": cohort.programme_id,
    }  # fmt: skip
    pages = OF_TRAINERS if role is Role.TRAINER else OF_PARTICIPANTS
    browser = sign_in(each_app, trainer if role is Role.TRAINER else enrolment.person)

    found = {page: browser.get(page.format(**names)).status_code for page in pages}

    assert found == dict.fromkeys(pages, 200)
