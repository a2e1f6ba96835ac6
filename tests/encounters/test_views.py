from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from program.accounts.models import Person, Role
from program.attendance.models import PresenceState
from program.cohorts.models import Cohort, Enrolment, GroupKind
from program.core.clock import now
from program.core.db import db
from program.encounters.figures import Figures, Somebody, map_of
from program.encounters.ledger import Gathering, ledger
from tests.encounters.test_ledger import held, mark
from tests.english import sign_in
from tests.factories import grant, make_cohort, make_enrolment, make_group, make_person


def figures(*gatherings: Gathering) -> Figures:
    people = [
        Somebody(1, 11, "Aya", 5, "Groep 1"),
        Somebody(2, 12, "Bo", 6, "Groep 2"),
        Somebody(3, 13, "Cas", 5, "Groep 1"),
        Somebody(4, 14, "Do", None, ""),
    ]
    return Figures(people, ledger(gatherings))


def table(*people: int, is_over: bool = True) -> Gathering:
    return Gathering(frozenset(people), at_table=True, is_over=is_over)


def test_whoever_will_have_met_the_fewest_comes_first() -> None:
    found = figures(table(1, 2), table(1, 3, is_over=False))

    assert [(line.person.name, line.met, line.will) for line in found.lines] == [
        ("Do", 0, 0), ("Cas", 0, 1), ("Bo", 1, 1), ("Aya", 1, 2),
    ]  # fmt: skip
    assert (found.most, found.pairs, len(found.met), len(found.will)) == (3, 6, 1, 2)


def test_pairs_that_meet_again_and_mates_at_a_table_are_counted() -> None:
    found = figures(table(1, 3), table(1, 2), table(1, 2, is_over=False))

    assert (found.again, found.mates) == (1, 1)


def test_the_distribution_counts_everybody_once() -> None:
    found = figures(table(1, 2, 3), table(3, 4, is_over=False))

    assert [(b.least, b.most, b.people) for b in found.buckets] == [(1, 1, 1), (2, 2, 2), (3, 3, 1)]


def test_the_map_is_ordered_by_group_and_joins_neighbours_of_one_shade() -> None:
    drawn = map_of(figures(table(1, 2, 3), table(1, 3), table(2, 4, is_over=False)))

    assert [person.name for person in drawn.columns] == ["Aya", "Cas", "Bo", "Do"]
    assert drawn.paths == {
        "draft": "M3 2h1v1h-1zM2 3h1v1h-1z",
        "once": "M2 0h1v1h-1zM2 1h1v1h-1zM0 2h2v1h-2z",
        "more": "M1 0h1v1h-1zM0 1h1v1h-1z",
        "often": "",
    }
    assert drawn.across == [(0, 2, "Groep 1"), (2, 1, "Groep 2"), (3, 1, "")]
    assert [person.name for person in map_of(figures(), 5).rows] == ["Aya", "Cas"]


def people_of(cohort: Cohort) -> list[Person]:
    enrolments = [
        make_enrolment(cohort, make_person(given_name=name, surname="Vos"))
        for name in ("Aya", "Bo", "Cas")
    ]
    make_group(cohort, *enrolments[:2], name="Groep 1")
    return [enrolment.person for enrolment in enrolments]


def number_of(person: Person) -> int:
    found = db.session.scalar(select(Enrolment.id).where(Enrolment.person_id == person.id))
    return found or 0


def met_once(cohort: Cohort) -> list[Person]:
    people = people_of(cohort)
    past: datetime = now() - timedelta(days=3)
    meeting = held(cohort, [p.id for p in people], past, GroupKind.TABLE)
    for person in people[:2]:
        mark(meeting, person.id, PresenceState.PRESENT)
    mark(meeting, people[2].id, PresenceState.ABSENT)
    return people


@pytest.fixture
def cohort(app: Flask) -> Cohort:
    at = now().date()
    return make_cohort(starts_on=at - timedelta(days=60), ends_on=at + timedelta(days=60))


def test_a_trainer_sees_who_met_whom(app: Flask, cohort: Cohort) -> None:
    met_once(cohort)
    trainer = sign_in(app, grant(make_person(), Role.TRAINER, cohort.organisation))

    page = trainer.get(f"/cohorts/{cohort.id}/encounters").get_data(as_text=True)

    assert "<b>1</b>" in page
    assert page.index("Cas Vos") < page.index("Aya Vos")


def test_a_name_and_a_group_narrow_the_list(app: Flask, cohort: Cohort) -> None:
    met_once(cohort)
    trainer = sign_in(app, grant(make_person(), Role.TRAINER, cohort.organisation))

    by_name = trainer.get(f"/cohorts/{cohort.id}/encounters?q=bo").get_data(as_text=True)
    group = cohort.groups[0].id
    by_group = trainer.get(f"/cohorts/{cohort.id}/encounters?group={group}").get_data(as_text=True)

    assert ("Bo Vos" in by_name, "Aya Vos" in by_name) == (True, False)
    assert ("Bo Vos" in by_group, "Cas Vos" in by_group) == (True, False)


def test_one_person_sees_named_whom_they_met_and_whom_not(app: Flask, cohort: Cohort) -> None:
    aya, _bo, _cas = met_once(cohort)
    trainer = sign_in(app, grant(make_person(), Role.TRAINER, cohort.organisation))

    page = trainer.get(f"/cohorts/{cohort.id}/encounters/{number_of(aya)}").get_data(as_text=True)
    unknown = trainer.get(f"/cohorts/{cohort.id}/encounters/987654")

    never, met = page.split('id="met"')
    assert ("Cas Vos" in never, "Bo Vos" in never) == (True, False)
    assert ("Bo Vos" in met, "1 time at a table" in met) == (True, True)
    assert unknown.status_code == 404


def test_a_participant_never_sees_it(app: Flask, cohort: Cohort) -> None:
    people = met_once(cohort)

    assert sign_in(app, people[0]).get(f"/cohorts/{cohort.id}/encounters").status_code in {403, 404}
