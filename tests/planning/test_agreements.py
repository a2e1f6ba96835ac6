"""What trainers agreed about a cohort is in the question that the solver gets."""

from datetime import date

import pytest
from sqlalchemy import select

from program.accounts.models import Person
from program.cohorts.models import ClosedPart, Cohort, Enrolment, Pair, TrainerProfile
from program.core.db import db
from program.meetings.models import VenueTravel
from program.planning.models import PlanRule
from program.planning.problem import Pair as Two
from program.planning.problem import Problem, SpecialDay, Travel
from program.planning.question import question_about
from program.planning.rules import HARD, WISH, Rule
from tests.factories import make_cohort, make_venue, stored
from tests.planning.stored import AT, make_participant, make_rooms, make_trainer

pytestmark = pytest.mark.usefixtures("app")


def asked(cohort: Cohort) -> Problem:
    return question_about(cohort, on=AT.date()).problem


def test_rules_are_told_as_far_as_they_are_set() -> None:
    cohort = make_cohort()
    window = {"days": 14}
    stored(PlanRule(cohort_id=cohort.id, key="parallel.window", state="hard", value=window))
    stored(PlanRule(cohort_id=make_cohort().id, key="pace", state="off", value={}))

    assert asked(cohort).rules == (Rule("parallel.window", HARD, 0, {"days": 14}),)


def test_a_closed_evening_is_a_council_evening_and_a_closed_day_an_own_one() -> None:
    cohort = make_cohort()
    stored(ClosedPart(cohort_id=cohort.id, day=date(2030, 2, 4), parts=4, name="Raad"))
    stored(ClosedPart(cohort_id=cohort.id, day=date(2030, 2, 5), parts=7, name="Heidag"))

    own = [day for day in asked(cohort).special if day.rule in {"day.council", "day.own"}]

    assert own == [
        SpecialDay(date(2030, 2, 4), "day.council", "Raad", 4),
        SpecialDay(date(2030, 2, 5), "day.own", "Heidag", 7),
    ]


def test_holidays_are_of_three_kinds_and_only_on_working_days() -> None:
    cohort = make_cohort(school_region="noord")

    special = asked(cohort).special

    assert {day.rule for day in special} == {"day.public", "day.optional", "day.school"}
    assert not [day for day in special if day.on.weekday() >= 5]
    assert SpecialDay(date(2030, 4, 22), "day.public", "Tweede paasdag") in special


def test_pairs_are_told_of_people_who_still_take_part() -> None:
    cohort = make_cohort()
    one, other, gone = (enrolled(cohort, make_participant(cohort)) for _ in range(3))
    stored(Pair(cohort_id=cohort.id, one_id=one.id, other_id=other.id, together=True))
    stored(Pair(cohort_id=cohort.id, one_id=other.id, other_id=gone.id, together=False))
    gone.until_on = cohort.starts_on
    db.session.commit()

    assert asked(cohort).pairs == (Two(one.person_id, other.person_id, together=True),)


def enrolled(cohort: Cohort, person: Person) -> Enrolment:
    wanted = select(Enrolment).where(Enrolment.person_id == person.id)
    return db.session.scalars(wanted.where(Enrolment.cohort_id == cohort.id)).one()


def test_travel_homes_and_steps_are_told() -> None:
    cohort = make_cohort()
    person, trainer = make_participant(cohort), make_trainer(cohort.organisation)
    room, _hall = make_rooms(cohort.organisation)
    online = make_venue(organisation=cohort.organisation)
    stored(VenueTravel(one_id=room.venue_id, other_id=online.id, minutes=40))
    room.wheelchair = False
    enrolment = enrolled(cohort, person)
    enrolment.step_free, enrolment.home_venue_id = True, room.venue_id
    profile = trainer_profile(trainer.id)
    profile.senior = False
    db.session.commit()

    problem = asked(cohort)

    assert problem.travel == (Travel(room.venue_id, online.id, 40),)
    assert (problem.people[0].step_free, problem.people[0].home) == (True, room.venue_id)
    assert problem.trainers[0].senior is False
    assert {r.id: (r.venue, r.step_free) for r in problem.rooms}[room.id] == (room.venue_id, False)


def trainer_profile(person_id: int) -> TrainerProfile:
    wanted = select(TrainerProfile).where(TrainerProfile.person_id == person_id)
    return db.session.scalars(wanted).one()


def test_a_changed_rule_makes_an_older_answer_outdated() -> None:
    cohort = make_cohort()
    before = question_about(cohort, on=AT.date()).hash
    stored(PlanRule(cohort_id=cohort.id, key="pace", state=WISH, weight=9, value={}))

    assert question_about(cohort, on=AT.date()).hash != before
