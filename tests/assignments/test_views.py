import io
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from program.accounts.models import Role
from program.assignments.actions import submit
from program.assignments.files import Upload
from program.assignments.models import Assignment, Feedback, Submission
from program.core.db import db
from tests.counting import counted_queries
from tests.english import sign_in
from tests.factories import (
    MONDAY_9H,
    grant,
    make_assignment,
    make_cohort,
    make_enrolment,
    make_group,
    make_person,
)


class Work:
    """A cohort with one assignment, a participant with work, and their trainer."""

    def __init__(self, app: Flask) -> None:
        self.cohort = make_cohort()
        self.assignment = make_assignment(self.cohort.programme, title="Publieke waarde")
        self.enrolment = make_enrolment(self.cohort)
        self.url = f"/assignments/{self.assignment.id}"
        self.overview = f"/cohorts/{self.cohort.id}/assignments"
        self.page = f"{self.overview}/{self.assignment.id}/{self.enrolment.id}"
        self.editing = f"/programmes/{self.cohort.programme_id}/assignments"
        self.participant = sign_in(app, self.enrolment.person)
        trainer = grant(make_person(), Role.TRAINER, self.cohort.organisation)
        self.trainer = sign_in(app, trainer)

    def hand_in(self, content: bytes = b"%PDF-1.7") -> int:
        upload = Upload("plan.pdf", content)
        done = submit(
            self.assignment.id, self.enrolment.id, text="My plan", upload=upload,
            by=None, at=MONDAY_9H,
        )  # fmt: skip
        db.session.commit()
        return done.id


@pytest.fixture
def work(app: Flask) -> Work:
    return Work(app)


class TestTheParticipant:
    def test_the_list_has_each_assignment_under_its_domain(self, work: Work) -> None:
        page = work.participant.get("/assignments").text

        assert page.index("Zelf") < page.index("Publieke waarde")
        assert "Date follows" in page

    def test_handing_in_text(self, work: Work) -> None:
        page = work.participant.post(work.url, data={"text": "My plan"}, follow_redirects=True)

        assert "Handed in. Your trainer can read it now." in page.text
        assert "My plan" in page.text

    def test_handing_in_a_file(self, work: Work) -> None:
        given = (io.BytesIO(b"%PDF-1.7 plan"), "plan.pdf")

        work.participant.post(work.url, data={"file": given}, content_type="multipart/form-data")

        assert db.session.scalars(select(Submission.file)).all() == [b"%PDF-1.7 plan"]

    def test_a_file_of_another_kind_is_refused_beside_the_field(self, work: Work) -> None:
        data = {"text": "My plan", "file": (io.BytesIO(b"<script>"), "plan.html")}

        page = work.participant.post(work.url, data=data, content_type="multipart/form-data")

        assert page.status_code == 422
        assert 'id="file-error"' in page.text
        assert "My plan" in page.text  # what was written is not lost
        assert db.session.scalars(select(Submission)).all() == []

    def test_a_file_is_downloaded_never_shown(self, work: Work) -> None:
        file = work.participant.get(f"/submissions/{work.hand_in()}/file")

        assert file.data == b"%PDF-1.7"
        assert file.headers["Content-Disposition"] == "attachment; filename=plan.pdf"
        assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert file.headers["X-Content-Type-Options"] == "nosniff"


class TestTheTrainer:
    def test_what_waits_is_on_the_overview(self, work: Work) -> None:
        work.hand_in()

        page = work.trainer.get(work.overview).text

        assert f'href="{work.page}"' in page
        assert "waits for feedback" in page

    def test_the_overview_shows_one_group_at_a_time(self, app: Flask) -> None:
        work = Work(app)
        other = make_enrolment(work.cohort, make_person(surname="Elders"))
        make_group(work.cohort, work.enrolment, name="Groep 1")
        second = make_group(work.cohort, other, name="Groep 2")

        assert "Elders" not in work.trainer.get(work.overview).text
        assert "Elders" in work.trainer.get(f"{work.overview}?group={second.id}").text
        assert "Elders" in work.trainer.get(f"{work.overview}?group=all").text

    def test_feedback_reaches_the_participant(self, work: Work) -> None:
        work.hand_in()

        work.trainer.post(work.page, data={"text": "Sharp question."})

        assert "Sharp question." in work.participant.get(work.url).text

    def test_empty_feedback_is_asked_for_again(self, work: Work) -> None:
        work.hand_in()

        page = work.trainer.post(work.page, data={"text": ""})

        assert page.status_code == 422
        assert "Write your feedback first." in page.text
        assert db.session.scalars(select(Feedback)).all() == []


class TestEditing:
    def test_a_new_assignment(self, work: Work) -> None:
        domain = work.cohort.programme.domains[1]
        data = {"title": "Missie", "domain_id": domain.id, "due_after_id": 0, "due_days": 14}

        page = work.trainer.post(f"{work.editing}/new", data=data, follow_redirects=True)

        assert "Missie" in page.text

    def test_changing_one(self, work: Work) -> None:
        url = f"{work.editing}/{work.assignment.id}"
        data = {
            "title": "Nieuw",
            "domain_id": work.assignment.domain_id,
            "due_after_id": 0,
            "due_days": 3,
        }

        work.trainer.post(url, data=data)

        assert db.session.scalars(select(Assignment.title)).all() == ["Nieuw"]

    def test_one_with_work_cannot_be_removed(self, work: Work) -> None:
        work.hand_in()
        url = f"{work.editing}/{work.assignment.id}/removal"

        assert "so it stays" in work.trainer.post(url, follow_redirects=True).text

    def test_another_bureaus_programme_is_not_found(self, work: Work, trainer: FlaskClient) -> None:
        assert trainer.get(work.editing).status_code == 404
        assert trainer.post(f"{work.editing}/{work.assignment.id}/removal").status_code == 404


class TestWhoMayNot:
    def test_another_participant_sees_no_work(self, app: Flask, work: Work) -> None:
        browser = sign_in(app, make_enrolment(work.cohort).person)

        assert browser.get(f"/submissions/{work.hand_in()}/file").status_code == 404
        assert "My plan" not in browser.get(work.url).text

    def test_a_participant_of_another_cohort_finds_nothing(
        self, work: Work, participant: FlaskClient
    ) -> None:
        assert participant.get(work.url).status_code == 404
        assert participant.post(work.url, data={"text": "x"}).status_code == 404
        assert participant.get(work.overview).status_code == 403

    def test_a_trainer_of_another_bureau_finds_nothing(
        self, work: Work, trainer: FlaskClient
    ) -> None:
        submission = work.hand_in()

        assert trainer.get(work.overview).status_code == 404
        assert trainer.get(work.page).status_code == 404
        assert trainer.get(f"/submissions/{submission}/file").status_code == 404

    def test_hr_never_sees_work(self, app: Flask, work: Work) -> None:
        submission = work.hand_in()
        browser = sign_in(app, grant(make_person(), Role.HR, work.cohort.clients[0]))

        for url in (work.overview, work.page, work.url, f"/submissions/{submission}/file"):
            assert browser.get(url).status_code == 403

    def test_hr_who_also_takes_part_sees_only_their_own(self, app: Flask, work: Work) -> None:
        submission = work.hand_in()
        person = make_enrolment(work.cohort).person
        browser = sign_in(app, grant(person, Role.HR, work.cohort.clients[0]))

        assert browser.get(f"/submissions/{submission}/file").status_code == 404

    def test_who_left_the_cohort_finds_nothing(self, app: Flask) -> None:
        cohort = make_cohort()
        assignment = make_assignment(cohort.programme)
        gone = make_enrolment(cohort, since_on=cohort.starts_on, until_on=cohort.starts_on)
        gone.until_on = gone.since_on.replace(year=2020)
        db.session.commit()

        url = f"/assignments/{assignment.id}"
        assert sign_in(app, gone.person).get(url).status_code == 404


@pytest.mark.parametrize("group", ["", "?group=all"])
def test_the_overview_costs_the_same_however_many_people(work: Work, group: str) -> None:
    def cost() -> int:
        with counted_queries() as queries:
            assert work.trainer.get(work.overview + group).status_code == 200
        return len(queries)

    work.hand_in()
    with_one = cost()
    for _ in range(2):
        submit(work.assignment.id, make_enrolment(work.cohort).id, text="x", by=None, at=MONDAY_9H)
    db.session.commit()

    assert cost() == with_one


def test_the_road_by_commands(app: Flask, work: Work) -> None:
    trainer = grant(make_person(), Role.TRAINER, work.cohort.organisation).email
    other = grant(make_person(), Role.TRAINER, make_cohort().organisation).email
    number, email = work.assignment.id, work.enrolment.person.email
    cohort = work.cohort.name
    db.session.commit()

    def run(*words: object) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["assignments", *map(str, words)])
        return result.exit_code, result.stdout

    done = json.loads(run("submit", number, email, "--text", "My plan", "--json")[1])
    assert done["version"] == 1
    refused = run("feedback", done["submission"], "--text", "Good", "--by", other)
    assert refused == (1, "")
    run("feedback", done["submission"], "--text", "Good", "--by", trainer, "--json")
    listed = json.loads(run("list", cohort, "--json")[1])
    assert [
        (each["title"], [(one["version"], one["answers"]) for one in each["work"]])
        for each in listed["assignments"]
    ] == [("Publieke waarde", [(1, 1)])]
