from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from program.accounts.models import Role
from program.cohorts.models import Absence, AbsenceSource, Cohort, TrainerProfile
from program.core.db import db
from program.meetings.models import MeetingTrainer
from program.planning.problem import Problem, Span
from program.planning.question import Question, question_about
from program.planning.wire import from_json, to_json
from tests.factories import grant, make_cohort, make_meeting, make_person, make_seat, stored
from tests.planning.cases import small
from tests.planning.stored import AT, make_participant, make_rooms, make_trainer, plannable

pytestmark = pytest.mark.usefixtures("app")


def asked(cohort: Cohort) -> Question:
    return question_about(cohort, on=AT.date())


def problem_of(cohort: Cohort) -> Problem:
    return asked(cohort).problem


def test_people_bring_their_work_and_their_manager() -> None:
    cohort = make_cohort()
    boss = make_participant(cohort, employee_number="7", working_days=15)
    report = make_participant(cohort, manager_number="7", department="Zorg")

    people = {person.id: person for person in problem_of(cohort).people}

    assert people[boss.id].manager is None
    assert people[boss.id].working_days == 15
    assert (people[report.id].manager, people[report.id].department) == (boss.id, "Zorg")


def test_absences_are_read_on_the_wall_clock_of_the_cohort() -> None:
    cohort = make_cohort()
    person = make_participant(cohort)
    starts_at = datetime(2030, 7, 1, 7, tzinfo=UTC)  # nine o'clock in summer
    absence = Absence(person_id=person.id, source=AbsenceSource.LIST, starts_at=starts_at,
                      ends_at=starts_at + timedelta(hours=4))  # fmt: skip
    stored(absence)

    (found,) = problem_of(cohort).people

    assert found.busy == (Span(datetime(2030, 7, 1, 9), datetime(2030, 7, 1, 13)),)  # noqa: DTZ001


def test_trainers_are_those_of_the_bureau_or_this_cohort_with_a_profile() -> None:
    cohort, other = make_cohort(), make_cohort()
    ours = make_trainer(cohort.organisation, working_days=3, max_per_week=2)
    elsewhere = grant(make_person(), Role.TRAINER, cohort.organisation, cohort_id=other.id)
    stored(TrainerProfile(person_id=elsewhere.id, domain_keys="zelf"))
    grant(make_person(), Role.TRAINER, cohort.organisation)  # without days or domains

    (found,) = problem_of(cohort).trainers

    assert (found.id, found.working_days, found.max_per_week) == (ours.id, 3, 2)
    assert found.domains == {"zelf", "opgave"}


def test_meetings_of_other_cohorts_take_trainer_room_and_people() -> None:
    cohort = make_cohort()
    person, trainer = make_participant(cohort), make_trainer(cohort.organisation)
    room, _venue = make_rooms(cohort.organisation)
    meeting = make_meeting(make_cohort(), room=room)
    make_seat(meeting, person)
    stored(MeetingTrainer(meeting_id=meeting.id, person_id=trainer.id))
    taken = (Span(datetime(2030, 1, 7, 10), datetime(2030, 1, 7, 14)),)  # noqa: DTZ001

    problem = problem_of(cohort)

    assert problem.people[0].busy == taken
    assert problem.trainers[0].engaged == taken
    assert {room.name: room.busy for room in problem.rooms}[f"{_venue.name}, Zaal"] == taken


def test_own_meetings_that_will_be_planned_anew_take_nobody() -> None:
    cohort = make_cohort()
    person = make_participant(cohort)
    make_seat(make_meeting(cohort), person)

    assert problem_of(cohort).people[0].busy == ()


def test_a_question_survives_json() -> None:
    question = asked(plannable())

    assert from_json(Problem, to_json(question.problem)) == question.problem


def test_a_question_that_an_older_version_stored_is_still_read() -> None:
    older = to_json(small())
    for trainer in older["trainers"]:
        trainer["home"] = 7  # was there until trainers no longer travelled from somewhere

    assert older["trainers"]
    assert from_json(Problem, older) == small()


def test_the_hash_changes_with_what_a_plan_depends_on() -> None:
    cohort = plannable()
    before = asked(cohort)
    cohort.ends_on = date(2030, 5, 1)
    db.session.commit()

    assert asked(cohort).hash != before.hash
    assert replace(before, group_names=("Other",)).hash == before.hash
