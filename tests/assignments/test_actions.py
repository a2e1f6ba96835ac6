from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Person
from program.assignments.actions import (
    FileNotTaken,
    NothingHandedIn,
    Wording,
    add_assignment,
    copy_assignments,
    give_feedback,
    remove_assignment,
    submit,
)
from program.assignments.files import LIMIT, Upload
from program.assignments.ledger import Work, WorkState, work_by_person
from program.assignments.models import Assignment, Feedback, Submission
from program.cohorts.models import Enrolment
from program.core.audit import AuditEntry
from program.core.db import db
from program.core.errors import Refusal
from tests.factories import (
    MONDAY_9H,
    make_assignment,
    make_cohort,
    make_enrolment,
    make_meeting,
    make_module,
    make_person,
    make_programme,
    make_seat,
    publish,
)

AT = MONDAY_9H


def asked() -> tuple[Assignment, Enrolment]:
    cohort = make_cohort()
    return make_assignment(cohort.programme), make_enrolment(cohort)


def work_of(assignment: Assignment, enrolment: Enrolment) -> Work:
    found = work_by_person(enrolment.cohort, [assignment], [enrolment.person_id])
    return found[enrolment.person_id][0]


@pytest.mark.usefixtures("app")
class TestHandingIn:
    def test_a_second_version_leaves_the_first(self) -> None:
        assignment, enrolment = asked()
        submit(assignment.id, enrolment.id, text="one", by=None, at=AT)
        submit(assignment.id, enrolment.id, text="two", by=None, at=AT)

        rows = db.session.scalars(select(Submission).order_by(Submission.number)).all()
        assert [(row.number, row.text) for row in rows] == [(1, "one"), (2, "two")]

    def test_a_file_is_kept_with_its_kind(self) -> None:
        assignment, enrolment = asked()
        upload = Upload("plan.pdf", b"%PDF-1.7")

        done = submit(assignment.id, enrolment.id, upload=upload, by=None, at=AT)

        assert (done.file_name, done.media_type, done.file) == (
            "plan.pdf", "application/pdf", b"%PDF-1.7",
        )  # fmt: skip

    def test_nothing_is_not_handed_in(self) -> None:
        assignment, enrolment = asked()

        with pytest.raises(NothingHandedIn):
            submit(assignment.id, enrolment.id, text=" \n", by=None, at=AT)

    @pytest.mark.parametrize(
        "upload",
        [
            Upload("page.html", b"<script>"),
            Upload("plan.pdf", b""),
            Upload("plan.pdf", b"%PDF-" + bytes(LIMIT)),
        ],
    )
    def test_other_files_are_refused(self, upload: Upload) -> None:
        assignment, enrolment = asked()

        with pytest.raises(FileNotTaken):
            submit(assignment.id, enrolment.id, upload=upload, by=None, at=AT)

    def test_an_assignment_of_another_programme_is_refused(self) -> None:
        _assignment, enrolment = asked()

        other = make_assignment(make_programme())
        with pytest.raises(Refusal):
            submit(other.id, enrolment.id, text="one", by=None, at=AT)

    def test_handing_in_is_audited_and_shows_on_the_pages(self) -> None:
        assignment, enrolment = asked()
        submit(assignment.id, enrolment.id, text="one", by=enrolment.person_id, at=AT)
        db.session.commit()

        assert db.session.scalars(select(AuditEntry.action)).all() == ["submission.handed_in"]
        assert db.session.get_one(Person, enrolment.person_id).version == 2


@pytest.mark.usefixtures("app")
class TestDueDates:
    def test_due_counts_from_the_persons_own_published_meeting(self) -> None:
        assignment, enrolment = asked()
        assignment.due_after = make_module(enrolment.cohort.programme)
        assignment.due_days = 21
        meeting = make_meeting(enrolment.cohort, module=assignment.due_after)
        make_seat(meeting, enrolment.person)
        publish(meeting, starts_at=AT + timedelta(days=1), ends_at=AT + timedelta(days=1, hours=4))

        assert work_of(assignment, enrolment).due_on == date(2030, 1, 29)

    def test_due_is_not_known_as_long_as_nothing_is_published(self) -> None:
        assignment, enrolment = asked()
        assignment.due_after = make_module(enrolment.cohort.programme)
        make_seat(make_meeting(enrolment.cohort, module=assignment.due_after), enrolment.person)

        assert work_of(assignment, enrolment).due_on is None

    def test_the_day_itself_is_the_local_one(self) -> None:
        assignment, enrolment = asked()
        assignment.due_after = make_module(enrolment.cohort.programme)
        assignment.due_days = 0
        late = AT.replace(hour=23, minute=30)  # half past midnight in Amsterdam
        meeting = make_meeting(enrolment.cohort, module=assignment.due_after, ends_at=late)
        make_seat(meeting, enrolment.person)
        publish(meeting)

        assert work_of(assignment, enrolment).due_on == date(2030, 1, 8)

    def test_the_state_follows_from_what_happened(self) -> None:
        today, yesterday = date(2030, 1, 2), date(2030, 1, 1)

        assert Work(1, 1, None).state(today) is WorkState.TO_DO
        assert Work(1, 1, today).state(today) is WorkState.TO_DO
        assert Work(1, 1, yesterday).state(today) is WorkState.OVERDUE
        assert Work(1, 1, yesterday, version=1).state(today) is WorkState.WAITING
        assert Work(1, 1, None, version=2, answers=1).state(today) is WorkState.ANSWERED


@pytest.mark.usefixtures("app")
def test_feedback_is_on_the_version_it_answers() -> None:
    assignment, enrolment = asked()
    first = submit(assignment.id, enrolment.id, text="one", by=None, at=AT)
    give_feedback(first.id, "Sharp.", by=make_person().id, at=AT)
    assert work_of(assignment, enrolment).answers == 1

    submit(assignment.id, enrolment.id, text="two", by=None, at=AT)

    assert (work_of(assignment, enrolment).version, work_of(assignment, enrolment).answers) == (
        2,
        0,
    )


@pytest.mark.usefixtures("app")
def test_empty_feedback_is_refused() -> None:
    assignment, enrolment = asked()
    done = submit(assignment.id, enrolment.id, text="one", by=None, at=AT)

    with pytest.raises(Refusal):
        give_feedback(done.id, "  ", by=make_person().id, at=AT)

    assert db.session.scalars(select(Feedback)).all() == []


@pytest.mark.usefixtures("app")
def test_one_can_ask_what_was_handed_in_at_a_moment() -> None:
    assignment, enrolment = asked()
    for days in (0, 2):
        submit(assignment.id, enrolment.id, text="x", by=None, at=AT + timedelta(days=days))

    def version(days: int) -> int:
        known_at = AT + timedelta(days=days)
        people = [enrolment.person_id]
        found = work_by_person(enrolment.cohort, [assignment], people, known_at=known_at)
        return found[enrolment.person_id][0].version

    assert [version(days) for days in (-1, 0, 1, 2)] == [0, 1, 1, 2]


@pytest.mark.usefixtures("app")
class TestEditing:
    def wording(self, assignment: Assignment) -> Wording:
        return Wording("Publieke waarde", "Beschrijf.", assignment.domain_id, None, 14)

    def test_a_key_is_made_from_the_title_and_stays_unique(self) -> None:
        assignment, _enrolment = asked()
        programme_id = assignment.programme_id
        wording = self.wording(assignment)

        keys = [add_assignment(programme_id, wording, by=None).key for _ in range(3)]

        assert keys == ["publieke-waarde", "publieke-waarde-2", "publieke-waarde-3"]

    def test_an_assignment_with_work_stays(self) -> None:
        assignment, enrolment = asked()
        submit(assignment.id, enrolment.id, text="one", by=None, at=AT)

        with pytest.raises(Refusal):
            remove_assignment(assignment.id, by=None)

    def test_a_copied_programme_takes_its_assignments_along(self) -> None:
        source, target = make_programme(), make_programme()
        module = make_module(source, key="zelf-1")
        make_module(target, key="zelf-1")
        make_assignment(source, title="Missie", due_after=module, due_days=5)

        copy_assignments(source.id, target.id)

        copy = db.session.scalars(
            select(Assignment).where(Assignment.programme_id == target.id)
        ).one()
        assert (copy.title, copy.due_days, copy.domain.programme_id) == ("Missie", 5, target.id)
        assert copy.due_after
        assert copy.due_after.programme_id == target.id


def test_two_versions_at_once_get_two_numbers(each_app: Flask) -> None:
    assignment, enrolment = asked()
    ids = assignment.id, enrolment.id
    db.session.commit()

    def press(n: int) -> None:
        with each_app.app_context():
            submit(*ids, text=f"version {n}", by=None, at=AT)
            db.session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, range(8)))

    db.session.rollback()
    numbers = db.session.scalars(select(Submission.number).order_by(Submission.number)).all()
    assert numbers == list(range(1, 9))
